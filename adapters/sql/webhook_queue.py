"""What is due to be sent to webhooks, on a database. Each method is one short transaction of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Engine,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.engine import Connection

from domain.model.frames import parse_frame
from domain.model.webhooks import TEST_TYPE, Delivery, frame_of_test, message_id, message_id_of_test
from domain.ports.webhooks import Outcome

from .connections.engine import own_transaction
from .connections.moments import Moments
from .schema.tables import notice_counters, notices, traders, webhooks
from .schema.types import BIG, SMALL, Flag, Id, Moment

_TRADERS_A_QUERY = 500
_OF_TRADER = notice_counters.c.trader_id == webhooks.c.trader_id
_LAST = select(notice_counters.c.last).where(_OF_TRADER).scalar_subquery()
_EPOCH = select(notice_counters.c.epoch).where(_OF_TRADER).scalar_subquery()
_IS_SHUT_OUT = select(traders.c.is_suspended).where(traders.c.id == webhooks.c.trader_id).scalar_subquery() == literal(
    True, Flag
)
_IS_BEHIND = and_(webhooks.c.is_on == literal(True, Flag), webhooks.c.due_at.is_(None), webhooks.c.position < _LAST)
_AT = bindparam("now", type_=Moment)


def _is_due(at: datetime) -> ColumnElement[bool]:
    return and_(webhooks.c.due_at.is_not(None), webhooks.c.due_at <= literal(at, Moment))


def due_webhooks(is_proven: bool, at: datetime, limit: int) -> Select[Any]:
    """Those that are due, the longest due first; the index is of what has anything to be sent."""
    return (
        select(webhooks.c.id)
        .where(webhooks.c.is_proven == literal(is_proven, Flag), _is_due(at))
        .order_by(webhooks.c.due_at, webhooks.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )


class SqlWebhookQueue:
    """The port ``WebhookQueue``. A claimed webhook's ``due_at`` is the end of its claimer's lease."""

    def __init__(self, engine: Engine, moments: Moments) -> None:
        self._engine = engine
        self._moments = moments
        self._on_postgresql = engine.dialect.name == "postgresql"

    def claim(
        self, claim: UUID, lease_seconds: int, proven: int, others: int, told: Collection[UUID] | None
    ) -> Sequence[Delivery]:
        """Take webhooks that are due, skipping those that others hold."""
        with own_transaction(self._engine, writes=False) as connection:
            # Most of the time there is nothing, and on SQLite whoever writes is in the way of all others.
            if not self._is_anything_due(connection, told):
                return []
        with own_transaction(self._engine, writes=True, yields=True) as connection:
            at = self._moments.now(connection)
            for those in _parts(told):
                armed = update(webhooks).where(_IS_BEHIND, those, ~_IS_SHUT_OUT).values(due_at=at)
                connection.execute(armed)
            ids = [
                webhook_id
                for is_proven, limit in ((True, proven), (False, others))
                if limit > 0
                for webhook_id in connection.execute(due_webhooks(is_proven, at, limit)).scalars()
            ]
            if not ids:
                return []
            lease = {"claim": claim, "due_at": at + timedelta(seconds=lease_seconds)}
            for some in _chunks(ids):
                connection.execute(update(webhooks).where(webhooks.c.id.in_(some)).values(**lease))
            found = [row for some in _chunks(ids) for row in connection.execute(self._next(some)).mappings()]
            self._let_go(connection, [row for row in found if not _has_something(row)], at)
        by_id = {row["id"]: row for row in found if _has_something(row)}
        return [_delivery(by_id[webhook_id], at) for webhook_id in ids if webhook_id in by_id]

    def _is_anything_due(self, connection: Connection, told: Collection[UUID] | None) -> bool:
        at = self._moments.now(connection)
        if connection.execute(select(exists().where(_is_due(at)))).scalar_one():
            return True
        return any(
            connection.execute(select(exists().where(_IS_BEHIND, those, ~_IS_SHUT_OUT))).scalar_one()
            for those in _parts(told)
        )

    def _next(self, ids: Sequence[UUID]) -> Select[Any]:
        """Webhooks with the first notice behind their positions that is of their kinds."""
        wanted = func.strpos if self._on_postgresql else func.instr
        is_wanted = or_(webhooks.c.types == "", wanted(webhooks.c.types, literal(" ") + notices.c.kind + " ") > 0)
        first = (
            select(func.min(notices.c.number))
            .where(notices.c.trader_id == webhooks.c.trader_id, notices.c.number > webhooks.c.position, is_wanted)
            .correlate(webhooks)
            .scalar_subquery()
        )
        told = notices.alias("told")
        return (
            select(
                webhooks,
                _LAST.label("last"),
                _EPOCH.label("epoch"),
                _IS_SHUT_OUT.label("is_shut_out"),
                told.c.number,
                told.c.kind,
                told.c.frame,
                told.c.created_at.label("told_at"),
                told.c.offer_id,
                told.c.request_id,
            )
            .select_from(webhooks)
            .outerjoin(told, and_(told.c.trader_id == webhooks.c.trader_id, told.c.number == first))
            .where(webhooks.c.id.in_(ids))
        )

    def _let_go(self, connection: Connection, rows: Sequence[Any], at: datetime) -> None:
        """Those that have nothing of their kinds: all up to now is done with, but for traders who are shut out."""
        for row in rows:
            values: dict[str, Any] = {"claim": None, "due_at": None}
            if not row["is_shut_out"]:
                done = literal(row["last"], BIG)
                values |= {"position": done, "retry_at": None, "due_at": case((done < _LAST, at), else_=None)}
            connection.execute(update(webhooks).where(webhooks.c.id == row["id"]).values(**values))

    def put_down(self, outcomes: Sequence[Outcome]) -> None:
        """Keep what came of deliveries."""
        kinds = (
            (_TESTED, [outcome for outcome in outcomes if outcome.delivery.is_test]),
            (_TAKEN, [outcome for outcome in outcomes if not outcome.delivery.is_test and outcome.is_taken]),
            (_FAILED, [outcome for outcome in outcomes if not outcome.delivery.is_test and not outcome.is_taken]),
        )
        with own_transaction(self._engine, writes=True, yields=True) as connection:
            at = self._moments.now(connection)
            for statement, those in kinds:
                if those:
                    connection.execute(statement, [_ended(outcome, at) for outcome in those])


_IS_OURS = and_(webhooks.c.id == bindparam("of_webhook", type_=Id), webhooks.c.claim == bindparam("of_claim", type_=Id))
_HEARD = {"claim": None, "last_status": bindparam("status", type_=SMALL), "last_at": _AT}
_IS_TEST_ASKED = webhooks.c.test_id.is_not(None)
_NUMBER = bindparam("of_number", type_=BIG)
_TAKEN = (
    update(webhooks)
    .where(_IS_OURS)
    .values(
        **_HEARD,
        position=_NUMBER,
        tries=0,
        retry_at=None,
        is_proven=literal(True, Flag),
        due_at=case((or_(_IS_TEST_ASKED, and_(webhooks.c.is_on, _NUMBER < _LAST)), _AT), else_=None),
    )
)
_RETRY_AT = bindparam("again_at", type_=Moment)
_FAILED = (
    update(webhooks)
    .where(_IS_OURS)
    .values(
        **_HEARD,
        tries=webhooks.c.tries + 1,
        retry_at=_RETRY_AT,
        is_proven=literal(False, Flag),
        due_at=case((_IS_TEST_ASKED, _AT), (webhooks.c.is_on, _RETRY_AT), else_=None),
    )
)
_TEST = bindparam("of_test", type_=Id)
_IS_ANOTHER_ASKED = and_(_IS_TEST_ASKED, webhooks.c.test_id != _TEST)
_TESTED = (
    update(webhooks)
    .where(_IS_OURS)
    .values(
        **_HEARD,
        is_proven=bindparam("proves", type_=Flag),
        test_id=case((_IS_ANOTHER_ASKED, webhooks.c.test_id), else_=None),
        due_at=case(
            (_IS_ANOTHER_ASKED, _AT),
            (~webhooks.c.is_on, None),
            (webhooks.c.retry_at.is_not(None), webhooks.c.retry_at),
            (webhooks.c.position < _LAST, _AT),
            else_=None,
        ),
    )
)


def _ended(outcome: Outcome, at: datetime) -> dict[str, Any]:
    delivery = outcome.delivery
    values: dict[str, Any] = {"of_webhook": delivery.webhook_id, "of_claim": delivery.claim, "status": outcome.status}
    values["now"] = at
    if delivery.number is None:
        return values | {"of_test": UUID(delivery.message_id.rpartition("_")[2]), "proves": outcome.is_taken}
    if outcome.is_taken:
        return values | {"of_number": delivery.number}
    assert delivery.retry_after is not None
    return values | {"again_at": at + delivery.retry_after}


def _has_something(row: Any) -> bool:
    return not row["is_shut_out"] and (row["test_id"] is not None or row["number"] is not None)


def _message_id(row: Any) -> str:
    """What was told before the database was restored keeps the id under which it may have been sent already."""
    epoch: int = row["epoch"] if row["told_at"].timestamp() >= row["epoch"] else 0
    return message_id(row["id"], row["number"], epoch)


def _delivery(row: Any, at: datetime) -> Delivery:
    is_test = row["test_id"] is not None
    return Delivery(
        webhook_id=row["id"],
        trader_id=row["trader_id"],
        url=row["url"],
        sealed_secret=row["sealed_secret"],
        claim=row["claim"],
        at=at,
        message_id=message_id_of_test(row["test_id"]) if is_test else _message_id(row),
        type=TEST_TYPE if is_test else row["kind"],
        told_at=at if is_test else row["told_at"],
        frame=frame_of_test() if is_test else parse_frame(row["frame"]),
        number=None if is_test else row["number"],
        tries=row["tries"],
        is_proven=row["is_proven"],
        offer_id=None if is_test else row["offer_id"],
        request_id=None if is_test else row["request_id"],
    )


def _parts(told: Collection[UUID] | None) -> list[ColumnElement[bool]]:
    """Whose webhooks, some traders a statement; with None, anybody's."""
    if told is None:
        return [true()]
    return [webhooks.c.trader_id.in_(some) for some in _chunks(list(told))]


def _chunks(ids: Sequence[UUID]) -> Iterable[Sequence[UUID]]:
    """SQLite bounds the parameters of a statement, and PostgreSQL plans long lists slowly."""
    return [ids[start : start + _TRADERS_A_QUERY] for start in range(0, len(ids), _TRADERS_A_QUERY)]
