"""Webhooks: where a trader's notices are sent, as they come. Source: docs/contract/webhooks.md."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from ..errors import FieldProblem, Problem
from .addresses import is_public, literal_address
from .frames import FrameValue, frame_text
from .notices import NoticeKind

WEBHOOKS_LIMIT = 5
"""How many webhooks one trader may have."""
URL_LENGTH_LIMIT = 2000
RETRIES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""How long after each failed try the next one comes; after the last of them the webhook is turned off."""
TEST_TYPE = "test"
TEST_MESSAGE = "This is a test of your webhook."

# Printable ASCII only, a host that is a name or an address, and neither a user nor a fragment.
_URL = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<host>[a-z0-9._-]+|\[[0-9a-f:.]+\])(:(?P<port>[0-9]{1,5}))?(?P<path>[/?][!-~]*)?",
    re.ASCII | re.IGNORECASE,
)
_LAST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where to send a trader's notices of these kinds; of all kinds where none is named.

    The secret that signs is kept sealed. ``last_status`` is that of the last answer and None where
    none came, ``last_at`` when that was known.
    """

    id: UUID
    trader_id: UUID
    url: str
    types: frozenset[NoticeKind]
    sealed_secret: bytes
    created_at: datetime
    is_on: bool = True
    last_status: int | None = None
    last_at: datetime | None = None


def purpose_of(webhook_id: UUID) -> str:
    """What the secret of a webhook is sealed for."""
    return f"webhook:{webhook_id}"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is to be sent to a webhook now: its next notice, or a test, which has no ``number``.

    ``request_id`` is the request that caused the notice, where the store keeps that, and ``offer_id`` what it is about.
    ``tries`` is how often this was tried before, ``is_proven`` whether the last thing sent was taken. ``claim`` is the
    fencing token of whoever claimed it, at the moment ``at``; ``message_id`` is the same however often it is tried.
    """

    webhook_id: UUID
    trader_id: UUID
    url: str
    sealed_secret: bytes
    claim: UUID
    at: datetime
    message_id: str
    type: str
    told_at: datetime
    frame: Mapping[str, FrameValue] = field(repr=False)
    number: int | None
    tries: int
    is_proven: bool
    offer_id: int | None = None
    request_id: UUID | None = None

    @property
    def purpose(self) -> str:
        """What the secret is sealed for."""
        return purpose_of(self.webhook_id)

    @property
    def is_test(self) -> bool:
        """Whether the trader asked for it, to see what comes."""
        return self.number is None

    @property
    def retry_after(self) -> timedelta | None:
        """When to try again if it fails now; None where it was tried often enough."""
        return RETRIES[self.tries] if self.tries < len(RETRIES) else None

    @property
    def body(self) -> str:
        """The body as JSON, the same each time. Source: the Standard Webhooks specification, "Payload structure"."""
        told_at = self.told_at.astimezone(UTC).isoformat(timespec="microseconds")
        head = f'"type": {json.dumps(self.type)}, "timestamp": {json.dumps(told_at)}'
        return f'{{{head}, "data": {frame_text(self.frame, self.number)}}}'


def message_id(webhook_id: UUID, number: int, epoch: int = 0) -> str:
    """The ``webhook-id`` of a notice, for all tries; ``epoch`` as in the Message-ID of its letter."""
    return f"notice_{webhook_id.hex}_{number}{f'_{epoch}' if epoch else ''}"


def message_id_of_test(test_id: UUID) -> str:
    """The ``webhook-id`` of a test."""
    return f"test_{test_id.hex}"


def frame_of_test() -> dict[str, FrameValue]:
    """What a test says."""
    return {"type": TEST_TYPE, "message": TEST_MESSAGE}


def url_problem(url: str, *, anywhere: bool = False) -> FieldProblem | None:
    """What is wrong with an address to send to, or None.

    It is ``https``, and its host is a name or a public address: what a name stands for is looked at whenever it is
    connected to. ``anywhere`` is for tests and private networks, and lets ``http`` and every address be.
    """
    if len(url) > URL_LENGTH_LIMIT:
        return FieldProblem("url", Problem.TOO_LONG, URL_LENGTH_LIMIT)
    found = _URL.fullmatch(url)
    if found is None or "#" in url or int(found["port"] or 1) not in range(1, _LAST_PORT + 1):
        return FieldProblem("url", Problem.NOT_A_URL)
    if found["scheme"].lower() not in (("https", "http") if anywhere else ("https",)):
        return FieldProblem("url", Problem.NOT_HTTPS)
    address = literal_address(found["host"].strip("[]"))
    if found["host"].startswith("[") and address is None:
        return FieldProblem("url", Problem.NOT_A_URL)
    if address is not None and not anywhere and not is_public(address):
        return FieldProblem("url", Problem.NOT_PUBLIC)
    return None
