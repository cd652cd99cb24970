"""The request as views see it."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from pyramid.decorator import reify
from pyramid.request import Request
from pyramid_tm import create_tm

from domain.model.days import day_of
from domain.model.trader import Trader
from domain.ports.store import Unit

from ..collaborators import Services
from ..server.bodies import BODY_BYTES_LIMIT, FILE_PATHS
from ..server.waiting_requests import ARRIVED
from .conditions import Condition

REQUEST_ID = "desk.request_id"
ABOUT = "desk.about"
"""Whose request it is and about what, by id, for the log."""
OPERATION = "desk.operation"
RAW_BODY = "desk.raw_body"
BODY_IS_TOO_LARGE = "desk.body_is_too_large"
ADMITTED = "desk.admitted"
"""Whether what the caller came with lets anybody in; set once it was judged, and not where nobody looked at it."""

_LENGTH = re.compile(r"[0-9]{1,18}", re.ASCII)


class DeskRequest(Request):
    """A request with what its handling has found out so far.

    It is a class of its own because Pyramid builds a new class for every request as soon as one property is added
    with ``add_request_method``. ``tm`` is what pyramid_tm would have added so.
    """

    writes: bool
    """Whether the operation changes anything."""
    caller: Trader
    """Who asks; set for operations that need a token, as is ``login_id``."""
    login_id: UUID
    login_address: str
    """From where that login was opened; empty where that is not known."""
    by_program: bool
    """Whether the key of a program asks, and no person."""
    fields: Mapping[str, Any]
    """The body, loaded by the operation's schema."""
    parameters: Mapping[str, Any]
    """The query, loaded by the operation's schema."""
    question: str | None = None
    """What its cursors belong to, where the operation is a list."""
    condition = Condition()
    """What ``If-Match`` asks for."""
    began: float | None = None
    """When its unit of work began, by the clock of the queue in front of it."""
    is_dry_run: bool = False
    """Whether it is only asked what would come of it."""
    commits_failure: bool = False
    """Whether what was written is kept although the answer is a failure."""

    tm = reify(create_tm)

    @cached_property
    def unit(self) -> Unit:
        """The request's unit of work, made when it is first needed: what asks nothing of the store never sees it.

        Raises ``WaitedTooLong`` where it is too late to begin one.
        """
        self.began = self.registry.waiting_requests.admit(self.environ.get(ARRIVED))
        return self.services.store.joined_unit(self.tm, writes=self.writes)

    def begin_to_write(self) -> None:
        """Go on in a unit of work that writes, once one that only reads has found that something is to be noted.

        Whoever finds nothing to note waits for no writer so, and nobody holds two connections. What is written is
        kept before the answer is sent, or else the answer is a failure.
        """
        self.tm.commit()
        self.tm.begin()
        del self.unit
        self.writes = True

    @cached_property
    def now(self) -> datetime:
        """The moment by the store's clock: that of the admission, which sets it, or else asked for by itself."""
        return self.unit.now()

    @property
    def services(self) -> Services:
        """The collaborators of the application."""
        services: Services = self.registry.services
        return services

    @property
    def today(self) -> date:
        """The day of the request, in UTC."""
        return day_of(self.now)

    @property
    def id(self) -> str:
        """The name of this request in answers and logs."""
        return str(self.environ.get(REQUEST_ID, ""))

    def path_id(self, name: str) -> int:
        """An id out of the path; the route has made sure that it is one."""
        return int(self.matchdict[name])

    @property
    def raw_body(self) -> bytes:
        """The body's bytes, at most one more than the limit."""
        body: bytes = self.environ.get(RAW_BODY, b"")
        return body

    @property
    def body_limit(self) -> int:
        """How many bytes a body may have at this path."""
        is_file = self.environ.get("PATH_INFO", "").startswith(FILE_PATHS)
        return self.services.file_bytes if is_file else BODY_BYTES_LIMIT

    def make_body_seekable(self) -> None:
        """Read the body once, so that a retry can read it again, and never more of it than the limit.

        pyramid_retry calls this before the first try. The length that a client declares is not believed: it bounds
        what is read, but the stream may end before it.
        """
        environ = self.environ
        declared = environ.get("CONTENT_LENGTH") or "0"
        length = int(declared) if _LENGTH.fullmatch(declared) else 0
        limit = self.body_limit
        wanted = min(length, limit + 1)
        raw = environ["wsgi.input"].read(wanted) if wanted else b""
        environ[RAW_BODY] = raw
        environ[BODY_IS_TOO_LARGE] = length > limit
        environ["wsgi.input"] = io.BytesIO(raw)
        environ["CONTENT_LENGTH"] = str(len(raw))
