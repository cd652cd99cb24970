"""What differs by the kind of database. One object, chosen by ``P2P_DATABASE_URL``, answers for all of it.

Nobody else asks which kind it is: who adds a kind, or brings a store of their own, answers these questions here.
"""

from __future__ import annotations

import shlex
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from domain.errors import StoreUnavailable
from domain.ports.clock import Clock, ClockWatch
from domain.ports.delivery import Waker

from .masking import masked_url

if TYPE_CHECKING:
    from adapters.http.collaborators import JoinableStore
    from adapters.sql.connections.notify import NotifyWaker
    from adapters.sql.migrations.migrate import SchemaState


class NotOfThisDatabase(Exception):
    """What was asked cannot be done with this kind of database; the message is one line that says why."""


@dataclass(frozen=True)
class Database(ABC):
    """Which database, and what is done with one of its kind. Nothing is opened by making this."""

    url: str

    is_embedded: ClassVar[bool]
    """Whether it lives in or beside one process, which alone serves it, migrates it, and lends it key and clock."""
    is_kept: ClassVar[bool] = True
    """Whether it outlives its process, so that a command, which is another process, finds anything in it."""

    @property
    def replica_url(self) -> str | None:
        """A standby of it from which may be read what is a second old."""
        return None

    def with_replica(self, replica: Database) -> Database:
        """This one, with that standby of it. Raises ``ValueError``."""
        del replica
        raise ValueError("is for PostgreSQL, and P2P_DATABASE_URL names another database")

    @property
    def shown(self) -> str:
        """Which one it is, for people, without its password."""
        return masked_url(self.url)

    @property
    def path(self) -> Path | None:
        """The file of an embedded one; None where there is no file."""
        return None

    @abstractmethod
    def store(self, *, waker: Waker, message_id_domain: str, clock: Clock | None, watch: ClockWatch) -> JoinableStore:
        """The store on it.

        It decides by ``clock``; where that is None, by the database's own, which ``watch`` holds the process's against.
        """

    def notify(self) -> NotifyWaker | None:
        """What wakes other processes after a commit; None where there are none to wake."""
        return None

    def hearing(self, wake: Callable[[Iterable[UUID]], None]) -> AbstractContextManager[None]:
        """While this lasts, ``wake`` is called for what other processes commit; never where there are none."""
        del wake
        return nullcontext()

    @abstractmethod
    def migrate(self) -> None:
        """Give it the tables of this code, if it has tables."""

    def schema_state(self) -> SchemaState:
        """How far its tables are those of this code. Nothing is made. Raises ``NotOfThisDatabase``."""
        raise NotOfThisDatabase("This kind of database has no tables")

    def migration_as_sql(self) -> list[str]:
        """The statements by which ``migrate`` would bring it up to date. Raises ``NotOfThisDatabase``."""
        raise NotOfThisDatabase("This kind of database has no tables")

    def check_is_there(self) -> None:
        """Raise ``StoreUnavailable`` where looking into it would make it or spoil it, or no session with it is kept."""
        return

    def examine(self, clock: Clock) -> Iterable[tuple[str, bool, str]]:
        """What can be told of it without changing it: what was looked at, whether it is in order, and a line.

        ``clock`` is that of this process. Raises ``StoreUnavailable``.
        """
        del clock
        return ()

    def move_on(self, clock: Clock | None) -> int:
        """After a restore to an earlier point, give no number out again that was given out since. Returns by how many.

        ``clock`` as for ``verify``. Raises ``NotOfThisDatabase``.
        """
        del clock
        raise NotOfThisDatabase("This kind of database is never restored")

    @abstractmethod
    def verify(self, clock: Clock | None, published: tuple[int, str] | None = None) -> list[str]:
        """What is broken in its books, a line each; none where every invariant holds. Raises ``NotOfThisDatabase``.

        ``clock`` is the one that its store decides by, as above: whatever is later by it lies in the future. A link of
        the journal's chain that was ``published``, its number and digest, has to be there.
        """

    def counted(self) -> dict[str, int]:
        """How many rows of each kind there are in its books; nothing where that cannot be told."""
        return {}

    @abstractmethod
    def back_up(self, target: Path, clock: Clock | None) -> list[str]:
        """Copy it into a file that is not there yet, and tell what is broken in the books of the copy.

        Raises ``NotOfThisDatabase`` where nothing was copied.
        """


class MemoryDatabase(Database):
    """``memory:``, which is gone with its process."""

    is_embedded = True
    is_kept = False

    def store(self, *, waker: Waker, message_id_domain: str, clock: Clock | None, watch: ClockWatch) -> JoinableStore:
        """A store in memory."""
        from adapters.memory.store import MemoryStore

        del watch
        assert clock is not None, "memory has no clock of its own"
        return MemoryStore(waker=waker, message_id_domain=message_id_domain, clock=clock)

    def migrate(self) -> None:
        """It has no tables."""

    def verify(self, clock: Clock | None, published: tuple[int, str] | None = None) -> list[str]:
        """Nobody else can see its books."""
        del clock, published
        raise NotOfThisDatabase("P2P_DATABASE_URL is memory:, which no other process can reach")

    def back_up(self, target: Path, clock: Clock | None) -> list[str]:
        """There is nothing to copy."""
        del target, clock
        raise NotOfThisDatabase("P2P_DATABASE_URL is memory:, of which nothing is kept")


class SqlDatabase(Database):
    """What is so for every database that is reached by SQL."""

    def store(self, *, waker: Waker, message_id_domain: str, clock: Clock | None, watch: ClockWatch) -> JoinableStore:
        """A store on the database."""
        from adapters.sql.store import SqlStore

        return SqlStore(
            self.url,
            waker=waker,
            message_id_domain=message_id_domain,
            clock=clock,
            watch=watch,
            replica_url=self.replica_url,
        )

    def migrate(self) -> None:
        """Bring the schema to this version."""
        from adapters.sql.migrations.migrate import upgrade

        upgrade(self.url)

    def schema_state(self) -> SchemaState:
        """Its revision, and what is missing to this version's."""
        from adapters.sql.migrations.migrate import state_of

        self.check_is_there()
        return state_of(self.url)

    def migration_as_sql(self) -> list[str]:
        """What would be done to it."""
        from adapters.sql.migrations.as_sql import statements

        self.check_is_there()
        return statements(self.url)

    def move_on(self, clock: Clock | None) -> int:
        """Move its numbers and its Message-IDs on."""
        from adapters.sql.restoring import move_on

        return move_on(self.url, clock)

    def examine(self, clock: Clock) -> Iterable[tuple[str, bool, str]]:
        """Version, clock, role, and whether it keeps what it acknowledges."""
        from adapters.sql.audit.examining import examine

        return examine(self.url, clock.now)

    def verify(self, clock: Clock | None, published: tuple[int, str] | None = None) -> list[str]:
        """What is broken in its books, a line each."""
        from adapters.sql.audit.verify import verify

        return verify(self.url, clock, published)

    def counted(self) -> dict[str, int]:
        """How many rows of each kind there are."""
        from adapters.sql.audit.counting import count_rows

        return count_rows(self.url)


@dataclass(frozen=True)
class SqliteDatabase(SqlDatabase):
    """A file beside the one process that serves it."""

    file: Path

    is_embedded = True

    @property
    def path(self) -> Path:
        """Its file."""
        return self.file

    def check_is_there(self) -> None:
        """Raise ``StoreUnavailable`` where there is no file, since looking would leave an empty one, or another's."""
        from adapters.sql.migrations.whose_database import check_file

        check_file(self.file)
        if not self.file.exists():
            raise StoreUnavailable(f"there is none at {self.file}; p2p migrate makes it")

    def back_up(self, target: Path, clock: Clock | None) -> list[str]:
        """Copy it, while the desk runs, and check the copy."""
        from adapters.sql.audit.backup import BackupFailed, back_up

        try:
            return back_up(self.file, target, clock)
        except BackupFailed as error:
            raise NotOfThisDatabase(str(error)) from None


@dataclass(frozen=True)
class PostgresqlDatabase(SqlDatabase):
    """A server that any number of processes share."""

    replica_url: str | None = None

    is_embedded = False

    def with_replica(self, replica: Database) -> Database:
        """This one, with that standby of it."""
        if not isinstance(replica, PostgresqlDatabase):
            raise ValueError("is no postgresql+psycopg://user:password@host/name")
        return replace(self, replica_url=replica.url)

    def check_is_there(self) -> None:
        """Raise ``StoreUnavailable`` where a pooler before it does not leave sessions as they are."""
        from adapters.sql.connections.poolers import check_pooler

        check_pooler(self.url)

    def migrate(self) -> None:
        """Bring the schema to this version."""
        self.check_is_there()
        super().migrate()

    def examine(self, clock: Clock) -> Iterable[tuple[str, bool, str]]:
        """The same, and whether its standby is one."""
        from adapters.sql.audit.examining import examine_replica

        yield from super().examine(clock)
        if self.replica_url is not None:
            yield from examine_replica(self.replica_url)

    def notify(self) -> NotifyWaker:
        """What tells the other processes, by NOTIFY."""
        from adapters.sql.connections.notify import NotifyWaker

        return NotifyWaker(self.url)

    @contextmanager
    def hearing(self, wake: Callable[[Iterable[UUID]], None]) -> Iterator[None]:
        """Listen on a connection of its own."""
        from adapters.sql.connections.notify import WakeListener

        listener = WakeListener(self.url, wake)
        listener.start()
        try:
            yield
        finally:
            listener.stop()

    def back_up(self, target: Path, clock: Clock | None) -> list[str]:
        """It makes its own; the refusal says by which command, for a script that counts on a copy has to hear so."""
        del clock
        raise NotOfThisDatabase(
            f"Nothing was copied. PostgreSQL makes its own backups: {dump_command(self.url, target)}"
        )


def dump_command(url: str, target: Path) -> str:
    """The command that copies a PostgreSQL database. It asks for the password, which is not shown."""
    from sqlalchemy import make_url

    from adapters.sql.connections.addresses import as_others_take_it

    return f"pg_dump --format=custom --file={shlex.quote(str(target))} {shlex.quote(as_others_take_it(make_url(url)))}"
