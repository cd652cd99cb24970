"""The waker: a fixture ``waker``. Whom it wakes is its own business; that it never fails is everybody's."""

import pytest

from .... import Waker
from ...identifiers import fresh_id
from .given import given


@pytest.fixture
def waker_under_test(request: pytest.FixtureRequest) -> Waker:
    waker: Waker = given(request, "waker")
    return waker


@pytest.mark.parametrize("count", [0, 1, 1000])
def test_a_nudge_never_raises(waker_under_test: Waker, count: int) -> None:
    waker_under_test.wake([fresh_id() for _ in range(count)])
    # What may be read only once is as good.
    waker_under_test.wake(fresh_id() for _ in range(count))
