"""Over the desk's own stores."""

from domain.testing.contracts.book.test_locked_reads import *  # noqa: F403
