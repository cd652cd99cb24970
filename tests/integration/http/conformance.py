"""Every answer that a test of HTTP sees, held against the API document: status, headers and body are as it says."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from webtest import TestApp, TestRequest, TestResponse

from adapters.http.documents.headers import ERROR_CODE, ERROR_FIELDS, HEADERS, ON_EVERY_ANSWER
from adapters.http.documents.openapi import document
from adapters.http.operation import PATH_PARAMETERS
from adapters.http.server.connections import SERVER_REJECTIONS

# What belongs to the message and the connection, whatever is answered. The last goes with 426 (RFC 9110, 15.5.22).
OF_EVERY_MESSAGE = frozenset({"content-type", "content-length", "date", "connection", "via", "upgrade"})
# The Fetch standard's own (CORS), which the document names together. They are there where an origin is named only.
OF_CROSS_ORIGIN = frozenset({"vary", "access-control-allow-origin", "access-control-expose-headers"})
OF_PREFLIGHT = frozenset({"access-control-allow-methods", "access-control-allow-headers", "access-control-max-age"})
# What is answered where there is nothing, or where the websocket should be, or to what cannot be read.
_CODES_OF_NOTHING = {404: {"not_found"}, 405: {"method_not_allowed"}, 426: {"upgrade_needed"}} | {
    status: {rejection.code} for status, rejection in SERVER_REJECTIONS.items()
}
FAILURE = {"$ref": "#/components/schemas/Failure"}


class CheckedApp(TestApp):  # type: ignore[misc]
    """An application whose every answer is checked."""

    def do_request(self, req: TestRequest, status: Any = None, expect_errors: bool | None = None) -> TestResponse:
        answer = super().do_request(req, status=status, expect_errors=expect_errors)
        # A path need not be UTF-8; WSGI has its bytes as letters.
        check(req.method, req.environ["PATH_INFO"], answer.status_int, dict(answer.headers), answer.body)
        return answer


def check(method: str, path: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Raise ``AssertionError`` where an answer is not as the document says."""
    name = f"{method} {path}: {status}"
    if (method, status) == ("OPTIONS", 204):
        left = {header.lower() for header in headers} - OF_EVERY_MESSAGE - OF_CROSS_ORIGIN - OF_PREFLIGHT
        assert left == {ON_EVERY_ANSWER[0].lower()}, f"{name} has {left}"
        return
    operation = _operation(method, path)
    if operation is None:
        assert status in _CODES_OF_NOTHING, f"{name} at an address that is not in the document"
        known, content = set(HEADERS), {"application/json": {"schema": FAILURE}}
        codes = _CODES_OF_NOTHING[status]
    else:
        assert str(status) in operation["responses"], f"{name} is not in the document"
        response = _resolved(operation["responses"][str(status)])
        known, content = set(response["headers"]), response.get("content", {})
        codes = set(response.get("x-error-codes", ()))
    _check_codes(name, method, codes, headers, body)
    _check_headers(name, headers, known)
    _check_body(name, method, headers, body, content)


def _check_headers(name: str, headers: Mapping[str, str], known: set[str]) -> None:
    by_name = {header.lower(): header for header in known}
    for header, value in headers.items():
        if header.lower() in OF_EVERY_MESSAGE | OF_CROSS_ORIGIN:
            continue
        assert header.lower() in by_name, f"{name} has the header {header}, which is not in the document"
        schema = HEADERS[by_name[header.lower()]]["schema"]
        told = int(value) if schema["type"] == "integer" else value
        assert Draft202012Validator(schema).is_valid(told), f"{name} has {header}: {value}"
    assert ON_EVERY_ANSWER[0].lower() in {header.lower() for header in headers}, f"{name} has no id"


def _check_codes(name: str, method: str, codes: set[str], headers: Mapping[str, str], body: bytes) -> None:
    """A failure has one of the codes that are listed for it, and names the fields that its message is about."""
    told = {header.lower(): value for header, value in headers.items()}
    code, fields = told.get(ERROR_CODE.lower()), told.get(ERROR_FIELDS.lower())
    if not codes:
        assert (code, fields) == (None, None), f"{name} has the code {code}, and is no failure"
        return
    assert code in codes, f"{name} has the code {code}, which is not among {codes}"
    if method == "HEAD":
        return
    message = json.loads(body)["message"]
    assert message.startswith("(") == (fields is not None), f"{name}: {message!r} with the fields {fields}"
    places = [message.find(f"({field}) ") for field in fields.split(", ")] if fields else [0]
    assert places[0] == 0, f"{name}: {message!r} with the fields {fields}"
    assert places == sorted(set(places)), f"{name}: {message!r} with the fields {fields}"


def _check_body(name: str, method: str, headers: Mapping[str, str], body: bytes, content: Mapping[str, Any]) -> None:
    media = next((value for header, value in headers.items() if header.lower() == "content-type"), "")
    media = media.partition(";")[0]
    if method == "HEAD" or not (body or content):
        return
    assert media in content, f"{name} is of type {media}, which is not in the document"
    if media == "application/json":
        validator = _validator(json.dumps(content[media]["schema"]))
        wrong = [error.message for error in validator.iter_errors(json.loads(body))]
        assert not wrong, f"{name}: {wrong}"


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator({**json.loads(schema), "components": document()["components"]})


@cache
def _paths() -> list[tuple[re.Pattern[str], Mapping[str, Any]]]:
    """The document's paths, as they are spelled."""
    return [(re.compile(_pattern(path), re.ASCII), operations) for path, operations in document()["paths"].items()]


def _pattern(path: str) -> str:
    spelled = re.sub(r"{(\w+)}", lambda match: f"({PATH_PARAMETERS[match[1]].spelling})", re.sub(r"\.", r"\\.", path))
    return spelled.rstrip("/") + "/?"


def _operation(method: str, path: str) -> Mapping[str, Any] | None:
    """What the document says of a request; of one with a wrong method, what it says of the path."""
    for pattern, operations in _paths():
        if pattern.fullmatch(path):
            found: Mapping[str, Any] = operations.get(_read_as(method), next(iter(operations.values())))
            return found
    return None


def _read_as(method: str) -> str:
    return "get" if method == "HEAD" else method.lower()


def _resolved(response: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in response:
        return response
    shared: Mapping[str, Any] = document()["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    return shared
