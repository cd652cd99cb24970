"""Over the desk's own stores."""

from domain.testing.contracts.delivery.test_told import *  # noqa: F403
