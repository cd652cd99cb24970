"""Over the desk's own stores."""

from domain.testing.contracts.delivery.test_outbox import *  # noqa: F403
