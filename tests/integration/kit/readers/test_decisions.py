"""Over the desk's own stores."""

from domain.testing.contracts.readers.test_decisions import *  # noqa: F403
