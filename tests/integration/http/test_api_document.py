"""The API document: drawn from the table, valid, committed, described throughout, its examples good requests."""

from __future__ import annotations

import configparser
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from jsonschema import Draft202012Validator
from marshmallow import Schema, fields
from openapi_spec_validator import OpenAPIV31SpecValidator

from adapters.http.documents.headers import HEADERS
from adapters.http.documents.openapi import described_operations, document, documented_path
from adapters.http.documents.openapi_examples import example_of, has_one
from adapters.http.documents.openapi_failures import failures
from adapters.http.operation import Operation
from adapters.http.operations import OPERATIONS
from adapters.http.replies.rejections import UnknownParameter
from adapters.http.schemas.fields import Amount
from domain.model.ad import AdStatus
from domain.model.ledger import EntryKind, Side
from domain.model.lifecycle import AdType, OfferState
from domain.model.notices import NoticeKind
from tests.clock import SettableClock
from tests.integration.http.desk import Caller, Desk, ad_body, new_store
from tests.integration.http.exchanges import Story

ROOT = Path(__file__).resolve().parents[3]
COMMITTED = ROOT / "docs" / "openapi.json"
# With this in the environment the committed document is written anew instead of compared.
RECORDS = os.environ.get("P2P_TEST_RECORD") == "1"
DESCRIBED = described_operations()
NAMES = [operation.name for operation in DESCRIBED]


def drawn(operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = document()["paths"][documented_path(operation)][operation.method.lower()]
    return found


def parts(value: Any, path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of the document with its place, but for the examples, which are anybody's objects."""
    if isinstance(value, dict):
        yield path, value
        for key, part in value.items():
            if key not in ("example", "examples"):
                yield from parts(part, f"{path}/{key}")
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from parts(part, f"{path}/{number}")


def validator(schema: Any) -> Draft202012Validator:
    checker = Draft202012Validator.FORMAT_CHECKER
    return Draft202012Validator({**schema, "components": document()["components"]}, format_checker=checker)


def test_the_committed_document_is_the_one_that_is_served(desk: Desk) -> None:
    served = desk.app.get("/openapi.json").json
    text = json.dumps(served, indent=2) + "\n"
    assert served == document()
    if RECORDS:
        COMMITTED.write_text(text, encoding="utf-8")
    assert COMMITTED.read_text(encoding="utf-8") == text


def test_the_document_has_the_version_of_the_package(desk: Desk) -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    declared = setup["metadata"]["version"]
    assert document()["info"]["version"] == desk.app.get("/asyncapi.json").json["info"]["version"] == declared


def test_the_document_is_valid() -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(document()).iter_errors()] == []


def test_every_operation_that_can_say_yes_is_in_the_document() -> None:
    assert {operation.name for operation in OPERATIONS} - set(NAMES) == {"websocket_elsewhere"}
    for operation in DESCRIBED:
        assert drawn(operation)["operationId"] == operation.name
        assert ("401" in drawn(operation)["responses"]) >= (operation.caller != "anyone")


# What is described.


def _lacks_words(path: str, part: dict[str, Any]) -> bool:
    """Whether a place of the document says nothing where a reader looks for something."""
    *_, above, name = ["", *path.split("/")]
    is_named = above in ("properties", "schemas", "headers", "parameters", "responses", "securitySchemes", "tags")
    is_operation = "operationId" in part
    is_reference = "$ref" in part and above != "properties"
    return (is_named or is_operation or name == "requestBody") and not is_reference and not part.get("description")


def test_everything_is_described() -> None:
    assert [path for path, part in parts(document()) if _lacks_words(path, part)] == []


CODE = ("``", "Schema", "marshmallow", "Raises ")


def test_no_sentence_is_code() -> None:
    """Descriptions are written for clients: no name of a class or a module, and no double quotes of the code."""
    words = [part["description"] for _, part in parts(document()) if isinstance(part.get("description"), str)]
    assert [text for text in words if any(word in text for word in CODE)] == []


def schemas_of(operation: Operation) -> Iterator[Schema]:
    yield from (schema for schema in (operation.body, operation.asked, operation.entity) if schema is not None)


def without_example(schema: Schema) -> Iterator[str]:
    for name, field in schema.fields.items():
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            yield from without_example(inner.schema)
        elif not has_one(inner):
            yield f"{type(schema).__name__}.{name}"


@pytest.mark.parametrize("operation", DESCRIBED, ids=NAMES)
def test_every_field_has_an_example(operation: Operation) -> None:
    assert [name for schema in schemas_of(operation) for name in without_example(schema)] == []


def test_what_is_one_of_a_few_words_is_listed() -> None:
    whole = document()["components"]["schemas"]
    listed = {
        "Ad.status": AdStatus,
        "Ad.ad_type": AdType,
        "Offer.status": OfferState,
        "HistoryItem.state": OfferState,
        "Entry.kind": EntryKind,
        "Posting.side": Side,
    }
    for place, words in listed.items():
        schema, field = place.split(".")
        assert whole[schema]["properties"][field]["enum"] == [word.value for word in words]
    words = ["paid", "cancel", "release", "return", "dispute", "withdraw", "resolve"]
    assert whole["AllowedAction"]["properties"]["action"]["enum"] == words
    notice = whole["NoticePage"]["properties"]["items"]["items"]
    assert notice["properties"]["type"]["enum"] == [kind.value for kind in NoticeKind]


def test_every_part_of_the_api_is_described() -> None:
    assert {tag["name"] for tag in document()["tags"]} == {operation.tag.value for operation in DESCRIBED}


UUIDS = {"trader_id", "login_id", "key_id", "webhook_id"}


def test_ids_are_integers_in_bodies_and_in_paths() -> None:
    for path, part in parts(document()):
        if path.rsplit("/", 1)[-1] in ("id", "ad", "ad_id", "offer_id") and "/properties/" in path:
            assert part["type"] in ("integer", "string"), path
            # A pair of currencies is named by their codes.
            is_pair = "/schemas/Price/" in path
            assert part["type"] == "integer" or is_pair or part["format"] == "uuid", path
        is_number = part.get("in") == "path" and part["name"].endswith("_id") and part["name"] not in UUIDS
        if is_number:
            assert part["schema"]["type"] == "integer", path
            assert (part["schema"]["minimum"], part["schema"]["maximum"]) == (1, 10**18 - 1)


def test_the_type_null_stands_only_beside_another() -> None:
    """By itself it stops the client generator that is used most."""
    for path, part in parts(document()):
        assert part.get("type") != "null" or "/anyOf/" in path, path


def test_a_constant_that_is_no_text_has_no_type() -> None:
    """With one, OpenAPI Generator's Python client holds true against the word "true", and refuses every answer."""
    assert [
        path for path, part in parts(document()) if part.get("const", "") in (None, True, False) and "type" in part
    ] == []


def test_it_would_be_seen_if_something_were_not_described() -> None:
    undescribed: dict[str, Any] = {
        "paths": {"/a": {"get": {"operationId": "a", "parameters": [{"in": "query"}], "responses": {"200": {}}}}},
        "components": {"schemas": {"A": {"properties": {"b": {}}}}, "headers": {"C": {}}},
    }
    lacking = [path for path, part in parts(undescribed) if _lacks_words(path, part)]
    assert len(lacking) == 6


@pytest.mark.parametrize("spelling", ["0", "00", "0.0", "000.000", "-1", "1.", ".5", "1e3", "", "NaN"])
def test_the_pattern_of_an_amount_refuses_what_the_desk_refuses(jude: Caller, spelling: str) -> None:
    assert not Draft202012Validator(Amount.json_schema).is_valid(spelling)
    answer = jude.post("/p2p/ad/", ad_body(crypto_amount=spelling))
    assert answer.json["message"].startswith("(crypto_amount) ")


@pytest.mark.parametrize("spelling", ["1", "10", "0.1", "010", "0.001", "10.0", "000000000000000000000001.100"])
def test_the_pattern_of_an_amount_takes_what_the_desk_takes(jude: Caller, spelling: str) -> None:
    assert Draft202012Validator(Amount.json_schema).is_valid(spelling)
    assert jude.post("/p2p/ad/", ad_body(crypto_amount=spelling)).status_int == 200


# What is given as an example.


def examples_with_schemas() -> Iterator[tuple[str, Any, Any]]:
    for path, part in parts(document()):
        if "schema" in part:
            named = {name: example["value"] for name, example in part.get("examples", {}).items()}
            for name, value in (named | ({"example": part["example"]} if "example" in part else {})).items():
                yield f"{path}/{name}", part["schema"], value
        for value in part["examples"] if isinstance(part.get("examples"), list) else []:
            yield path, part, value


def test_every_example_fits_its_schema() -> None:
    wrong = [
        (path, error.message)
        for path, schema, value in examples_with_schemas()
        for error in validator(schema).iter_errors(value)
    ]
    assert wrong == []


MOMENTS = [
    datetime(2026, 3, 2, 12, tzinfo=UTC),
    datetime(2027, 2, 28, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(2028, 2, 29, tzinfo=UTC),
    datetime(2099, 11, 30, 23, 59, 59, tzinfo=UTC),
]


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_every_example_is_taken_on_any_day(moment: datetime) -> None:
    assert set(Story(new_store(SettableClock(moment))).play()) == set(NAMES)


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_an_ad_with_the_dates_of_their_examples_is_taken_on_any_day(moment: datetime) -> None:
    desk = Desk(store=new_store(SettableClock(moment)))
    jude = desk.trader("Jude", trx="1000")
    ad = document()["components"]["schemas"]["AdBody"]["properties"]
    dates = {name: ad[name]["examples"][0] for name in ("start_date", "end_date")}
    assert jude.post("/p2p/ad/", ad_body(**dates)).status_int == 200


@pytest.mark.parametrize(
    "operation",
    [operation for operation in DESCRIBED if operation.query and operation.method == "GET"],
    ids=lambda row: row.name,
)
def test_a_query_of_all_examples_is_taken(desk: Desk, operation: Operation) -> None:
    ada = desk.trader("Ada", is_staff=True)
    assert operation.query is not None
    # A cursor belongs to the answer that it came with.
    sent = {name: value for name, value in example_of(operation.query).items() if name != "cursor"}
    # What is asked of an offer is asked by a party to it.
    offer = ada.offer(desk.trader("Jude", trx="1000").ad())
    answer = ada.get(f"{operation.path.format(offer_id=offer, trader_id=ada.id)}?{urlencode(sent)}")
    assert answer.status_int == 200, answer.text


def test_every_header_of_an_answer_is_seen() -> None:
    """One that the document promises and no answer has would be refused here, by the story itself."""
    exchanges = Story().play()
    assert {name for exchange in exchanges.values() for name in exchange["headers"]} <= set(HEADERS)
    assert exchanges["create_ad"]["headers"]["Location"] == "https://desk.example/p2p/ad/detail/1"
    assert exchanges["offer_detail"]["headers"] == {"ETag": '"1"'}


# What is said of failures.


def messages(name: str) -> set[str]:
    operation = next(operation for operation in DESCRIBED if operation.name == name)
    return {failure.message for failure in failures(operation)}


def test_a_failure_is_told_in_the_words_of_its_own_operation() -> None:
    assert "(email) This field is required." in messages("log_in")
    assert "You are not authorized to indicate payment on this offer" in messages("indicate_payment")
    assert "This offer is already cancelled" in messages("cancel_offer")
    assert "Offer is already cancelled" in messages("release_funds")
    assert "This ad is already open" in messages("resume_ad")
    assert "You are not authorized to close this ad" in messages("close_ad")
    assert "Insufficient main balance" in messages("transfer")


def field_names(operation: Operation) -> set[str]:
    return {name for schema in (operation.body, operation.asked) if schema is not None for name in schema.fields}


@pytest.mark.parametrize("operation", DESCRIBED, ids=NAMES)
def test_no_failure_names_a_field_that_the_operation_does_not_have(operation: Operation) -> None:
    # That a parameter is unknown is told of one that no operation has.
    said = {failure.message for failure in failures(operation) if failure.name != UnknownParameter.__name__}
    named = {message.split(")")[0][1:] for message in said if message.startswith("(")}
    assert named <= field_names(operation)


WORDS = {"pause", "resume", "close"}


@pytest.mark.parametrize("operation", DESCRIBED, ids=NAMES)
def test_no_failure_speaks_of_another_action(operation: Operation) -> None:
    said = " ".join(message for message in messages(operation.name) if "not authorized to" in message)
    assert {word for word in WORDS if f" {word} this" in said} <= {operation.word}
    assert ("release funds" in said) <= (operation.name == "release_funds")


@pytest.mark.parametrize("operation", DESCRIBED, ids=NAMES)
def test_what_http_itself_answers_is_there_with_its_headers(operation: Operation) -> None:
    responses = {}
    for status, response in drawn(operation)["responses"].items():
        shared = response.get("$ref", "").rsplit("/", 1)[-1]
        responses[status] = document()["components"]["responses"][shared] if shared else response
    expected = {"405": "Allow", "429": "Retry-After"}
    expected |= {} if operation.caller == "anyone" else {"401": "WWW-Authenticate"}
    expected |= {"409": "X-Request-Id", "422": "X-Request-Id"} if operation.takes_key else {}
    expected |= {"413": "X-Request-Id", "415": "X-Request-Id"} if operation.method == "POST" else {}
    expected |= {} if operation.media else {"503": "Retry-After"}
    expected |= {"412": "X-Request-Id"} if operation.takes_version else {}
    expected |= {str(operation.success): "Idempotent-Replayed"} if operation.takes_key else {}
    for status, header in expected.items():
        assert header in responses[status]["headers"], status
