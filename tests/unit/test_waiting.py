"""What the tests wait for has come to be so, or they fail."""

import pytest

from tests.integration.waiting import until, within


def test_that_nothing_came_of_it_is_no_answer() -> None:
    with pytest.raises(AssertionError, match=r"\[\] is all there is after 0 s"):
        until(list, 0)


def test_the_first_true_value_is_the_answer() -> None:
    values = [0, 0, 3, 4]
    assert until(lambda: values.pop(0)) == 3
    assert values == [4]


def test_whoever_looks_themselves_is_given_the_last_value() -> None:
    assert within(list, 0) == []
