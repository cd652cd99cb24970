"""The same request sent again: the first answer once more, and no second effect."""

from __future__ import annotations

import hashlib
import re
from uuid import UUID

from pyramid.response import Response

from domain.ports.admission import Admitted, RequestKey, StoredAnswer

from ..replies.envelope import json_response
from ..replies.rejections import InvalidKey, KeyInFlight, KeyReused
from ..server.bodies import Body

_KEY = re.compile(r"[ -~]{1,255}", re.ASCII)


def fingerprint(method: str, path: str, body: Body) -> bytes:
    """What makes two requests the same: method, path but for its last slash, and the body but for its spelling."""
    parts = (method.encode(), path.rstrip("/").encode("utf-8", "surrogateescape"), body.canonical())
    return hashlib.sha256(b"\n".join(parts)).digest()


def request_key(header: str | None, trader_id: UUID, method: str, path: str, body: Body) -> RequestKey | None:
    """The key that a request carries, or None where it carries none that can be one."""
    if header is None or not _KEY.fullmatch(header):
        return None
    return RequestKey(trader_id, header, fingerprint(method, path, body))


def check_header(header: str | None, key: RequestKey | None) -> None:
    """Raise ``InvalidKey`` where there is a header and it is no key."""
    if header is not None and key is None:
        raise InvalidKey()


def replay(admitted: Admitted, key: RequestKey | None) -> Response | None:
    """The first answer, if there is one to send again.

    Raises ``KeyInFlight`` while the first request still runs, ``KeyReused`` where it was another request.
    """
    if key is None:
        return None
    if admitted.in_flight:
        raise KeyInFlight()
    answer = admitted.answer
    if answer is None:
        return None
    if answer.fingerprint != key.fingerprint:
        raise KeyReused()
    location = [("Location", answer.location)] if answer.location else []
    return json_response(answer.status, answer.body, [*location, ("Idempotent-Replayed", "true")])


def stored_answer(key: RequestKey, response: Response) -> StoredAnswer:
    """What is kept of an answer, to be sent again byte for byte."""
    return StoredAnswer(key.fingerprint, response.status_int, response.body, response.headers.get("Location"))
