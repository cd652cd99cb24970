"""The one clock of a database, and this process's held against it.

On PostgreSQL it is the server's: ``clock_timestamp()`` comes with what is read anyway. On SQLite, which has none of
its own, it is that of the only process there is. A clock that is given stands for either, as in tests.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Interval, func, literal, select
from sqlalchemy.engine import Connection

from domain.ports.clock import Clock, ClockWatch

from ..schema.types import Moment

AT = "at"
"""Under which name a statement tells the moment."""


def told_column() -> ColumnElement[datetime]:
    """The moment by PostgreSQL's clock, as the last column of a statement that locks.

    Columns are evaluated in their order, for a row that is locked already, so it is the moment after all waiting.
    Other functions tell when the statement or the transaction began, before it waited for anybody.
    """
    return func.clock_timestamp(type_=Moment).label(AT)


_NOW = select(told_column())


class _ProcessClock:
    """The clock of this process, which is the only one that has the file open to write."""

    def now(self) -> datetime:
        """The moment."""
        return datetime.now(UTC)


class Moments:
    """The clock that one store decides by."""

    def __init__(self, *, on_postgresql: bool, clock: Clock | None = None, watch: ClockWatch | None = None) -> None:
        """The server's clock on PostgreSQL, held against ``watch`` if there is one; or ``clock`` in place of it."""
        self.given = clock or (None if on_postgresql else _ProcessClock())
        self._watch = watch if self.given is None else None

    def asked(self) -> datetime | None:
        """To be called before the database is asked, and given to ``told`` after its answer."""
        return None if self._watch is None else self._watch.now()

    def told(self, asked: datetime | None, at: Any) -> datetime:
        """The moment, where ``at`` is what the database told. Raises ``ClockIsOff``."""
        if self.given is not None:
            return self.given.now()
        moment: datetime = at
        if self._watch is not None and asked is not None:
            self._watch.compare(asked, moment)
        return moment

    def now(self, connection: Connection) -> datetime:
        """The moment, asked for by itself. Raises ``ClockIsOff``."""
        if self.given is not None:
            return self.given.now()
        asked = self.asked()
        return self.told(asked, connection.execute(_NOW).scalar_one())

    def expression(self, later: timedelta = timedelta(0)) -> ColumnElement[datetime]:
        """The moment, or one later than that, as a value to be written. It is written whoever's clock is off."""
        if self.given is not None:
            return literal(self.given.now() + later, Moment)
        now: ColumnElement[datetime] = func.clock_timestamp(type_=Moment)
        return now + literal(later, Interval) if later else now
