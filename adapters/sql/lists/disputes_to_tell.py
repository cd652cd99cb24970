"""Which disputes staff were not told of yet, and who is to be told of one."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, bindparam, exists, false, select, text
from sqlalchemy.engine import Connection

from ..schema.tables import ads, disputes, notices, offers, traders
from ..schema.types import BIG, word

_TELLS_OF_IT = and_(
    notices.c.offer_id == disputes.c.offer_id,
    notices.c.offer_version == disputes.c.version,
    notices.c.kind == word("offer_disputed"),
)
_OPEN = disputes.join(offers, offers.c.id == disputes.c.offer_id).join(ads, ads.c.id == offers.c.ad_id)
# The words of the index of the staff: no engine knows the index by a parameter.
_IS_STAFF = text("traders.is_staff")
_IS_OPEN = disputes.c.resolved_at.is_(None)
_TO_TELL = (
    select(disputes.c.offer_id)
    .select_from(_OPEN)
    .where(
        _IS_OPEN,
        # Its parties were told as it was opened; whoever else was, is of the staff.
        ~exists().where(_TELLS_OF_IT, notices.c.trader_id.not_in([ads.c.maker_id, offers.c.taker_id])),
    )
    .order_by(disputes.c.opened_at, disputes.c.offer_id)
)
_STAFF = (
    select(traders.c.id)
    .select_from(_OPEN)
    .where(
        _IS_OPEN,
        disputes.c.offer_id == bindparam("offer_id", type_=BIG),
        _IS_STAFF,
        traders.c.is_suspended == false(),
        traders.c.id.not_in([ads.c.maker_id, offers.c.taker_id]),
        ~exists().where(_TELLS_OF_IT, notices.c.trader_id == traders.c.id),
    )
    .order_by(traders.c.id)
)


def disputes_to_tell(connection: Connection, limit: int) -> Sequence[int]:
    """Ids of the offers in dispute of which nobody of the staff was told."""
    return list(connection.execute(_TO_TELL.limit(limit)).scalars())


def staff_to_tell(connection: Connection, offer_id: int) -> Sequence[UUID]:
    """Who of the staff is to be told of one."""
    return list(connection.execute(_STAFF, {"offer_id": offer_id}).scalars())
