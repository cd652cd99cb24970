"""One operation under each hostile value in each of its places: how it is sent, and what must be true of the answer."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from webtest import TestResponse

from adapters.http.operation import Operation
from tests.integration.http.hostile.ready import ReadyDesk, example, example_body
from tests.integration.http.hostile.values import LITERALS, PATHS, QUERIES

AGAIN = 4
"""So often a value is sent again that took longer than it may, each time to a new desk: other things take time, too."""


@dataclass(frozen=True, slots=True)
class Attack:
    """A value in one place of a request."""

    operation: Operation
    place: str
    kind: str
    path: str
    body: bytes | None

    def __str__(self) -> str:
        return f"{self.operation.name}, {self.place}: {self.kind}"


@dataclass
class Onslaught:
    """Sends attacks to a desk, and notes what must not be."""

    desk: ReadyDesk
    seconds_limit: float
    seconds: dict[str, float] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    ordinary: dict[str, float] = field(default_factory=dict)
    """What an operation takes at a new desk by itself, where that had to be known."""

    @property
    def counts(self) -> Counter[str]:
        return self.desk.counts

    def send(self, attack: Attack) -> None:
        """Send it, and note what must not be."""
        self.counts["requests"] += 1
        try:
            answer, seconds = self.answer(attack)
            hold(answer)
        except Exception as error:  # noqa: BLE001 (whatever it is, the others are to be seen as well)
            self.wrong.append(f"{attack}: {error!r}")
            self.desk.renew()
            return
        self.counts[f"{answer.status_int // 100}xx"] += 1
        self.seconds[str(attack)] = seconds
        self.counts["too slow"] += seconds > self.seconds_limit

    def answer(self, attack: Attack) -> tuple[TestResponse, float]:
        """The answer, and what it took of the processor's time."""
        answer, seconds = self._once(attack)
        code = answer.headers.get("Error-Code", "")
        if self.desk.may_be_to_blame(attack.operation, attack.place, code):
            self.desk.renew()
            answer, seconds = self._once(attack)
            if answer.headers.get("Error-Code") == code:
                self.desk.is_not_to_blame(attack.operation, attack.place, code)
        for _ in range(AGAIN):
            if seconds > self.seconds_limit:
                ordinary = self._ordinary(attack.operation)
                self.desk.renew()
                answer, seconds = self._once(attack)
                seconds -= ordinary
        return answer, seconds

    def _ordinary(self, operation: Operation) -> float:
        """What the operation takes at a new desk when nothing hostile is sent, at the least.

        A store that was just opened puts all its statements together first, which no value that is sent has to do with.
        """
        if operation.name not in self.ordinary:
            self.ordinary[operation.name] = min(self._at_a_new_desk(nothing_hostile(operation)) for _ in range(AGAIN))
        return self.ordinary[operation.name]

    def _at_a_new_desk(self, attack: Attack) -> float:
        self.desk.renew()
        return self._once(attack)[1]

    def _once(self, attack: Attack) -> tuple[TestResponse, float]:
        operation, scene = attack.operation, self.desk.scene
        given: dict[str, Any] = {"headers": self.desk.headers(operation)}
        if attack.body is not None:
            given |= {"body": self.desk.filled(attack.body), "content_type": "application/json"}
        app = scene.desk.app
        stopwatch = app.app = app.app if isinstance(app.app, Stopwatch) else Stopwatch(app.app)
        answer = app.request(attack.path.format(**scene.ids), method=operation.method, expect_errors=True, **given)
        return answer, stopwatch.seconds


class Stopwatch:
    """An application, and how much of the processor's time its last answer took, without what checks it."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.seconds = 0.0

    def __call__(self, environ: Any, start_response: Any) -> Any:
        before = time.process_time()
        try:
            return self._app(environ, start_response)
        finally:
            self.seconds = time.process_time() - before


def hold(answer: TestResponse) -> None:
    """Nobody is to blame on this side; whoever is refused is told so in the envelope. The rest is the document's."""
    assert answer.status_int < 500, answer.text[:200]
    if answer.status_int >= 400:
        assert answer.content_type == "application/json", answer.content_type
        assert answer.json == {"status": "failure", "entity": None, "message": answer.json["message"], "success": False}
        assert answer.headers["Error-Code"]


def nothing_hostile(operation: Operation) -> Attack:
    """What every attack on the operation is made from."""
    return Attack(operation, "", "", operation.path, example_body(operation))


def attacks_on(operation: Operation) -> Iterator[Attack]:
    """Each value in each field of the body and of the query, and in each part of the path."""
    body = example_body(operation)
    for name in _fields_of(operation):
        marked = json.dumps({**(example(operation) or {}), name: "THE VALUE"}).encode()
        for kind, literal in LITERALS.items():
            value = literal.replace(b"FIELD", name.encode()).replace(b"ESCAPED", _escaped(name))
            yield Attack(operation, name, kind, operation.path, marked.replace(b'"THE VALUE"', value))
    for name in () if operation.asked is None else operation.asked.fields:
        for kind, spelled in QUERIES.items():
            path = f"{operation.path}?{name}={spelled.replace('FIELD', name)}"
            yield Attack(operation, f"?{name}", kind, path, body)
    for part in (part for part in operation.path.split("/") if part.startswith("{")):
        for kind, spelled in PATHS.items():
            yield Attack(operation, part, kind, operation.path.replace(part, spelled), body)


def _fields_of(operation: Operation) -> tuple[str, ...]:
    """The fields of the body, and one that is none."""
    return () if operation.body is None else (*operation.body.fields, "no_such_field")


def _escaped(name: str) -> bytes:
    return f"\\u{ord(name[0]):04x}{name[1:]}".encode()
