"""Over the desk's own stores."""

from domain.testing.contracts.book.test_races import *  # noqa: F403
