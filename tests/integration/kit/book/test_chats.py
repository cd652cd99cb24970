"""Over the desk's own stores."""

from domain.testing.contracts.book.test_chats import *  # noqa: F403
