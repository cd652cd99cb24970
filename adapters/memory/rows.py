"""Rows by key, and drafts that lie over them until their unit of work commits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

Key = TypeVar("Key")
Row = TypeVar("Row")


class Rows(Generic[Key, Row]):
    """One table of immutable rows.

    A draft is a table over another: it shows the other's rows with its own changes, and keeps these to itself until
    they are merged. So a rollback is to forget the draft, and whoever reads the other sees committed rows only.
    """

    def __init__(self, base: Rows[Key, Row] | None = None) -> None:
        self._base = base
        self._own: dict[Key, Row] = {}
        self._removed: set[Key] = set()

    def get(self, key: Key) -> Row | None:
        """The row of this key, or None."""
        if key in self._own:
            return self._own[key]
        if self._base is None or key in self._removed:
            return None
        return self._base.get(key)

    def __contains__(self, key: Key) -> bool:
        return self.get(key) is not None

    def items(self) -> Iterator[tuple[Key, Row]]:
        """All rows with their keys, in the order in which the keys came to be."""
        if self._base is None:
            yield from self._own.items()
            return
        for key, row in self._base.items():
            if key not in self._removed:
                yield key, self._own.get(key, row)
        for key, row in self._own.items():
            if key not in self._base:
                yield key, row

    def values(self) -> Iterator[Row]:
        """All rows, in the order in which their keys came to be."""
        return (row for _, row in self.items())

    def put(self, key: Key, row: Row) -> None:
        """Write a row, new or changed."""
        self._removed.discard(key)
        self._own[key] = row

    def remove(self, key: Key) -> None:
        """Delete a row; one that is not there is no matter."""
        self._own.pop(key, None)
        if self._base is not None:
            self._removed.add(key)

    def merge(self) -> None:
        """Write the changes of this draft into the table it lies over."""
        if self._base is None:
            return
        for key in self._removed:
            self._base.remove(key)
        for key, row in self._own.items():
            self._base.put(key, row)

    def __len__(self) -> int:
        return sum(1 for _ in self.items())
