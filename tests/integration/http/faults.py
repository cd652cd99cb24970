"""A store in front of another that breaks when a test wants it to, as a database may."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from transaction import TransactionManager

from adapters.http.collaborators import JoinableStore
from domain.ports.delivery import NoticeTail, Outbox
from domain.ports.store import Result, Unit
from domain.ports.vitals import Vitals


class FailingCommit:
    """A data manager that fails in the last moment of a commit, before or after its neighbours have committed."""

    def __init__(self, manager: Any, error: Exception, *, after_others: bool) -> None:
        self.transaction_manager = manager
        self._error = error
        self._after_others = after_others

    def abort(self, transaction: Any) -> None:
        """Nothing was written here."""

    def tpc_begin(self, transaction: Any) -> None:
        """Nothing to begin."""

    def commit(self, transaction: Any) -> None:
        """Nothing to write."""

    def tpc_vote(self, transaction: Any) -> None:
        if not self._after_others:
            raise self._error

    def tpc_finish(self, transaction: Any) -> None:
        raise self._error

    def tpc_abort(self, transaction: Any) -> None:
        """Nothing was written here."""

    def sortKey(self) -> str:  # noqa: N802 (the transaction package names it so)
        # The transaction package commits in the order of these keys.
        return "~"


class BreakableStore:
    """A store in front of another, which can join a transaction. Errors wait in queues, each to be raised once."""

    def __init__(self, store: JoinableStore) -> None:
        self._store = store
        self.on_begin: deque[Exception] = deque()
        """Raised where a unit of work begins, or the outbox is asked for one of its own."""
        self.on_commit: deque[Exception] = deque()
        """Raised where a unit is to commit, so that nothing is kept."""
        self.on_write: deque[Exception] = deque()
        """Raised where it is asked whether anything can be written."""
        self.units = 0

    @property
    def clock(self) -> Any:
        return self._store.clock  # type: ignore[attr-defined]

    @property
    def outbox(self) -> Outbox:
        if self.on_begin:
            raise self.on_begin.popleft()
        return self._store.outbox

    @property
    def tail(self) -> NoticeTail:
        return self._store.tail

    def run(self, work: Callable[[Unit], Result], *, writes: bool) -> Result:
        manager = TransactionManager(explicit=True)
        result: Result = manager.run(lambda: work(self.joined_unit(manager, writes=writes)))
        return result

    def joined_unit(self, transaction_manager: Any, *, writes: bool) -> Unit:
        self.units += 1
        if self.on_begin:
            raise self.on_begin.popleft()
        if self.on_commit and writes:
            failing = FailingCommit(transaction_manager, self.on_commit.popleft(), after_others=False)
            transaction_manager.get().join(failing)
        return self._store.joined_unit(transaction_manager, writes=writes)

    def ping(self) -> None:
        if self.on_begin:
            raise self.on_begin.popleft()
        self._store.ping()

    def check_writes(self) -> None:
        if self.on_write:
            raise self.on_write.popleft()
        self._store.check_writes()

    def vitals(self) -> Vitals:
        return self._store.vitals()

    def note_check(self, broken: int) -> None:
        self._store.note_check(broken)

    def close(self) -> None:
        self._store.close()
