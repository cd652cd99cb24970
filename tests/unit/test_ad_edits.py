"""Changing an ad: what moves, what follows, and what is refused."""

from decimal import Decimal
from typing import Any

import pytest

from domain import AdEdit, AdStatus, Entry, EntryKind, errors
from domain.testing.factories import LockedAdFactory
from tests.factories import NOW, TraderFactory


def edit(changed: dict[str, Any] | None = None, *, version: int | None = None, by: Any = None, **locked: Any) -> Any:
    found = LockedAdFactory(**locked)
    expected = None if version is None else frozenset({version})
    changes = found.edit(by or found.maker.id, AdEdit(**(changed or {})), NOW, 30, expected)
    return changes.ad.after, changes.entries


def moved(entries: tuple[Entry, ...]) -> list[tuple[EntryKind, Decimal]]:
    return [(entry.kind, entry.postings[0].amount) for entry in entries]


def test_nothing_that_is_given_changes_nothing_but_the_edition() -> None:
    locked = LockedAdFactory()
    after, entries = edit(ad=locked.ad, maker=locked.maker)
    assert (after.edition, after.version) == (locked.ad.edition + 1, locked.ad.version + 1)
    assert after.available == locked.ad.available
    assert entries == ()


def test_more_and_less_move_the_difference() -> None:
    with pytest.raises(errors.InsufficientBalance):
        edit({"crypto_amount": Decimal(11)})
    _, entries = edit({"crypto_amount": Decimal(7)})
    assert moved(entries) == [(EntryKind.AD_RETURN, 3)]
    _, entries = edit({"crypto_amount": Decimal(11)}, buy=True)
    assert entries == ()


def test_no_less_than_what_is_sold_and_reserved() -> None:
    parts = {"ad__sold": Decimal(2), "ad__reserved": Decimal(3)}
    after, _ = edit({"crypto_amount": Decimal(5)}, **parts)
    assert (after.available, after.status) == (0, AdStatus.PENDING)
    with pytest.raises(errors.InvalidFields) as refused:
        edit({"crypto_amount": Decimal("4.9"), "time_to_pay": 1441}, **parts)
    assert [(problem.field, problem.problem.value) for problem in refused.value.problems] == [
        ("crypto_amount", "below_committed"),
        ("time_to_pay", "out_of_range"),
    ]


def test_nothing_left_completes() -> None:
    after, entries = edit({"crypto_amount": Decimal(2)}, ad__sold=Decimal(2))
    assert (after.status, after.trade_completed_at, after.edition) == (AdStatus.COMPLETED, NOW, 2)
    assert moved(entries) == [(EntryKind.AD_RETURN, 8)]


@pytest.mark.parametrize(("follows", "most"), [(True, 3000), (False, 2000)])
def test_a_most_that_was_never_given_follows(follows: bool, most: int) -> None:
    after, _ = edit({"price_per_unit": Decimal(300)}, ad__max_limit_follows=follows)
    assert (after.max_limit, after.max_limit_follows) == (most, follows)
    given, _ = edit({"max_limit": Decimal(1000)}, ad__max_limit_follows=follows)
    assert (given.max_limit, given.max_limit_follows) == (1000, False)


def test_texts_and_dates_are_cleared() -> None:
    after, _ = edit(
        {"terms_of_trade": " ", "bank_name": "", "clears_end_date": True, "time_to_pay": 0},
        ad__terms_of_trade="Now.",
        ad__end_date=NOW.date(),
    )
    assert (after.terms_of_trade, after.bank.bank_name, after.end_date, after.time_to_pay) == ("", "", None, 30)
    dated, _ = edit({"end_date": NOW.date()})
    assert dated.end_date == NOW.date()


def test_who_and_when() -> None:
    with pytest.raises(errors.NotYourAd):
        edit(by=TraderFactory().id)
    with pytest.raises(errors.VersionMismatch):
        edit(version=2)
    with pytest.raises(errors.AdHasEnded):
        edit(closed=True)
    assert edit(version=1)[0].edition == 2
