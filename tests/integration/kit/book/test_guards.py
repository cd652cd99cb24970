"""Over the desk's own stores."""

from domain.testing.contracts.book.test_guards import *  # noqa: F403
