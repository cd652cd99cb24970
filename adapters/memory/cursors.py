"""Pages and cursors: where a page of a list ends, as a text that means nothing to a client."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from domain.model.price_order import Places, places_as_texts, places_of_texts
from domain.ports.readers import BadCursor, Page

Row = TypeVar("Row")

_SPELLING = re.compile(r"[a-z_-]+:[1-9][0-9]{0,17}", re.ASCII)


def make_cursor(of_list: str, row_id: int) -> str:
    """The cursor behind the row with this id."""
    return base64.urlsafe_b64encode(f"{of_list}:{row_id}".encode()).decode().rstrip("=")


def read_cursor(of_list: str, cursor: str) -> int:
    """The id in a cursor. Raises ``BadCursor`` where it was not made by this list."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except ValueError:
        raise BadCursor(cursor) from None
    name, _, row_id = text.partition(":")
    if not _SPELLING.fullmatch(text) or name != of_list:
        raise BadCursor(cursor)
    return int(row_id)


def make_moment_cursor(of_list: str, moment: datetime, row_id: UUID) -> str:
    """The cursor behind a row of a list that goes by moments, and by ids where these are the same."""
    return base64.urlsafe_b64encode(f"{of_list}|{moment.isoformat()}|{row_id}".encode()).decode().rstrip("=")


def read_moment_cursor(of_list: str, cursor: str) -> tuple[datetime, UUID]:
    """The moment and the id in a cursor. Raises ``BadCursor`` where it was not made by this list."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        name, moment, row_id = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii").split("|")
        found = datetime.fromisoformat(moment), UUID(row_id)
    except ValueError:
        raise BadCursor(cursor) from None
    if name != of_list or found[0].utcoffset() != timedelta(0):
        raise BadCursor(cursor)
    return found


def make_places_cursor(of_list: str, places: Places) -> str:
    """The cursor behind the places that the lanes of a list by price were read to."""
    return base64.urlsafe_b64encode("|".join((of_list, *places_as_texts(places))).encode()).decode().rstrip("=")


def read_places_cursor(of_list: str, cursor: str) -> Places:
    """The places in a cursor. Raises ``BadCursor`` where it was not made by this list."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        name, *texts = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii").split("|")
        places = places_of_texts(texts)
    except ValueError:
        raise BadCursor(cursor) from None
    if name != of_list:
        raise BadCursor(cursor)
    return places


def page(
    rows: Iterable[tuple[int, Row]],
    key: Callable[[int, Row], Any],
    *,
    of_list: str,
    find: Callable[[int], Row | None],
    cursor: str | None,
    limit: int,
) -> Page[Row]:
    """The first rows, by id, whose key is beyond that of the cursor's row, in the order of their keys.

    ``find`` gives the cursor's row even where it is no longer on the list: the key of a row never changes.
    """
    ordered = sorted(rows, key=lambda item: key(*item))
    if cursor is not None:
        last_id = read_cursor(of_list, cursor)
        last = find(last_id)
        if last is None:
            raise BadCursor(cursor)
        ordered = [item for item in ordered if key(*item) > key(last_id, last)]
    shown = ordered[:limit]
    more = len(ordered) > limit
    return Page([row for _, row in shown], make_cursor(of_list, shown[-1][0]) if more else None)
