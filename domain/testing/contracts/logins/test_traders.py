"""Traders: who is found by what, and what staff do to them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from .... import Actor, InvalidFields, Problem, Profile, Purse, Ratings, Trader, set_suspended
from ....errors import SuspenderIsParty, TraderNotFound
from ....model.changes import StaffAct
from ...factories import TraderFactory
from ...identifiers import fresh_id
from ...races import at_once, outcomes
from ...store_desk import StoreDesk
from ..shutting_out import suspend as shut_out


def test_nobody(desk: StoreDesk) -> None:
    for find in (
        lambda unit: unit.traders.by_id(fresh_id()),
        lambda unit: unit.traders.by_email("nobody@desk.example"),
        lambda unit: unit.traders.password_hash(fresh_id()),
        lambda unit: unit.traders.profile(fresh_id()),
    ):
        with pytest.raises(TraderNotFound):
            desk.read(find)
    with pytest.raises(TraderNotFound):
        desk.write(lambda unit: unit.traders.hold_password_hash(fresh_id()))
    assert desk.read(lambda unit: unit.traders.count()) == 0
    assert desk.read(lambda unit: unit.traders.restrictions(fresh_id())) == frozenset()


def test_somebody(desk: StoreDesk) -> None:
    jude, amara = TraderFactory(email="Jude@Desk.example"), TraderFactory()
    for who in (jude, amara):
        desk.write(lambda unit, who=who: unit.traders.add(who, f"hash of {who.email}"))
    assert desk.read(lambda unit: unit.traders.by_id(jude.id)) == jude
    assert desk.read(lambda unit: unit.traders.by_id(amara.id)) == amara
    assert desk.read(lambda unit: unit.traders.password_hash(amara.id)) == f"hash of {amara.email}"
    assert desk.write(lambda unit: unit.traders.hold_password_hash(amara.id)) == f"hash of {amara.email}"
    assert desk.read(lambda unit: unit.traders.count()) == 2


def test_who_joined_last(desk: StoreDesk) -> None:
    assert desk.read(lambda unit: unit.traders.newest(5)) == []
    joined = []
    for _ in range(4):
        joined.append(desk.add(TraderFactory(created_at=desk.clock.now())))
        desk.clock.advance(seconds=1)
    for limit in (1, 3, 4, 5):
        assert desk.read(lambda unit, most=limit: unit.traders.newest(most)) == joined[::-1][:limit]


@pytest.mark.parametrize("spelling", ["Jude@Desk.example", "jude@desk.example", "JUDE@DESK.EXAMPLE"])
def test_an_email_has_no_case(desk: StoreDesk, spelling: str) -> None:
    jude = desk.add(TraderFactory(email="Jude@Desk.example"))
    assert desk.read(lambda unit: unit.traders.by_email(spelling)) == jude
    with pytest.raises(InvalidFields) as refused:
        desk.add(TraderFactory(email=spelling))
    assert [(problem.field, problem.problem) for problem in refused.value.problems] == [("email", Problem.TAKEN)]
    assert desk.read(lambda unit: unit.traders.count()) == 1


@pytest.mark.abuse("A10")
def test_an_email_has_no_case_beyond_ascii_either(desk: StoreDesk) -> None:
    ada = desk.add(TraderFactory(email="ÄDA@desk.example"))
    assert desk.read(lambda unit: unit.traders.by_email("äda@desk.example")) == ada


@pytest.mark.abuse("F11")
def test_an_email_is_no_pattern(desk: StoreDesk) -> None:
    desk.add(TraderFactory(email="jude_1@desk.example"))
    for pattern in ("jude%", "jude__@desk.example", "jude_1@desk.example "):
        with pytest.raises(TraderNotFound):
            desk.read(lambda unit, email=pattern: unit.traders.by_email(email))


def test_a_profile_of_somebody_whose_p2p_wallet_never_moved(desk: StoreDesk) -> None:
    trader = desk.trader()
    assert desk.read(lambda unit: unit.traders.profile(trader.id)) == Profile(trader, Ratings(), has_p2p=False)
    desk.deposit(trader, Decimal(1), purse=Purse.MAIN)
    assert not desk.read(lambda unit: unit.traders.profile(trader.id)).has_p2p


def test_an_account_that_was_only_opened_has_not_moved(desk: StoreDesk) -> None:
    ad = desk.buy_ad()
    assert not desk.read(lambda unit: unit.readers.ad(ad.id)).maker.has_p2p


def test_a_profile_once_the_p2p_wallet_has_moved(desk: StoreDesk) -> None:
    trader = desk.trader()
    desk.deposit(trader, Decimal(1), purse=Purse.MAIN)
    desk.transfer(trader, Decimal(1), Purse.MAIN, Purse.P2P)
    desk.transfer(trader, Decimal(1), Purse.P2P, Purse.MAIN)
    assert desk.read(lambda unit: unit.traders.profile(trader.id)) == Profile(trader, Ratings(), has_p2p=True)


def test_a_restriction_is_of_one_trader_in_one_currency(desk: StoreDesk) -> None:
    jude, amara = desk.trader(), desk.trader()
    desk.restrict(jude)
    desk.restrict(jude, "btc")
    desk.restrict(jude, "btc")
    assert desk.read(lambda unit: unit.traders.restrictions(jude.id)) == {"usdt", "btc"}
    assert desk.read(lambda unit: unit.traders.restrictions(amara.id)) == frozenset()
    desk.restrict(jude, "btc", restricted=False)
    desk.restrict(jude, "btc", restricted=False)
    assert desk.read(lambda unit: unit.traders.restrictions(jude.id)) == {"usdt"}
    assert desk.read(lambda unit: unit.traders.by_id(jude.id)) == jude


def test_a_suspension(desk: StoreDesk) -> None:
    trader = desk.trader()
    at = desk.clock.advance(days=1)
    for suspended in (True, True, False, False):
        shut_out(desk, trader, suspended=suspended)
        kept = desk.read(lambda unit: unit.traders.by_id(trader.id))
        assert kept == replace(trader, is_suspended=suspended, updated_at=at)


@pytest.mark.parametrize("is_buy", [True, False])
def test_staff_do_not_suspend_whom_they_trade_with(desk: StoreDesk, is_buy: bool) -> None:
    staff, clerk = desk.staff(), desk.staff()
    ad = desk.buy_ad() if is_buy else desk.sell_ad()
    other, stranger = next(trader for trader in desk.traders if trader.id == ad.maker_id), desk.trader()
    desk.deposit(staff, Decimal(10))
    # A trade with somebody else is in nobody's way.
    desk.offer(ad, desk.trader(usdt=10), 1)
    suspend(desk, other, staff)
    suspend(desk, other, staff, suspended=False)
    offer = desk.offer(ad, staff, 1)
    for move in (desk.pay, desk.dispute, None):
        for by, whom in ((staff, other), (replace(other, is_staff=True), staff)):
            with pytest.raises(SuspenderIsParty):
                suspend(desk, whom, by)
        if move is not None:
            move(offer)
    suspend(desk, other, staff, suspended=False)
    suspend(desk, stranger, staff)
    suspend(desk, other, clerk)
    suspend(desk, other, clerk, suspended=False)
    desk.resolve(offer, clerk, "buyer")
    suspend(desk, other, staff)


def test_an_offer_whose_time_has_passed_is_in_the_way_of_no_suspension(desk: StoreDesk) -> None:
    staff, ad = desk.staff(), desk.sell_ad()
    offer = desk.offer(ad, staff, 1)
    other = next(trader for trader in desk.traders if trader.id == ad.maker_id)
    desk.clock.advance(seconds=(offer.deadline - desk.clock.now()).total_seconds())
    suspend(desk, other, staff)


def suspend(desk: StoreDesk, trader: Trader, by: Trader, *, suspended: bool = True) -> None:
    given = trader.id, suspended, Actor.of(by), "Why."
    desk.write(lambda unit: set_suspended(*given, traders=unit.traders, at=unit.now()))


def test_staff_do_nothing_to_nobody(desk: StoreDesk) -> None:
    act = StaffAct(None, desk.clock.now(), "trader.suspend", "trader:nobody")
    with pytest.raises(TraderNotFound):
        desk.write(lambda unit: unit.traders.set_suspended(fresh_id(), True, act))
    for restricted in (True, False):
        with pytest.raises(TraderNotFound):
            desk.write(lambda unit, is_=restricted: unit.traders.set_restricted(fresh_id(), "usdt", is_, act))


def test_staff_are_named_in_their_acts(desk: StoreDesk) -> None:
    staff, trader = desk.staff(), desk.trader()
    act = StaffAct(staff.id, desk.clock.now(), "trader.suspend", f"trader:{trader.id}", "Three complaints.")
    desk.write(lambda unit: unit.traders.set_suspended(trader.id, True, act))
    assert desk.read(lambda unit: unit.traders.by_id(trader.id)).is_suspended


@pytest.mark.abuse("A10")
def test_two_who_register_one_email_at_the_same_time(desk: StoreDesk) -> None:
    email = "jude@desk.example"
    calls = [lambda: desk.add(TraderFactory(email=email)) for _ in range(8)]
    assert outcomes(at_once(calls)) == {"done": 1, "invalid_fields": 7}
    assert desk.read(lambda unit: unit.traders.count()) == 1
