"""The board with ads that follow the market: by the prices that hold now, and page by page while these move."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import cycle
from typing import Any

import pytest

from .... import Ad, AdType, InvalidFields, Page
from ....ports.readers import AdView, BadCursor, BoardQuery
from ...books import Books
from ...store_desk import StoreDesk
from ..tiers import needed
from .test_board import board


@pytest.fixture(autouse=True)
def knows_rates(books: Books) -> None:
    """A store that knows no rates has no ads that follow them."""
    needed(books.keep_rate, "keep_rate")


def market_ad(desk: StoreDesk, margin: Decimal | int | str = 100, **changed: Any) -> Ad:
    """A buy ad of a new maker, at so many percent of the market's rate."""
    return desk.buy_ad(**desk.follows(margin), **changed)


def part(desk: StoreDesk, cursor: str | None, limit: int, **asked: Any) -> Page[AdView]:
    query = BoardQuery(desk.clock.now().date(), desk.catalogue, **asked)
    return desk.read(lambda unit: unit.readers.board(query, cursor, limit))


def priced(desk: StoreDesk, ad: Ad) -> Ad:
    return desk.read(lambda unit: unit.readers.ad(ad.id)).ad


def test_what_is_written_is_read(desk: StoreDesk) -> None:
    desk.says("2.5")
    ad = market_ad(desk, "99.5", min_limit=Decimal(1))
    assert (ad.price_per_unit, ad.max_limit_follows) == (Decimal("2.4875"), True)
    assert priced(desk, ad) == ad
    assert (
        desk.read(lambda unit: unit.readers.board(BoardQuery(desk.clock.now().date(), desk.catalogue), None, 9))
        .items[0]
        .ad
        == ad
    )


def test_a_reader_sees_the_price_that_holds_now(desk: StoreDesk) -> None:
    desk.says(2)
    ad = market_ad(desk, 110)
    desk.clock.advance(seconds=10)
    desk.says(3)
    seen = priced(desk, ad)
    assert (seen.price_per_unit, seen.max_limit) == (Decimal("3.3"), 33)
    assert seen.is_price_known(desk.clock.now())
    desk.clock.advance(minutes=5, microseconds=1)
    assert priced(desk, ad).price_per_unit == Decimal("3.3")
    assert not priced(desk, ad).is_price_known(desk.clock.now())


def test_offers_of_others_move_no_price(desk: StoreDesk) -> None:
    """What was written with an offer says nothing of the price that is kept with the ad."""
    desk.says(2)
    ad = market_ad(desk)
    desk.says(4)
    offer = desk.offer(ad, desk.trader(usdt=5), 2)
    view = desk.read(lambda unit: unit.readers.offer(offer.id))
    assert (view.offer.price_per_unit, view.ad.price_per_unit, view.ad.market) == (4, 2, None)
    assert priced(desk, ad).price_per_unit == 4


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_fixed_and_market_are_sorted_together(desk: StoreDesk, limit: int) -> None:
    desk.says(2)
    cheap, dear = market_ad(desk, 50), market_ad(desk, 150)
    fixed, equal = desk.buy_ad(price_per_unit=Decimal(2)), market_ad(desk, 100)
    for pair in ({}, {"crypto_currency": "usdt"}, {"crypto_currency": "usdt", "fiat_currency": "usd"}):
        assert board(desk, limit, sort="price", **pair) == [cheap.id, equal.id, fixed.id, dear.id]
        assert board(desk, limit, sort="-price", **pair) == [dear.id, equal.id, fixed.id, cheap.id]
    desk.says(10)
    assert board(desk, limit, sort="price") == [fixed.id, cheap.id, equal.id, dear.id]
    assert board(desk, limit, sort="newest") == [equal.id, fixed.id, dear.id, cheap.id]


def test_each_pair_goes_by_its_own_rate(desk: StoreDesk) -> None:
    desk.says(2)
    desk.says(300, ("usdt", "jpy"))
    desk.says(7, ("btc", "usd"))
    dollars, yen = market_ad(desk), market_ad(desk, fiat_currency="jpy")
    coins = market_ad(desk, crypto_currency="btc")
    assert board(desk, 2, sort="price") == [dollars.id, coins.id, yen.id]
    assert board(desk, 2, sort="price", crypto_currency="usdt") == [dollars.id, yen.id]
    assert board(desk, 2, sort="price", fiat_currency="usd") == [dollars.id, coins.id]
    desk.says(400)
    assert board(desk, 2, sort="price") == [coins.id, yen.id, dollars.id]


@pytest.mark.parametrize("sort", ["price", "-price"])
def test_nothing_is_left_out_or_shown_twice_while_rates_move(desk: StoreDesk, sort: str) -> None:
    """Each part goes by the rates of its moment, and where a lane was read to goes by no rate at all."""
    desk.says(2)
    desk.says(300, ("usdt", "jpy"))
    made = [market_ad(desk, margin).id for margin in (10, 50, 90, "90.01", 100, 300)]
    made += [market_ad(desk, margin, fiat_currency="jpy").id for margin in (1, 2, 100)]
    made += [desk.buy_ad(price_per_unit=Decimal(price)).id for price in (1, 2, 2, 3)]
    # Up and down by turns that do not fall into step with each other.
    dollars, yen = cycle(["0.5", "9", "2", "9", "0.5"]), cycle([900, 30, 300])
    for limit in (1, 2, 5):
        seen, cursor = [], None
        while True:
            found = part(desk, cursor, limit, sort=sort)
            seen += [view.ad.id for view in found.items]
            assert len(seen) <= len(made), "a list that never ends"
            prices = [view.ad.price_per_unit for view in found.items]
            assert prices == sorted(prices, reverse=sort == "-price")
            if found.next is None:
                break
            cursor = found.next
            desk.says(next(dollars))
            desk.says(next(yen), ("usdt", "jpy"))
        assert sorted(seen) == sorted(made)


def test_ones_own_ads_too(desk: StoreDesk) -> None:
    desk.says(2)
    maker = desk.trader()
    market = market_ad(desk, 80)
    fixed = desk.ad(maker, ad_type=AdType.BUY)
    assert board(desk, sort="price", mine=market.maker_id) == [market.id]
    desk.close(market)
    assert board(desk, sort="-price", mine=market.maker_id) == [market.id]
    assert board(desk, sort="price") == [fixed.id]


def test_an_amount_is_asked_of_the_price_that_holds_now(desk: StoreDesk) -> None:
    """Ten usdt at two are worth 20, and at three 30; a most that was given stays where it is."""
    desk.says(2)
    follows, bounded = market_ad(desk, 100), market_ad(desk, 100, max_limit=Decimal(20))
    for sort in ("newest", "price"):
        assert set(board(desk, sort=sort, amount=Decimal(20))) == {follows.id, bounded.id}
        assert board(desk, sort=sort, amount=Decimal(21)) == []
    desk.says(3)
    for sort in ("newest", "price"):
        assert board(desk, sort=sort, amount=Decimal(30)) == [follows.id]
        assert set(board(desk, sort=sort, amount=Decimal(18))) == {follows.id, bounded.id}
    desk.says("0.0001")
    assert board(desk, sort="price") == [], "all of it is worth less than what can be paid"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: "",
        lambda cursor: cursor[:-1],
        lambda cursor: cursor + "A",
        # The list, and no place.
        lambda _: "Ym9hcmQgcHJpY2U",
    ],
)
def test_a_cursor_that_was_not_given_is_none(desk: StoreDesk, spoil: Callable[[str], str]) -> None:
    desk.says(2)
    for _ in range(3):
        market_ad(desk)
    cursor = part(desk, None, 1, sort="price").next
    assert cursor is not None
    with pytest.raises(BadCursor):
        part(desk, spoil(cursor), 1, sort="price")
    with pytest.raises(BadCursor):
        part(desk, cursor, 1, sort="-price")


def test_an_edit_is_of_the_margin(desk: StoreDesk) -> None:
    desk.says(2)
    ad = market_ad(desk, 100)
    desk.edit(ad, price_margin=Decimal("1.01"))
    found = priced(desk, ad)
    assert (found.price_margin, found.price_per_unit, found.edition) == (Decimal("1.01"), Decimal("0.0202"), 2)
    with pytest.raises(InvalidFields):
        desk.edit(ad, price_per_unit=Decimal(2))
