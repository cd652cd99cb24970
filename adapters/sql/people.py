"""What people are to each other, on a database. Nothing that is only looked at takes a lock."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, delete, exists, func, literal, or_, select, union_all
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from domain.errors import TraderNotFound
from domain.model.facts import fact_of
from domain.model.feedback import Feedback
from domain.model.lifecycle import Role
from domain.model.track_record import TIMED_OFFERS, PublicRecord, Stats, TrackRecord
from domain.model.trader import Profile
from domain.ports.people import FeedbackView, Rater
from domain.ports.readers import Page

from .connections.replica import Replica
from .lists.cursors import make_cursor, page, read_cursor, row_id
from .lists.parts import Part, Parts
from .lists.statements import Statement, kept_compiled
from .locked_traders import lock_trader
from .schema import mapping as rows
from .schema.tables import ads, blocks, endings, feedback, offers, traders
from .schema.types import BIG, Flag, Id, Moment, word

_TRADER_ID = bindparam("trader_id", type_=Id)
_PROFILE = select(*rows.profile_columns(traders, "")).where(traders.c.id == _TRADER_ID, traders.c.deleted_at.is_(None))
_COUNTS = select(
    func.count().label("ended_offers"),
    func.count().filter(endings.c.is_completed).label("completed_offers"),
    func.count().filter(endings.c.at_fault).label("at_fault"),
).where(endings.c.trader_id == _TRADER_ID)
_FIRST_AS_TAKER = (
    select(offers.c.created_at).where(offers.c.taker_id == _TRADER_ID).order_by(offers.c.id).limit(1).scalar_subquery()
)
_FIRST_AS_MAKER = select(func.min(ads.c.trade_started_at)).where(ads.c.maker_id == _TRADER_ID).scalar_subquery()
_COUNTS_AND_FIRSTS = _COUNTS.add_columns(
    _FIRST_AS_TAKER.label("first_as_taker"), _FIRST_AS_MAKER.label("first_as_maker")
)


def _timed(role: Role, begin: Any, end: Any) -> Select[Any]:
    """When the last offers that tell a time in this role began and ended to be waited for."""
    last = (
        select(endings.c.offer_id)
        .where(endings.c.trader_id == _TRADER_ID, endings.c.role == word(role.value))
        .where(endings.c.is_timed == literal(True, Flag))
        .order_by(endings.c.offer_id.desc())
        .limit(TIMED_OFFERS)
        .subquery()
    )
    columns = (word(role.value).label("role"), offers.c.id, begin.label("begins"), end.label("ends"))
    return select(*columns).join(last, last.c.offer_id == offers.c.id)


_TIMES = union_all(
    _timed(Role.BUYER, offers.c.created_at, offers.c.paid_at),
    _timed(Role.SELLER, offers.c.paid_at, offers.c.ended_at),
)
_RATERS = feedback.join(traders, traders.c.id == feedback.c.by)
_ABOUT_PARTS = Parts(
    Part(feedback, rows.labelled(feedback, ""), lambda row: fact_of(Feedback, _feedback_values(row), {})),
    Part(
        traders,
        [traders.c.id.label("rater_id"), traders.c.fullname.label("rater_fullname")],
        lambda row: Rater(row["rater_id"], row["rater_fullname"]),
    ),
)


def _feedback_values(row: rows.Row) -> dict[str, Any]:
    return {column.name: row[column.name] for column in feedback.c}


_BLOCKED = (
    select(blocks.c.id.label("block_id"), *rows.profile_columns(traders, ""))
    .join(traders, traders.c.id == blocks.c.whom)
    .where(blocks.c.by == _TRADER_ID)
    .order_by(blocks.c.id.desc())
)


class SqlPeople:
    """The port ``People``."""

    def __init__(self, connection: Connection, replica: Replica | None = None) -> None:
        self._connection = connection
        self._replica = replica

    def public_record(self, trader_id: UUID) -> PublicRecord:
        """A trader as others see them: three statements, whatever they have done."""
        if self._replica is not None:
            # Who registered a moment ago may be missing where it is read from.
            with suppress(TraderNotFound):
                return self._replica.read(self._connection, lambda connection: _public_record(connection, trader_id))
        return _public_record(self._connection, trader_id)

    def track_record(self, trader_id: UUID) -> TrackRecord:
        """How a trader's offers ended."""
        return TrackRecord(*self._connection.execute(_COUNTS, {"trader_id": trader_id}).one())

    def block(self, by: UUID, whom: UUID, at: datetime) -> None:
        """Note that a trader has blocked another."""
        insert = postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert
        who = select(literal(by, Id), traders.c.id, literal(at, Moment)).where(traders.c.id == whom)
        who = who.where(traders.c.deleted_at.is_(None)).with_for_update(read=True, key_share=True)
        # One that is there already is written over with itself, so that a row comes back unless nobody is there.
        noted = insert(blocks).from_select(["by", "whom", "at"], who)
        noted = noted.on_conflict_do_update(index_elements=["by", "whom"], set_={"at": blocks.c.at})
        if self._connection.execute(noted.returning(blocks.c.id)).one_or_none() is None:
            raise TraderNotFound()

    def count_blocks_locked(self, trader_id: UUID) -> int:
        """How many others a trader has blocked."""
        lock_trader(self._connection, trader_id)
        own = select(func.count()).select_from(blocks).where(blocks.c.by == trader_id)
        return self._connection.execute(own).scalar_one()

    def is_kept_from(self, trader_id: UUID, parties: Collection[UUID], before: datetime) -> bool:
        """Whether a trader has blocked one of these, or was blocked by one before. An index knows each way."""
        has_blocked = exists().where(blocks.c.by == trader_id, blocks.c.whom.in_(parties))
        was_blocked = exists().where(blocks.c.whom == trader_id, blocks.c.by.in_(parties), blocks.c.at < before)
        return bool(self._connection.execute(select(or_(has_blocked, was_blocked))).scalar_one())

    def unblock(self, by: UUID, whom: UUID) -> None:
        """Forget that a trader has blocked another."""
        if not self._connection.execute(delete(blocks).where(blocks.c.by == by, blocks.c.whom == whom)).rowcount:
            _profile(self._connection, whom)

    def blocked_by(self, trader_id: UUID, cursor: str | None, limit: int) -> Page[Profile]:
        """Whom a trader has blocked, the last one first."""
        statement = _BLOCKED
        if cursor is not None:
            statement = statement.where(blocks.c.id < read_cursor("blocks", cursor, row_id))
        found = self._connection.execute(statement.limit(limit + 1), {"trader_id": trader_id}).mappings().all()
        shown = page(found, limit, lambda row: make_cursor("blocks", row["block_id"]))
        return Page([rows.profile_from(row, "") for row in shown.items], shown.next)

    def feedback_about(self, trader_id: UUID, cursor: str | None, limit: int) -> Page[FeedbackView]:
        """What was said of a trader, the newest first."""
        _profile(self._connection, trader_id)
        values: dict[str, Any] = {"trader_id": trader_id, "rows_wanted": limit + 1}
        if cursor is not None:
            values["at"], values["offer_id"] = read_cursor("feedback", cursor, _feedback_key)
        engine = self._connection.dialect.name
        found = _about(engine, is_behind=cursor is not None).rows(self._connection, values)
        views = [FeedbackView(*made) for made in _ABOUT_PARTS.found(found, postgresql=engine == "postgresql")]
        return page(views, limit, _feedback_cursor)


def _public_record(connection: Connection, trader_id: UUID) -> PublicRecord:
    profile = _profile(connection, trader_id)
    counted = connection.execute(_COUNTS_AND_FIRSTS, {"trader_id": trader_id}).one()
    times: dict[str, list[tuple[int, timedelta]]] = {Role.BUYER.value: [], Role.SELLER.value: []}
    for row in connection.execute(_TIMES, {"trader_id": trader_id}):
        times[row.role].append((row.id, row.ends - row.begins))
    to_pay, to_release = (tuple(time for _, time in sorted(found, reverse=True)) for found in times.values())
    firsts = [first for first in (counted.first_as_taker, counted.first_as_maker) if first is not None]
    record = TrackRecord(counted.ended_offers, counted.completed_offers, counted.at_fault)
    return PublicRecord.of(profile, Stats(record, to_pay, to_release, min(firsts, default=None)))


def _profile(connection: Connection, trader_id: UUID) -> Any:
    row = connection.execute(_PROFILE, {"trader_id": trader_id}).mappings().one_or_none()
    if row is None:
        raise TraderNotFound()
    return rows.profile_from(row, "")


@kept_compiled
def _about(engine: str, *, is_behind: bool) -> Statement:
    columns = _ABOUT_PARTS.columns(postgresql=engine == "postgresql")
    statement = select(*columns).select_from(_RATERS).where(feedback.c.whom == _TRADER_ID)
    if is_behind:
        at, offer_id = bindparam("at", type_=Moment), bindparam("offer_id", type_=BIG)
        beside = and_(feedback.c.at == at, feedback.c.offer_id < offer_id)
        statement = statement.where(feedback.c.at <= at, or_(feedback.c.at < at, beside))
    in_order = statement.order_by(feedback.c.at.desc(), feedback.c.offer_id.desc())
    return Statement(in_order.limit(bindparam("rows_wanted", type_=BIG)))


def _feedback_key(parts: list[str]) -> tuple[datetime, int]:
    text, offer_id = parts
    at = datetime.fromisoformat(text)
    if at.utcoffset() != timedelta(0):
        raise ValueError(text)
    return at, row_id([offer_id])


def _feedback_cursor(view: FeedbackView) -> str:
    return make_cursor("feedback", view.given.at.isoformat(), view.given.offer_id)
