"""The API document: drawn from the table, valid, committed, and its examples really sent."""

from __future__ import annotations

import configparser
import json
import os
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from adapters.http.documents.openapi import document, examples
from adapters.http.operations import OPERATIONS
from tests.integration.http.desk import Desk
from tests.integration.http.exchanges import Story

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "adapters" / "http" / "schemas" / "examples.json"
COMMITTED = ROOT / "docs" / "openapi.json"
# With this in the environment the two files are written anew instead of compared.
RECORDS = os.environ.get("P2P_TEST_RECORD") == "1"


def spelled(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


@pytest.fixture(scope="module")
def exchanges() -> dict[str, Any]:
    played = Story().play()
    if RECORDS:
        EXAMPLES.write_text(spelled(played), encoding="utf-8")
        COMMITTED.parent.mkdir(exist_ok=True)
        COMMITTED.write_text(spelled(document()), encoding="utf-8")
    return played


def test_every_example_was_sent_and_answered_just_so(exchanges: dict[str, Any]) -> None:
    assert examples() == exchanges


def test_every_operation_has_an_example(exchanges: dict[str, Any]) -> None:
    untold = {operation.name for operation in OPERATIONS} - exchanges.keys()
    # One serves the document that the examples are in; the others have nothing to show.
    assert untold == {"api_document", "websocket_elsewhere", "home"}


def test_the_committed_document_is_the_one_that_is_served(exchanges: dict[str, Any], desk: Desk) -> None:
    served = desk.app.get("/openapi.json").json
    assert served == document()
    assert COMMITTED.read_text(encoding="utf-8") == spelled(served)


def test_the_document_has_the_version_of_the_package(desk: Desk) -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    declared = setup["metadata"]["version"]
    assert document()["info"]["version"] == desk.app.get("/asyncapi.json").json["info"]["version"] == declared


def test_the_document_is_valid(exchanges: dict[str, Any]) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(document()).iter_errors()] == []


def test_every_operation_is_in_the_document_with_its_failures() -> None:
    paths = document()["paths"]
    for operation in OPERATIONS:
        drawn = paths[operation.path][operation.method.lower()]
        assert drawn["operationId"] == operation.name
        statuses = set(drawn["responses"])
        assert ("200" in statuses) == (operation.name not in ("websocket_elsewhere", "home"))
        assert ("302" in statuses) == (operation.leads_to is not None)
        assert ("401" in statuses) >= (operation.caller != "anyone")


def test_every_example_of_an_answer_fits_its_schema(exchanges: dict[str, Any]) -> None:
    from jsonschema import Draft202012Validator

    whole = document()
    for operation in OPERATIONS:
        if operation.media is not None:
            continue
        drawn = whole["paths"][operation.path][operation.method.lower()]["responses"]["200"]
        schema = drawn["content"]["application/json"]["schema"]
        validator = Draft202012Validator({**schema, "components": whole["components"]})
        assert [error.message for error in validator.iter_errors(exchanges[operation.name]["answer"])] == []
