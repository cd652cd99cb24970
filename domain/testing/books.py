"""What the contracts are held against: a store that runs work on a book, and what a test needs beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeVar
from uuid import UUID

from ..model.notices import NumberedNotice
from ..model.prices import MarketRate
from ..model.trader import Trader
from ..ports.book import Book
from .clock import SettableClock

Answer = TypeVar("Answer")


class Tier(StrEnum):
    """What a store may keep beyond a book, as the contracts are put together. Each stands on what it names.

    A store that has a whole tier says so in ``Books.tiers``, and is held to it.
    """

    READERS = "readers"
    """Lists and details: ``Unit.readers``."""
    DELIVERY = "delivery"
    """What was told is tailed, mailed and read: ``Store.tail``, ``Store.outbox`` and ``Unit.inbox``. Needs readers."""
    LOGINS = "logins"
    """Who trades here and how they are logged in: ``Unit.traders``, ``Unit.logins``, ``Unit.now``. Needs readers."""
    ADMISSION = "admission"
    """A request is let in, and answered once: ``Unit.admission``. Needs readers and logins."""


class BookUnit(Protocol):
    """One unit of work, as far as the first tier looks at it."""

    @property
    def book(self) -> Book:
        """Locked reads and writes."""
        ...


class BookStore(Protocol):
    """What runs work on a book. A whole ``Store`` is one."""

    def run(self, work: Callable[[BookUnit], Answer], *, writes: bool) -> Answer:
        """Do something in one unit of work and return what it returns: a raise rolls back, a return commits.

        The work is done again as a whole, a few times, after a ``ConcurrentChange`` of the store's own.
        """
        ...


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a store can do beyond its promises; the contracts hold it to what it says that it can.

    ``many_writers``: units that lock nothing in common go on at the same time; a store with one writer at a time says
    no. ``tells_in_flight``: its admission can tell that another unit holds the same idempotency key right now.
    """

    many_writers: bool = False
    tells_in_flight: bool = False


@dataclass(frozen=True, slots=True)
class Books:
    """An empty set of books, for one test.

    ``store`` decides by ``clock``. ``add_trader`` keeps a new trader, ``restrict`` bars one from new ads and offers in
    a currency (or lets them again, with False), ``notices`` reads all that a trader was told, in order,
    ``keep_rate`` keeps a market rate, where the store knows any, and ``suspend`` shuts a trader out (or lets them in
    again, with False), where anybody can be: each in a transaction of its own. A book has no methods for these, because
    who trades and what is delivered may be kept by another part of your program.

    ``tiers`` are those beyond the book that the store has; the contracts of the others are skipped.
    """

    store: BookStore
    clock: SettableClock
    add_trader: Callable[[Trader], None]
    restrict: Callable[[UUID, str, bool], None]
    notices: Callable[[UUID], Sequence[NumberedNotice]]
    capabilities: Capabilities = field(default_factory=Capabilities)
    keep_rate: Callable[[MarketRate], None] | None = None
    suspend: Callable[[UUID, bool], None] | None = None
    tiers: frozenset[Tier] = frozenset()


def in_unit(store: BookStore, work: Callable[[BookUnit], Answer], *, writes: bool = True) -> Answer:
    """Run the work in a unit of the store: the one place of the kit where it is told how a unit is run."""
    return store.run(work, writes=writes)
