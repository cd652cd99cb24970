"""Notices: numbered from 1 without gaps for each trader, in the order of the commits, and tailed by number."""

from decimal import Decimal
from threading import Event, Thread

import pytest

from .... import NOTICE_KINDS, Actor, FrameValue, NoticeKind, NumberedNotice, Trader, open_dispute
from ....ports.store import Unit
from ....use_cases.end_trades import end_offer_of_suspended
from ...identifiers import fresh_id
from ...races import at_once
from ...store_desk import StoreDesk
from ..tiers import needed


def kinds(desk: StoreDesk, trader: Trader) -> list[NoticeKind]:
    return [notice.kind for notice in desk.store.tail.after(trader.id, 0, 100)]


def test_nothing_to_tell(desk: StoreDesk) -> None:
    trader, nobody = desk.trader(), fresh_id()
    assert desk.store.tail.last_numbers([trader.id, nobody]) == {trader.id: 0, nobody: 0}
    assert desk.store.tail.last_numbers([]) == {}
    assert list(desk.store.tail.after(trader.id, 0, 10)) == []
    assert list(desk.store.tail.after(nobody, 0, 10)) == []
    assert list(desk.read(lambda unit: unit.readers.notices(nobody, 0, 10))) == []


TOLD_ELSEWHERE = {NoticeKind.FUNDS_RELEASED, NoticeKind.CHAT_MESSAGE}
"""What a verdict's own letter says, and what is mailed only where it was not read."""


def every_way_to_end(desk: StoreDesk, maker: Trader, taker: Trader) -> None:
    """Offers of a taker on an ad of a maker, who is suspended in the end."""
    suspend = needed(desk.books.suspend, "suspend")
    ad = desk.ad(maker, auto_reply_message="Hello")
    offer = desk.offer(ad, taker, 4)
    desk.pay(offer)
    desk.dispute(offer)
    desk.withdraw_dispute(offer)
    desk.dispute(offer)
    desk.resolve(offer, desk.staff(), "buyer")
    returned = desk.offer(ad, taker, 1)
    desk.pay(returned)
    desk.give_up(returned)
    desk.cancel(desk.offer(ad, taker, 1))
    late = desk.offer(ad, taker, 1)
    desk.clock.set(late.deadline)
    desk.expire(late)
    called_off = desk.offer(ad, taker, 1)
    suspend(maker.id, True)
    desk.write(lambda unit: end_offer_of_suspended(called_off.id, book=unit.book))


def test_who_is_told_what(desk: StoreDesk) -> None:
    maker, taker = desk.trader(usdt=10), desk.trader()
    every_way_to_end(desk, maker, taker)
    assert kinds(desk, maker) == [
        NoticeKind.AD_INTEREST,
        NoticeKind.PAYMENT_INDICATION,
        NoticeKind.OFFER_DISPUTED,
        NoticeKind.OFFER_DISPUTED,
        NoticeKind.DISPUTE_RESOLVED,
        NoticeKind.AD_INTEREST,
        NoticeKind.PAYMENT_INDICATION,
        NoticeKind.OFFER_RETURNED,
        NoticeKind.AD_INTEREST,
        NoticeKind.OFFER_CANCEL,
        NoticeKind.AD_INTEREST,
        NoticeKind.OFFER_EXPIRED,
        NoticeKind.AD_INTEREST,
        NoticeKind.OFFER_CALLED_OFF,
    ]
    assert kinds(desk, taker) == [
        NoticeKind.AUTO_REPLY,
        NoticeKind.OFFER_DISPUTED,
        NoticeKind.DISPUTE_WITHDRAWN,
        NoticeKind.OFFER_DISPUTED,
        NoticeKind.DISPUTE_RESOLVED,
        NoticeKind.FUNDS_RELEASED,
        NoticeKind.AUTO_REPLY,
        NoticeKind.AUTO_REPLY,
        NoticeKind.AUTO_REPLY,
        NoticeKind.OFFER_EXPIRED,
        NoticeKind.AUTO_REPLY,
        NoticeKind.OFFER_CALLED_OFF,
    ]
    mailed = {item.kind for item in desk.store.outbox.waiting(100)}
    assert mailed == {kind for kind, row in NOTICE_KINDS.items() if row.is_mailed} - TOLD_ELSEWHERE


def test_a_notice_is_as_its_event_was(desk: StoreDesk) -> None:
    ad, taker = desk.sell_ad(), desk.trader()
    desk.clock.advance(seconds=5)
    offer = desk.offer(ad, taker)
    frame: dict[str, FrameValue] = {
        "message": "You have an interested buyer on your p2p ad",
        "type": "ad_interest",
        "ad_id": ad.id,
        "offer_id": offer.id,
    }
    expected = NumberedNotice(ad.maker_id, 1, NoticeKind.AD_INTEREST, frame, desk.clock.now(), offer.id)
    assert list(desk.store.tail.after(ad.maker_id, 0, 10)) == [expected]
    assert list(desk.read(lambda unit: unit.readers.notices(ad.maker_id, 0, 10))) == [expected]


def test_a_tail_begins_where_it_is_told(desk: StoreDesk) -> None:
    ad = desk.sell_ad(10)
    for _ in range(5):
        desk.offer(ad, desk.trader(), 1)

    def numbers(since: int, limit: int) -> list[int]:
        tailed = [notice.number for notice in desk.store.tail.after(ad.maker_id, since, limit)]
        listed = desk.read(lambda unit: [notice.number for notice in unit.readers.notices(ad.maker_id, since, limit)])
        assert tailed == listed
        return tailed

    assert numbers(0, 100) == [1, 2, 3, 4, 5]
    assert numbers(3, 100) == [4, 5]
    assert numbers(1, 2) == [2, 3]
    assert numbers(5, 100) == numbers(10**17, 100) == []


@pytest.mark.abuse("H6")
def test_a_rollback_leaves_no_gap(desk: StoreDesk) -> None:
    ad, taker = desk.sell_ad(10), desk.trader()
    offer = desk.offer(ad, taker, 1)
    desk.pay(offer)

    def work(unit: Unit) -> None:
        dispute_in(desk, unit, offer.id, ad.maker_id)
        assert [notice.number for notice in unit.readers.notices(ad.maker_id, 0, 10)] == [1, 2, 3]
        assert desk.store.tail.last_numbers([ad.maker_id]) == {ad.maker_id: 2}

    desk.undo(work)
    desk.offer(ad, taker, 1)
    assert [notice.number for notice in desk.store.tail.after(ad.maker_id, 0, 10)] == [1, 2, 3]


def dispute_in(desk: StoreDesk, unit: Unit, offer_id: int, by: object) -> None:
    open_dispute(offer_id, Actor(by), "No money.", book=unit.book)  # type: ignore[arg-type]


def test_commits_that_race_leave_no_gap(desk: StoreDesk) -> None:
    """One maker is told of offers on many ads, whose units lock nothing in common but the maker's counter."""
    maker = desk.trader(usdt=24)
    ads = [desk.ad(maker, crypto_amount=Decimal(2)) for _ in range(12)]
    takers = [desk.trader() for _ in ads]
    at_once([lambda ad=ad, taker=taker: desk.offer(ad, taker, 1) for ad, taker in zip(ads, takers, strict=True)])
    numbers = [notice.number for notice in desk.store.tail.after(maker.id, 0, 100)]
    assert numbers == list(range(1, 13))


def test_a_tail_that_reads_while_others_commit_misses_none(desk: StoreDesk) -> None:
    maker = desk.trader(usdt=20)
    ads = [desk.ad(maker, crypto_amount=Decimal(2)) for _ in range(10)]
    takers = [desk.trader() for _ in ads]
    seen: list[int] = []
    is_over = Event()

    def tail() -> None:
        while not is_over.is_set() or desk.store.tail.last_numbers([maker.id])[maker.id] > len(seen):
            seen.extend(notice.number for notice in desk.store.tail.after(maker.id, len(seen), 3))

    reader = Thread(target=tail)
    reader.start()
    try:
        made = [lambda ad=ad, taker=taker: desk.offer(ad, taker, 1) for ad, taker in zip(ads, takers, strict=True)]
        at_once(made)
    finally:
        is_over.set()
        reader.join(60)
    assert seen == list(range(1, 11))
