"""What ads ask of takers, on every store: where offers are made, and on the board of those that one could take."""

from dataclasses import replace
from typing import Any

import pytest

from domain import AdType, Requirements, Taker, Trader, errors
from domain.ports.readers import BoardQuery
from tests.factories import TraderFactory
from tests.integration.contracts.invariants import every
from tests.integration.desk import CATALOGUE, Desk

ALL = Requirements(2, 67, True)


def taker_of(desk: Desk, trader: Trader) -> Taker:
    record, restricted = desk.read(
        lambda unit: (unit.people.track_record(trader.id), unit.traders.restrictions(trader.id))
    )
    return Taker(trader.id, record, trader.has_kyc, restricted)


def takeable(desk: Desk, trader: Trader, **asked: Any) -> list[int]:
    today, taker = desk.clock.now().date(), taker_of(desk, trader)
    query = BoardQuery(today, CATALOGUE, viewer=trader.id, takeable_by=taker, **asked)
    return [view.ad.id for view in every(lambda cursor: desk.read(lambda u: u.readers.board(query, cursor, 2)))]


@pytest.mark.parametrize("ad_type", AdType)
def test_a_taker_grows_into_them(desk: Desk, ad_type: AdType) -> None:
    maker = desk.trader(usdt=100)
    taker = desk.add(TraderFactory(has_kyc=True, created_at=desk.clock.now()))
    desk.deposit(taker, desk.terms().crypto_amount or 0)
    easy, hard = desk.ad(maker, ad_type=ad_type), desk.ad(maker, ad_type=ad_type, requirements=ALL)

    def falls_short_of() -> tuple[int | None, int | None]:
        with pytest.raises(errors.ShortOfRequirements) as refused:
            desk.offer(hard, taker, 1)
        assert takeable(desk, taker) == [easy.id]
        return refused.value.min_completed_offers, refused.value.min_completion_rate

    assert falls_short_of() == (2, 67)
    desk.release(desk.offer(easy, taker, 1))
    assert falls_short_of() == (2, None)
    for _ in range(2):
        desk.cancel(desk.offer(easy, taker, 1))
    assert falls_short_of() == (2, 67)
    for _ in range(3):
        # Two of four are 50.0 %, three of five 60.0 %, and four of six 66.7 %.
        desk.release(desk.offer(easy, taker, 1))
        assert falls_short_of() == (None, 67)
    desk.release(desk.offer(easy, taker, 1))
    desk.offer(hard, taker, 1)
    assert takeable(desk, taker) == [hard.id, easy.id]


def test_somebody_whose_identity_is_not_verified(desk: Desk) -> None:
    maker, taker = desk.trader(usdt=100), desk.trader()
    ad = desk.ad(maker, requirements=Requirements(requires_kyc=True))
    with pytest.raises(errors.ShortOfRequirements) as refused:
        desk.offer(ad, taker)
    assert refused.value.requires_kyc
    assert takeable(desk, taker) == []


def test_what_could_be_taken(desk: Desk) -> None:
    taker = desk.trader(usdt=10)
    own = desk.ad(taker)
    others = [desk.sell_ad() for _ in range(4)]
    coins = desk.sell_ad(crypto_currency="btc")
    everything = [ad.id for ad in (coins, *reversed(others))]
    assert takeable(desk, taker) == everything
    assert takeable(desk, taker, mine=taker.id) == []
    assert own.id not in everything
    desk.restrict(taker, "btc")
    assert takeable(desk, taker) == everything[1:]
    assert takeable(desk, taker, crypto_currency="btc") == []


def test_they_come_back_as_they_were_asked(desk: Desk) -> None:
    ad = desk.sell_ad(requirements=ALL)
    assert desk.read(lambda unit: unit.readers.ad(ad.id)).ad == ad
    locked = desk.write(lambda unit: unit.book.lock_ad(ad.id))
    assert locked.ad.requirements == ALL
    assert replace(locked.ad, requirements=Requirements()) != locked.ad


def test_they_are_edited(desk: Desk) -> None:
    ad, taker = desk.sell_ad(), desk.trader()
    desk.edit(ad, min_completed_offers=1)
    with pytest.raises(errors.ShortOfRequirements):
        desk.offer(ad, taker)
    desk.edit(ad, min_completed_offers=0, min_completion_rate=50, requires_kyc=True)
    assert desk.read(lambda unit: unit.readers.ad(ad.id)).ad.requirements == Requirements(0, 50, True)
    desk.edit(ad, min_completion_rate=0, requires_kyc=False)
    desk.offer(ad, taker)
