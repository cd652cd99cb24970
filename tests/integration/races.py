"""The races of the domain's test kit, under the name that the tests here know."""

from domain.testing.races import PATIENCE_SECONDS, WORKERS, at_once, outcomes

__all__ = ["PATIENCE_SECONDS", "WORKERS", "at_once", "outcomes"]
