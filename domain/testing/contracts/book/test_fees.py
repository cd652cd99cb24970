"""What the desk takes of what reaches a buyer: exact, in the journal, and without a row that all wait for."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from .... import Account, AdType, Book, Entry, EntryKind, Offer, Purse
from ...desk import BookDesk
from ...races import at_once, outcomes

UNIT = Decimal("0.000001")


def _released(offer_id: int, book: Book) -> Entry | None:
    return book.posted(EntryKind.RELEASE, f"offer:{offer_id}")


def fees(desk: BookDesk, *offers: Offer) -> list[Decimal]:
    """What was posted to the desk's fees by the release of each offer."""
    found = []
    for offer in offers:
        entry = desk.write(partial(_released, offer.id))
        assert entry is not None
        to_desk = [posting for posting in entry.postings if posting.account == Account(None, "usdt", Purse.FEES)]
        found.append(sum((posting.amount for posting in to_desk), Decimal(0)))
    return found


@pytest.mark.parametrize("ad_type", AdType)
def test_the_buyer_gets_the_amount_but_for_the_fee(desk: BookDesk, ad_type: AdType) -> None:
    maker, taker = desk.trader(usdt=10), desk.trader(usdt=10)
    offer = desk.offer(desk.ad(maker, ad_type=ad_type), taker, 4, fee_percent=Decimal("0.25"))
    desk.release(offer)
    buyer, seller = (taker, maker) if ad_type is AdType.SELL else (maker, taker)
    assert desk.holds(buyer)[1] == Decimal("13.99")
    assert sum(desk.holds(seller)) == 6
    assert fees(desk, offer) == [Decimal("0.01")]
    (frame,) = [notice.frame for notice in desk.books.notices(buyer.id) if notice.frame["type"] == "funds_released"]
    assert frame["amount"] == Decimal("3.99")


def test_a_fee_is_cut_to_the_currency_s_decimals_and_may_be_nothing(desk: BookDesk) -> None:
    ad, taker = desk.sell_ad(10), desk.trader()
    offers = [desk.offer(ad, taker, amount, fee_percent=Decimal("49.9999")) for amount in (2 * UNIT + 1, Decimal(1))]
    for offer in offers:
        desk.release(offer)
    assert fees(desk, *offers) == [Decimal("0.499999"), Decimal("0.499999")]
    small = desk.offer(ad, taker, Decimal("0.01"), fee_percent=Decimal("0.0001"))
    desk.release(small)
    assert fees(desk, small) == [0]


def test_a_split_pays_on_the_part_of_the_buyer(desk: BookDesk) -> None:
    maker, taker = desk.trader(usdt=10), desk.trader()
    offer = desk.offer(desk.ad(maker), taker, 4, fee_percent=1)
    desk.pay(offer)
    desk.dispute(offer)
    desk.split(offer, desk.staff(), Decimal("1.5"))
    assert (desk.holds(taker)[1], desk.holds(maker)[1]) == (Decimal("1.485"), Decimal("2.5"))
    (frame,) = [notice.frame for notice in desk.books.notices(taker.id) if notice.frame["type"] == "funds_released"]
    assert frame["amount"] == Decimal("1.485")


def test_what_comes_to_nothing_pays_nothing(desk: BookDesk) -> None:
    taker = desk.trader(usdt=10)
    offer = desk.offer(desk.buy_ad(10), taker, 4, fee_percent=10)
    desk.cancel(offer)
    assert desk.holds(taker) == (0, 10, 0)


def test_an_offer_keeps_the_fee_of_its_making(desk: BookDesk) -> None:
    ad, taker = desk.sell_ad(10), desk.trader()
    before, after = desk.offer(ad, taker, 1, fee_percent=1), desk.offer(ad, taker, 1, fee_percent=2)
    desk.release(before)
    desk.release(after)
    assert fees(desk, before, after) == [Decimal("0.01"), Decimal("0.02")]


def test_releases_at_once_take_each_their_fee(desk: BookDesk) -> None:
    """The first of them opens the account, whichever that is."""
    offers = [desk.offer(desk.sell_ad(1), desk.trader(), 1, fee_percent=1) for _ in range(12)]
    calls: list[Callable[[], Any]] = [partial(desk.release, offer) for offer in offers]
    assert outcomes(at_once(calls)) == {"done": 12}
    assert fees(desk, *offers) == [Decimal("0.01")] * 12
