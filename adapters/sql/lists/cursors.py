"""Cursors: where a page of a list ended, as a text that means nothing to a client."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import TypeVar

from domain.ports.readers import BadCursor, Page

Key = TypeVar("Key")
Item = TypeVar("Item")


def make_cursor(of_list: str, *key: object) -> str:
    """The cursor behind the row whose sort key this is."""
    text = "|".join([of_list, *map(str, key)])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(of_list: str, cursor: str, parse: Callable[[list[str]], Key]) -> Key:
    """The sort key in a cursor. Raises ``BadCursor`` where it was not made by this list."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        name, *parts = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii").split("|")
        if name != of_list:
            raise BadCursor(cursor)
        return parse(parts)
    except (ValueError, ArithmeticError, TypeError):
        raise BadCursor(cursor) from None


def row_id(parts: list[str]) -> int:
    """A sort key that is an id. Raises ``ValueError``."""
    (text,) = parts
    if not (text.isascii() and text.isdigit() and len(text) <= _ID_DIGITS):
        raise ValueError(text)
    return int(text)


_ID_DIGITS = 18
BEYOND_ALL_IDS = 10**_ID_DIGITS
"""An upper bound for lists that go down by id and begin at the newest."""


def page(items: Sequence[Item], limit: int, cursor_of: Callable[[Item], str]) -> Page[Item]:
    """The first ``limit`` of one more than that many items; the cursor is there where there is more."""
    shown = items[:limit]
    return Page(shown, cursor_of(shown[-1]) if len(items) > limit else None)
