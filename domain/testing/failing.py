"""A store that fails when a test wants it to, around one that works."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from ..errors import StoreUnavailable
from ..ports.book import Book
from .books import BookStore, BookUnit

Answer = TypeVar("Answer")


class FailingStore:
    """``BookStore`` whose units break down after a number of calls of their book, each call included that was done.

    What the call did is there for the unit that then fails, so that a test sees whether it is rolled back. The
    failure is ``StoreUnavailable`` unless another is given. ``calls`` counts those of all units so far.
    """

    def __init__(
        self,
        store: BookStore,
        after: int,
        failure: Callable[[], Exception] = lambda: StoreUnavailable("a test wanted this to fail"),
    ) -> None:
        self._store = store
        self._after = after
        self._failure = failure
        self.calls = 0

    def run(self, work: Callable[[BookUnit], Answer], *, writes: bool) -> Answer:
        """Run the work; raises the failure once the unit has made its last call."""
        return self._store.run(lambda unit: work(_FailingUnit(self, unit)), writes=writes)

    def count(self) -> None:
        """Note a call that was done, and fail if it was the last one."""
        self.calls += 1
        if self.calls >= self._after:
            raise self._failure()


class _FailingUnit:
    def __init__(self, store: FailingStore, unit: BookUnit) -> None:
        self._store = store
        self._unit = unit

    @property
    def book(self) -> Book:
        return cast("Book", _FailingBook(self._store, self._unit.book))


class _FailingBook:
    """Every method of the book, counted once it has returned."""

    def __init__(self, store: FailingStore, book: Book) -> None:
        self._store = store
        self._book = book

    def __getattr__(self, name: str) -> Callable[..., object]:
        method = getattr(self._book, name)

        def counted(*given: object, **named: object) -> object:
            answer = method(*given, **named)
            self._store.count()
            return answer

        return counted
