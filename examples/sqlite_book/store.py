"""The file, its units of work, and what a program does with it beside them."""

import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from escrow_domain import (
    TRIES,
    Clock,
    ConcurrentChange,
    Fault,
    MarketRate,
    NoticeKind,
    NumberedNotice,
    StoreUnavailable,
    Trader,
    parse_frame,
)

from .book import SqliteBook
from .facts import tables
from .values import to_text

Answer = TypeVar("Answer")

PATIENCE_SECONDS = 10.0
"""How long a unit waits for the one that writes."""
SCHEMA = Path(__file__).with_name("schema.sql")


class SqliteUnit:
    """One unit of work. Its transaction begins with the first call that needs one."""

    def __init__(self, connections: "Connections", clock: Clock, *, writes: bool) -> None:
        self._connections = connections
        self._writes = writes
        self._connection: sqlite3.Connection | None = None
        self.book = SqliteBook(self._locked, self._looking, clock)

    def _locked(self) -> sqlite3.Connection:
        """The connection, with the file's one lock held."""
        if not self._writes:
            raise Fault("this unit of work only reads")
        return self._looking()

    def _looking(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._connections.take()
            self._connection.execute("BEGIN IMMEDIATE" if self._writes else "BEGIN")
        return self._connection

    def end(self, *, keep: bool) -> None:
        """Commit or roll back what there is."""
        connection, self._connection = self._connection, None
        if connection is not None:
            self._connections.end(connection, keep=keep)


class Connections:
    """Connections to one file: kept open between units, since the last one that closes tidies the file up."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: deque[sqlite3.Connection] = deque()

    def take(self) -> sqlite3.Connection:
        """A connection with no transaction open."""
        try:
            return self._idle.pop()
        except IndexError:
            return connect(self._path)

    def end(self, connection: sqlite3.Connection, *, keep: bool) -> None:
        """End the connection's transaction, and keep the connection for the next unit."""
        try:
            if connection.in_transaction:
                connection.execute("COMMIT" if keep else "ROLLBACK")
        except sqlite3.Error:
            # Closed before its commit has come about, it is rolled back.
            connection.close()
            raise
        self._idle.append(connection)

    def close(self) -> None:
        """Close those that no unit uses."""
        while self._idle:
            self._idle.pop().close()


class SqliteStore:
    """A set of books in one file, for any number of threads and processes of one machine.

    ``clock`` is the machine's, which all of them share, and decides everything.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._connections = Connections(path)
        self._clock = clock
        with self._transaction() as connection:
            for statement in (*SCHEMA.read_text(encoding="utf-8").split(";"), *tables()):
                connection.execute(statement)

    def run(self, work: Callable[[SqliteUnit], Answer], *, writes: bool) -> Answer:
        """Do something in one unit of work: a raise rolls back, a return commits; done again after a lost race."""
        for _ in range(TRIES - 1):
            try:
                return self._run_once(work, writes=writes)
            except ConcurrentChange:
                continue
        return self._run_once(work, writes=writes)

    def _run_once(self, work: Callable[[SqliteUnit], Answer], *, writes: bool) -> Answer:
        unit, keep = SqliteUnit(self._connections, self._clock, writes=writes), False
        try:
            answer = work(unit)
            keep = True
        except sqlite3.OperationalError as error:
            raise StoreUnavailable(str(error)) from error
        finally:
            if not keep:
                unit.end(keep=False)
        try:
            unit.end(keep=True)
        except sqlite3.OperationalError as error:
            raise StoreUnavailable(str(error)) from error
        return answer

    # What the port of the book has no words for ----------------------------------------------------------------------

    def add_trader(self, trader: Trader) -> None:
        """Keep a new trader."""
        with self._transaction() as connection:
            connection.execute("INSERT INTO traders (id, value) VALUES (?, ?)", (str(trader.id), to_text(trader)))

    def restrict(self, trader_id: UUID, currency: str, restricted: bool = True) -> None:
        """Bar a trader from new ads and offers in a currency, or let them again."""
        bar = "INSERT OR IGNORE INTO restrictions (trader_id, currency) VALUES (?, ?)"
        free = "DELETE FROM restrictions WHERE trader_id = ? AND currency = ?"
        with self._transaction() as connection:
            connection.execute(bar if restricted else free, (str(trader_id), currency))

    def keep_rate(self, rate: MarketRate) -> None:
        """Keep a market rate in place of what was known of its pair."""
        with self._transaction() as connection:
            values = "-".join(rate.pair), to_text(rate)
            connection.execute("INSERT OR REPLACE INTO rates (pair, value) VALUES (?, ?)", values)

    def notices(self, trader_id: UUID, after: int = 0) -> Sequence[NumberedNotice]:
        """What a trader was told after a number, in order."""
        statement = (
            "SELECT number, kind, frame, created_at FROM notices WHERE trader_id = ? AND number > ? ORDER BY number"
        )
        with self._transaction() as connection:
            rows = connection.execute(statement, (str(trader_id), after)).fetchall()
        return [
            NumberedNotice(trader_id, number, NoticeKind(kind), parse_frame(frame), datetime.fromisoformat(created_at))
            for number, kind, frame, created_at in rows
        ]

    def close(self) -> None:
        """Give the file back. No unit may be under way."""
        self._connections.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        connection, keep = self._connections.take(), False
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            keep = True
        finally:
            self._connections.end(connection, keep=keep)


def connect(path: Path) -> sqlite3.Connection:
    """A connection that begins and ends its transactions by our own words, and holds rows to what they refer to.

    One thread at a time uses it, though not always the one that opened it.
    """
    connection = sqlite3.connect(path, timeout=PATIENCE_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection
