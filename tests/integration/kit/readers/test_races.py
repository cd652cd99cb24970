"""Over the desk's own stores."""

from domain.testing.contracts.readers.test_races import *  # noqa: F403
