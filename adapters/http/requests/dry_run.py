"""A request that only asks what would come of it: it is decided like any other, and carried out nowhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from domain.model.changes import Changes
from domain.ports.book import Book
from domain.ports.store import Unit

from .request import DeskRequest


class DryBook:
    """A book that remembers what was read of it last, and what it was to write."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self.read: Any = None
        self.changes = Changes()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """A locked read of the book itself."""
        method: Callable[..., Any] = getattr(self._book, name)

        @wraps(method)
        def read(*asked: Any, **named: Any) -> Any:
            self.read = method(*asked, **named)
            return self.read

        return read

    def apply(self, changes: Changes) -> None:
        """Write nothing. Whatever a use case returns, it has decided by now."""
        self.changes = changes


class DryUnit:
    """A unit of work with such a book; all else is the unit's own, which is rolled back."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self.book = DryBook(unit.book)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._unit, name)


def asks_dry_run(request: DeskRequest) -> bool:
    """Whether the query says anything of a dry run; what it says is judged with the rest of the query."""
    try:
        return "dry_run" in request.GET
    except UnicodeDecodeError:
        # Told in its turn.
        return False
