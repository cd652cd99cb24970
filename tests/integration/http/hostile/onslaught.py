"""One operation under each hostile value in each of its places: how it is sent, and what must be true of the answer."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from webtest import TestResponse

from adapters.http.collaborators import JoinableStore
from adapters.http.documents.openapi_examples import example_of
from adapters.http.operation import Operation
from adapters.http.requests.security import Caller as Callers
from adapters.http.schemas.fields import AdId, Email, TraderId
from domain import Purse
from tests.integration.http.desk import Desk
from tests.integration.http.hostile.values import LITERALS, PATHS, QUERIES
from tests.integration.http.test_relations import TRADERS, Scene

# Whoever is refused with one of these was judged by what they sent; with any other, perhaps by what was done before.
OF_INPUT = {"bad_json", "bad_query", "invalid_fields", "not_found", "not_json", "too_large"}
# Fields whose example is of another desk. Addresses are those of nobody yet.
_ABOUT: Mapping[type, str] = {AdId: "THE AD", TraderId: "THE TRADER", Email: "somebody.THE NUMBER@example.com"}
Before = tuple[str, str, Any]
"""Who does what, by its path and body, before an operation can do anything."""
_DISPUTED = "/p2p/offer/dispute/{offer_id}/", {"reason": "Nothing came."}
BEFORE: Mapping[str, Before] = {
    "give_feedback": ("maker", "/p2p/offer/release/{offer_id}/", None),
    "withdraw_dispute": ("taker", *_DISPUTED),
    "take_dispute": ("maker", *_DISPUTED),
    "resolve_dispute": ("maker", *_DISPUTED),
}
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
    """Sends attacks to a desk, and to a new one where what was done before could have kept one from being judged."""

    new_store: Callable[[], JoinableStore]
    seconds_limit: float
    counts: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._earned: set[tuple[str, str, str]] = set()
        self._before: Before | None = None
        self._renew()

    def turn_to(self, operation: Operation) -> None:
        """From now on this operation is attacked, on a desk where its example would succeed."""
        before, self._before = self._before, BEFORE.get(operation.name)
        # Another one may have changed the password that is asked for here.
        if self._before != before or operation.hashes:
            self._renew()

    def send(self, attack: Attack) -> None:
        """Send it, and note what must not be."""
        self.counts["requests"] += 1
        try:
            answer, seconds = self.answer(attack)
            hold(answer)
        except Exception as error:  # noqa: BLE001 (whatever it is, the others are to be seen as well)
            self.wrong.append(f"{attack}: {error!r}")
            self._renew()
            return
        self.counts[f"{answer.status_int // 100}xx"] += 1
        self.seconds[str(attack)] = seconds
        self.counts["too slow"] += seconds > self.seconds_limit

    def answer(self, attack: Attack) -> tuple[TestResponse, float]:
        """The answer, and what it took of the processor's time."""
        answer, seconds = self._once(attack)
        code = answer.headers.get("Error-Code", "")
        refusal = (attack.operation.name, attack.place, code)
        if code and code not in OF_INPUT and refusal not in self._earned:
            self._renew()
            answer, seconds = self._once(attack)
            if answer.headers.get("Error-Code") == code:
                self._earned.add(refusal)
        for _ in range(AGAIN):
            if seconds > self.seconds_limit:
                self._renew()
                answer, seconds = self._once(attack)
        return answer, seconds

    def _once(self, attack: Attack) -> tuple[TestResponse, float]:
        operation = attack.operation
        caller = self._scene.people[caller_of(operation)]
        given: dict[str, Any] = {"headers": {} if operation.caller is Callers.ANYONE else caller.headers}
        if attack.body is not None:
            given |= {"body": self._with_ids(attack.body), "content_type": "application/json"}
        path = attack.path.format(**self._scene.ids)
        answer = caller.app.request(path, method=operation.method, expect_errors=True, **given)
        return answer, self._stopwatch.seconds

    def _with_ids(self, body: bytes) -> bytes:
        self.counts["tries"] += 1
        ids = self._scene.ids
        about = {'"THE AD"': ids["ad_id"], "THE TRADER": ids["trader_id"], "THE NUMBER": str(self.counts["tries"])}
        for marked, value in about.items():
            body = body.replace(marked.encode(), value.encode())
        return body

    def _renew(self) -> None:
        if self.counts["desks"]:
            self._scene.desk.store.close()
        desk = Desk(store=self.new_store())
        self._scene = Scene(desk=desk)
        desk.deposit(self._scene.people["maker"].trader, "trx", "1000", Purse.MAIN)
        if self._before is not None:
            who, path, body = self._before
            assert self._scene.people[who].post(path.format(**self._scene.ids), body).status_int == 200
        desk.app.app = self._stopwatch = Stopwatch(desk.app.app)
        self.counts["desks"] += 1


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


def caller_of(operation: Operation) -> str:
    """Who in the scene may do it."""
    if operation.caller is Callers.STAFF:
        return "staff"
    if operation.name in TRADERS:
        answered = dict(zip(("stranger", "maker", "taker"), TRADERS[operation.name].split(), strict=False))
        return next((who for who in ("maker", "taker", "stranger") if answered[who] == "yes"), "taker")
    return {"create_offer": "taker", "delete_account": "stranger"}.get(operation.name, "maker")


def attacks_on(operation: Operation) -> Iterator[Attack]:
    """Each value in each field of the body and of the query, and in each part of the path."""
    whole = example(operation)
    body = None if whole is None else json.dumps(whole).encode()
    for name in fields_of(operation):
        marked = json.dumps({**(whole or {}), name: "THE VALUE"}).encode()
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


def example(operation: Operation) -> dict[str, Any] | None:
    """The document's example, in which what it is about is the scene's."""
    if operation.body is None:
        return None
    about = {name: _ABOUT[type(each)] for name, each in operation.body.fields.items() if type(each) in _ABOUT}
    return {**example_of(operation.body), **about}


def fields_of(operation: Operation) -> tuple[str, ...]:
    """The fields of the body, and one that is none."""
    return () if operation.body is None else (*operation.body.fields, "no_such_field")


def _escaped(name: str) -> bytes:
    return f"\\u{ord(name[0]):04x}{name[1:]}".encode()
