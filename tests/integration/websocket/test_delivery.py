"""What a socket is sent: exactly the promised frames, all of them, once, in order."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from threading import Event
from typing import Any
from uuid import UUID

import pytest
import websocket

from domain import AdType, NumberedNotice, Offer, Trader
from domain.ports.delivery import NoticeTail
from domain.ports.store import Store
from tests.integration.conftest import NewStore
from tests.integration.waiting import PATIENCE_SECONDS, until
from tests.integration.websocket.conftest import Serve, Service


def offers(service: Service, count: int, **terms: object) -> tuple[Trader, list[Offer]]:
    """A maker, and as many offers on an ad of theirs."""
    ad = service.desk.sell_ad(1000, **terms)
    taker = service.desk.trader()
    maker = next(trader for trader in service.desk.traders if trader.id == ad.maker_id)
    return maker, [service.desk.offer(ad, taker, 1) for _ in range(count)]


def test_frames_are_exactly_the_contracts(service: Service) -> None:
    seller, buyer = service.desk.trader(usdt=10), service.desk.trader()
    selling, buying = service.listen(seller), service.listen(buyer)
    ad = service.desk.ad(seller, auto_reply_message="Pay within the window.")
    offer = service.desk.offer(ad, buyer)
    service.desk.pay(offer)
    service.desk.release(offer)
    assert selling.expect(2) == [
        {
            "message": "You have an interested buyer on your p2p ad",
            "type": "ad_interest",
            "ad_id": ad.id,
            "offer_id": offer.id,
        },
        {
            "message": f"{buyer.fullname} has claimed to have made payment regarding your P2P advertisement.",
            "type": "payment_indication",
            "offer_id": offer.id,
        },
    ]
    assert buying.expect(2) == [
        {"message": "Pay within the window.", "type": "auto_reply", "ad_id": ad.id, "offer_id": offer.id},
        {
            "message": "Funds have been released",
            "type": "funds_released",
            "amount": Decimal("2.0"),
            "crypto_currency": "usdt",
        },
    ]
    assert '"amount": 2.0,' in buying.frames[1]


@pytest.mark.abuse("C12")
def test_an_amount_is_a_number_that_prints_exactly(service: Service) -> None:
    seller, buyer = service.desk.trader(), service.desk.trader(fine=20)
    listening = service.listen(seller)
    ad = service.desk.ad(
        seller, ad_type=AdType.BUY, crypto_currency="fine", crypto_amount=Decimal("10"), price_per_unit=Decimal(200)
    )
    offer = service.desk.offer(ad, buyer, Decimal("1.00000000000000000001"))
    service.desk.release(offer)
    listening.expect(2)
    assert '"amount": 1.00000000000000000001,' in listening.frames[1]


@pytest.mark.abuse("G3", "G8")
def test_a_trader_hears_nothing_of_others(service: Service) -> None:
    stranger = service.listen(service.desk.trader())
    maker, _ = offers(service, 1)
    own = service.listen(maker, since=0)
    own.expect(1)
    assert stranger.frames == []


def test_without_since_it_begins_with_the_handshake(service: Service) -> None:
    ad = service.desk.sell_ad(10)
    maker = service.desk.traders[-1]
    service.desk.offer(ad, service.desk.trader(), 1)
    listening = service.listen(maker)
    later = service.desk.offer(ad, service.desk.trader(), 1)
    (frame,) = listening.expect(1)
    assert frame["offer_id"] == later.id
    assert "notice" not in frame


def test_since_replays_and_then_goes_live_without_gap_or_double(serve: Serve) -> None:
    service = serve(page=3)
    maker, made = offers(service, 10)
    replaying = service.listen(maker, since=2)
    replaying.expect(8)
    ad_id, taker = made[0].ad_id, service.desk.traders[-1]
    ad = service.desk.read(lambda unit: unit.readers.ad(ad_id)).ad
    service.desk.offer(ad, taker, 1)
    replaying.expect(9)
    assert replaying.numbers == list(range(3, 12))


@pytest.mark.abuse("G8")
def test_since_that_is_yet_to_come_means_from_now_on(service: Service) -> None:
    maker, made = offers(service, 2)
    listening = service.listen(maker, since=999_999_999_999_999_999)
    service.desk.cancel(made[0])
    listening.expect(1)
    assert listening.numbers == [3]


def test_sockets_of_one_trader_are_each_sent_everything(service: Service) -> None:
    maker, made = offers(service, 3)
    early, late, live = service.listen(maker, since=0), service.listen(maker, since=2), service.listen(maker)
    service.desk.cancel(made[0])
    early.expect(4)
    late.expect(2)
    live.expect(1)
    assert (early.numbers, late.numbers) == ([1, 2, 3, 4], [3, 4])
    assert "notice" not in live.messages[0]


def test_a_lost_nudge_costs_time_and_no_notice(serve: Serve, waker: object) -> None:
    service = serve()
    waker.then = lambda _: None  # type: ignore[attr-defined]
    ad = service.desk.sell_ad(10)
    listening = service.listen(service.desk.traders[-1], since=0)
    service.desk.offer(ad, service.desk.trader(), 1)
    listening.expect(1)
    assert listening.numbers == [1]


class HeldBackTail:
    """The port ``NoticeTail``, whose answers are held back until a test lets them go."""

    def __init__(self, tail: NoticeTail) -> None:
        self._tail = tail
        self.asked, self.let_go = Event(), Event()

    def after(self, trader_id: UUID, number: int, limit: int) -> Sequence[NumberedNotice]:
        self.asked.set()
        self.let_go.wait(PATIENCE_SECONDS)
        return self._tail.after(trader_id, number, limit)

    def last_numbers(self, trader_ids: Iterable[UUID]) -> Mapping[UUID, int]:
        return self._tail.last_numbers(trader_ids)


class HeldBackStore:
    """The port ``Store`` with such a tail."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.tail = HeldBackTail(store.tail)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def test_what_a_client_was_to_be_sent_when_it_left_is_forgotten(
    serve: Serve, new_store: NewStore, caplog: pytest.LogCaptureFixture
) -> None:
    """And is no fault to be logged, since anybody could fill the log with it."""
    store = HeldBackStore(new_store("memory"))
    service = serve(store)
    maker, _ = offers(service, 3)
    leaving = service.listen(maker, since=0)
    assert store.tail.asked.wait(PATIENCE_SECONDS)
    leaving.send_frame(websocket.ABNF.create_frame((1000).to_bytes(2, "big"), websocket.ABNF.OPCODE_CLOSE))
    assert leaving.expect_code() == 1000
    staying = service.listen(maker, since=0)
    store.tail.let_go.set()
    staying.expect(3)
    assert leaving.frames == []
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_reconnecting_again_and_again_misses_nothing(serve: Serve) -> None:
    service = serve(page=2)
    ad = service.desk.sell_ad(1000)
    maker, taker = service.desk.traders[-1], service.desk.trader()
    token = service.log_in(maker).access
    seen: list[int] = []
    for _ in range(25):
        client = service.client(f"?token={token}&since={seen[-1] if seen else 0}")
        service.desk.offer(ad, taker, 1)
        service.desk.offer(ad, taker, 1)
        client.expect(1)
        client.close()
        seen += client.numbers
    rest = service.client(f"?token={token}&since={seen[-1]}")
    until(lambda: len(seen) + len(rest.frames) == 50)
    assert seen + rest.numbers == list(range(1, 51))
