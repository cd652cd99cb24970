"""From a notice to the program that takes it: the worker's loop, over true stores and servers."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, event

from adapters.system.identifiers import RandomIdentifiers
from adapters.webhooks.sending import HttpWebhookSender
from adapters.worker import webhooks
from adapters.worker.webhooks import WebhookFigures, WebhookLoop
from domain import Actor, StoreUnavailable, Trader, Webhook, caused_by
from domain.model.account_letters import AccountLetter
from domain.model.webhooks import RETRIES
from domain.use_cases.webhooks import send_test
from tests.integration.desk import Desk
from tests.integration.waiting import until
from tests.integration.webhooks.hooks import SEALER, added, find, told
from tests.integration.webhooks.receiver import Receiver, receiving

SENDER = HttpWebhookSender(may_connect=lambda _: True)
IMPATIENT = HttpWebhookSender(may_connect=lambda _: True, patience_seconds=1.0)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def loop_of(desk: Desk, sender: HttpWebhookSender = SENDER, **options: Any) -> WebhookLoop:
    return WebhookLoop(desk.store, desk.store.webhook_queue, sender, SEALER, RandomIdentifiers(), **options)


@contextmanager
def looping(loop: WebhookLoop) -> Iterator[WebhookLoop]:
    loop.start()
    try:
        yield loop
    finally:
        assert loop.stop(20)


def add(desk: Desk, trader: Trader, url: str) -> tuple[Webhook, str]:
    """A webhook on this machine, where the receiver is."""
    return added(desk, trader, url=url, anywhere=True)


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is said to any database meanwhile."""
    said: list[str] = []

    def note(*told: Any) -> None:
        said.append(str(told[2]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def figure(figures: WebhookFigures, outcome: str) -> float:
    return figures.registry.get_sample_value("p2p_webhooks_total", {"outcome": outcome}) or 0


@pytest.mark.parametrize("status", [204, 500])
def test_the_log_says_what_was_sent_about_what_and_which_request_caused_it(
    desk: Desk, receiver: Receiver, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    """Whether it was taken or not, as of a letter."""
    maker, taker, cause = desk.trader(usdt=10), desk.trader(), uuid4()
    ad = desk.ad(maker)
    webhook, _ = add(desk, maker, receiver.url(f"/{status}"))
    with caplog.at_level(logging.INFO, logger=webhooks.__name__), caused_by(cause):
        offer = desk.offer(ad, taker, Decimal(2))
        with looping(loop_of(desk)):
            record = vars(until(lambda: next((each for each in caplog.records if "status" in vars(each)), None)))
    assert str(webhook.id) in record["message"]
    told = {name: record[name] for name in ("kind", "trader_id", "offer_id", "request_id", "status")}
    assert told == {
        "kind": "ad_interest",
        "trader_id": maker.id,
        "offer_id": offer.id,
        "request_id": cause,
        "status": status,
    }


def test_a_notice_arrives_signed_by_the_secret_that_was_told(desk: Desk, receiver: Receiver) -> None:
    from standardwebhooks import Webhook as Signer

    trader = desk.trader(usdt=10)
    webhook, secret = add(desk, trader, receiver.url())
    figures = WebhookFigures()
    with looping(loop_of(desk, figures=figures)) as loop:
        told(desk, trader, 3)
        loop.wake([trader.id])
        taken = receiver.wait_for(3)
        until(lambda: figure(figures, "taken") == 3)
        until(lambda: find(desk, webhook).last_status == 200)
    kept = desk.store.tail.after(trader.id, 0, 10)
    for request, notice in zip(taken, kept, strict=True):
        body = json.loads(request.body)
        assert body["data"] == {**notice.frame, "notice": notice.number}
        assert body["type"] == notice.kind.value
        assert request.headers["webhook-signature"] == Signer(secret).sign(
            request.headers["webhook-id"], desk.clock.now(), request.body.decode()
        )
    assert len({request.headers["webhook-id"] for request in taken}) == 3


def test_a_lost_nudge_costs_time_and_no_notice(desk: Desk, receiver: Receiver) -> None:
    trader = desk.trader(usdt=10)
    add(desk, trader, receiver.url())
    told(desk, trader)
    # It looks around as it begins, and again every few seconds.
    with looping(loop_of(desk)):
        receiver.wait_for(1)


def test_what_failed_is_sent_again_in_time_and_the_next_behind_it(desk: Desk, receiver: Receiver) -> None:
    trader = desk.trader(usdt=10)
    add(desk, trader, receiver.url("/503"))
    with looping(loop_of(desk)):
        told(desk, trader, 2)
        receiver.wait_for(1)
        until(lambda: due_again(desk))
        desk.clock.advance(seconds=4)
        time.sleep(1.5)
        assert len(receiver.taken) == 1
        receiver.answers["/503"] = 200
        desk.clock.advance(seconds=1)
        first, again, second = receiver.wait_for(3)
    assert first.headers["webhook-id"] == again.headers["webhook-id"] != second.headers["webhook-id"]
    assert first.body == again.body


def due_again(desk: Desk) -> bool:
    """Whether what came of the last try was put down."""
    hooks = [hook for trader in desk.traders for hook in desk.read(lambda unit: unit.webhooks.of(trader.id))]  # noqa: B023
    return all(hook.last_at is not None for hook in hooks)


def test_after_the_last_try_the_owner_is_mailed(desk: Desk, receiver: Receiver) -> None:
    trader = desk.trader(usdt=10)
    webhook, _ = add(desk, trader, receiver.url("/500"))
    told(desk, trader)
    figures = WebhookFigures()
    loop = loop_of(desk, figures=figures)
    with looping(loop):
        for tries, delay in enumerate((*RETRIES, None), start=1):
            receiver.wait_for(tries)
            # What came of it is put down by then: only after that it is due again.
            until(lambda: find(desk, webhook).last_at == desk.clock.now())
            if delay is not None:
                desk.clock.advance(seconds=delay.total_seconds())
                loop.wake()
        until(lambda: not find(desk, webhook).is_on)
    assert (figure(figures, "failed"), figure(figures, "turned_off")) == (len(RETRIES) + 1, 1)
    assert [item.kind for item in desk.store.outbox.waiting(10) if item.kind is AccountLetter.WEBHOOK_OFF]


def test_a_test_arrives(desk: Desk, receiver: Receiver) -> None:
    trader = desk.trader()
    webhook, _ = add(desk, trader, receiver.url())
    with looping(loop_of(desk)) as loop:
        desk.write(
            lambda unit: send_test(
                Actor.of(trader),
                webhook.id,
                webhooks=unit.webhooks,
                identifiers=desk.identifiers,
                at=unit.now(),
            )
        )
        loop.wake([trader.id])
        (taken,) = receiver.wait_for(1)
    assert json.loads(taken.body)["type"] == "test"
    assert json.loads(taken.body)["data"]["message"]


def test_a_secret_that_cannot_be_opened_sends_nothing(desk: Desk, receiver: Receiver) -> None:
    from adapters.tokens.sealing import AesSealer

    trader = desk.trader(usdt=10)
    webhook, _ = add(desk, trader, receiver.url())
    told(desk, trader)
    other = AesSealer(["another secret than that of before, long enough"])
    loop = WebhookLoop(desk.store, desk.store.webhook_queue, SENDER, other, RandomIdentifiers())
    with looping(loop):
        until(lambda: find(desk, webhook).last_at is not None)
    assert find(desk, webhook).last_status is None
    assert receiver.taken == []


class AwayQueue:
    """A queue whose store is away for a while, as a database is that restarts."""

    def __init__(self, queue: Any) -> None:
        self._queue = queue
        self.is_away = False

    def claim(self, *given: Any) -> Any:
        return self._asked(lambda: self._queue.claim(*given))

    def put_down(self, *given: Any) -> Any:
        return self._asked(lambda: self._queue.put_down(*given))

    def _asked(self, call: Callable[[], Any]) -> Any:
        if self.is_away:
            raise StoreUnavailable("the database is away")
        return call()


def test_what_came_of_it_is_not_forgotten_while_the_store_is_away(desk: Desk, receiver: Receiver) -> None:
    trader = desk.trader(usdt=10)
    webhook, _ = add(desk, trader, receiver.url("/hang"))
    queue = AwayQueue(desk.store.webhook_queue)
    loop = WebhookLoop(desk.store, queue, IMPATIENT, SEALER, RandomIdentifiers())
    told(desk, trader)
    with looping(loop):
        receiver.wait_for(1)
        queue.is_away = True
        time.sleep(2.5)
        assert find(desk, webhook).last_at is None
        queue.is_away = False
        until(lambda: find(desk, webhook).last_at is not None)
    assert len(receiver.taken) == 1


def test_two_loops_send_each_notice_once(desk: Desk, receiver: Receiver) -> None:
    traders = [desk.trader(usdt=10) for _ in range(5)]
    for trader in traders:
        add(desk, trader, receiver.url())
    with looping(loop_of(desk)) as one, looping(loop_of(desk)) as other:
        for trader in traders:
            told(desk, trader, 4)
            one.wake([trader.id])
            other.wake([trader.id])
        receiver.wait_for(20)
        time.sleep(0.5)
    ids = [taken.headers["webhook-id"] for taken in receiver.taken]
    assert len(ids) == len(set(ids)) == 20


@pytest.mark.parametrize("engine", ["memory", "postgres"], indirect=True)
def test_of_a_thousand_webhooks_a_tenth_hangs_and_keeps_no_other_waiting(
    desk: Desk, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    """All others are told while those still hang, and many by one question to the store.

    How long that takes is the machine's matter, and printed beside the processor's time, the receiver's included.
    """
    traders = [desk.trader(usdt=1) for _ in range(200)]
    for place, trader in enumerate(traders):
        for number in range(5):
            add(desk, trader, receiver.url("/hang" if place % 2 and not number else f"/200/{place}/{number}"))
    for trader in traders:
        told(desk, trader)
    figures = WebhookFigures()
    patient = HttpWebhookSender(may_connect=lambda _: True, patience_seconds=120)
    loop = loop_of(desk, patient, figures=figures, lease_seconds=600)
    with statements() as said:
        loop.start()
        began, worked = time.monotonic(), time.process_time()
        receiver.wait_for(1000, timeout=110)
        took, worked = time.monotonic() - began, time.process_time() - worked
        until(lambda: figure(figures, "taken") == 900)
    assert len(said) < 1000
    assert figure(figures, "failed") == 0
    receiver.over.set()
    assert loop.stop(20)
    with capsys.disabled():
        print(f"1,000 webhooks of which 100 hang: all were sent to after {took:.1f} s, ", end="")
        print(f"{worked:.1f} s of the processor and {len(said)} statements")
