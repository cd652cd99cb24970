"""The board: which ads are on it, in which order, and page by page."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from .... import Ad, AdStatus, AdType, Profile, Ratings
from ....ports.readers import BadCursor, BoardQuery
from ...store_desk import StoreDesk
from ..lists_are_right import every
from ..tiers import needed


def board(desk: StoreDesk, limit: int = 100, **asked: Any) -> list[int]:
    query = BoardQuery(asked.pop("today", desk.clock.now().date()), asked.pop("traded", desk.catalogue), **asked)
    return [
        view.ad.id for view in every(lambda cursor: desk.read(lambda unit: unit.readers.board(query, cursor, limit)))
    ]


def test_an_empty_board(desk: StoreDesk) -> None:
    assert board(desk) == []


def test_an_ad_comes_with_its_makers_profile(desk: StoreDesk) -> None:
    ad = desk.sell_ad()
    (view,) = desk.read(
        lambda unit: unit.readers.board(BoardQuery(desk.clock.now().date(), desk.catalogue), None, 10)
    ).items
    assert view.ad == ad
    assert view.maker == Profile(desk.traders[0], Ratings(), has_p2p=True)


def paused(desk: StoreDesk, ad: Ad) -> None:
    desk.pause(ad)


def closed(desk: StoreDesk, ad: Ad) -> None:
    desk.close(ad)


def all_taken(desk: StoreDesk, ad: Ad) -> None:
    desk.offer(ad, desk.trader(), 10)


def all_sold(desk: StoreDesk, ad: Ad) -> None:
    desk.release(desk.offer(ad, desk.trader(), 10))


def maker_suspended(desk: StoreDesk, ad: Ad) -> None:
    needed(desk.books.suspend, "suspend")(desk.traders[0].id, True)


def maker_restricted(desk: StoreDesk, ad: Ad) -> None:
    desk.restrict(desk.traders[0])


@pytest.mark.parametrize("happens", [paused, closed, all_taken, all_sold, maker_suspended, maker_restricted])
def test_an_ad_that_takes_no_offers_is_not_on_it(desk: StoreDesk, happens: Callable[[StoreDesk, Ad], None]) -> None:
    ad, other = desk.sell_ad(10), desk.sell_ad(10)
    happens(desk, ad)
    assert board(desk) == [other.id]
    assert board(desk, mine=ad.maker_id) == [ad.id]


def test_ads_by_what_their_maker_knows_them_by(desk: StoreDesk) -> None:
    jude, amara = desk.trader(), desk.trader()
    given = [(jude, "one"), (jude, "two"), (amara, "one"), (jude, "one"), (jude, None)]
    first, two, of_amara, last, _ = (
        desk.ad(maker, ad_type=AdType.BUY, client_reference=word).id for maker, word in given
    )
    assert board(desk, mine=jude.id, client_reference="one") == [last, first]
    assert board(desk, 1, mine=jude.id, client_reference="one") == [last, first]
    assert board(desk, mine=jude.id, client_reference="two", sort="price") == [two]
    assert board(desk, mine=amara.id, client_reference="one") == [of_amara]
    assert board(desk, mine=amara.id, client_reference="two") == []


def test_a_restriction_in_another_currency_does_not_matter(desk: StoreDesk) -> None:
    ad = desk.sell_ad()
    desk.restrict(desk.traders[0], "btc")
    assert board(desk) == [ad.id]


def test_what_was_given_back_is_on_it_again(desk: StoreDesk) -> None:
    ad = desk.sell_ad(10)
    offer = desk.offer(ad, desk.trader(), 10)
    assert board(desk) == []
    desk.cancel(offer)
    assert board(desk) == [ad.id]


def test_an_ad_is_on_it_from_its_first_day_to_its_last(desk: StoreDesk) -> None:
    today = desk.clock.now().date()
    day = timedelta(days=1)
    ad = desk.sell_ad(start_date=today + day, end_date=today + 2 * day)
    shown = [board(desk, today=today + each * day) for each in range(4)]
    assert shown == [[], [ad.id], [ad.id], []]


def test_ones_own_ads_are_all_there_ended_ones_too(desk: StoreDesk) -> None:
    maker = desk.trader(usdt=100)
    ads = [desk.ad(maker) for _ in range(4)]
    desk.sell_ad()
    desk.pause(ads[0])
    desk.close(ads[1])
    desk.release(desk.offer(ads[2], desk.trader(), 10))
    assert board(desk, mine=maker.id) == [ad.id for ad in reversed(ads)]
    query = BoardQuery(desk.clock.now().date(), desk.catalogue, mine=maker.id)
    views = desk.read(lambda unit: unit.readers.board(query, None, 10)).items
    statuses = [view.ad.status for view in views]
    assert statuses == [AdStatus.PENDING, AdStatus.COMPLETED, AdStatus.CLOSED, AdStatus.PAUSED]


def test_ones_own_ads_by_their_status_of_the_day(desk: StoreDesk) -> None:
    """The last two are past their end date on the third day, though nobody has swept them."""
    maker, today, day = desk.trader(usdt=100), desk.clock.now().date(), timedelta(days=1)
    live, waiting, over, sold = (desk.ad(maker).id for _ in range(4))
    ending, waiting_to_end = (desk.ad(maker, end_date=today + day).id for _ in range(2))
    every_ad = {
        view.ad.id: view.ad
        for view in desk.read(lambda unit: unit.readers.board(BoardQuery(today, desk.catalogue), None, 9)).items
    }
    for ad_id in (waiting, waiting_to_end):
        desk.pause(every_ad[ad_id])
    desk.close(every_ad[over])
    desk.release(desk.offer(every_ad[sold], desk.trader(), 10))

    def by_status(at: date, **asked: Any) -> dict[str, list[int]]:
        return {status.value: board(desk, today=at, status=status, **asked) for status in AdStatus}

    ended = {"completed": [sold], "closed": [over]}
    own = {"pending": [ending, live], "paused": [waiting_to_end, waiting], "expired": [], **ended}
    assert by_status(today, mine=maker.id) == by_status(today + day, mine=maker.id) == own
    later = {"pending": [live], "paused": [waiting], "expired": [waiting_to_end, ending], **ended}
    assert by_status(today + 2 * day, mine=maker.id) == later
    nobodys: dict[str, list[int]] = {status: [] for status in later}
    assert by_status(today) == {**nobodys, "pending": [ending, live]}
    assert by_status(today + 2 * day) == {**nobodys, "pending": [live]}
    assert by_status(today, mine=desk.trader().id) == nobodys


def test_each_filter(desk: StoreDesk) -> None:
    plain = desk.sell_ad()
    buying = desk.buy_ad()
    in_btc = desk.sell_ad(crypto_currency="btc")
    in_yen = desk.sell_ad(fiat_currency="jpy")
    by_phone = desk.sell_ad(payment_method="mobile_money")
    everything = [ad.id for ad in (by_phone, in_yen, in_btc, buying, plain)]
    assert board(desk) == everything
    assert board(desk, ad_type=AdType.BUY) == [buying.id]
    assert board(desk, ad_type=AdType.SELL) == [ad_id for ad_id in everything if ad_id != buying.id]
    assert board(desk, crypto_currency="btc") == [in_btc.id]
    assert board(desk, fiat_currency="jpy") == [in_yen.id]
    assert board(desk, payment_method="mobile_money") == [by_phone.id]
    assert board(desk, payment_method="mobile_money", crypto_currency="btc") == []
    assert board(desk, crypto_currency="BTC") == []
    assert board(desk, mine=desk.traders[1].id, ad_type=AdType.SELL) == []


def test_an_amount_that_one_offer_can_be_for(desk: StoreDesk) -> None:
    """Ten usdt at two usd, between five and fifteen usd; the rest of the other is worth less than its least."""
    ad = desk.sell_ad(10, min_limit=Decimal(5), max_limit=Decimal(15))
    nearly_sold = desk.sell_ad(10, min_limit=Decimal(5))
    desk.offer(nearly_sold, desk.trader(), Decimal("8.5"))
    both = [nearly_sold.id, ad.id]
    asked = ("0.01", "2.99", "3.00", "3.01", "4.99", "5.00", "15.00", "15.01", "20.00")
    shown = [board(desk, amount=Decimal(amount)) for amount in asked]
    assert shown == [[], [], both[:1], [], [], both[1:], both[1:], [], []]


def test_an_amount_for_a_rest_over_the_most(desk: StoreDesk) -> None:
    """The rest may be under the least of an ad, and never over its most."""
    ad = desk.sell_ad(10, min_limit=Decimal(5), max_limit=Decimal(15))
    assert board(desk, amount=Decimal(20)) == []
    desk.offer(ad, desk.trader(), Decimal(5))
    assert board(desk, amount=Decimal(10)) == [ad.id]
    assert board(desk, amount=Decimal("10.01")) == []


def test_an_amount_is_compared_with_the_rounded_worth(desk: StoreDesk) -> None:
    ad = desk.sell_ad(Decimal("0.000001"), crypto_currency="btc", price_per_unit=Decimal(14_500), fiat_currency="usd")
    assert board(desk, amount=Decimal("0.01")) == [ad.id]
    assert board(desk, amount=Decimal("0.02")) == []


# Prices with amounts that are worth something at them, and not too much.
PRICES = (
    ("2.00", 1000),
    ("10.00", 1000),
    ("2.00", 1000),
    ("0.0000000001", 10**9),
    ("2.0000000001", 1000),
    ("999999999999.99", 1),
)


def test_each_order_page_by_page(desk: StoreDesk) -> None:
    """Prices are compared as numbers, and of equal ones the newest comes first."""
    maker = desk.trader()
    ids = [
        desk.ad(maker, ad_type=AdType.BUY, price_per_unit=Decimal(price), crypto_amount=Decimal(amount)).id
        for price, amount in PRICES
    ]
    first, ten, second, least, more, most = ids
    for limit in (1, 2, 5, 6, 100):
        assert board(desk, limit, sort="newest") == ids[::-1]
        assert board(desk, limit, sort="price") == [least, second, first, more, ten, most]
        assert board(desk, limit, sort="-price") == [most, ten, more, second, first, least]


def test_a_page_ends_where_the_list_does(desk: StoreDesk) -> None:
    maker = desk.trader()
    for _ in range(4):
        desk.ad(maker, ad_type=AdType.BUY)
    query = BoardQuery(desk.clock.now().date(), desk.catalogue)
    page = desk.read(lambda unit: unit.readers.board(query, None, 2))
    assert page.next is not None
    last = desk.read(lambda unit: unit.readers.board(query, page.next, 2))
    assert (len(page.items), len(last.items), last.next) == (2, 2, None)


def test_paging_with_an_amount_skips_and_repeats_none(desk: StoreDesk) -> None:
    maker = desk.trader()
    dear = [desk.ad(maker, ad_type=AdType.BUY, min_limit=Decimal(1 if number % 3 else 9)).id for number in range(10)]
    expected = [ad_id for number, ad_id in enumerate(dear) if number % 3][::-1]
    for limit in (1, 2, 3, 10):
        assert board(desk, limit, amount=Decimal(5)) == expected


def test_a_rest_that_nobody_can_pay_for_is_not_on_it(desk: StoreDesk) -> None:
    """While an offer lives the ad is not completed: what it has left is worth a quarter of a cent."""
    ad = desk.sell_ad(1, price_per_unit=Decimal("0.5"), fiat_currency="usd")
    desk.offer(ad, desk.trader(), Decimal("0.995"))
    assert board(desk) == []
    assert board(desk, mine=ad.maker_id) == [ad.id]


def test_many_ads_that_are_almost_what_is_asked_for(desk: StoreDesk) -> None:
    """As near as the databases' own arithmetic cannot tell them apart: found page by page, whatever lies between."""
    maker = desk.trader()
    for number in range(60):
        wanted = number in (0, 30)
        amount = Decimal("1000000") if wanted else Decimal("999999.99")
        desk.ad(maker, ad_type=AdType.BUY, price_per_unit=Decimal(1), crypto_amount=amount)
    for limit in (1, 2, 50):
        assert board(desk, limit, amount=Decimal("1000000")) == [31, 1]


def test_an_ad_that_leaves_the_board_between_two_pages_takes_no_other_with_it(desk: StoreDesk) -> None:
    maker = desk.trader()
    ads = [desk.ad(maker, ad_type=AdType.BUY) for _ in range(4)]
    for sort in ("newest", "-price"):
        query = BoardQuery(desk.clock.now().date(), desk.catalogue, sort=sort)
        page = desk.read(lambda unit, query=query: unit.readers.board(query, None, 2))
        desk.close(ads.pop(2 if sort == "newest" else 1))
        rest = desk.read(lambda unit, query=query, page=page: unit.readers.board(query, page.next, 2))
        shown = {view.ad.id for view in (*page.items, *rest.items)}
        assert {ad.id for ad in ads} <= shown


BAD_CURSORS = [
    "",
    " ",
    "0",
    "x",
    "*",
    "====",
    "bm9uc2Vuc2U",
    "Ym9hcmQ",
    "\u00e9",
    "../..",
    "a" * 5000,
    "MTI6",
    "8J-SuA",
    "AAAA",
    # A price of more decimals than prices have, and none; a moment without a zone, and two that no engine can hold.
    "Ym9hcmQgcHJpY2V8MS4wMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAxfDU",
    "Ym9hcmQgLXByaWNlfDB8NQ",
    "ZGlzcHV0ZXN8MjAyNi0wMS0wMVQwMDowMDowMHwx",
    "ZGlzcHV0ZXN8OTk5OS0xMi0zMVQyMzo1OTo1OS0xNDowMHwx",
    "ZGlzcHV0ZXN8MDAwMS0wMS0wMVQwMDowMDowMCsxNDowMHwx",
    "Ym9hcmQgbmV3ZXN0fA",
    "Ym9hcmQgbmV3ZXN0fC0x",
    "Ym9hcmRfbmV3ZXN0Oi0x",
    "Ym9hcmRfbmV3ZXN0OjFlOQ",
]


@pytest.mark.parametrize("sort", ["newest", "price", "-price"])
def test_a_cursor_that_this_list_did_not_make(desk: StoreDesk, sort: str) -> None:
    maker = desk.trader()
    for _ in range(2):
        desk.ad(maker, ad_type=AdType.BUY)
    query = BoardQuery(desk.clock.now().date(), desk.catalogue, sort=sort)
    others = [
        BoardQuery(query.today, desk.catalogue, sort=other) for other in ("newest", "price", "-price") if other != sort
    ]
    pages = [desk.read(lambda unit, other=other: unit.readers.board(other, None, 1)) for other in others]
    made_elsewhere = [page.next or "" for page in pages]
    for cursor in (*BAD_CURSORS, *made_elsewhere):
        with pytest.raises(BadCursor):
            desk.read(lambda unit, cursor=cursor: unit.readers.board(query, cursor, 10))


def test_a_cursor_fits_into_a_url(desk: StoreDesk) -> None:
    maker = desk.trader()
    for _ in range(2):
        desk.ad(maker, ad_type=AdType.BUY, price_per_unit=Decimal("2.0000000001"))
    for sort in ("newest", "price", "-price"):
        query = BoardQuery(desk.clock.now().date(), desk.catalogue, sort=sort)
        page = desk.read(lambda unit, query=query: unit.readers.board(query, None, 1))
        assert page.next is not None
        assert page.next.isascii()
        assert page.next.replace("-", "").replace("_", "").isalnum()
