"""What is under way of those whose trades staff want ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, exists, or_, select, union
from sqlalchemy.engine import Connection

from .schema.tables import ads, offers, trades_to_end
from .schema.types import Moment, word

_IS_LIVE = or_(ads.c.status == word("pending"), ads.c.status == word("paused"))
_PENDING, _PAID = offers.c.state == word("pending"), offers.c.state == word("paid")
_IS_DUE = or_(_PAID, and_(_PENDING, offers.c.deadline > bindparam("at", type_=Moment)))
_ADS = select(ads.c.id).join(trades_to_end, trades_to_end.c.trader_id == ads.c.maker_id).where(_IS_LIVE)
_OF_TAKERS = select(offers.c.id).join(trades_to_end, trades_to_end.c.trader_id == offers.c.taker_id)
_OF_MAKERS = (
    select(offers.c.id)
    .join(ads, ads.c.id == offers.c.ad_id)
    .join(trades_to_end, trades_to_end.c.trader_id == ads.c.maker_id)
)
_OFFERS = union(_OF_TAKERS.where(_IS_DUE), _OF_MAKERS.where(_IS_DUE)).subquery()


def ads_to_end(connection: Connection, limit: int) -> Sequence[int]:
    """Ids of their live ads."""
    return list(connection.execute(_ADS.order_by(ads.c.id).limit(limit)).scalars())


def offers_to_end(connection: Connection, at: datetime, limit: int) -> Sequence[int]:
    """Ids of the offers that they are a party to."""
    statement = select(_OFFERS.c.id).order_by(_OFFERS.c.id).limit(limit)
    return list(connection.execute(statement, {"at": at}).scalars())


def forget_endings(connection: Connection, before: datetime) -> int:
    """Look no more at those of whom nothing is left to end."""
    statement = delete(trades_to_end).where(trades_to_end.c.since < before, *_nothing_is_left())
    return connection.execute(statement).rowcount


def _nothing_is_left() -> tuple[ColumnElement[bool], ...]:
    of_trader: Any = trades_to_end.c.trader_id
    is_open = or_(_PENDING, _PAID)
    return (
        ~exists().where(ads.c.maker_id == of_trader, _IS_LIVE),
        ~exists().where(offers.c.taker_id == of_trader, is_open),
        ~exists().where(ads.c.maker_id == of_trader, offers.c.ad_id == ads.c.id, is_open),
    )
