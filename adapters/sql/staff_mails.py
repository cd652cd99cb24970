"""Mails to staff about disputes, on a database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, false, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from domain.model.told_staff import StaffMail

from .schema.tables import ads, disputes, offers, staff_mails, traders
from .schema.types import Moment

_DUE = (
    select(staff_mails.c.trader_id)
    .join(traders, traders.c.id == staff_mails.c.trader_id)
    .where(
        staff_mails.c.owed_since.is_not(None),
        or_(staff_mails.c.mailed_at.is_(None), staff_mails.c.mailed_at <= bindparam("before", type_=Moment)),
        traders.c.is_staff,
        traders.c.is_suspended == false(),
    )
    .order_by(staff_mails.c.owed_since, staff_mails.c.trader_id)
)


class SqlStaffMails:
    """The port ``StaffMails``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def owe(self, staff: Iterable[UUID], at: datetime) -> None:
        """Note that each of these is to be mailed.

        In one order, so that two that note it wait for each other in one order too. A row that is owed already is
        locked all the same: whoever mails meanwhile counts this dispute, or leaves the row to be owed anew.
        """
        rows = [{"trader_id": trader_id, "owed_since": at} for trader_id in sorted(staff)]
        statement = self._insert(staff_mails).values(rows)
        owed = func.coalesce(staff_mails.c.owed_since, statement.excluded.owed_since)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["trader_id"], set_={"owed_since": owed})
        )

    def due(self, mailed_before: datetime, limit: int) -> Sequence[UUID]:
        """Those of the staff who are owed a mail, and whose last is old enough. There are as many rows as staff."""
        return list(self._connection.execute(_DUE.limit(limit), {"before": mailed_before}).scalars())

    def lock(self, trader_id: UUID) -> StaffMail:
        """What is kept of one; on SQLite the unit has the only write lock."""
        own = select(staff_mails).where(staff_mails.c.trader_id == trader_id).with_for_update()
        found = self._connection.execute(own).one_or_none()
        return StaffMail(trader_id) if found is None else StaffMail(*found)

    def waiting(self, trader_id: UUID) -> int:
        """How many disputes are open that this trader is no party of."""
        others = (
            select(func.count())
            .select_from(disputes)
            .join(offers, offers.c.id == disputes.c.offer_id)
            .join(ads, ads.c.id == offers.c.ad_id)
            .where(disputes.c.resolved_at.is_(None), offers.c.taker_id != trader_id, ads.c.maker_id != trader_id)
        )
        return self._connection.execute(others).scalar_one()

    def put_down(self, mail: StaffMail) -> None:
        """Keep what came of one."""
        own = update(staff_mails).where(staff_mails.c.trader_id == mail.trader_id)
        self._connection.execute(own.values(owed_since=mail.owed_since, mailed_at=mail.mailed_at))
