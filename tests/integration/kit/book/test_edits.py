"""Over the desk's own stores."""

from domain.testing.contracts.book.test_edits import *  # noqa: F403
