"""Over the desk's own stores."""

from domain.testing.contracts.book.test_limits import *  # noqa: F403
