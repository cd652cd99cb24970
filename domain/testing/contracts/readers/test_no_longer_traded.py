"""What is taken out of the catalogue: nothing new begins in it, all that is held moves and leaves, and all ends."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from .... import AdStatus, AdType, Catalogue, Currency, OfferState, Problem, Purse, Refusal, errors
from ....errors import FieldProblem
from ....ports.readers import BoardQuery, OfferQuery
from ...desk import CATALOGUE
from ...store_desk import StoreDesk
from .test_board import board

USDT, BTC, FINE = (CATALOGUE.crypto[code] for code in ("usdt", "btc", "fine"))
USD, JPY = (CATALOGUE.fiat[code] for code in ("usd", "jpy"))
METHODS = ("bank_transfer", "mobile_money")
GONE = {
    "the crypto": Catalogue.of((BTC, FINE), (USD, JPY), METHODS),
    "the fiat": Catalogue.of((USDT, BTC), (JPY,), METHODS),
    "the method": Catalogue.of((USDT, BTC), (USD, JPY), ("mobile_money",)),
}


def unknown(desk: StoreDesk) -> tuple[FieldProblem, ...]:
    """What is said of a currency that is not traded here and never was held."""
    return (FieldProblem("crypto_currency", Problem.UNKNOWN_CHOICE, tuple(desk.catalogue.crypto)),)


def refusal_of(doing: Callable[[], Any]) -> Refusal:
    with pytest.raises(Refusal) as refused:
        doing()
    return refused.value


def holdings(desk: StoreDesk, trader: Any, code: str = "usdt") -> tuple[Decimal, Decimal, Decimal]:
    """What is in main, p2p and escrow."""
    found = {purses.currency: purses for purses in desk.read(lambda unit: unit.readers.wallet(trader.id))}
    return found[code].main, found[code].p2p, found[code].escrow


@pytest.mark.abuse("C11")
@pytest.mark.parametrize("gone", GONE.values(), ids=GONE)
@pytest.mark.parametrize("ad_type", AdType)
def test_nothing_new_begins_and_what_is_under_way_ends(desk: StoreDesk, gone: Catalogue, ad_type: AdType) -> None:
    maker, taker = desk.trader(usdt=100), desk.trader(usdt=100)
    ad, paused = (desk.ad(maker, ad_type=ad_type) for _ in range(2))
    released, cancelled, expired, disputed = (desk.offer(ad, taker, 1) for _ in range(4))
    desk.pause(paused)
    desk.catalogue = gone
    refused = refusal_of(lambda: desk.offer(ad, taker, 1))
    assert isinstance(refused, errors.AdNotOpen)
    assert refused.reason == "not_traded"
    resumed = refusal_of(lambda: desk.resume(paused))
    assert isinstance(resumed, errors.AdNotOpen)
    assert resumed.reason == "not_traded"
    assert isinstance(refusal_of(lambda: desk.ad(maker, ad_type=ad_type)), errors.InvalidFields)
    for offer in (released, disputed):
        desk.pay(offer)
    desk.release(released)
    desk.cancel(cancelled)
    desk.dispute(disputed)
    desk.resolve(disputed, desk.staff(), "seller")
    desk.clock.advance(minutes=30)
    desk.expire(expired)
    desk.close(ad)
    desk.close(paused)
    given, got = (maker, taker) if ad_type is AdType.SELL else (taker, maker)
    assert (holdings(desk, given), holdings(desk, got)) == ((0, 99, 0), (0, 101, 0))


@pytest.mark.parametrize("gone", GONE.values(), ids=GONE)
def test_an_ad_ends_by_its_date(desk: StoreDesk, gone: Catalogue) -> None:
    maker = desk.trader(usdt=10)
    ad = desk.ad(maker, end_date=desk.clock.now().date())
    desk.catalogue = gone
    desk.clock.advance(days=1)
    desk.expire_ad(ad)
    assert holdings(desk, maker) == (0, 10, 0)


@pytest.mark.parametrize("gone", GONE.values(), ids=GONE)
def test_what_takes_no_offers_is_off_the_board_and_still_seen_by_those_whose_it_is(
    desk: StoreDesk, gone: Catalogue
) -> None:
    ad, taker = desk.sell_ad(10), desk.trader()
    offer = desk.offer(ad, taker, 1)
    other = desk.sell_ad(10, crypto_currency="btc", fiat_currency="jpy", payment_method="mobile_money")
    assert board(desk) == [other.id, ad.id]
    desk.catalogue = gone
    assert board(desk) == [other.id]
    assert board(desk, crypto_currency="usdt") == []
    assert board(desk, amount=Decimal(2)) == [other.id]
    assert board(desk, mine=ad.maker_id, crypto_currency="usdt", fiat_currency="usd") == [ad.id]
    view = desk.read(lambda unit: unit.readers.offer(offer.id))
    assert (view.ad.crypto, view.ad.fiat, view.offer.state) == (USDT, USD, OfferState.PENDING)
    query = OfferQuery(taker.id, desk.clock.now())
    assert [seen.offer.id for seen in desk.read(lambda unit: unit.readers.offers(query, None, 10)).items] == [offer.id]
    desk.catalogue = CATALOGUE
    assert board(desk) == [other.id, ad.id]


@pytest.mark.abuse("C11")
def test_all_that_is_held_moves_and_leaves(desk: StoreDesk) -> None:
    trader = desk.trader(usdt=Decimal("10.123456"))
    desk.catalogue = GONE["the crypto"]
    desk.transfer(trader, Decimal("10.1"), Purse.P2P, Purse.MAIN)
    desk.transfer(trader, Decimal("0.1"), Purse.MAIN, Purse.P2P)
    desk.transfer(trader, Decimal("0.123456"), Purse.P2P, Purse.MAIN)
    assert isinstance(refusal_of(lambda: desk.withdraw(trader, Decimal(11))), errors.InsufficientBalance)
    assert desk.withdraw(trader, Decimal("10.123456"), reference="all")
    assert not desk.withdraw(trader, Decimal("10.123456"), reference="all")
    assert holdings(desk, trader) == (0, 0, 0)


def test_dust_beyond_lowered_decimals_moves_and_leaves(desk: StoreDesk) -> None:
    trader = desk.trader(usdt=Decimal("10.123456"))
    desk.catalogue = Catalogue.of((Currency("usdt", 2),), (USD,), METHODS)
    problem = FieldProblem("amount", Problem.TOO_MANY_DECIMALS, 6)
    finer = refusal_of(lambda: desk.transfer(trader, Decimal("0.1234567"), Purse.P2P, Purse.MAIN))
    assert isinstance(finer, errors.InvalidFields)
    assert finer.problems == (problem,)
    desk.transfer(trader, Decimal("10.12"), Purse.P2P, Purse.MAIN)
    desk.transfer(trader, Decimal("0.003456"), Purse.P2P, Purse.MAIN)
    deposited = refusal_of(lambda: desk.deposit(trader, Decimal("0.001")))
    assert isinstance(deposited, errors.InvalidFields)
    assert deposited.problems == (FieldProblem("amount", Problem.TOO_MANY_DECIMALS, 2),)
    assert desk.withdraw(trader, Decimal("10.123456"))
    assert holdings(desk, trader) == (0, 0, 0)
    # With the dust gone, the currency's own decimals hold again.
    desk.deposit(trader, Decimal(1), purse=Purse.MAIN)
    dusty = refusal_of(lambda: desk.withdraw(trader, Decimal("0.001")))
    assert isinstance(dusty, errors.InvalidFields)
    assert dusty.problems == (FieldProblem("amount", Problem.TOO_MANY_DECIMALS, 2),)


def test_an_ad_keeps_the_decimals_that_it_was_placed_with(desk: StoreDesk) -> None:
    ad = desk.sell_ad(Decimal("1.123456"))
    desk.catalogue = Catalogue.of((Currency("usdt", 2),), (Currency("usd", 0),), METHODS)
    assert desk.offer(ad, desk.trader(), None, Decimal("2.25")).currency_amount == Decimal("1.123456")
    new = refusal_of(lambda: desk.sell_ad(Decimal("1.12"), price_per_unit=Decimal(1), min_limit=Decimal("0.5")))
    assert isinstance(new, errors.InvalidFields)
    assert [problem.field for problem in new.problems] == ["min_limit"]


def test_a_deposit_is_new_and_one_that_was_made_before_is_still_known(desk: StoreDesk) -> None:
    trader = desk.trader()
    assert desk.deposit(trader, Decimal(5), reference="chain:1")
    desk.catalogue = GONE["the crypto"]
    assert not desk.deposit(trader, Decimal(5), reference="chain:1")
    assert isinstance(refusal_of(lambda: desk.deposit(trader, Decimal(6), reference="chain:1")), errors.ReferenceReused)
    refused = refusal_of(lambda: desk.deposit(trader, Decimal(5), reference="chain:2"))
    assert isinstance(refused, errors.InvalidFields)
    assert refused.problems == unknown(desk)


def test_a_currency_that_a_trader_never_had_is_unknown(desk: StoreDesk) -> None:
    trader = desk.trader(btc=1)
    for doing in (
        lambda: desk.transfer(trader, Decimal(1), Purse.P2P, Purse.MAIN, "shells"),
        lambda: desk.withdraw(trader, Decimal(1), "shells"),
        lambda: desk.deposit(trader, Decimal(1), "shells"),
    ):
        refused = refusal_of(doing)
        assert isinstance(refused, errors.InvalidFields)
        assert refused.problems == unknown(desk)


def test_a_paused_ad_is_resumed_once_its_currency_is_back(desk: StoreDesk) -> None:
    ad = desk.sell_ad(10)
    desk.pause(ad)
    desk.catalogue = GONE["the crypto"]
    refusal_of(lambda: desk.resume(ad))
    assert desk.read(lambda unit: unit.readers.ad(ad.id)).ad.status is AdStatus.PAUSED
    desk.catalogue = CATALOGUE
    desk.resume(ad)
    assert desk.offer(ad, desk.trader())


def test_the_board_of_another_day_is_of_the_same_catalogue(desk: StoreDesk) -> None:
    ad = desk.sell_ad(10)
    tomorrow = desk.clock.now().date() + timedelta(days=1)
    for traded, shown in ((CATALOGUE, [ad.id]), (GONE["the method"], [])):
        query = BoardQuery(tomorrow, traded)
        assert [view.ad.id for view in desk.read(lambda unit, q=query: unit.readers.board(q, None, 5)).items] == shown
