"""The API document taken at its word: requests made up from it, good and bad, and answers held against it.

They are sent by a trader, by one of the staff and by keys of programs, each with the one scope that an operation asks
for, at a desk where something is going on. A good request is made up whole, or is the document's example with made-up
values in some places, about what earlier answers named. Whatever is answered is in the document: its status, its
headers, its body, and the code of a refusal.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode, checks
from schemathesis.core.transport import Response
from schemathesis.schemas import BaseSchema

from adapters.http.documents.openapi import described_operations, documented_path
from adapters.http.operation import Operation
from adapters.http.schemas.fields import Amount, Id
from tests.integration.faults.rig.run import Run, by_form
from tests.integration.files.pictures import picture
from tests.integration.http.conformance import check
from tests.integration.http.desk import new_store
from tests.integration.http.hostile.ready import NOT_READY, ReadyDesk, example_body

# That a body has the right shape does not mean that the desk's rules let it pass; and what was put into a good request
# makes none of it wrong.
NOT_PROMISED = {
    GenerationMode.POSITIVE: [checks.positive_data_acceptance, checks.negative_data_rejection],
    GenerationMode.NEGATIVE: [checks.positive_data_acceptance],
}
FUZZED = list(described_operations())
# Where there is nothing to send, there is nothing to send wrongly.
GOOD = [(operation, GenerationMode.POSITIVE) for operation in FUZZED]
BAD = [
    (operation, GenerationMode.NEGATIVE)
    for operation in FUZZED
    # A probe takes whatever it is asked.
    if operation.method == "POST" or (operation.query is not None and not operation.media) or "{" in operation.path
]
EACH = by_form(2_000, 100_000) // len(GOOD + BAD) + 1
LEAST_ACCEPTED = 0.3
"""The share of good requests that an operation must say yes to: what is always refused is tried at its door only."""
FEW = 100
"""Of fewer cases a share says nothing: one of them has to be accepted."""


@dataclass
class Fuzz:
    """The desk that requests are made up for, and what came of them."""

    desk: ReadyDesk = field(default_factory=lambda: ReadyDesk(new_store))
    answered: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    """What the last answer took of the processor's time."""

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """The application of the desk that there is now."""
        before = time.process_time()
        try:
            return self.desk.scene.desk.app.app(environ, start_response)
        finally:
            self.seconds = time.process_time() - before

    def send(self, case: schemathesis.Case, operation: Operation, mode: GenerationMode, *, with_key: bool) -> Response:
        """Send it, to a new desk where what was done before has kept it from being judged; hold the answer."""
        body = case.body
        for is_again in (False, True):
            if isinstance(body, dict) and (filled := self._filled(body)) != case.body:
                case.body = filled
            given = self.desk.headers(operation, with_key=with_key)
            response = case.call(headers=given)
            code = (response.headers.get("error-code") or [""])[0]
            if is_again or not self.desk.may_be_to_blame(operation, "", code):
                break
            self.desk.renew()
        case.validate_response(response, headers=given, excluded_checks=NOT_PROMISED[mode])
        headers = {name: values[0] for name, values in response.headers.items()}
        path = unquote(case.formatted_path)
        check(case.method.upper(), path, response.status_code, headers, response.content)
        return response

    def _filled(self, body: dict[str, Any]) -> Any:
        return json.loads(self.desk.filled(json.dumps(body).encode()))


@pytest.fixture(scope="module")
def fuzz() -> Iterator[Fuzz]:
    """One for all operations, and a line of JSON about them when they have been called."""
    fuzz, run = Fuzz(), Run("fuzz")
    yield fuzz
    run.counts += fuzz.answered
    print(run.report(), flush=True)


@pytest.fixture(scope="module")
def api(fuzz: Fuzz) -> BaseSchema:
    return schemathesis.openapi.from_wsgi("/openapi.json", fuzz)


def is_read_all_the_same(operation: Operation, body: Any) -> bool:
    """Whether a body has an amount that is a number or an id that is a text: clients are told the better type only."""
    if operation.body is None or not isinstance(body, dict):
        return False
    read = {name: int | float if isinstance(field, Amount) else str for name, field in operation.body.fields.items()}
    return any(
        isinstance(body.get(name), read[name])
        for name, field in operation.body.fields.items()
        if isinstance(field, Amount | Id)
    )


def has_more_parameters(operation: Operation, query: Any) -> bool:
    """Whether a page or a probe has parameters that it does not know: those are read all the same."""
    if not operation.media:
        return False
    known = set() if operation.asked is None else set(operation.asked.fields)
    return not set(query or ()) <= known


@pytest.mark.soak
@pytest.mark.parametrize(("operation", "mode"), [*GOOD, *BAD], ids=lambda part: getattr(part, "name", None))
def test_answers_are_as_the_document_says(
    api: BaseSchema, fuzz: Fuzz, operation: Operation, mode: GenerationMode
) -> None:
    described = api[documented_path(operation)][operation.method]
    requests = described.as_strategy(generation_mode=mode).filter(_leaves_nothing_empty)
    accepted: Counter[bool] = Counter()
    dearest = 0.0
    fuzz.desk.turn_to(operation)
    run = Run(operation.name)

    @settings(max_examples=EACH, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @seed(run.seed)
    @given(case=requests, data=st.data())
    def hold(case: schemathesis.Case, data: st.DataObject) -> None:
        assume(not is_read_all_the_same(operation, case.body))
        assume(not has_more_parameters(operation, case.query))
        if mode is GenerationMode.POSITIVE and data.draw(st.integers(0, 7)):
            _settle(case, operation, fuzz.desk, data)
        nonlocal dearest
        response = fuzz.send(case, operation, mode, with_key=data.draw(st.booleans()))
        dearest = max(dearest, fuzz.seconds)
        accepted[response.status_code < 300] += 1
        fuzz.answered[f"{mode.value} {response.status_code // 100}xx"] += 1

    hold()
    fuzz.answered["cases"] += accepted.total()
    # A run of hours is followed by these lines, of which docs/write_hostile_figures.py makes a page.
    part = {"fuzzed": operation.name, "mode": mode.value, "seed": run.seed, "cases": accepted.total()}
    print(json.dumps(part | {"accepted": accepted[True], "dearest, in ms": round(dearest * 1000, 1)}), flush=True)
    if mode is GenerationMode.POSITIVE and operation.name not in NOT_READY:
        least = LEAST_ACCEPTED * accepted.total() if accepted.total() >= FEW else 1
        assert accepted[True] >= least, accepted


def _settle(case: schemathesis.Case, operation: Operation, desk: ReadyDesk, data: st.DataObject) -> None:
    """Make a request that was made up one about what there is on the desk, with a few of its made-up values."""
    case.path_parameters = {name: desk.scene.ids[name] for name in case.path_parameters or ()}
    case.query = _some_of(case.query or {}, data, 1)
    # Keys that come again, and versions that there are none of, are for the others.
    case.headers.clear()
    if operation.prepare is not None:
        case.body = picture("PNG")
    example = example_body(operation)
    if example is not None:
        made_up = case.body if isinstance(case.body, dict) else {}
        case.body = json.loads(example) | _some_of(made_up, data, 1)


def _some_of(values: dict[str, Any], data: st.DataObject, most: int) -> dict[str, Any]:
    chosen = data.draw(st.sets(st.sampled_from(sorted(values)), max_size=most)) if values else set()
    return {name: value for name, value in values.items() if name in chosen}


def _leaves_nothing_empty(case: schemathesis.Case) -> bool:
    """An empty parameter counts as absent, for which a schema of its values has no words."""
    return all(value not in ("", {}, []) for value in (case.query or {}).values())
