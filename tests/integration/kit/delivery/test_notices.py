"""Over the desk's own stores."""

from domain.testing.contracts.delivery.test_notices import *  # noqa: F403
