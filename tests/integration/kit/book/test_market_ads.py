"""Over the desk's own stores."""

from domain.testing.contracts.book.test_market_ads import *  # noqa: F403
