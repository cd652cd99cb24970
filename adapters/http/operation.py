"""What one operation of the API is; the table of all of them is in ``operations``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from marshmallow import Schema
from pyramid.response import Response

from domain.errors import Refusal
from domain.ports.keys import Scope

from .replies.rejections import Rejection
from .requests.request import DeskRequest
from .requests.security import Caller
from .schemas.base import InputSchema
from .schemas.described import AMARA
from .schemas.dry_run import DRY_RUN_QUERY


@dataclass(frozen=True, slots=True)
class PathParameter:
    """A part of a path: how it may be spelled, and what the API document says of it.

    Pyramid's routes take one level of braces in a spelling. Where the schema is of text, the document adds the
    spelling to it.
    """

    spelling: str
    description: str
    example: Any
    schema: Mapping[str, Any]


_ID: Mapping[str, Any] = {"type": "integer", "format": "int64", "minimum": 1, "maximum": 10**18 - 1}

PATH_PARAMETERS: Mapping[str, PathParameter] = {
    "ad_id": PathParameter("[0-9]{1,18}", "The ad's id.", 1, _ID),
    "offer_id": PathParameter("[0-9]{1,18}", "The offer's id.", 1, _ID),
    "number": PathParameter("[0-9]{1,18}", "The number of the message.", 1, _ID),
    "method_id": PathParameter("[0-9]{1,18}", "The saved payment method's id.", 1, _ID),
    "trader_id": PathParameter(
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "The trader's id.",
        AMARA,
        {"type": "string", "format": "uuid"},
    ),
    "login_id": PathParameter(
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "The login's id.",
        "0b7f7d8e-52c5-4d0e-9a5d-3f0d7a1c6e24",
        {"type": "string", "format": "uuid"},
    ),
    "key_id": PathParameter(
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "The key's id.",
        "3f2c9a10-7c1b-4a8e-8b57-5f1f6f0d2c44",
        {"type": "string", "format": "uuid"},
    ),
    "webhook_id": PathParameter(
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "The webhook's id.",
        "5d8f1f0e-9a41-4a39-a9a5-2f0b1f6c7e11",
        {"type": "string", "format": "uuid"},
    ),
    "crypto_currency": PathParameter(
        "[A-Za-z0-9_]{1,32}", "The code of the crypto currency, in any case.", "usdt", {"type": "string"}
    ),
    "asset": PathParameter("[A-Za-z0-9.-]{1,64}", "The name of the file.", "docs.css", {"type": "string"}),
}


class Tag(StrEnum):
    """The parts of the API, by which its document is divided."""

    AUTH = "auth"
    ADS = "ads"
    OFFERS = "offers"
    PEOPLE = "people"
    CHATS = "chats"
    WALLET = "wallet"
    NOTIFICATIONS = "notifications"
    WEBHOOKS = "webhooks"
    ADMIN = "admin"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a view answers: an entity for the operation's schema, and headers that only some answers have.

    ``location`` is a path of this desk; ``version`` is that of an offer, to be sent as its entity tag. ``message`` is
    said in place of the operation's, and is its other one. ``made`` are the ids of what was made, for the log.
    """

    entity: Any = None
    location: str | None = None
    version: int | None = None
    message: str | None = None
    made: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its route, who may call it, what it reads and answers, and how it can refuse.

    ``tag`` is the part of the API that it belongs to. ``path`` is as clients are told it; the route takes it with and
    without its last slash. ``takes_key`` says that an ``Idempotency-Key`` is looked at, ``takes_version`` that
    ``If-Match`` is. ``refusals`` and ``rejections`` are what this operation can answer beside what every operation
    has: a wrong body, no token, a suspended trader. ``or_message`` is what is said in place of ``message`` where less
    was done. ``media`` are the types of an answer that is not in the envelope; ``entity`` is then the whole of it,
    where it is JSON. ``also`` is the type of another form of the answer, for clients that prefer it by ``Accept``.
    ``success`` is the status of an answer that says yes, and None where none ever does: such an operation is no part of
    the API document. ``headers`` are what such an answer has beside what every answer has; the table ``HEADERS``
    explains each. ``hashes`` says that a password is hashed for it, which takes a tenth of a second on purpose.
    ``may_have_token`` says that a token is looked at, where anyone may call. ``prepare`` says that the body is a file,
    and is called with it before the unit of work begins, for what is slow; what it finds wrong is told later.
    ``seals_answer`` says that the answer has a secret, and is sealed where it is kept to be sent again.
    ``marks_read`` says that looking is noted down, though nothing else is changed by it, and ``notes_staff`` that it is
    where somebody of the staff looks, so that it begins as one that only reads. ``takes_dry_run`` says that it
    can be asked what would come of it, with nothing done; its query is then that question alone.

    The API document describes the operation with its summary and the docstring of its view.
    """

    name: str
    tag: Tag
    method: str
    path: str
    view: Callable[[DeskRequest], Reply | Response]
    summary: str
    caller: Caller = Caller.TRADER
    body: InputSchema | None = None
    query: InputSchema | None = None
    entity: Schema | None = None
    message: str | None = None
    or_message: str | None = None
    takes_key: bool = False
    takes_version: bool = False
    refusals: tuple[type[Refusal], ...] = ()
    rejections: tuple[Rejection, ...] = ()
    media: tuple[str, ...] = ()
    also: str | None = None
    success: int | None = 200
    headers: tuple[str, ...] = ()
    hashes: bool = False
    may_have_token: bool = False
    seals_answer: bool = False
    marks_read: bool = False
    notes_staff: bool = False
    prepare: Callable[[DeskRequest, bytes], None] | None = None
    takes_dry_run: bool = False

    @property
    def asked(self) -> InputSchema | None:
        """What is read of the query."""
        return DRY_RUN_QUERY if self.takes_dry_run else self.query

    @property
    def writes(self) -> bool:
        """Whether the operation changes anything."""
        return self.method != "GET" or self.marks_read

    @property
    def takes_body(self) -> bool:
        """Whether a body is looked at."""
        return self.method == "POST" or self.body is not None

    @property
    def scope(self) -> Scope | None:
        """What the key of a program must be given for it; None where no key will do.

        Source: docs/contract/accounts.md, "Keys of programs".
        """
        if self.caller is not Caller.TRADER or self.tag in (Tag.AUTH, Tag.ADMIN, Tag.WEBHOOKS):
            return None
        if self.method == "GET":
            return Scope.READ
        return Scope.RELEASE if self.name == "release_funds" else Scope.TRADE

    @property
    def word(self) -> str:
        """What the path calls the operation: ``paid``, ``close``, ``transfer``; the root calls none."""
        return next((part for part in reversed(self.path.split("/")) if part and "{" not in part), "")

    @property
    def route_pattern(self) -> str:
        """The path as Pyramid takes it: with the spelling of each parameter, and a last slash that may be missing.

        The root has only the one slash.
        """
        if self.path == "/":
            return self.path
        pattern = re.sub(r"{(\w+)}", lambda match: f"{{{match[1]}:{PATH_PARAMETERS[match[1]].spelling}}}", self.path)
        return pattern.rstrip("/") + "{slash:/?}"
