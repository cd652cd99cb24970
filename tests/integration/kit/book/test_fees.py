"""Over the desk's own stores."""

from domain.testing.contracts.book.test_fees import *  # noqa: F403
