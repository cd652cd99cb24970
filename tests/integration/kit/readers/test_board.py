"""Over the desk's own stores."""

from domain.testing.contracts.readers.test_board import *  # noqa: F403
