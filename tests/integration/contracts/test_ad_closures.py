"""What a maker is told of the ad when an offer on it is cancelled, over every store."""

from __future__ import annotations

import json
from typing import Any

import pytest

from domain import DESK, Actor, Ad, AdType, Catalogue, Offer, Purse, cancel_offer, set_suspended
from domain.model.money import Currency
from tests.integration.desk import Desk

WITHOUT_USDT = Catalogue.of((Currency("btc", 8),), (Currency("usd", 2),), ("bank_transfer",))


def closure(desk: Desk, offer: Offer, catalogue: Catalogue) -> Any:
    """Cancels the offer, and reads what the letter to the maker may say of the ad."""
    locked = desk.write(lambda unit: unit.book.lock_offer(offer.id))
    changes = locked.cancel(Actor(offer.taker_id), desk.clock.now(), None, catalogue)
    desk.write(lambda unit: cancel_offer(offer.id, Actor(offer.taker_id), book=unit.book, catalogue=catalogue))
    (notice,) = changes.notices
    json.dumps(dict(notice.facts))
    return notice.facts["ad_closure"]


@pytest.mark.parametrize("ad_type", AdType)
@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("nothing", None),
        ("paused", "paused"),
        ("closed", "closed"),
        ("restricted", "maker_restricted"),
        ("restricted elsewhere", None),
        ("suspended", "maker_restricted"),
        ("not traded", "not_traded"),
    ],
)
def test_a_cancelled_offer_tells_whether_its_ad_is_open(
    desk: Desk, ad_type: AdType, what: str, told: str | None
) -> None:
    ad: Ad = desk.sell_ad() if ad_type is AdType.SELL else desk.buy_ad()
    offer = desk.offer(ad, desk.trader(usdt=2))
    match what:
        case "paused":
            desk.pause(ad)
        case "closed":
            desk.close(ad)
        case "suspended":
            desk.write(lambda unit: set_suspended(ad.maker_id, True, DESK, traders=unit.traders, at=unit.now()))
        case "restricted" | "restricted elsewhere":
            code = "usdt" if what == "restricted" else "btc"
            desk.restrict(desk.read(lambda unit: unit.traders.by_id(ad.maker_id)), code)
    catalogue = WITHOUT_USDT if what == "not traded" else desk.catalogue
    assert closure(desk, offer, catalogue) == told


def test_a_reference_is_known_by_what_is_seen_of_it(desk: Desk) -> None:
    """A blank that a form or a shell added does not make a second deposit of one."""
    from decimal import Decimal

    from domain import InvalidFields, Money, Problem, deposit_funds, withdraw_funds

    trader, money = desk.trader(), Money(Decimal(3), "usdt")
    ports: dict[str, Any] = {"catalogue": desk.catalogue}

    def deposit(reference: str) -> bool:
        return desk.write(lambda unit: deposit_funds(trader.id, money, Purse.MAIN, reference, book=unit.book, **ports))

    assert deposit("tx:1")
    assert not deposit(" tx:1\u200b\n")
    for reference, problem in (("\u3164", Problem.MISSING), ("x" * 256, Problem.TOO_LONG)):
        with pytest.raises(InvalidFields) as refused:
            deposit(reference)
        assert [(found.field, found.problem) for found in refused.value.problems] == [("reference", problem)]
        with pytest.raises(InvalidFields):
            desk.write(lambda unit, ref=reference: withdraw_funds(trader.id, money, ref, book=unit.book, **ports))
