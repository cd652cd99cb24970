"""Whom and what staff find."""

from __future__ import annotations

from uuid import UUID

import pytest

from .... import OfferQuery, OfferState, StaffAct, Trader, TraderNotFound, TraderQuery, Verified
from ....model.searching import asked_words
from ....use_cases.note_operator import note_operator
from ...factories import TraderFactory
from ...identifiers import fresh_id
from ...store_desk import StoreDesk
from ..lists_are_right import every
from ..shutting_out import suspend


def found(desk: StoreDesk, question: str = "", limit: int = 50, *, suspended: bool = False) -> list[UUID]:
    query = TraderQuery(asked_words(question), suspended)
    return [one.id for one in every(lambda cursor: desk.read(lambda unit: unit.readers.traders(query, cursor, limit)))]


@pytest.fixture
def people(desk: StoreDesk) -> list[Trader]:
    """Who joined last is first; two joined at one moment."""
    names = (
        ("Amara Nwosu", "amara.n@example.com"),
        ("Amar Patel", "patel@example.com"),
        ("Jude Nwosu", "jude@desk.ng"),
    )
    joined: list[Trader] = []
    for fullname, email in names:
        trader = TraderFactory(fullname=fullname, email=email, created_at=desk.clock.now())
        joined.insert(0, desk.add(trader))
        if fullname != "Amar Patel":
            desk.clock.advance(seconds=1)
    return sorted(joined, key=lambda trader: (trader.created_at, trader.id), reverse=True)


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_who_joined_last_is_first(desk: StoreDesk, people: list[Trader], limit: int) -> None:
    assert found(desk, limit=limit) == [trader.id for trader in people]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("amar", {"Amara Nwosu", "Amar Patel"}),
        ("AMARA", {"Amara Nwosu"}),
        ("nwosu", {"Amara Nwosu", "Jude Nwosu"}),
        ("nwo jud", {"Jude Nwosu"}),
        ("jude@desk.ng", {"Jude Nwosu"}),
        ("n", {"Amara Nwosu", "Jude Nwosu"}),
        ("nobody", set()),
        ("%", set()),
    ],
)  # fmt: skip
def test_a_trader_is_found_by_the_beginnings_of_words(
    desk: StoreDesk, people: list[Trader], question: str, names: set[str]
) -> None:
    assert found(desk, question) == [trader.id for trader in people if trader.fullname in names]
    assert found(desk, question, 1) == [trader.id for trader in people if trader.fullname in names]


def test_a_trader_is_found_by_the_id_and_its_beginning(desk: StoreDesk, people: list[Trader]) -> None:
    for trader in people:
        assert found(desk, str(trader.id)) == [trader.id]
        assert trader.id in found(desk, str(trader.id)[:8].upper())


def test_those_who_are_suspended(desk: StoreDesk, people: list[Trader]) -> None:
    assert found(desk, suspended=True) == []
    for trader in people[:2]:
        suspend(desk, trader)
    assert found(desk, suspended=True, limit=1) == [trader.id for trader in people[:2]]
    assert found(desk, people[0].email, suspended=True) == [people[0].id]
    suspend(desk, people[0], suspended=False)
    assert found(desk, suspended=True) == [people[1].id]


def test_what_is_said_of_a_trader_is_kept_and_nothing_else_changes(desk: StoreDesk) -> None:
    trader, staff = desk.trader(), desk.staff()
    at = desk.clock.advance(seconds=1)
    act = StaffAct(staff.id, at, "trader.verify", f"trader:{trader.id}", "Seen.")

    def said(verified: Verified) -> Trader:
        desk.write(lambda unit: unit.traders.set_verified(trader.id, verified, act))
        return desk.read(lambda unit: unit.traders.by_id(trader.id))

    before = desk.read(lambda unit: unit.traders.by_id(trader.id))
    after = said(Verified(has_kyc=True, country_verified=True))
    assert (after.has_kyc, after.country_verified, after.phone_number_verified) == (True, True, False)
    assert (after.email, after.fullname, after.is_suspended) == (before.email, before.fullname, False)
    assert after.updated_at == at
    after = said(Verified(has_kyc=False, phone_number_verified=True))
    assert (after.has_kyc, after.country_verified, after.phone_number_verified) == (False, True, True)
    assert [line.act for line in desk.read(lambda unit: unit.readers.staff_acts(None, 9)).items] == [act, act]
    with pytest.raises(TraderNotFound):
        desk.write(lambda unit: unit.traders.set_verified(fresh_id(), Verified(has_kyc=True), act))


def offers(desk: StoreDesk, state: OfferState | None = None, limit: int = 2) -> list[int]:
    query = OfferQuery(None, desk.clock.now(), state=state)
    views = every(lambda cursor: desk.read(lambda unit: unit.readers.offers(query, cursor, limit)))
    return [view.offer.id for view in views]


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_everybody_s_offers_by_their_states(desk: StoreDesk, limit: int) -> None:
    """A pending offer past its deadline has expired, swept or not."""
    ads = [desk.sell_ad(100), desk.buy_ad(100)]
    made = [desk.offer(ads[number % 2], desk.trader(usdt=10)) for number in range(8)]
    desk.pay(made[1])
    desk.pay(made[2])
    desk.dispute(made[2])
    desk.cancel(made[3])
    desk.release(made[4])
    ids = [offer.id for offer in made]
    assert offers(desk, limit=limit) == ids[::-1]
    assert offers(desk, OfferState.PENDING, limit) == [ids[7], ids[6], ids[5], ids[0]]
    others = (OfferState.PAID, OfferState.DISPUTED, OfferState.CANCELLED, OfferState.COMPLETED)
    for number, state in enumerate(others, start=1):
        assert offers(desk, state, limit) == [ids[number]]
    assert offers(desk, OfferState.EXPIRED, limit) == []
    desk.clock.advance(minutes=31)
    desk.expire(made[6])
    assert offers(desk, OfferState.EXPIRED, limit) == [ids[7], ids[6], ids[5], ids[0]]
    assert offers(desk, OfferState.PENDING, limit) == []


def test_what_the_operator_did_is_found_by_staff(desk: StoreDesk) -> None:
    subject = f"trader:{desk.trader().id}"
    desk.write(lambda unit: note_operator("trader.token", subject, book=unit.book, at=unit.now()))
    (line,) = desk.read(lambda unit: unit.readers.staff_acts(None, 9)).items
    assert line.act == StaffAct(None, desk.clock.now(), "trader.token", subject)
