"""Ads that their makers change, while others make offers on them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from .... import AdEdit, AdStatus, AdType, BankDetails
from ....errors import InsufficientBalance, InvalidFields
from ...desk import BookDesk
from ...races import at_once, outcomes

PLENTY = Decimal(1000)
EVERYTHING: dict[str, Any] = {
    "price_per_unit": Decimal("3.1234567891"),
    "crypto_amount": Decimal("12.5"),
    "auto_reply_message": "Hello.",
    "terms_of_trade": "Now.",
    "additional_information": "None.",
    "time_to_pay": 45,
    "min_limit": Decimal(2),
    "max_limit": Decimal(20),
    "payment_details": "Here.",
}


@pytest.mark.parametrize("ad_type", AdType)
def test_all_that_is_changed_is_kept(desk: BookDesk, ad_type: AdType) -> None:
    maker = desk.trader(usdt=20)
    ad = desk.ad(maker, ad_type=ad_type)
    last = desk.clock.now().date()
    account: dict[str, Any] = {"bank_account_name": "Jude", "bank_account_number": "1", "bank_name": "First"}
    desk.edit(ad, AdEdit(**EVERYTHING, **account, end_date=last))
    found = desk.ad_now(ad.id)
    assert {name: getattr(found, name) for name in EVERYTHING} == EVERYTHING
    assert (found.bank, found.end_date) == (BankDetails("Jude", "1", "First"), last)
    assert (found.version, found.edition, found.max_limit_follows) == (2, 2, False)
    assert found.available == Decimal("12.5")
    assert (ad.id, ad.maker_id, ad.created_at, ad.start_date) == (
        found.id, found.maker_id, found.created_at, found.start_date,
    )  # fmt: skip
    desk.edit(ad, AdEdit(clears_end_date=True, terms_of_trade=""))
    assert (desk.ad_now(ad.id).end_date, desk.ad_now(ad.id).terms_of_trade) == (None, "")


def test_a_most_that_was_never_given_follows(desk: BookDesk) -> None:
    """And goes on to, after any number of edits; one that was given stays."""
    given, never = desk.sell_ad(10, max_limit=Decimal(20)), desk.sell_ad(10)
    for ad in (given, never):
        desk.edit(ad, AdEdit(price_per_unit=Decimal(5)))
        desk.edit(ad, AdEdit(crypto_amount=Decimal(8)))
    assert (desk.ad_now(given.id).max_limit, desk.ad_now(never.id).max_limit) == (20, 40)


def test_the_difference_moves_and_no_more(desk: BookDesk) -> None:
    maker = desk.trader(usdt=15)
    ad = desk.ad(maker, crypto_amount=Decimal(10))
    desk.release(desk.offer(ad, desk.trader(), 3))
    desk.offer(ad, desk.trader(), 2)
    assert desk.holds(maker) == (0, 5, 7)
    desk.edit(ad, AdEdit(crypto_amount=Decimal("14.5")))
    assert desk.holds(maker) == (0, Decimal("0.5"), Decimal("11.5"))
    with pytest.raises(InsufficientBalance):
        desk.edit(ad, AdEdit(crypto_amount=Decimal("15.1")))
    with pytest.raises(InvalidFields):
        desk.edit(ad, AdEdit(crypto_amount=Decimal("4.999999")))
    desk.edit(ad, AdEdit(crypto_amount=Decimal(5)))
    assert desk.holds(maker) == (0, 10, 2)
    assert desk.ad_now(ad.id).available == 0


def test_an_edit_that_leaves_nothing_completes_the_ad(desk: BookDesk) -> None:
    maker = desk.trader(usdt=10)
    ad = desk.ad(maker, crypto_amount=Decimal(10))
    desk.release(desk.offer(ad, desk.trader(), 4))
    desk.edit(ad, AdEdit(crypto_amount=Decimal(4)))
    assert desk.ad_now(ad.id).status is AdStatus.COMPLETED
    assert desk.holds(maker) == (0, 6, 0)


@pytest.mark.parametrize("ad_type", AdType)
def test_an_edit_changes_nothing_of_a_live_offer(desk: BookDesk, ad_type: AdType) -> None:
    maker, taker = desk.trader(usdt=10), desk.trader(usdt=10)
    ad = desk.ad(maker, ad_type=ad_type, bank=BankDetails("Jude", "1", "First"))
    offer = desk.offer(ad, taker, 4)
    before = desk.offer_now(offer.id).offer
    desk.edit(ad, AdEdit(price_per_unit=Decimal(9), time_to_pay=1, bank_account_number="2", crypto_amount=Decimal(5)))
    assert desk.offer_now(offer.id).offer == before
    desk.pay(offer)
    desk.release(offer)


@pytest.mark.parametrize("ad_type", AdType)
def test_offers_race_an_edit_of_the_price(desk: BookDesk, ad_type: AdType) -> None:
    """Each is for what one of the two prices makes of its amount, and the ad's parts are the whole of it."""
    maker = desk.trader(usdt=100)
    ad = desk.ad(maker, crypto_amount=Decimal(50), ad_type=ad_type)
    takers = [desk.trader(usdt=5) for _ in range(10)]
    edits = [partial(desk.edit, ad, AdEdit(price_per_unit=Decimal(3), crypto_amount=Decimal(40)))]
    calls: list[Callable[[], Any]] = [*(partial(desk.offer, ad, taker, 2) for taker in takers), *edits]
    assert outcomes(at_once(calls)) == {"done": 11}
    offers = [desk.offer_now(offer_id).offer for offer_id in desk.offers]
    assert {offer.fiat_amount for offer in offers} <= {Decimal(4), Decimal(6)}
    found = desk.ad_now(ad.id)
    assert (found.available, found.reserved, found.edition) == (20, 20, 2)


def test_only_what_a_maker_does_counts_as_an_edition(desk: BookDesk) -> None:
    ad = desk.sell_ad(10)
    desk.cancel(desk.offer(ad, desk.trader(), 2))
    desk.release(desk.offer(ad, desk.trader(), 2))
    assert desk.ad_now(ad.id).edition == 1
    desk.pause(ad)
    desk.resume(ad)
    desk.edit(ad, AdEdit())
    desk.close(ad)
    assert desk.ad_now(ad.id).edition == 5
