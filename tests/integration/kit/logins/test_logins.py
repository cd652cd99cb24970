"""Over the desk's own stores."""

from domain.testing.contracts.logins.test_logins import *  # noqa: F403
