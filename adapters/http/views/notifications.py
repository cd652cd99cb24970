"""Notices."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.model.notices import NumberedNotice
from domain.ports.readers import BadCursor, Page
from domain.use_cases.mark_read import mark_read

from ..operation import Reply
from ..requests.request import DeskRequest

_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class NoticePage(Page[NumberedNotice]):
    """A part of the notices, and up to which of them all was read."""

    read_up_to: int = 0


def notices(request: DeskRequest) -> Reply:
    """What the caller was told after a notice's number, in order."""
    parameters = request.parameters
    since, limit = _after(parameters), parameters["limit"]
    # One more than is shown tells whether there is a next part.
    found = request.unit.readers.notices(request.caller.id, since, limit + 1)
    shown = found[:limit]
    more = str(shown[-1].number) if len(found) > limit else None
    return Reply(NoticePage(shown, more, request.unit.inbox.read_up_to(request.caller.id)))


def _after(parameters: Mapping[str, Any]) -> int:
    """The number after which to go on: a cursor is that of the last notice of an earlier part. Raises ``BadCursor``."""
    cursor = parameters.get("cursor")
    if cursor is None:
        return int(parameters["since"])
    if not _NUMBER.fullmatch(cursor):
        raise BadCursor(cursor)
    return int(cursor)


def read(request: DeskRequest) -> Reply:
    """Remember that the caller has read everything up to a notice. The number never goes back."""
    return Reply({"read_up_to": mark_read(request.caller.id, request.fields["up_to"], inbox=request.unit.inbox)})
