"""Over the desk's own stores."""

from domain.testing.contracts.book.test_lives import *  # noqa: F403
