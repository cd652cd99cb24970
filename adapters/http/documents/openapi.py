"""The API document, drawn from the table of operations and the schemas. It needs no running desk.

What a schema, a field or an operation says of itself is kept with it: in its docstring, its metadata, its row of the
table. A test names whatever says nothing.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import Schema, fields

from domain.ports.files import CONTENT_TYPES

from ..operation import PATH_PARAMETERS, Operation
from ..operations import OPERATIONS
from ..requests.rate_limits import COUNTED, policy_of
from ..requests.security import Caller
from ..schemas.dry_run import DRY_RUN
from ..version import version
from .about import CONTACT, LICENSE, LICENSE_NAME
from .openapi_examples import example_of
from .openapi_failures import failure_responses, header_components, success_headers
from .openapi_webhooks import webhooks

_INFO = {
    "description": """\
A desk where traders sell and buy crypto from each other, with the crypto in escrow until the money has arrived.

Every answer has the four keys `status`, `entity`, `message` and `success`. Amounts are exact decimals, in
JSON strings. (A JSON number is read as well, exactly as it is spelled; but most languages round it before they spell
it.) Any POST with a token outside `/auth/` takes an `Idempotency-Key`: the same request with the same key is answered
again for 24 hours, and has no second effect. A query has only the parameters that are named here, each at most once;
an empty one counts as absent. Every path is also good with a slash at its end. Every failure has a word that stays in
the header `Error-Code`, and where its message is about fields, these in `Error-Fields`; `x-error-codes` lists the words
of each answer. What the websocket sends is described at `/asyncapi.json`. Pages of the origins that the operator has
named may call the desk, by the Fetch standard's rules (CORS): preflights are answered, and answers have the headers
`Vary` and `Access-Control-*` of that standard.
""",
    "contact": dict(CONTACT),
    "license": {"name": LICENSE_NAME, "identifier": LICENSE},
}
_TAGS = {
    "auth": "Joining, logging in and out, and who one is.",
    "ads": "Ads: what makers want to sell or buy, and at which price.",
    "offers": "Offers on ads, from the proposal to the release of the crypto.",
    "people": "What traders say of each other, whom they keep away, and how they are paid.",
    "chats": "What the parties of an offer, and staff, write to each other.",
    "wallet": "What one holds, and how it came to be so.",
    "notifications": "What one was told.",
    "webhooks": "Where one's notices are sent.",
    "admin": "What staff do: restricting, suspending, and resolving disputes.",
    "service": "What operators and tools ask for.",
}
# Client generators know the type null only beside another type, and read the type of a constant true as text. A
# constant without a type all of them know.
_NULL = {"const": None}
_FAILURE = {
    "type": "object",
    "description": "An answer that says no. Nothing has changed.",
    "required": ["status", "entity", "message", "success"],
    "additionalProperties": False,
    "properties": {
        "status": {"type": "string", "const": "failure", "description": "That the answer says no."},
        "entity": {**_NULL, "description": "Always null."},
        "message": {"type": "string", "description": "Why, as a sentence for people."},
        "success": {"const": False, "description": "The same as `status`."},
    },
}
_BEARER = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "The access token of `POST /auth/token`.",
}
_HEADER_PARAMETERS = {
    "IdempotencyKey": {
        "in": "header",
        "name": "Idempotency-Key",
        "description": "A word of the client's own for the request: sent again with it, this has no second effect.",
        "schema": {"type": "string", "pattern": "^[ -~]{1,255}$", "examples": ["ad-of-monday-1"]},
    },
    "IfMatch": {
        "in": "header",
        "name": "If-Match",
        "description": (
            "The version of the offer that one has seen, in quotes, or several of these, or `*` for any. "
            "If the offer has none of them, nothing is done."
        ),
        "schema": {"type": "string", "examples": ['"1"']},
    },
}


@cache
def document() -> dict[str, Any]:
    """The API document, OpenAPI 3.1."""
    plugin = MarshmallowPlugin()
    spec = APISpec(
        title="P2P desk",
        version=version(),
        openapi_version="3.1.0",
        plugins=[plugin],
        info=_INFO,
        servers=[{"url": "/", "description": "The desk that serves this document."}],
        tags=[{"name": name, "description": description} for name, description in _TAGS.items()],
    )
    converter = plugin.converter
    assert converter is not None
    converter.add_attribute_function(_own_schema)  # type: ignore[no-untyped-call]
    spec.components.security_scheme("bearer", _BEARER)
    spec.components.schema("Failure", _FAILURE)
    for name, header in header_components().items():
        spec.components.header(name, header)
    for name, parameter in _HEADER_PARAMETERS.items():
        spec.components.parameter(name, "header", parameter)
    for operation in described_operations():
        drawn_operation = _operation(operation, spec, converter)
        spec.path(path=documented_path(operation), operations={operation.method.lower(): drawn_operation})
    drawn: dict[str, Any] = {**spec.to_dict(), "webhooks": webhooks()}
    _describe_schemas(drawn, converter)
    _share_responses(drawn)
    return drawn


def described_operations() -> tuple[Operation, ...]:
    """The operations that are in the document: those that can say yes."""
    return tuple(operation for operation in OPERATIONS if operation.success is not None)


def documented_path(operation: Operation) -> str:
    """The path in the document: the one without a slash at its end, as tools and their users expect it."""
    return operation.path.rstrip("/") or "/"


def _one_of(operation: Operation) -> dict[str, Any]:
    """The message of an answer that says yes, or those that it can have."""
    if operation.or_message is None:
        return {"const": operation.message}
    return {"enum": [operation.message, operation.or_message]}


def _own_schema(_: Any, field: fields.Field[Any], **__: Any) -> dict[str, Any]:
    """What a field of ours says of itself; marshmallow's own are read by apispec."""
    return dict(getattr(field, "json_schema", {}))


def _operation(operation: Operation, spec: APISpec, converter: OpenAPIConverter) -> dict[str, Any]:
    responses = {str(operation.success): _success(operation, spec, converter)}
    responses |= {str(status): response for status, response in failure_responses(operation).items()}
    drawn: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": _docstring(operation.view),
        "tags": [operation.tag],
        "parameters": list(_parameters(operation)),
        "responses": responses,
        "security": _security(operation),
    }
    if operation.path.startswith(COUNTED):
        drawn["x-rate-limit"] = _policies(operation)
    if operation.takes_body:
        drawn["requestBody"] = _request_body(operation)
    return drawn


def _policies(operation: Operation) -> list[str]:
    """By which policies of ``RateLimit-Policy`` its requests are counted: with a good token, and without one."""
    return [policy_of(operation.method, is_known=is_known).value for is_known in (True, False)]


def _security(operation: Operation) -> list[dict[str, list[str]]]:
    """How one proves who one is; an empty way means that one need not."""
    if operation.caller is not Caller.ANYONE:
        return [{"bearer": []}]
    return [{"bearer": []}, {}] if operation.may_have_token else []


def _parameters(operation: Operation) -> Iterator[dict[str, Any] | str]:
    for name, part in PATH_PARAMETERS.items():
        if f"{{{name}}}" in operation.path:
            schema = {**part.schema, "examples": [part.example]}
            if part.schema["type"] == "string":
                schema["pattern"] = f"^{part.spelling}$"
            yield {"in": "path", "name": name, "required": True, "description": part.description, "schema": schema}
    if operation.asked is not None:
        yield {"in": "query", "schema": operation.asked}
    if operation.takes_key:
        yield "IdempotencyKey"
    if operation.takes_version:
        yield "IfMatch"


def _request_body(operation: Operation) -> dict[str, Any]:
    """The body; an operation that needs none takes an empty object as well."""
    if operation.prepare is not None:
        files: dict[str, Any] = {
            kind: {"schema": {"type": "string", "format": "binary", "description": "The file's bytes."}}
            for kind in CONTENT_TYPES
        }
        return {"required": True, "description": "The file itself.", "content": files}
    if operation.body is None:
        content: dict[str, Any] = {"schema": {"type": "object", "description": "Nothing is read of it."}}
        return {"required": False, "description": "None is needed.", "content": {"application/json": content}}
    is_required = any(field.required for field in operation.body.fields.values())
    content = {"schema": operation.body, "example": example_of(operation.body)}
    description = _docstring(type(operation.body))
    return {"required": is_required, "description": description, "content": {"application/json": content}}


def _success(operation: Operation, spec: APISpec, converter: OpenAPIConverter) -> dict[str, Any]:
    drawn: dict[str, Any] = {
        "description": operation.message or operation.summary,
        "headers": success_headers(operation),
    }
    if operation.media and operation.success == 200:
        drawn["content"] = {media: _bare(operation, media) for media in operation.media}
    elif operation.success == 200:
        name = f"{operation.name.title().replace('_', '')}Answer"
        spec.components.schema(name, _envelope(operation, converter))
        drawn["content"] = {"application/json": {"schema": name, "example": success_example(operation)}}
        if operation.also is not None:
            table = {"schema": {"type": "string", "description": "The whole list as a table."}}
            drawn["content"][operation.also] = table
    return drawn


def _bare(operation: Operation, media: str) -> dict[str, Any]:
    """An answer that is not in the envelope."""
    if operation.entity is not None:
        return {"schema": operation.entity, "example": example_of(operation.entity)}
    if media == "application/json":
        return {"schema": {"type": "object", "description": operation.summary}}
    form = {} if media.startswith("text/") else {"format": "binary"}
    return {"schema": {"type": "string", **form, "description": operation.summary}}


def _envelope(operation: Operation, converter: OpenAPIConverter) -> dict[str, Any]:
    entity: Any = {**_NULL, "description": "Always null."}
    if operation.entity is not None:
        # Inside a component, apispec does not look for schemas by itself.
        whole = converter.resolve_nested_schema(type(operation.entity))  # type: ignore[no-untyped-call]
        whole = {"type": "array", "items": whole} if operation.entity.many else whole
        entity = {**whole, "description": _docstring(type(operation.entity))}
    message: dict[str, Any] = {**_NULL, "description": "Always null."}
    if operation.takes_dry_run:
        dry = converter.resolve_nested_schema(type(DRY_RUN))  # type: ignore[no-untyped-call]
        of_deed = entity if operation.entity is not None else _NULL
        entity = {"anyOf": [dict(of_deed), dry], "description": "With `dry_run=1`, what would come of it."}
    if operation.message is not None:
        message = {"type": "string", **_one_of(operation), "description": "What was done."}
    if operation.takes_dry_run:
        said: list[Any] = [operation.message, None]
        message = {"enum": said, "description": "What was done; null with `dry_run=1`."}
    properties = {
        "status": {"type": "string", "const": "success", "description": "That the answer says yes."},
        "entity": entity,
        "message": message,
        "success": {"const": True, "description": "The same as `status`."},
    }
    return {**_FAILURE, "description": f"The answer of `{operation.name}`.", "properties": properties}


def success_example(operation: Operation) -> dict[str, Any]:
    """What the operation answers when it says yes, in the envelope."""
    entity = None if operation.entity is None else example_of(operation.entity)
    return {"status": "success", "entity": entity, "message": operation.message, "success": True}


def _docstring(thing: Any) -> str:
    """What the code says of it, with the document's quotes."""
    return inspect.cleandoc(thing.__doc__ or "").replace("``", "`")


def _describe_schemas(drawn: dict[str, Any], converter: OpenAPIConverter) -> None:
    """Every schema is described by its own docstring."""
    for key, name in converter.refs.items():
        schema: type[Schema] = key[0]
        component = drawn["components"]["schemas"][name]
        drawn["components"]["schemas"][name] = {"description": _docstring(schema), **component}


def _share_responses(drawn: dict[str, Any]) -> None:
    """Give a failure that several operations tell in the same words a place of its own, named after these."""
    places: dict[str, list[tuple[dict[str, Any], str]]] = {}
    for path in drawn["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    places.setdefault(json.dumps(response), []).append((operation["responses"], status))
    shared = drawn["components"].setdefault("responses", {})
    for text, found in places.items():
        response = json.loads(text)
        name = "Or".join(_camel(example) for example in response["content"]["application/json"]["examples"])
        if len(found) > 1 and name not in shared:
            shared[name] = response
            for responses, status in found:
                responses[status] = {"$ref": f"#/components/responses/{name}"}


def _camel(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))
