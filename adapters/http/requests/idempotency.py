"""The same request sent again: the first answer once more, and no second effect."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from pyramid.response import Response

from domain.ports.admission import Admitted, RequestKey, StoredAnswer
from domain.ports.sealing import Sealer

from ..replies.envelope import json_response
from ..replies.rejections import InvalidKey, KeyInFlight, KeyReused
from ..server.bodies import Body

_KEY = re.compile(r"[ -~]{1,255}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """What makes two requests the same; ``query`` and ``condition`` are as they came, and empty where none did."""

    method: str
    path: str
    body: Body
    query: str = ""
    condition: str = ""

    @property
    def fingerprint(self) -> bytes:
        """Of the method, the path but for its last slash, the body but for its spelling, and query and ``If-Match``.

        The order of a query does not count. Without query and condition it is what it was before they counted, so that
        older answers are known again.
        """
        parts = [self.method.encode(), _bytes(self.path.rstrip("/")), self.body.canonical()]
        if self.query or self.condition:
            parameters = sorted(parse_qsl(self.query, keep_blank_values=True))
            parts += [urlencode(parameters).encode(), _bytes(self.condition.strip())]
        return hashlib.sha256(b"\n".join(parts)).digest()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def request_key(header: str | None, trader_id: UUID, asked: Asked) -> RequestKey | None:
    """The key that a request carries, or None where it carries none that can be one."""
    if header is None or not _KEY.fullmatch(header):
        return None
    return RequestKey(trader_id, header, asked.fingerprint)


def check_header(header: str | None, key: RequestKey | None) -> None:
    """Raise ``InvalidKey`` where there is a header and it is no key."""
    if header is not None and key is None:
        raise InvalidKey()


def replay(admitted: Admitted, key: RequestKey | None, sealer: Sealer | None = None) -> Response | None:
    """The first answer, if there is one to send again; ``sealer`` opens it where it was sealed.

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
    if sealer is not None:
        answer = replace(answer, body=sealer.open(answer.body, _purpose(key)))
    location = [("Location", answer.location)] if answer.location else []
    return json_response(answer.status, answer.body, [*location, ("Idempotent-Replayed", "true")])


def stored_answer(key: RequestKey, response: Response) -> StoredAnswer:
    """What is kept of an answer, to be sent again byte for byte."""
    return StoredAnswer(key.fingerprint, response.status_int, response.body, response.headers.get("Location"))


def sealed(key: RequestKey, answer: StoredAnswer, sealer: Sealer) -> StoredAnswer:
    """The answer as it is kept where there is a secret in it."""
    return replace(answer, body=sealer.seal(answer.body, _purpose(key)))


def _purpose(key: RequestKey) -> str:
    return f"answer:{key.trader_id}:{key.key}"
