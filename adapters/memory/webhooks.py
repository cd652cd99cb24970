"""Webhooks, and what is due to be sent to them, over dicts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from domain.errors import WebhookNotFound
from domain.model.frames import parse_frame
from domain.model.webhooks import TEST_TYPE, Delivery, Webhook, frame_of_test, message_id, message_id_of_test
from domain.ports.clock import Clock
from domain.ports.webhooks import Outcome

from .tables import NoticeRow, Tables, WebhookRow, existing
from .traders import found_still_here
from .unit import Database, Session


class MemoryWebhooks:
    """The port ``Webhooks``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def count_locked(self, trader_id: UUID) -> int:
        """How many a trader has; nobody else writes meanwhile."""
        tables = self._session.writing()
        found_still_here(tables, trader_id)
        return sum(row.webhook.trader_id == trader_id for row in tables.webhooks.values())

    def add(self, webhook: Webhook) -> None:
        """Keep a new one."""
        tables = self._session.writing()
        existing(tables.traders, webhook.trader_id, "trader")
        last = tables.notice_numbers.get(webhook.trader_id) or 0
        tables.webhooks.put(webhook.id, WebhookRow(webhook, last))

    def find(self, trader_id: UUID, webhook_id: UUID) -> Webhook | None:
        """One of a trader's."""
        with self._session.reading() as tables:
            row = _own(tables, trader_id, webhook_id)
            return None if row is None else row.webhook

    def of(self, trader_id: UUID) -> Sequence[Webhook]:
        """A trader's, the last one first."""
        with self._session.reading() as tables:
            own = [row.webhook for row in tables.webhooks.values() if row.webhook.trader_id == trader_id]
        return sorted(own, key=lambda webhook: (webhook.created_at, webhook.id), reverse=True)

    def remove(self, trader_id: UUID, webhook_id: UUID) -> None:
        """Forget one."""
        tables = self._session.writing()
        if _own(tables, trader_id, webhook_id) is None:
            raise WebhookNotFound()
        tables.webhooks.remove(webhook_id)

    def turn_on(self, trader_id: UUID, webhook_id: UUID) -> None:
        """Send to it again, from what its trader is told next on."""

        def on(tables: Tables, row: WebhookRow) -> WebhookRow:
            if row.webhook.is_on:
                return row
            last = tables.notice_numbers.get(trader_id) or 0
            return replace(row, webhook=replace(row.webhook, is_on=True), position=last, tries=0, retry_at=None)

        self._change(trader_id, webhook_id, on)

    def ask_for_test(self, trader_id: UUID, webhook_id: UUID, test_id: UUID, at: datetime) -> None:
        """Have one test sent."""

        def asked(_: Tables, row: WebhookRow) -> WebhookRow:
            return replace(row, test_id=test_id, due_at=at if row.claim is None else row.due_at)

        self._change(trader_id, webhook_id, asked)
        self._session.tell(trader_id)

    def _change(self, trader_id: UUID, webhook_id: UUID, change: Callable[[Tables, WebhookRow], WebhookRow]) -> None:
        tables = self._session.writing()
        row = _own(tables, trader_id, webhook_id)
        if row is None:
            raise WebhookNotFound()
        tables.webhooks.put(webhook_id, change(tables, row))

    def turn_off(self, delivery: Delivery, status: int | None, at: datetime) -> bool:
        """It has failed for the last time."""
        tables = self._session.writing()
        row = _claimed(tables, delivery)
        if row is None:
            return False
        off = replace(row.webhook, is_on=False, last_status=status, last_at=at)
        due_at = None if row.test_id is None else at
        ended = replace(row, webhook=off, claim=None, tries=0, retry_at=None, due_at=due_at, is_proven=False)
        tables.webhooks.put(off.id, ended)
        return True


class MemoryWebhookQueue:
    """The port ``WebhookQueue``: each method is one short transaction of its own."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def claim(
        self, claim: UUID, lease_seconds: int, proven: int, others: int, told: Collection[UUID] | None
    ) -> Sequence[Delivery]:
        """Take webhooks that are due."""
        with self._database.writing() as tables:
            at = self._clock.now()
            _arm(tables, at, told)
            due = [row for row in tables.webhooks.values() if row.due_at is not None and row.due_at <= at]
            due.sort(key=lambda row: (row.due_at, row.webhook.id))
            taken = [row for row in due if row.is_proven][:proven] + [row for row in due if not row.is_proven][:others]
            lease_end = at + timedelta(seconds=lease_seconds)
            found = [_take(tables, replace(row, claim=claim, due_at=lease_end), at) for row in taken]
            return [delivery for delivery in found if delivery is not None]

    def put_down(self, outcomes: Sequence[Outcome]) -> None:
        """Keep what came of deliveries."""
        with self._database.writing() as tables:
            at = self._clock.now()
            for outcome in outcomes:
                row = _claimed(tables, outcome.delivery)
                if row is not None:
                    tables.webhooks.put(row.webhook.id, _due_again(tables, _ended(row, outcome, at), at))


def _own(tables: Tables, trader_id: UUID, webhook_id: UUID) -> WebhookRow | None:
    row = tables.webhooks.get(webhook_id)
    return row if row is not None and row.webhook.trader_id == trader_id else None


def _claimed(tables: Tables, delivery: Delivery) -> WebhookRow | None:
    row = tables.webhooks.get(delivery.webhook_id)
    return row if row is not None and row.claim == delivery.claim else None


def _arm(tables: Tables, at: datetime, told: Collection[UUID] | None) -> None:
    """Have those be due whose traders were told something that was not sent yet."""
    for row in list(tables.webhooks.values()):
        webhook = row.webhook
        if row.due_at is None and webhook.is_on and (told is None or webhook.trader_id in told):
            is_behind = (tables.notice_numbers.get(webhook.trader_id) or 0) > row.position
            if is_behind and not existing(tables.traders, webhook.trader_id, "trader").is_suspended:
                tables.webhooks.put(webhook.id, replace(row, due_at=at))


def _take(tables: Tables, row: WebhookRow, at: datetime) -> Delivery | None:
    """What is to be sent to a webhook that is claimed; where there is nothing, it is let go."""
    if existing(tables.traders, row.webhook.trader_id, "trader").is_suspended:
        tables.webhooks.put(row.webhook.id, replace(row, claim=None, due_at=None))
        return None
    tables.webhooks.put(row.webhook.id, row)
    if row.test_id is not None:
        return _delivery(row, at, message_id_of_test(row.test_id), None)
    last = tables.notice_numbers.get(row.webhook.trader_id) or 0
    for number in range(row.position + 1, last + 1):
        notice = tables.notices.get((row.webhook.trader_id, number))
        if notice is not None and (not row.webhook.types or notice.kind in row.webhook.types):
            return _delivery(row, at, message_id(row.webhook.id, number), notice)
    tables.webhooks.put(row.webhook.id, replace(row, claim=None, due_at=None, position=last, retry_at=None))
    return None


def _delivery(row: WebhookRow, at: datetime, id: str, notice: NoticeRow | None) -> Delivery:
    assert row.claim is not None
    return Delivery(
        webhook_id=row.webhook.id,
        trader_id=row.webhook.trader_id,
        url=row.webhook.url,
        sealed_secret=row.webhook.sealed_secret,
        claim=row.claim,
        at=at,
        message_id=id,
        type=TEST_TYPE if notice is None else notice.kind.value,
        told_at=at if notice is None else notice.created_at,
        frame=frame_of_test() if notice is None else parse_frame(notice.frame),
        number=None if notice is None else notice.number,
        tries=row.tries,
        is_proven=row.is_proven,
        offer_id=None if notice is None or notice.about is None else notice.about.offer_id,
        request_id=None if notice is None else notice.request_id,
    )


def _ended(row: WebhookRow, outcome: Outcome, at: datetime) -> WebhookRow:
    """The row once a delivery has ended, but for when it is due again."""
    delivery = outcome.delivery
    webhook = replace(row.webhook, last_status=outcome.status, last_at=at)
    row = replace(row, webhook=webhook, claim=None, is_proven=outcome.is_taken)
    if delivery.number is None:
        asked_anew = row.test_id is not None and message_id_of_test(row.test_id) != delivery.message_id
        return row if asked_anew else replace(row, test_id=None)
    if outcome.is_taken:
        return replace(row, position=delivery.number, tries=0, retry_at=None)
    assert delivery.retry_after is not None
    return replace(row, tries=row.tries + 1, retry_at=at + delivery.retry_after)


def _due_again(tables: Tables, row: WebhookRow, at: datetime) -> WebhookRow:
    due_at = None
    if row.test_id is not None:
        due_at = at
    elif row.webhook.is_on and row.retry_at is not None:
        due_at = row.retry_at
    elif row.webhook.is_on and (tables.notice_numbers.get(row.webhook.trader_id) or 0) > row.position:
        due_at = at
    return replace(row, due_at=due_at)
