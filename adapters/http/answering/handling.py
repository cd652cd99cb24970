"""How a request is handled, whatever it asks for: who, which, call, answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, cast

from pyramid.response import Response

from domain.model.parties import Actor
from domain.ports.admission import RequestKey
from domain.ports.readers import Page
from domain.ports.store import Unit

from ..operation import Operation, Reply
from ..replies.envelope import VARIES, json_response, success_body
from ..replies.foreseen import foreseen
from ..replies.rejections import InvalidInput, NotUtf8Query, Unauthenticated, UnknownPath
from ..requests import idempotency
from ..requests.conditions import read_if_match
from ..requests.dry_run import DryUnit, asks_dry_run
from ..requests.queries import question_tag, read_query, tagged_cursor, untagged_cursor
from ..requests.request import ABOUT, ADMITTED, BODY_IS_TOO_LARGE, OPERATION, DeskRequest
from ..requests.security import Caller, credentials
from ..schemas.base import ListQuery, load
from ..schemas.dry_run import DRY_RUN
from ..schemas.fields import NOT_A_CHOICE
from ..schemas.writing import Write, writer_of
from ..server.bodies import Body, read_body, read_file
from .addresses import public_url

_IN_PATHS = {"ad_id": ("ad_id", int), "offer_id": ("offer_id", int), "trader_id": ("about_trader_id", str)}
_IN_BODIES = {"ad": ("ad_id", int), "trader": ("about_trader_id", str)}
"""What a request is about, by where it says so: what the log calls it, and of which type it is there."""
_WRITE_FORESEEN = writer_of(DRY_RUN)


def handler(operation: Operation) -> Callable[[DeskRequest], Response]:
    """The Pyramid view of an operation."""
    write = None if operation.entity is None else writer_of(operation.entity)

    def handle(request: DeskRequest) -> Response:
        """The token first, then the key, then the rest. The transaction is ended by pyramid_tm, not here."""
        request.environ[OPERATION] = operation.name
        request.environ[ABOUT] = about = _told_of(request.matchdict, _IN_PATHS)
        _refuse_escapes(request)
        request.writes = operation.writes
        request.is_dry_run = operation.takes_dry_run and asks_dry_run(request)
        body = _body(request, operation)
        if operation.prepare is not None and body.rejection is None:
            operation.prepare(request, body.raw)
        key = None
        if operation.caller is not Caller.ANYONE:
            key, first_answer = _admit(request, operation, body)
            about["trader_id"] = str(request.caller.id)
            if first_answer is not None:
                return first_answer
        _load(request, operation, body)
        about |= _told_of(request.fields, _IN_BODIES)
        if request.is_dry_run:
            return _foreseen(request, operation)
        reply = operation.view(request)
        if isinstance(reply, Reply):
            about |= reply.made
        response = reply if isinstance(reply, Response) else _answer(request, operation, reply, write)
        if key is not None:
            answer = idempotency.stored_answer(key, response)
            if operation.seals_answer:
                answer = idempotency.sealed(key, answer, request.services.sealer)
            request.unit.admission.record(key, answer, request.now)
        return response

    return handle


def _told_of(given: Mapping[str, Any], names: Mapping[str, tuple[str, Callable[[Any], Any]]]) -> dict[str, Any]:
    """What of this the log tells: ids, and nothing else."""
    return {name: read(given[part]) for part, (name, read) in names.items() if part in given}


def _refuse_escapes(request: DeskRequest) -> None:
    """A path has one spelling. None here needs an escape or begins with two slashes: where one does, it is another."""
    spelling = request.environ.get("REQUEST_URI", "").partition("?")[0]
    if "%" in spelling or spelling.startswith("//"):
        raise UnknownPath()


def _body(request: DeskRequest, operation: Operation) -> Body:
    """The body of a request that may have one; what is wrong with it is told later."""
    if not operation.takes_body:
        return Body()
    environ = request.environ
    if operation.prepare is not None:
        return read_file(
            request.raw_body,
            is_too_large=environ[BODY_IS_TOO_LARGE],
            limit=request.body_limit,
            content_type=environ.get("CONTENT_TYPE", ""),
            content_encoding=environ.get("HTTP_CONTENT_ENCODING", ""),
        )
    return read_body(
        request.raw_body,
        is_too_large=environ[BODY_IS_TOO_LARGE],
        content_type=environ.get("CONTENT_TYPE", ""),
        content_encoding=environ.get("HTTP_CONTENT_ENCODING", ""),
    )


def _admit(request: DeskRequest, operation: Operation, body: Body) -> tuple[RequestKey | None, Response | None]:
    """Let the caller in, with one question to the store; and answer again what was answered before."""
    environ = request.environ
    asking = credentials(environ.get("HTTP_AUTHORIZATION"), request.registry.verified_tokens)
    header = environ.get("HTTP_IDEMPOTENCY_KEY") if operation.takes_key else None
    asked = idempotency.Asked(
        operation.method,
        environ["PATH_INFO"],
        body,
        environ.get("QUERY_STRING", ""),
        environ.get("HTTP_IF_MATCH", "") if operation.takes_version else "",
    )
    named = idempotency.request_key(header, asking.trader_id, asked)
    # What has no effect can be asked again without a key; but one that the deed would be refused for is refused.
    key = None if request.is_dry_run else named
    if operation.hashes:
        # No connection is held while a password is hashed, for which others may have to wait.
        admitted = request.services.store.run(lambda unit: asking.admitted(unit.admission), writes=False)
    else:
        admitted = asking.admitted(request.unit.admission, key)
    request.now = admitted.at
    try:
        request.caller = asking.let_in(admitted, operation.caller, operation.scope)
    except Unauthenticated:
        environ[ADMITTED] = False
        raise
    request.login_id, request.by_program = asking.login_id, asking.token is None
    request.login_address = admitted.login_address
    environ[ADMITTED] = True
    idempotency.check_header(header, named)
    sealer = request.services.sealer if operation.seals_answer else None
    return key, idempotency.replay(admitted, key, sealer)


def _load(request: DeskRequest, operation: Operation, body: Body) -> None:
    """Read body, query and ``If-Match`` as the operation takes them."""
    values = body.checked()
    request.fields = load(operation.body, values, request.services.catalogue, _day(request)) if operation.body else {}
    if not operation.media:
        _load_query(request, operation)
    if operation.takes_version:
        request.condition = read_if_match(request.environ.get("HTTP_IF_MATCH"))


def _day(request: DeskRequest) -> Callable[[], date]:
    """The day, for those who need to know: it may have to be asked of the store."""
    return lambda: request.today


def _load_query(request: DeskRequest, operation: Operation) -> None:
    """Read the query. What answers no program is not strict: pages and probes are called with all sorts of things."""
    if operation.query is None and not request.environ.get("QUERY_STRING"):
        request.parameters = {}
        return
    try:
        given: dict[str, list[str]] = request.GET.dict_of_lists()
    except UnicodeDecodeError:
        raise NotUtf8Query() from None
    parameters = read_query(operation.asked, given, request.services.catalogue, _day(request))
    if request.is_dry_run and "dry_run" not in parameters:
        # An empty one is as good as none elsewhere; here it would do what was only asked about.
        raise InvalidInput([("dry_run", NOT_A_CHOICE)])
    if isinstance(operation.query, ListQuery):
        request.question = question_tag(_list_name(request, operation), str(request.caller.id), parameters)
        if "cursor" in parameters:
            parameters["cursor"] = untagged_cursor(request.question, parameters["cursor"])
    request.parameters = parameters


def _list_name(request: DeskRequest, operation: Operation) -> str:
    """Which list it is: that of one trader is another than that of the next."""
    of = (value for name, value in sorted(request.matchdict.items()) if name != "slash")
    return " ".join((operation.name, *of))


def _foreseen(request: DeskRequest, operation: Operation) -> Response:
    """What would come of the request: it is decided like any other, on a unit that carries nothing out."""
    unit = DryUnit(request.unit)
    request.unit = cast(Unit, unit)
    operation.view(request)
    found = foreseen(operation.name, operation.word, unit.book, Actor.of(request.caller))
    return json_response(200, success_body(_WRITE_FORESEEN(found), None))


def _answer(request: DeskRequest, operation: Operation, reply: Reply, write: Write | None) -> Response:
    """The reply in the envelope."""
    given = reply.entity
    if request.question is not None and isinstance(given, Page) and given.next is not None:
        given = replace(given, next=tagged_cursor(request.question, given.next))
    entity = "null" if write is None else write(given)
    headers = [] if operation.also is None else [VARIES]
    if reply.location is not None:
        headers.append(("Location", public_url(request) + reply.location))
    if reply.version is not None:
        headers.append(("ETag", f'"{reply.version}"'))
    return json_response(200, success_body(entity, reply.message or operation.message), headers)
