"""Webhooks: whose they are, what is due to be sent to them, and when again, alike on every store."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain import Actor, Delivery, NoticeKind, Outcome, Trader, Webhook, WebhookNotFound
from domain.errors import InvalidFields, TooManyWebhooks, TraderNotFound, TraderSuspended
from domain.model.account_letters import AccountLetter
from domain.model.webhooks import RETRIES, TEST_TYPE, WEBHOOKS_LIMIT
from domain.testing.races import at_once, outcomes
from domain.use_cases.webhooks import give_up_webhook, remove_webhook, send_test, turn_on_webhook
from tests.integration.desk import Desk
from tests.integration.webhooks.hooks import SEALER, URL, added, find, told

OK, BAD = 204, 500
LEASE = 60


def add(*given: Any, **options: Any) -> Webhook:
    return added(*given, **options)[0]


def act(desk: Desk, use_case: Callable[..., None], trader: Trader, webhook_id: UUID, **ports: Any) -> None:
    desk.write(lambda unit: use_case(Actor.of(trader), webhook_id, webhooks=unit.webhooks, **ports))


def ask(desk: Desk, trader: Trader, webhook_id: UUID) -> None:
    ports = {"identifiers": desk.identifiers, "at": desk.clock.now()}
    act(desk, send_test, trader, webhook_id, **ports)


def claim(desk: Desk, proven: int = 10, others: int = 10, told: set[UUID] | None = None) -> list[Delivery]:
    return list(desk.store.webhook_queue.claim(uuid4(), LEASE, proven, others, told))


def put_down(desk: Desk, delivery: Delivery, status: int | None) -> None:
    desk.store.webhook_queue.put_down([Outcome(delivery, status)])


def sent(desk: Desk, status: int | None = OK) -> list[int | None]:
    """All that is due, one after the other, each with this answer; the numbers of the notices."""
    numbers = []
    while deliveries := claim(desk):
        for delivery in deliveries:
            numbers.append(delivery.number)
            put_down(desk, delivery, status)
    return numbers


def test_a_webhook_is_kept_whole_and_its_secret_sealed(desk: Desk) -> None:
    trader, other = desk.trader(), desk.trader()
    webhook = add(desk, trader, NoticeKind.FUNDS_RELEASED, NoticeKind.AD_INTEREST)
    assert find(desk, webhook) == webhook
    assert len(SEALER.open(webhook.sealed_secret, f"webhook:{webhook.id}")) == 32
    desk.clock.advance(seconds=1)
    second = add(desk, trader)
    assert list(desk.read(lambda unit: unit.webhooks.of(trader.id))) == [second, webhook]
    assert list(desk.read(lambda unit: unit.webhooks.of(other.id))) == []
    assert desk.read(lambda unit: unit.webhooks.find(other.id, webhook.id)) is None


def test_nobody_touches_a_webhook_of_somebody_else(desk: Desk) -> None:
    webhook, other = add(desk, desk.trader()), desk.trader()
    for use_case in (remove_webhook, turn_on_webhook):
        with pytest.raises(WebhookNotFound):
            act(desk, use_case, other, webhook.id)
    with pytest.raises(WebhookNotFound):
        ask(desk, other, webhook.id)
    assert find(desk, webhook) == webhook


def test_one_that_was_removed_is_sent_nothing(desk: Desk) -> None:
    trader = desk.trader(usdt=10)
    webhook = add(desk, trader)
    told(desk, trader)
    (delivery,) = claim(desk)
    act(desk, remove_webhook, trader, webhook.id)
    put_down(desk, delivery, OK)
    assert claim(desk) == []
    with pytest.raises(WebhookNotFound):
        act(desk, remove_webhook, trader, webhook.id)


def test_of_many_at_once_five_are_added(desk: Desk) -> None:
    trader = desk.trader()
    made = outcomes(at_once([partial(add, desk, trader) for _ in range(20)]))
    assert made == {"done": WEBHOOKS_LIMIT, "too_many_webhooks": 20 - WEBHOOKS_LIMIT}
    with pytest.raises(TooManyWebhooks):
        add(desk, trader)
    add(desk, desk.trader())


def test_only_a_trader_has_webhooks(desk: Desk) -> None:
    with pytest.raises(TraderNotFound):
        desk.write(lambda unit: unit.webhooks.count_locked(uuid4()))
    suspended = desk.trader()
    desk.suspend(suspended)
    suspended = desk.read(lambda unit: unit.traders.by_id(suspended.id))
    with pytest.raises(TraderSuspended):
        add(desk, suspended)
    with pytest.raises(InvalidFields):
        add(desk, desk.trader(), url="http://bot.example.com/")
    add(desk, desk.trader(), url="http://127.0.0.1:8000/", anywhere=True)


def test_what_is_told_from_now_on_is_sent_in_its_order(desk: Desk) -> None:
    trader = desk.trader(usdt=10)
    told(desk, trader, 2)
    webhook = add(desk, trader)
    assert claim(desk) == []
    told(desk, trader, 3)
    (first,) = claim(desk)
    kept = desk.store.tail.after(trader.id, 2, 1)[0]
    assert (first.number, first.type, first.url, first.tries) == (3, "ad_interest", URL, 0)
    assert (first.frame, first.told_at) == (kept.frame, kept.created_at)
    assert first.message_id == f"notice_{webhook.id.hex}_3"
    assert SEALER.open(first.sealed_secret, first.purpose)
    # One at a time.
    assert claim(desk) == []
    put_down(desk, first, OK)
    assert sent(desk) == [4, 5]
    assert find(desk, webhook).last_status == OK
    assert find(desk, webhook).last_at == desk.clock.now()


def test_only_kinds_that_are_wanted_are_sent(desk: Desk) -> None:
    trader = desk.trader(usdt=100)
    add(desk, trader, NoticeKind.OFFER_CANCEL, NoticeKind.PAYMENT_INDICATION)
    ad = desk.ad(trader)
    first, second = (desk.offer(ad, desk.trader(), Decimal(1)) for _ in range(2))
    assert sent(desk) == []
    desk.cancel(first)
    desk.pay(second)
    told(desk, trader)
    assert sent(desk) == [3, 4]


def test_what_failed_comes_again_as_planned_and_is_the_same(desk: Desk) -> None:
    trader = desk.trader(usdt=10)
    webhook = add(desk, trader)
    told(desk, trader)
    (delivery,) = claim(desk)
    for tries, delay in enumerate(RETRIES):
        assert (delivery.tries, delivery.retry_after) == (tries, delay)
        put_down(desk, delivery, BAD if tries else None)
        assert find(desk, webhook).last_status == (BAD if tries else None)
        desk.clock.advance(seconds=delay.total_seconds() - 1)
        assert claim(desk) == []
        desk.clock.advance(seconds=1)
        (again,) = claim(desk)
        assert (again.body, again.message_id) == (delivery.body, delivery.message_id)
        delivery = again
    assert delivery.retry_after is None
    put_down(desk, delivery, OK)
    told(desk, trader)
    (fresh,) = claim(desk)
    assert (fresh.number, fresh.tries) == (2, 0)


def test_after_the_last_try_it_is_off_and_its_owner_mailed(desk: Desk) -> None:
    trader = desk.trader(usdt=10)
    webhook = add(desk, trader)
    told(desk, trader)
    for delay in RETRIES:
        (delivery,) = claim(desk)
        put_down(desk, delivery, BAD)
        desk.clock.advance(seconds=delay.total_seconds())
    (delivery,) = claim(desk)
    assert Outcome(delivery, BAD).is_last
    assert not Outcome(delivery, OK).is_last
    assert give_up(desk, delivery)
    assert not give_up(desk, delivery)
    letters = [item.kind for item in desk.store.outbox.waiting(10)]
    assert letters.count(AccountLetter.WEBHOOK_OFF) == 1
    assert (find(desk, webhook).is_on, find(desk, webhook).last_status) == (False, BAD)
    told(desk, trader)
    assert claim(desk) == []
    act(desk, turn_on_webhook, trader, webhook.id)
    assert find(desk, webhook).is_on
    assert claim(desk) == []
    told(desk, trader)
    assert sent(desk) == [3]


def give_up(desk: Desk, delivery: Delivery) -> bool:
    return desk.write(
        lambda unit: give_up_webhook(
            delivery,
            BAD,
            webhooks=unit.webhooks,
            book=unit.book,
            identifiers=desk.identifiers,
            at=unit.now(),
        )
    )


def test_turning_on_what_is_on_changes_nothing(desk: Desk) -> None:
    trader = desk.trader(usdt=10)
    webhook = add(desk, trader)
    told(desk, trader, 2)
    (delivery,) = claim(desk)
    put_down(desk, delivery, BAD)
    act(desk, turn_on_webhook, trader, webhook.id)
    assert claim(desk) == []
    desk.clock.advance(seconds=5)
    assert sent(desk) == [1, 2]


def test_a_test_is_sent_once_whatever_comes_of_it(desk: Desk) -> None:
    trader = desk.trader(usdt=10)
    webhook = add(desk, trader)
    ask(desk, trader, webhook.id)
    (test,) = claim(desk)
    assert (test.type, test.number, test.is_test) == (TEST_TYPE, None, True)
    assert test.frame["type"] == TEST_TYPE
    assert not Outcome(test, BAD).is_last
    put_down(desk, test, BAD)
    assert find(desk, webhook).last_status == BAD
    assert claim(desk) == []
    # What failed waits for its time meanwhile, and what is asked for while one is on its way comes after it.
    told(desk, trader)
    (delivery,) = claim(desk)
    ask(desk, trader, webhook.id)
    assert claim(desk) == []
    put_down(desk, delivery, BAD)
    (test,) = claim(desk)
    assert test.is_test
    ask(desk, trader, webhook.id)
    put_down(desk, test, OK)
    (another,) = claim(desk)
    assert another.is_test
    assert another.message_id != test.message_id
    put_down(desk, another, OK)
    assert claim(desk) == []
    desk.clock.advance(seconds=5)
    assert sent(desk) == [1]
    ask(desk, trader, webhook.id)
    (test,) = claim(desk)
    told(desk, trader)
    put_down(desk, test, OK)
    assert sent(desk) == [2]


def test_a_webhook_that_is_off_can_be_tested(desk: Desk) -> None:
    trader = desk.trader(usdt=10)
    webhook = add(desk, trader)
    told(desk, trader)
    (delivery,) = claim(desk)
    ask(desk, trader, webhook.id)
    assert give_up(desk, delivery)
    assert sent(desk) == [None]
    assert not find(desk, webhook).is_on
    ask(desk, trader, webhook.id)
    assert sent(desk) == [None]


def test_a_claim_that_nobody_ends_runs_out(desk: Desk) -> None:
    trader = desk.trader(usdt=10)
    webhook = add(desk, trader)
    told(desk, trader)
    (lost,) = claim(desk)
    desk.clock.advance(seconds=LEASE - 1)
    assert claim(desk) == []
    desk.clock.advance(seconds=1)
    (found,) = claim(desk)
    assert found.claim != lost.claim
    assert found.message_id == lost.message_id
    # Whoever comes too late changes nothing.
    put_down(desk, lost, BAD)
    assert not give_up(desk, lost)
    assert find(desk, webhook).last_at is None
    put_down(desk, found, OK)
    assert claim(desk) == []


def test_those_that_took_the_last_thing_have_a_share_of_their_own(desk: Desk) -> None:
    makers = [desk.trader(usdt=10) for _ in range(4)]
    hooks = [add(desk, maker) for maker in makers]
    for maker in makers[:2]:
        told(desk, maker)
    assert claim(desk, proven=10, others=0) == []
    for delivery in claim(desk):
        assert not delivery.is_proven
        put_down(desk, delivery, OK)
    for maker in makers:
        told(desk, maker)
    good = claim(desk, proven=10, others=0)
    assert {delivery.webhook_id for delivery in good} == {hook.id for hook in hooks[:2]}
    assert all(delivery.is_proven for delivery in good)
    assert len(claim(desk, proven=0, others=1)) == 1
    put_down(desk, good[0], BAD)
    desk.clock.advance(seconds=5)
    assert claim(desk, proven=10, others=0) == []
    assert len(claim(desk, proven=0, others=10)) == 2


def test_only_those_are_looked_at_who_were_told_something(desk: Desk) -> None:
    one, other = (desk.trader(usdt=10) for _ in range(2))
    hooks = {trader.id: add(desk, trader) for trader in (one, other)}
    told(desk, one)
    told(desk, other)
    assert claim(desk, told=set()) == []
    assert [delivery.webhook_id for delivery in claim(desk, told={one.id})] == [hooks[one.id].id]
    assert [delivery.webhook_id for delivery in claim(desk)] == [hooks[other.id].id]


def test_nothing_is_sent_for_somebody_who_is_shut_out(desk: Desk) -> None:
    trader = desk.trader(usdt=10)
    add(desk, trader)
    told(desk, trader, 2)
    (delivery,) = claim(desk)
    desk.suspend(trader)
    put_down(desk, delivery, OK)
    assert claim(desk) == []
    desk.clock.advance(seconds=3600)
    assert claim(desk) == []
    desk.suspend(trader, suspended=False)
    assert sent(desk) == [2]


def test_a_hundred_senders_send_each_notice_once(desk: Desk) -> None:
    makers = [desk.trader(usdt=10) for _ in range(10)]
    for maker in makers:
        add(desk, maker)
        told(desk, maker, 3)
    found = at_once([partial(sent, desk) for _ in range(8)])
    numbers = [number for numbers in found for number in numbers]
    assert sorted(numbers) == sorted([1, 2, 3] * 10)
