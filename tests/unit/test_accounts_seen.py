"""Who is shown the accounts of an offer, for how long, and what staff leave behind who were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from domain import Actor, BankDetails, DisputeKind, LockedOffer, StaffAct
from domain.model.accounts_seen import (
    ACCOUNTS_SEEN,
    MASKED_AFTER_END,
    AccountsSeen,
    accounts_seen,
    accounts_seen_act,
)
from domain.model.bank import PayTo
from domain.model.days import day_begins
from tests.factories import NOW, BankDetailsFactory, DisputeFactory, LockedOfferFactory, TraderFactory

STAFF, STRANGER = TraderFactory(staff=True), TraderFactory()
GIVEN = BankDetailsFactory()
NOTHING = AccountsSeen(BankDetails(), None)
AFTER = timedelta(minutes=10)
"""When the offers of the factory have ended, or are looked at."""


def seen(locked: LockedOffer, by: Actor, at: datetime = NOW + AFTER) -> AccountsSeen:
    return accounts_seen(locked.parties, locked.offer, locked.dispute, by, at)


@pytest.mark.abuse("B6")
@pytest.mark.parametrize("is_buy", [False, True])
@pytest.mark.parametrize("trait", ["", "paid", "disputed", "completed", "cancelled", "expired"])
def test_who_sees_the_accounts(trait: str, is_buy: bool) -> None:
    second = BankDetailsFactory(bank_name="Second Bank")
    locked = LockedOfferFactory(buy=is_buy, ad__bank=second, **({trait: True} if trait else {}))
    is_live = trait in ("", "paid", "disputed")
    all_of_it = AccountsSeen(GIVEN, locked.offer.pay_to if is_live else None)
    for party in (locked.maker, locked.taker):
        assert seen(locked, Actor(party.id)) == seen(locked, Actor(party.id, is_staff=True)) == all_of_it
    assert seen(locked, Actor.of(STAFF)) == (all_of_it if trait == "disputed" else NOTHING)
    assert seen(locked, Actor.of(STRANGER)) == NOTHING


def test_staff_see_them_after_the_dispute_too() -> None:
    locked = LockedOfferFactory(paid=True)
    withdrawn = DisputeFactory(offer_id=locked.offer.id, kind=DisputeKind.OTHER, resolved=True, in_favour_of=None)
    found = accounts_seen(locked.parties, locked.offer, withdrawn, Actor.of(STAFF), NOW)
    assert found == AccountsSeen(GIVEN, locked.offer.pay_to)


@pytest.mark.abuse("B6")
def test_a_number_is_masked_once_the_offer_is_long_over() -> None:
    locked = LockedOfferFactory(completed=True)
    ended_at = locked.offer.ended_at
    assert ended_at is not None
    assert timedelta(days=30) == MASKED_AFTER_END
    long_after: datetime = ended_at + MASKED_AFTER_END
    masked = BankDetails(GIVEN.account_name, "******6789", GIVEN.bank_name)
    for party in (locked.maker, locked.taker):
        assert seen(locked, Actor(party.id), long_after - timedelta(microseconds=1)).bank == GIVEN
        assert seen(locked, Actor(party.id), long_after) == AccountsSeen(masked, None)


def test_an_offer_that_nobody_swept_has_ended_by_its_deadline() -> None:
    locked = LockedOfferFactory()
    by, deadline = Actor(locked.taker.id), locked.offer.deadline
    assert seen(locked, by, deadline - timedelta(microseconds=1)).pay_to == locked.offer.pay_to
    assert seen(locked, by, deadline) == AccountsSeen(GIVEN, None)
    assert seen(locked, by, deadline + MASKED_AFTER_END).bank.account_number == "******6789"


def test_what_was_not_given_is_nothing_seen() -> None:
    locked = LockedOfferFactory(disputed=True, ad__bank=BankDetails(), offer__bank=BankDetails())
    assert not seen(locked, Actor.of(STAFF))
    assert AccountsSeen(GIVEN, None)
    assert AccountsSeen(BankDetails(), PayTo(BankDetails(), "M-Pesa"))


def test_the_line_says_who_of_the_staff_saw_those_of_which_offer() -> None:
    assert accounts_seen_act(7, STAFF.id, NOW) == StaffAct(STAFF.id, NOW, ACCOUNTS_SEEN, "offer:7")


def test_a_day_begins_at_midnight_in_utc() -> None:
    late = datetime(2026, 3, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    assert day_begins(late) == datetime(2026, 2, 28, tzinfo=UTC)
    assert day_begins(datetime(2026, 2, 28, tzinfo=UTC)) == datetime(2026, 2, 28, tzinfo=UTC)
