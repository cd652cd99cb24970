"""Over the desk's own stores."""

from domain.testing.contracts.delivery.test_inbox import *  # noqa: F403
