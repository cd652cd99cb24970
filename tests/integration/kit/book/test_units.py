"""Over the desk's own stores."""

from domain.testing.contracts.book.test_units import *  # noqa: F403
