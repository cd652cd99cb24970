"""Over the desk's own stores."""

from domain.testing.contracts.readers.test_feedback import *  # noqa: F403
