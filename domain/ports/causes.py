"""For which request something is done, so that what comes of it later can be told to have come of it.

A driver says it once, around all that it has done (``caused_by``); a store asks for it where it writes a notice or a
letter, and keeps it with that. It decides nothing. Source: docs/contract/notices.md, "What caused a notice".
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

_cause: ContextVar[UUID | None] = ContextVar("cause", default=None)


@contextmanager
def caused_by(request_id: UUID) -> Iterator[None]:
    """All that is done within, in this thread or task, is done for the request of this id."""
    before = _cause.set(request_id)
    try:
        yield
    finally:
        _cause.reset(before)


def current_cause() -> UUID | None:
    """The id of the request for which something is done just now; None where nobody has said."""
    return _cause.get()
