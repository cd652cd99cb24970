"""Up to where traders have read, on a database."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, case, select, update
from sqlalchemy.engine import Connection

from domain.errors import TraderNotFound

from .schema.tables import notice_counters
from .schema.types import BIG, Id

_OF_TRADER = notice_counters.c.trader_id == bindparam("of_trader", type_=Id)
_UP_TO = bindparam("up_to", type_=BIG)
_TOLD = case((notice_counters.c.last < _UP_TO, notice_counters.c.last), else_=_UP_TO)
_READ = select(notice_counters.c.read_up_to).where(_OF_TRADER)
_MARK = (
    update(notice_counters)
    .where(_OF_TRADER)
    .values(read_up_to=case((notice_counters.c.read_up_to < _TOLD, _TOLD), else_=notice_counters.c.read_up_to))
    .returning(notice_counters.c.read_up_to)
)


class SqlInbox:
    """The port ``Inbox``. What was read stands beside the counter of what was told."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read_up_to(self, trader_id: UUID) -> int:
        """The number of the last notice that was read."""
        found: int | None = self._connection.execute(_READ, {"of_trader": trader_id}).scalar_one_or_none()
        return found or 0

    def mark_read(self, trader_id: UUID, up_to: int) -> int:
        """Note that everything up to this number was read."""
        parameters = {"of_trader": trader_id, "up_to": up_to}
        read: int | None = self._connection.execute(_MARK, parameters).scalar_one_or_none()
        if read is None:
            raise TraderNotFound()
        return read
