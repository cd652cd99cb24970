"""Over the desk's own stores."""

from domain.testing.contracts.readers.test_guards import *  # noqa: F403
