"""What is kept of the letters of accounts that have left an address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from domain.model.letters_at_an_address import A_DAY, letters_digest, letters_lately, with_letters
from domain.model.slowing import WrongTries

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_the_newest_of_a_day_are_kept_until_they_count_no_more() -> None:
    before = WrongTries((NOW - A_DAY, NOW - 3 * MINUTE))
    left = with_letters(before, [NOW + MINUTE, NOW - 2 * MINUTE], NOW, most=3)
    assert left.moments == (NOW - 3 * MINUTE, NOW - 2 * MINUTE, NOW + MINUTE)
    assert with_letters(before, [NOW + MINUTE, NOW - 2 * MINUTE], NOW, most=2).moments == left.moments[1:]
    assert left.kept_until == NOW + MINUTE + A_DAY


def test_a_letter_counts_for_a_day() -> None:
    left = WrongTries((NOW, NOW + MINUTE))
    assert [letters_lately(left, NOW + A_DAY + late) for late in (-MINUTE, 0 * MINUTE, MINUTE)] == [2, 1, 0]


def test_of_what_is_older_nothing_is_kept() -> None:
    assert with_letters(WrongTries(), [NOW - A_DAY], NOW, most=3) == WrongTries()


def test_the_address_is_one_in_whatever_case_it_is_spelled() -> None:
    assert letters_digest("Victim@Example.com") == letters_digest("victim@example.com")
    assert letters_digest("victim@example.com") != letters_digest("other@example.com")
