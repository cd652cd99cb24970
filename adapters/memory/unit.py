"""Units of work: one writer at a time, readers who wait for nobody, and a place in the driver's transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import Any, Protocol
from uuid import UUID

from transaction.interfaces import TransientError

from domain.errors import ConcurrentChange, Fault, StoreUnavailable
from domain.ports.delivery import Waker

from .tables import Tables

PATIENCE_SECONDS = 10.0
"""How long a unit waits for the one that writes. A unit takes milliseconds unless somebody left it open."""


class StaleRow(ConcurrentChange, TransientError):  # type: ignore[misc]
    """A guard found a row changed; transaction managers know by the second base that a retry is safe.

    The transaction package has no types, which is why mypy is told to look away.
    """


class Session(Protocol):
    """How the ports of one unit of work come to the tables."""

    def reading(self) -> AbstractContextManager[Tables]:
        """The rows as this unit sees them, for one call of a port."""
        ...

    def writing(self) -> Tables:
        """The unit's draft; from here on the unit is the one that writes."""
        ...

    def tell(self, trader_id: UUID) -> None:
        """Have the trader's delivery woken once the unit has committed."""
        ...


class Database:
    """The committed tables, and the locks around them."""

    def __init__(self, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._patience_seconds = patience_seconds
        self._committed = Tables()
        self._writer = Lock()
        # Held for the moment of a merge and of one read, so that no reader sees half of a commit.
        self._gate = Lock()

    @contextmanager
    def reading(self) -> Iterator[Tables]:
        """The committed rows, for one read."""
        with self._gate:
            yield self._committed

    def begin(self) -> Tables:
        """A draft for the only writer. Raises ``StoreUnavailable`` where another holds on for too long."""
        if not self._writer.acquire(timeout=self._patience_seconds):
            raise StoreUnavailable(f"another unit of work has been writing for {self._patience_seconds} seconds")
        return self._committed.draft()

    def end(self, draft: Tables, *, keep: bool) -> None:
        """Keep what the writer has written, or forget it, and let the next one write."""
        try:
            if keep:
                with self._gate:
                    draft.merge()
        finally:
            self._writer.release()

    @contextmanager
    def writing(self) -> Iterator[Tables]:
        """A short transaction of its own: kept on return, forgotten on a raise."""
        draft = self.begin()
        keep = False
        try:
            yield draft
            keep = True
        finally:
            self.end(draft, keep=keep)


class WritingUnit:
    """The part of one transaction that writes here: a data manager in the terms of the transaction package."""

    def __init__(self, database: Database, waker: Waker, transaction_manager: Any) -> None:
        self.transaction_manager = transaction_manager
        self._database = database
        self._waker = waker
        self._draft: Tables | None = None
        self._told: set[UUID] = set()

    def draft(self) -> Tables:
        """The unit's draft. The first call takes the writer's place, and may wait for it."""
        if self._draft is None:
            self._draft = self._database.begin()
        return self._draft

    def tell(self, trader_id: UUID) -> None:
        """Have the trader's delivery woken after the commit."""
        self._told.add(trader_id)

    def wake(self, committed: bool) -> None:
        """Wake whoever delivers, if the transaction has committed."""
        if committed and self._told:
            self._waker.wake(tuple(self._told))

    def _end(self, *, keep: bool) -> None:
        """Every phase that may be the last comes here, and only the first of them finds a draft."""
        draft, self._draft = self._draft, None
        if draft is not None:
            self._database.end(draft, keep=keep)

    # What the transaction package calls. Nothing can fail between the vote and the end, since guards fail at once.

    def abort(self, transaction: Any) -> None:  # noqa: ARG002
        """The transaction is rolled back."""
        self._end(keep=False)

    def tpc_begin(self, transaction: Any) -> None:
        """The commit begins."""

    def commit(self, transaction: Any) -> None:
        """Write, in the first phase; all is written already."""

    def tpc_vote(self, transaction: Any) -> None:
        """Say whether the commit may go on; it may."""

    def tpc_finish(self, transaction: Any) -> None:  # noqa: ARG002
        """The commit is decided."""
        self._end(keep=True)

    def tpc_abort(self, transaction: Any) -> None:  # noqa: ARG002
        """The commit failed, here or in another data manager."""
        self._end(keep=False)

    def sortKey(self) -> str:  # noqa: N802
        """The place of this data manager among others in a commit."""
        return f"memory:{id(self._database)}"


class WritingSession:
    """The ports of a unit that writes: it joins the transaction that its manager has at the time of each call."""

    def __init__(self, database: Database, waker: Waker, transaction_manager: Any) -> None:
        self._database = database
        self._waker = waker
        self._transaction_manager = transaction_manager

    @contextmanager
    def reading(self) -> Iterator[Tables]:
        """The unit's own draft, so that it sees what it wrote."""
        yield self.writing()

    def writing(self) -> Tables:
        """The unit's draft."""
        return self._unit().draft()

    def tell(self, trader_id: UUID) -> None:
        """Have the trader's delivery woken after the commit."""
        self._unit().tell(trader_id)

    def _unit(self) -> WritingUnit:
        """The writing unit of the current transaction: one, however many sessions and ports are on it."""
        transaction = self._transaction_manager.get()
        try:
            joined: WritingUnit = transaction.data(self._database)
        except KeyError:
            joined = WritingUnit(self._database, self._waker, self._transaction_manager)
            transaction.join(joined)
            transaction.set_data(self._database, joined)
            transaction.addAfterCommitHook(joined.wake)
        return joined


class ReadingSession:
    """The ports of a unit that only reads: committed rows, and no transaction to end."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reading(self) -> AbstractContextManager[Tables]:
        """The committed rows."""
        return self._database.reading()

    def writing(self) -> Tables:
        """Raises ``Fault``: whoever asked for this unit said that it would not write."""
        raise Fault("this unit of work only reads")

    def tell(self, trader_id: UUID) -> None:
        """Raises ``Fault``: where nothing is written there is nobody to tell."""
        raise Fault(f"this unit of work only reads and has nothing to tell {trader_id}")
