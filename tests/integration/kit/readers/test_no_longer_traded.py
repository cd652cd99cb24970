"""Over the desk's own stores."""

from domain.testing.contracts.readers.test_no_longer_traded import *  # noqa: F403
