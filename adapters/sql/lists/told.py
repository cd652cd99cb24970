"""Who was told what of one offer, and what became of the letters."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from domain.model.notices import NoticeKind
from domain.ports.readers import Told, ToldLetter

from ..schema.tables import letters, notices
from ..schema.types import BIG

_TOLD = (
    select(
        notices.c.trader_id,
        notices.c.number,
        notices.c.kind,
        notices.c.created_at,
        notices.c.request_id,
        letters.c.id,
        letters.c.state,
        letters.c.attempts,
        letters.c.sent_at,
        letters.c.last_error,
    )
    .select_from(
        notices.outerjoin(
            letters, (letters.c.trader_id == notices.c.trader_id) & (letters.c.number == notices.c.number)
        )
    )
    .where(notices.c.offer_id == bindparam("offer_id", type_=BIG))
    .order_by(notices.c.offer_version, notices.c.trader_id, notices.c.number)
)


def told_of_offer(connection: Connection, offer_id: int) -> list[Told]:
    """In the order of the offer's versions."""
    return [
        Told(
            row.trader_id,
            row.number,
            NoticeKind(row.kind),
            row.created_at,
            None if row.id is None else ToldLetter(row.id, row.state, row.attempts, row.sent_at, row.last_error),
            row.request_id,
        )
        for row in connection.execute(_TOLD, {"offer_id": offer_id})
    ]
