"""The four keys of every answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import simplejson
from pyramid.response import Response

_PRIVATE = (("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"))

VARIES = ("Vary", "Accept")
"""Of what can be had in two forms."""


def encoded_text(value: Any) -> str:
    """A value as JSON. Decimals raise ``TypeError``: a schema has to say how each is shown."""
    text: str = simplejson.dumps(value, ensure_ascii=False, use_decimal=False)
    return text


def encoded(value: Any) -> bytes:
    """A value as the bytes of JSON."""
    return encoded_text(value).encode()


def success_body(entity: str, message: str | None) -> bytes:
    """The body of an answer that says yes, of an entity that is JSON already."""
    said = "null" if message is None else encoded_text(message)
    return f'{{"status": "success", "entity": {entity}, "message": {said}, "success": true}}'.encode()


def failure_body(message: str) -> bytes:
    """The body of an answer that says no."""
    return encoded({"status": "failure", "entity": None, "message": message, "success": False})


def json_response(status: int, body: bytes, headers: Iterable[tuple[str, str]] = ()) -> Response:
    """A body as an answer that nobody on the way keeps or reads as anything else."""
    response = Response(body=body, status=status, content_type="application/json")
    response.headers.extend((*_PRIVATE, *headers))
    return response


def file_response(body: bytes, media: str, name: str, headers: Iterable[tuple[str, str]] = ()) -> Response:
    """A file to be saved under a name, and not to be shown in a page."""
    response = Response(body=body, content_type=media, charset="utf-8")
    response.headers.extend((*_PRIVATE, ("Content-Disposition", f'attachment; filename="{name}"'), *headers))
    return response


def failure_headers(code: str, fields: Iterable[str] = ()) -> list[tuple[str, str]]:
    """What an answer that says no tells programs: its code, and the fields that it is about, if it is."""
    named = ", ".join(fields)
    return [("Error-Code", code), *([("Error-Fields", named)] if named else [])]


def failure(
    status: int, message: str, code: str, fields: Iterable[str] = (), headers: Iterable[tuple[str, str]] = ()
) -> Response:
    """An answer that says no."""
    return json_response(status, failure_body(message), [*failure_headers(code, fields), *headers])
