"""The API document taken at its word: requests made up from it, good and bad, and answers held against it."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from schemathesis import GenerationMode, checks
from schemathesis.schemas import BaseSchema

from adapters.http.documents.openapi import described_operations, documented_path
from adapters.http.operation import Operation
from adapters.http.schemas.fields import Amount, Id
from tests.integration.http.desk import Caller, Desk

# That a body has the right shape does not mean that the desk's rules let it pass.
NOT_PROMISED = [checks.positive_data_acceptance]
# Logging out would end the run.
FUZZED = [operation for operation in described_operations() if operation.name != "log_out"]
# Where there is nothing to send, there is nothing to send wrongly.
GOOD = [(operation, GenerationMode.POSITIVE) for operation in FUZZED]
BAD = [
    (operation, GenerationMode.NEGATIVE)
    for operation in FUZZED
    # A probe takes whatever it is asked.
    if operation.method == "POST" or (operation.query is not None and not operation.media) or "{" in operation.path
]


@pytest.fixture(scope="module")
def staff() -> Caller:
    """Staff with funds, so that little is refused for who asks."""
    return Desk().trader("Ada", is_staff=True, trx="1000000")


@pytest.fixture(scope="module")
def api(staff: Caller) -> BaseSchema:
    return schemathesis.openapi.from_wsgi("/openapi.json", staff.app.app)


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


@pytest.mark.parametrize(("operation", "mode"), [*GOOD, *BAD], ids=lambda part: getattr(part, "name", None))
def test_answers_are_as_the_document_says(
    api: BaseSchema, staff: Caller, operation: Operation, mode: GenerationMode
) -> None:
    described = api[documented_path(operation)][operation.method]
    requests = described.as_strategy(generation_mode=mode).filter(_leaves_nothing_empty)

    @settings(max_examples=10, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=requests)
    def hold(case: schemathesis.Case) -> None:
        assume(not is_read_all_the_same(operation, case.body))
        assume(not has_more_parameters(operation, case.query))
        case.call_and_validate(headers=staff.headers, excluded_checks=NOT_PROMISED)

    hold()


def _leaves_nothing_empty(case: schemathesis.Case) -> bool:
    """An empty parameter counts as absent, for which a schema of its values has no words."""
    return "" not in (case.query or {}).values()
