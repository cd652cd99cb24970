"""Notices."""

from __future__ import annotations

from domain.ports.readers import Page

from ..operation import Reply
from ..request import DeskRequest


def notices(request: DeskRequest) -> Reply:
    """What the caller was told after a notice's number, in order."""
    parameters = request.parameters
    since, limit = parameters.get("cursor", parameters["since"]), parameters["limit"]
    # One more than is shown tells whether there is a next part.
    found = request.unit.readers.notices(request.caller.id, since, limit + 1)
    shown = found[:limit]
    return Reply(Page(shown, str(shown[-1].number) if len(found) > limit else None))
