"""Committed notices: what the websocket tails and the inbox lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import Engine, bindparam, select
from sqlalchemy.engine import Connection

from domain.model.frames import parse_frame
from domain.model.notices import NoticeKind, NumberedNotice

from ..connections.engine import own_transaction
from ..schema.tables import notice_counters, notices
from ..schema.types import BIG, Id
from .parts import Part, Parts
from .statements import Statement

_NOTICE = ("trader_id", "number", "kind", "frame", "created_at", "offer_id", "request_id")
_PARTS = Parts(
    Part(
        notices,
        [notices.c[name].label(name) for name in _NOTICE],
        lambda row: NumberedNotice(
            row["trader_id"],
            row["number"],
            NoticeKind(row["kind"]),
            parse_frame(row["frame"]),
            row["created_at"],
            row["offer_id"],
            row["request_id"],
        ),
    )
)
_AFTER = {
    on: Statement(
        select(*_PARTS.columns(postgresql=on == "postgresql"))
        .select_from(notices)
        .where(
            notices.c.trader_id == bindparam("trader_id", type_=Id), notices.c.number > bindparam("since", type_=BIG)
        )
        .order_by(notices.c.number)
        .limit(bindparam("most", type_=BIG))
    )
    for on in ("postgresql", "sqlite")
}
_LAST = select(notice_counters.c.trader_id, notice_counters.c.last)
_TRADERS_A_QUERY = 500


def notices_after(connection: Connection, trader_id: UUID, number: int, limit: int) -> list[NumberedNotice]:
    """A trader's notices after a number, in order.

    Numbers are given out under a lock that is held to the commit, so who sees one number sees all lower ones.
    """
    engine = connection.dialect.name
    found = _AFTER[engine].rows(connection, {"trader_id": trader_id, "since": number, "most": limit})
    return [notice for (notice,) in _PARTS.found(found, postgresql=engine == "postgresql")]


class SqlTail:
    """The port ``NoticeTail``: each method is one short read of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def last_numbers(self, trader_ids: Iterable[UUID]) -> Mapping[UUID, int]:
        """The number of each trader's newest committed notice; 0 where there is none."""
        wanted = list(trader_ids)
        numbers = dict.fromkeys(wanted, 0)
        with own_transaction(self._engine, writes=False) as connection:
            # SQLite bounds the parameters of a statement, and PostgreSQL plans long lists slowly.
            for start in range(0, len(wanted), _TRADERS_A_QUERY):
                some = wanted[start : start + _TRADERS_A_QUERY]
                for trader_id, last in connection.execute(_LAST.where(notice_counters.c.trader_id.in_(some))):
                    numbers[trader_id] = last
        return numbers

    def after(self, trader_id: UUID, number: int, limit: int) -> list[NumberedNotice]:
        """A trader's committed notices after a number, in order."""
        with own_transaction(self._engine, writes=False) as connection:
            return notices_after(connection, trader_id, number, limit)
