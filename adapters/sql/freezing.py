"""Whether the desk is frozen, on a database."""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete, exists, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from domain.model.changes import StaffAct
from domain.model.facts import plain_values

from .schema.facts import insert_of
from .schema.tables import desk_freeze


def frozen_column() -> ColumnElement[bool]:
    """Whether nothing new may begin, as a column of a locked read: no further round trip."""
    return exists().where(desk_freeze.c.number == literal_column("1")).label("is_frozen")


class SqlFreezing:
    """The port ``Freezing``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def is_frozen(self) -> bool:
        """Whether nothing new may begin."""
        return bool(self._connection.execute(select(frozen_column())).scalar_one())

    def set_frozen(self, frozen: bool, act: StaffAct) -> None:
        """Freeze the desk, or let it go on."""
        if frozen:
            self._connection.execute(self._insert(desk_freeze).values(number=1, since=act.at).on_conflict_do_nothing())
        else:
            self._connection.execute(delete(desk_freeze))
        self._connection.execute(insert_of(StaffAct), plain_values(act))
