"""Over the desk's own stores."""

from domain.testing.contracts.logins.test_finding_traders import *  # noqa: F403
