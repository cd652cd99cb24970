"""A client of the desk that knows every answer there may be, and keeps a journal of what it was told."""

from __future__ import annotations

import http.client
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from .run import Run

GIVE_UP_SECONDS = 60.0
PAUSE_SECONDS = 0.1
REQUEST_SECONDS = 30.0

ACKNOWLEDGED, UNAVAILABLE, IN_FLIGHT = 200, 503, 409


@dataclass(frozen=True)
class Answer:
    """What came back, and how long it took."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    seconds: float

    @property
    def envelope(self) -> dict[str, Any]:
        envelope: dict[str, Any] = json.loads(self.body)
        return envelope

    @property
    def message(self) -> str | None:
        message: str | None = self.envelope["message"]
        return message

    @property
    def entity(self) -> Any:
        return self.envelope["entity"]

    @property
    def is_replayed(self) -> bool:
        return self.headers.get("idempotent-replayed") == "true"


@dataclass(frozen=True)
class Person:
    """A trader with a token."""

    id: UUID
    token: str


@dataclass(frozen=True)
class Request:
    """One write. With a key it may be sent as often as it takes to learn what became of it.

    ``file`` is a body that is no JSON; ``may_answer`` are statuses that this request may get beside those of all.
    """

    by: Person
    path: str
    body: Mapping[str, Any] | None = None
    key: str | None = None
    method: str = "POST"
    file: bytes | None = None
    may_answer: tuple[int, ...] = ()

    @classmethod
    def keyed(cls, by: Person, path: str, body: Mapping[str, Any] | None = None) -> Request:
        return cls(by, path, body, secrets.token_hex(12))

    @property
    def headers(self) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self.by.token}"}
        if self.body is not None:
            headers["Content-Type"] = "application/json"
        if self.file is not None:
            headers["Content-Type"] = "application/pdf"
        if self.key is not None:
            headers["Idempotency-Key"] = self.key
        return headers

    @property
    def payload(self) -> bytes:
        if self.file is not None:
            return self.file
        return b"" if self.body is None else json.dumps(self.body).encode()

    def wire(self) -> bytes:
        """The request as it goes over the line."""
        lines = [f"{self.method} {self.path} HTTP/1.1", "Host: desk", f"Content-Length: {len(self.payload)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.payload


def unclassified(answer: Answer, request: Request) -> str | None:
    """What is wrong with an answer that is none of those that a write may get; None where it is one."""
    shown = f"{request.path}: {answer.status} {answer.body[:300]!r}"
    try:
        envelope = answer.envelope
    except ValueError:
        return f"not JSON: {shown}"
    if set(envelope) != {"status", "entity", "message", "success"} or envelope["success"] != (answer.status == 200):
        return f"no envelope: {shown}"
    if answer.status == UNAVAILABLE:
        return None if answer.headers.get("retry-after", "").isdigit() else f"no Retry-After: {shown}"
    if answer.status == IN_FLIGHT:
        return None if request.key is not None else f"in flight without a key: {shown}"
    return None if answer.status in (200, 400, *request.may_answer) else f"an undocumented status: {shown}"


class Client:
    """One connection at a time to one port. It notes what every request came to in the run."""

    def __init__(self, port: int, run: Run) -> None:
        self._port = port
        self._run = run
        self._connection: http.client.HTTPConnection | None = None
        self.slowest = 0.0

    def send(self, request: Request) -> Answer | None:
        """The answer; None where the line broke before it came, so that nobody knows what happened."""
        fresh = self._connection is None
        began = time.monotonic()
        try:
            answer = self._exchange(request.method, request.path, request.payload, request.headers)
        except (OSError, http.client.HTTPException):
            self.close()
            if not fresh:
                self._run.count("connections lost")
            answer = None
        self.slowest = max(self.slowest, time.monotonic() - began)
        self._note(request, answer)
        return answer

    def _note(self, request: Request, answer: Answer | None) -> None:
        if answer is None:
            self._run.count("unanswered")
            return
        problem = unclassified(answer, request)
        if problem is not None:
            self._run.violated(problem)
        self._run.count(str(answer.status))

    def resolve(self, request: Request) -> Answer:
        """Send the request, and again with its key, until it is known what became of it: done, or refused."""
        end = time.monotonic() + GIVE_UP_SECONDS
        tries = 0
        while True:
            answer = self.send(request)
            tries += 1
            if answer is not None and answer.status not in (UNAVAILABLE, IN_FLIGHT):
                if answer.status == ACKNOWLEDGED:
                    self._run.count("acknowledged")
                    self._run.count("replayed", answer.is_replayed)
                return answer
            if tries == 1:
                self._run.count("unknown")
            self._run.count("retried")
            if time.monotonic() > end:
                raise AssertionError(f"{request.path} is still not known after {GIVE_UP_SECONDS} s")
            time.sleep(PAUSE_SECONDS)

    def get(self, path: str, person: Person | None = None) -> Answer:
        """Raises ``OSError`` or ``HTTPException`` where no answer comes."""
        headers = {"Authorization": f"Bearer {person.token}"} if person is not None else {}
        try:
            return self._exchange("GET", path, b"", headers)
        except BaseException:
            self.close()
            raise

    def _exchange(self, method: str, path: str, payload: bytes, headers: Mapping[str, str]) -> Answer:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=REQUEST_SECONDS)
        began = time.monotonic()
        self._connection.request(method, path, payload, dict(headers))
        answer = self._connection.getresponse()
        body = answer.read()
        named = {name.lower(): value for name, value in answer.getheaders()}
        if answer.will_close:
            self.close()
        return Answer(answer.status, body, named, time.monotonic() - began)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
