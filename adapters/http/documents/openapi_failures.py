"""The failures in the API document: every way in which an operation can say no, with the headers of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from domain import errors
from domain.errors import Refusal

from ..answering.failures import UNKNOWN_OUTCOME, UNKNOWN_OUTCOME_CODE
from ..operation import Operation
from ..replies.refusals import ANSWERS
from ..replies.rejections import (
    COME_BACK_SOON,
    INTERNAL_CODE,
    UNAVAILABLE,
    UNAVAILABLE_CODE,
    BodyTooLarge,
    InvalidCondition,
    InvalidKey,
    KeyInFlight,
    KeyReused,
    MethodNotAllowed,
    NotAFile,
    NotAnObject,
    NotJson,
    NotJsonType,
    NoToken,
    NotUtf8Query,
    RateLimited,
    Rejection,
    ScopeMissing,
    Unauthenticated,
    UnknownParameter,
    UnknownPath,
)
from ..requests.rate_limits import COUNTED
from ..requests.security import Caller
from ..server.connections import SERVER_REJECTIONS
from .headers import ERROR_CODE, ERROR_FIELDS, HEADERS, OF_COUNTED, ON_EVERY_ANSWER, REPLAYED, SET_COOKIE
from .openapi_examples import wrong_field_message
from .sample_refusals import sample_of

REASONS = {
    400: "The request is wrong, or the desk's rules refuse it.",
    401: "There is no token, or it is not good.",
    403: "The caller may not do this.",
    404: "There is no such thing.",
    405: "The path takes other methods; `Allow` names them.",
    409: "The first request with this key is still running.",
    412: "The offer has moved on.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "The key was used for another request.",
    429: "There were too many requests; come back after the seconds in `Retry-After`.",
    431: "The headers are too large.",
    500: "Something went wrong on the desk's side. The message names the request for whoever looks into it.",
    501: "The body is sent in an encoding that the desk does not know.",
    503: "The store is away, or the desk is frozen; come back after the seconds in `Retry-After`.",
}
_FAULT = "Something went wrong on our side (request 0b6f3f0e-52ab-4a58-b9d7-1f0f6f0a4f10)"


@dataclass(frozen=True, slots=True)
class Failure:
    """One way to say no: the status, the code, the name of the example, what is said, and the headers with it."""

    status: int
    code: str
    name: str
    message: str
    headers: tuple[str, ...] = ()


def failure_responses(operation: Operation) -> dict[int, dict[str, Any]]:
    """The operation's failures by status. Each has an example for everything that can be said with that status."""
    by_status: dict[int, dict[str, Failure]] = {}
    for failure in failures(operation):
        by_status.setdefault(failure.status, {}).setdefault(failure.name, failure)
    return {status: _response(status, list(by_status[status].values()), operation) for status in sorted(by_status)}


def failures(operation: Operation) -> Iterator[Failure]:
    """Every way in which the operation can say no: the rules' first, then HTTP's, then the server's."""
    for kind in _refusals(operation):
        answer = ANSWERS[kind]
        sample = sample_of(kind, operation.word)
        fields = (ERROR_FIELDS,) if answer.fields(sample) else ()
        headers = (*fields, *(name for name, _ in answer.headers(sample)))
        yield Failure(answer.status, kind.code, kind.code, _words(kind, operation), headers)
    for rejection in (*_rejections(operation), *SERVER_REJECTIONS.values()):
        headers = (*((ERROR_FIELDS,) if rejection.fields else ()), *(name for name, _ in rejection.headers))
        yield Failure(rejection.status, rejection.code, type(rejection).__name__, rejection.message, headers)
    come_back = (COME_BACK_SOON[0],)
    # A proxy in front of the desk may hold a client back, too; whoever does, does it so.
    yield Failure(429, RateLimited.code, "TooManyRequests", RateLimited.message, come_back)
    yield Failure(500, INTERNAL_CODE, "Fault", _FAULT)
    if not operation.media:
        yield Failure(503, UNAVAILABLE_CODE, errors.StoreUnavailable.__name__, UNAVAILABLE, come_back)
        if operation.writes or operation.notes_staff:
            yield Failure(503, UNKNOWN_OUTCOME_CODE, errors.CommitUnknown.__name__, UNKNOWN_OUTCOME, come_back)


def _refusals(operation: Operation) -> list[type[Refusal]]:
    refusals = list(operation.refusals)
    # Of probes, which answer without the envelope, nothing is refused for what it asks.
    is_read = operation.body is not None or (operation.asked is not None and not operation.media)
    if is_read and errors.InvalidFields not in refusals:
        refusals.insert(0, errors.InvalidFields)
    if operation.caller is not Caller.ANYONE:
        refusals.append(errors.TraderSuspended)
    if operation.caller is Caller.STAFF:
        refusals.append(errors.StaffOnly)
    return refusals


def _words(kind: type[Refusal], operation: Operation) -> str:
    """What the refusal says here: a field is one of this operation's, an action is this one."""
    schema = operation.body or operation.asked
    if kind is errors.InvalidFields and schema is not None:
        return wrong_field_message(schema)
    return ANSWERS[kind].message(sample_of(kind, operation.word))


def _rejections(operation: Operation) -> Iterator[Rejection]:
    yield from operation.rejections
    yield MethodNotAllowed("PATCH", [operation.method])
    if operation.caller is not Caller.ANYONE:
        yield from (NoToken(), Unauthenticated(), ScopeMissing())
    if operation.prepare is not None:
        yield NotAFile()
    elif operation.takes_body:
        yield from (NotJson(), NotAnObject(), BodyTooLarge(), NotJsonType())
    if "{" in operation.path:
        yield UnknownPath()
    if operation.takes_key:
        yield from (InvalidKey(), KeyInFlight(), KeyReused())
    if operation.takes_version:
        yield InvalidCondition()
    if not operation.media:
        yield NotUtf8Query()
        yield UnknownParameter(known=operation.asked.fields if operation.asked is not None else ())


def _counted(operation: Operation) -> tuple[str, ...]:
    return OF_COUNTED if operation.path.startswith(COUNTED) else ()


def _response(status: int, told: list[Failure], operation: Operation) -> dict[str, Any]:
    examples = {failure.name: _example(failure) for failure in told}
    headers = {ERROR_CODE, *(name for failure in told for name in failure.headers)}
    if status == 401 and SET_COOKIE in operation.headers:
        # A cookie that is no good is taken away.
        headers.add(SET_COOKIE)
    return {
        "description": REASONS[status],
        "x-error-codes": list(dict.fromkeys(failure.code for failure in told)),
        "headers": header_references(*headers, *_counted(operation)),
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Failure"}, "examples": examples}},
    }


def _example(failure: Failure) -> dict[str, Any]:
    value = {"status": "failure", "entity": None, "message": failure.message, "success": False}
    return {"summary": failure.message, "value": value}


def header_references(*more: str) -> dict[str, Any]:
    """The headers that every answer has, and these, as the document's components explain them."""
    names = (*ON_EVERY_ANSWER, *(name for name in HEADERS if name in more))
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def header_components() -> dict[str, Any]:
    """The components themselves."""
    return {name: dict(header) for name, header in HEADERS.items()}


def success_headers(operation: Operation) -> dict[str, Any]:
    """The headers of an answer that says yes."""
    return header_references(*operation.headers, *_counted(operation), *((REPLAYED,) if operation.takes_key else ()))
