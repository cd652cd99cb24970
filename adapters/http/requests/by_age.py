"""Parts of lists that go by when their items were made, the newest first, and by their ids where that is the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from domain.ports.readers import BadCursor, Page

from .request import DeskRequest

Item = TypeVar("Item")
Age = tuple[datetime, UUID]
"""When an item was made, and its id."""

_CURSOR = re.compile(r"([0-9]{1,17})\.([0-9a-f]{32})", re.ASCII)
_EPOCH, _UNIT = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def part_of(
    request: DeskRequest, read: Callable[[int, Age | None], Sequence[Item]], age: Callable[[Item], Age]
) -> Page[Item]:
    """The part that a request asks for.

    ``read`` gives so many items, at most, that are older than an age, or the newest of all. Raises ``BadCursor``.
    """
    cursor, limit = request.parameters.get("cursor"), request.parameters["limit"]
    found = read(limit + 1, None if cursor is None else _age(cursor))
    shown = found[:limit]
    return Page(shown, _cursor(age(shown[-1])) if len(found) > limit else None)


def part_of_few(request: DeskRequest, items: Sequence[Item], age: Callable[[Item], Age]) -> Page[Item]:
    """The part that a request asks for of items, the newest first, that are so few that all of them were read."""

    def read(most: int, behind: Age | None) -> Sequence[Item]:
        return [item for item in items if behind is None or age(item) < behind][:most]

    return part_of(request, read, age)


def _cursor(age: Age) -> str:
    made_at, item_id = age
    return f"{(made_at - _EPOCH) // _UNIT}.{item_id.hex}"


def _age(cursor: str) -> Age:
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise BadCursor(cursor)
    return _EPOCH + int(found[1]) * _UNIT, UUID(found[2])
