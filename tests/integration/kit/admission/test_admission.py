"""Over the desk's own stores."""

from domain.testing.contracts.admission.test_admission import *  # noqa: F403
