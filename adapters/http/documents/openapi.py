"""The API document, drawn from the table of operations and the schemas. It needs no running desk."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import fields

from domain import errors

from ..operation import PATH_PARAMETERS, Operation
from ..operations import OPERATIONS
from ..replies.refusals import ANSWERS
from ..replies.rejections import (
    UNAVAILABLE,
    BodyTooLarge,
    InvalidCondition,
    InvalidKey,
    KeyInFlight,
    KeyReused,
    NotAnObject,
    NotJson,
    NotJsonType,
    Rejection,
    Unauthenticated,
    UnknownParameter,
    UnknownPath,
)
from ..requests.security import Caller
from ..version import version
from .sample_refusals import SAMPLES

_DESCRIPTION = """\
A desk where traders sell and buy crypto from each other, with the crypto in escrow until the money has arrived.

Every answer has the four keys `status`, `entity`, `message` and `success`. Amounts are exact decimals: JSON strings
or numbers in, strings out. Any POST with a token outside `/auth/` takes an `Idempotency-Key`: the same request with
the same key is answered again for 24 hours, and has no second effect.
"""
_REASONS = {
    400: "The request is wrong, or the desk's rules refuse it",
    401: "There is no token, or it is not good",
    403: "The caller may not do this",
    404: "There is no such thing",
    409: "The first request with this key is still running",
    412: "The offer has moved on",
    413: "The body is too large",
    415: "The body is not JSON",
    422: "The key was used for another request",
    426: "The websocket lives elsewhere",
    500: "Something went wrong on our side",
    503: "The store is away; come back after the seconds in Retry-After",
}
_FAILURE = {
    "type": "object",
    "required": ["status", "entity", "message", "success"],
    "additionalProperties": False,
    "properties": {
        "status": {"const": "failure"},
        "entity": {"type": "null"},
        "message": {"type": "string"},
        "success": {"const": False},
    },
}
_REQUEST_ID = {"description": "The name of the request in the desk's log", "schema": {"type": "string"}}
_HEADERS = {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}}


@cache
def document() -> dict[str, Any]:
    """The API document, OpenAPI 3.1."""
    plugin = MarshmallowPlugin()
    spec = APISpec(
        title="P2P desk",
        version=version(),
        openapi_version="3.1.0",
        plugins=[plugin],
        info={"description": _DESCRIPTION},
        servers=[{"url": "/"}],
    )
    assert plugin.converter is not None
    plugin.converter.add_attribute_function(_own_schema)  # type: ignore[no-untyped-call]
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    spec.components.schema("Failure", _FAILURE)
    spec.components.header("X-Request-Id", _REQUEST_ID)
    for operation in OPERATIONS:
        drawn_operation = _operation(operation)
        drawn_operation["responses"].update(_failures(operation, spec))
        spec.path(path=operation.path, operations={operation.method.lower(): drawn_operation})
    drawn: dict[str, Any] = spec.to_dict()
    return drawn


@cache
def examples() -> Mapping[str, Any]:
    """What a test has really sent to each operation, and was answered."""
    text = (resources.files("adapters.http") / "schemas" / "examples.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def _own_schema(_: Any, field: fields.Field[Any], **__: Any) -> dict[str, Any]:
    """What a field of ours says of itself; marshmallow's own are read by apispec."""
    return dict(getattr(field, "json_schema", {}))


def _operation(operation: Operation) -> dict[str, Any]:
    drawn: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": list(_parameters(operation)),
        "responses": _successes(operation),
    }
    if operation.caller is not Caller.ANYONE:
        drawn["security"] = [{"bearer": []}]
    elif operation.may_have_token:
        drawn["security"] = [{"bearer": []}, {}]
    if operation.method == "POST":
        drawn["requestBody"] = _request_body(operation)
    return drawn


def _parameters(operation: Operation) -> Iterator[dict[str, Any]]:
    for name, spelling in PATH_PARAMETERS.items():
        if f"{{{name}}}" in operation.path:
            schema = {"type": "string", "pattern": f"^{spelling}$"}
            example = examples()[operation.name]["path_parameters"][name]
            yield {"in": "path", "name": name, "required": True, "schema": schema, "example": example}
    if operation.query is not None:
        yield {"in": "query", "schema": operation.query}
    if operation.takes_key:
        schema = {"type": "string", "pattern": "^[ -~]{1,255}$"}
        yield {"in": "header", "name": "Idempotency-Key", "schema": schema}
    if operation.takes_version:
        yield {"in": "header", "name": "If-Match", "schema": {"type": "string"}, "example": '"1"'}


def _request_body(operation: Operation) -> dict[str, Any]:
    """The body; an operation that needs none takes an empty object as well."""
    sent = examples()[operation.name].get("body")
    if operation.body is None:
        content: dict[str, Any] = {"schema": {"type": "object"}}
    else:
        content = {"schema": operation.body, "example": sent}
    is_required = operation.body is not None and any(field.required for field in operation.body.fields.values())
    return {"required": is_required, "content": {"application/json": content}}


def _successes(operation: Operation) -> dict[str, Any]:
    """What is answered where all is well, by status."""
    if operation.name == "websocket_elsewhere":
        return {}
    if operation.leads_to is None:
        return {"200": _success(operation)}
    location = {"required": True, "schema": {"type": "string"}, "example": operation.leads_to}
    return {"302": {"description": operation.summary, "headers": {**_HEADERS, "Location": location}}}


def _success(operation: Operation) -> dict[str, Any]:
    drawn: dict[str, Any] = {"description": operation.message or operation.summary, "headers": dict(_HEADERS)}
    if operation.media is not None:
        drawn["content"] = {operation.media: {}}
        return drawn
    entity: Any = operation.entity or {"type": "null"}
    if operation.entity is not None and operation.entity.many:
        entity = {"type": "array", "items": type(operation.entity)}
    properties = {
        "status": {"const": "success"},
        "entity": entity,
        "message": {"const": operation.message},
        "success": {"const": True},
    }
    schema = {**_FAILURE, "properties": properties}
    sent = examples()[operation.name]
    drawn["content"] = {"application/json": {"schema": schema, "example": sent["answer"]}}
    if operation.also is not None:
        drawn["content"][operation.also] = {"schema": {"type": "string", "description": "The whole list as a table"}}
    for name in sent.get("headers", ()):
        drawn["headers"][name] = {"schema": {"type": "string"}}
    return drawn


def _failures(operation: Operation, spec: APISpec) -> dict[str, Any]:
    """The operation's ways to say no, by status, with what each says."""
    told: dict[int, dict[str, str]] = {}
    for status, name, message in _messages(operation):
        told.setdefault(status, {})[name] = message
    return {str(status): _failed(spec, status, messages) for status, messages in sorted(told.items())}


def _failed(spec: APISpec, status: int, messages: dict[str, str]) -> dict[str, Any] | str:
    """What is answered with one status. Where there is but one thing to say, many operations share it by name."""
    said = {name: {"value": _failure(message)} for name, message in messages.items()}
    content = {"application/json": {"schema": "Failure", "examples": said}}
    drawn = {"description": _REASONS[status], "headers": dict(_HEADERS), "content": content}
    if len(messages) > 1:
        return drawn
    (name,) = messages
    if name not in spec.components.responses:
        spec.components.response(name, drawn)
    return name


def _failure(message: str) -> dict[str, Any]:
    return {"status": "failure", "entity": None, "message": message, "success": False}


def _messages(operation: Operation) -> Iterator[tuple[int, str, str]]:
    """Status, name and words of each failure."""
    rejections: list[Rejection] = [*operation.rejections]
    refusals = list(operation.refusals)
    if operation.caller is not Caller.ANYONE:
        rejections.append(Unauthenticated())
        refusals.append(errors.TraderSuspended)
    if operation.caller is Caller.STAFF:
        refusals.append(errors.StaffOnly)
    if operation.method == "POST":
        rejections += [NotJson(), NotAnObject(), BodyTooLarge(), NotJsonType()]
    if "{" in operation.path and not operation.rejections:
        rejections.append(UnknownPath())
    if operation.takes_key:
        rejections += [InvalidKey(), KeyInFlight(), KeyReused()]
    if operation.takes_version:
        rejections.append(InvalidCondition())
    if (operation.body is not None or operation.query is not None) and errors.InvalidFields not in refusals:
        refusals.insert(0, errors.InvalidFields)
    for kind in refusals:
        yield ANSWERS[kind].status, kind.code, ANSWERS[kind].message(SAMPLES[kind])
    for rejection in rejections:
        yield rejection.status, type(rejection).__name__, rejection.message
    if operation.media is None:
        yield 400, "UnknownParameter", UnknownParameter().message
        yield 500, "Fault", "Something went wrong on our side (request 0b6f3f0e-52ab-4a58-b9d7-1f0f6f0a4f10)"
        yield 503, "StoreUnavailable", UNAVAILABLE
