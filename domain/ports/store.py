"""Where everything is kept, and the units of work on it. For whoever drives the use cases: HTTP, worker, CLI."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from .admission import Admission
from .book import Book
from .delivery import NoticeTail, Outbox
from .inbox import Inbox
from .logins import Logins
from .readers import Readers
from .traders import Traders


class Unit(Protocol):
    """The ports of one unit of work: all of them see and write one transaction."""

    def now(self) -> datetime:
        """The moment by the store's clock, for what is decided without a locked read or an admission, which tell it.

        Raises ``ClockIsOff`` where this process's clock is too far from it.
        """
        ...

    @property
    def book(self) -> Book:
        """Locked reads and writes."""
        ...

    @property
    def readers(self) -> Readers:
        """Lists and details."""
        ...

    @property
    def traders(self) -> Traders:
        """Who trades here."""
        ...

    @property
    def logins(self) -> Logins:
        """Logins and tickets."""
        ...

    @property
    def inbox(self) -> Inbox:
        """What was read of what was told."""
        ...

    @property
    def admission(self) -> Admission:
        """The door of a request."""
        ...


class Store(Protocol):
    """A database, or what stands for one.

    Whatever is asked of it may raise ``StoreUnavailable``; a commit may raise ``CommitUnknown``. An error that is
    safe to retry says so to the transaction manager. It has one clock, by which everything is decided: the database's,
    or where only one process can use it, that of the process.
    """

    @property
    def outbox(self) -> Outbox:
        """Letters by state, in transactions of its own."""
        ...

    @property
    def tail(self) -> NoticeTail:
        """Committed notices, in reads of its own."""
        ...

    def unit(self, transaction_manager: Any, *, writes: bool) -> Unit:
        """The ports of a unit of work that joins the manager's current transaction (a ``transaction`` manager).

        The unit begins with the first call of one of its ports and ends with the transaction. A unit that does not
        write never waits for one that does. After a commit the store wakes whoever delivers the new notices.
        """
        ...

    def ping(self) -> None:
        """Return if the store answers and its schema is the one of this code; else raise ``StoreUnavailable``."""
        ...

    def close(self) -> None:
        """Give back all connections."""
        ...
