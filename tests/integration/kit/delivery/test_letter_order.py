"""Over the desk's own stores."""

from domain.testing.contracts.delivery.test_letter_order import *  # noqa: F403
