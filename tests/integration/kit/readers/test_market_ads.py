"""Over the desk's own stores."""

from domain.testing.contracts.readers.test_market_ads import *  # noqa: F403
