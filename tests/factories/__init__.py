"""The factories of the domain's test kit, under the name that the tests here know; the kit tells what there are."""

from domain.testing.factories import *  # noqa: F403
from domain.testing.factories import __all__ as __all__
