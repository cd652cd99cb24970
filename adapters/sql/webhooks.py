"""Webhooks, on a database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, delete, func, insert, literal, select, update
from sqlalchemy.engine import Connection

from domain.errors import WebhookNotFound
from domain.model.notices import NoticeKind
from domain.model.webhooks import Delivery, Webhook

from .locked_traders import lock_trader
from .schema.tables import notice_counters, webhooks
from .schema.types import Id, Moment

_KEPT = ("id", "trader_id", "url", "sealed_secret", "created_at", "is_on", "last_status", "last_at")
_WEBHOOK = select(webhooks)


def types_text(types: Iterable[NoticeKind]) -> str:
    """Kinds of notices as one column has them; empty for all kinds."""
    words = " ".join(sorted(types))
    return f" {words} " if words else ""


class SqlWebhooks:
    """The port ``Webhooks``."""

    def __init__(self, connection: Connection, wake: Callable[[Iterable[UUID]], None]) -> None:
        self._connection = connection
        self._wake = wake

    def count_locked(self, trader_id: UUID) -> int:
        """How many a trader has; the lock on the trader is for those who add one, and in nobody else's way."""
        lock_trader(self._connection, trader_id)
        count = select(func.count()).select_from(webhooks).where(webhooks.c.trader_id == trader_id)
        return self._connection.execute(count).scalar_one()

    def add(self, webhook: Webhook) -> None:
        """Keep a new one."""
        values: dict[str, Any] = {name: getattr(webhook, name) for name in _KEPT}
        values |= {"types": types_text(webhook.types), "tries": 0, "is_proven": False}
        self._connection.execute(insert(webhooks).values(**values, position=_last_of(webhook.trader_id)))

    def find(self, trader_id: UUID, webhook_id: UUID) -> Webhook | None:
        """One of a trader's."""
        found = self._connection.execute(_WEBHOOK.where(*_own(trader_id, webhook_id))).mappings().one_or_none()
        return None if found is None else _webhook(found)

    def of(self, trader_id: UUID) -> Sequence[Webhook]:
        """A trader's, the last one first."""
        own = _WEBHOOK.where(webhooks.c.trader_id == trader_id)
        newest = own.order_by(webhooks.c.created_at.desc(), webhooks.c.id.desc())
        return [_webhook(row) for row in self._connection.execute(newest).mappings()]

    def remove(self, trader_id: UUID, webhook_id: UUID) -> None:
        """Forget one."""
        if not self._connection.execute(delete(webhooks).where(*_own(trader_id, webhook_id))).rowcount:
            raise WebhookNotFound()

    def turn_on(self, trader_id: UUID, webhook_id: UUID) -> None:
        """Send to it again, from what its trader is told next on; nothing where it is on."""
        was_on = webhooks.c.is_on
        position = case((was_on, webhooks.c.position), else_=_last_of(trader_id))
        self._change(trader_id, webhook_id, is_on=True, position=position)

    def ask_for_test(self, trader_id: UUID, webhook_id: UUID, test_id: UUID, at: datetime) -> None:
        """Have one test sent."""
        due_at = case((webhooks.c.claim.is_(None), literal(at, Moment)), else_=webhooks.c.due_at)
        self._change(trader_id, webhook_id, test_id=test_id, due_at=due_at)
        self._wake((trader_id,))

    def _change(self, trader_id: UUID, webhook_id: UUID, **values: Any) -> None:
        statement = update(webhooks).where(*_own(trader_id, webhook_id)).values(**values)
        if not self._connection.execute(statement).rowcount:
            raise WebhookNotFound()

    def turn_off(self, delivery: Delivery, status: int | None, at: datetime) -> bool:
        """It has failed for the last time."""
        due_at = case((webhooks.c.test_id.is_not(None), literal(at, Moment)), else_=None)
        ended = {"claim": None, "tries": 0, "retry_at": None, "is_proven": False, "due_at": due_at}
        statement = (
            update(webhooks)
            .where(webhooks.c.id == delivery.webhook_id, webhooks.c.claim == delivery.claim)
            .values(is_on=False, last_status=status, last_at=at, **ended)
        )
        return bool(self._connection.execute(statement).rowcount)


def _own(trader_id: UUID, webhook_id: UUID) -> tuple[Any, ...]:
    return webhooks.c.id == webhook_id, webhooks.c.trader_id == trader_id


def _last_of(trader_id: UUID) -> Any:
    """The number of a trader's newest notice."""
    return select(notice_counters.c.last).where(notice_counters.c.trader_id == literal(trader_id, Id)).scalar_subquery()


def _webhook(row: Any) -> Webhook:
    types = frozenset(map(NoticeKind, row["types"].split()))
    return Webhook(**{name: row[name] for name in _KEPT}, types=types)
