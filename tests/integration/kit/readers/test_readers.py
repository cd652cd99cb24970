"""Over the desk's own stores."""

from domain.testing.contracts.readers.test_readers import *  # noqa: F403
