"""The desk's HTTP application called in this process, without sockets: to count its statements, and to profile it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from adapters.http.app import make_app
from config.container import Container, build

from .load import LoadFailed
from .processes import desk_settings

WsgiApplication = Callable[..., Iterable[bytes]]


@contextmanager
def open_container(database_url: str) -> Iterator[Container]:
    """The parts of a desk on this database, closed at the end of the block."""
    container = build(desk_settings(database_url))
    try:
        yield container
    finally:
        container.close()


@contextmanager
def open_application(database_url: str) -> Iterator[WsgiApplication]:
    """The desk's HTTP application on this database."""
    with open_container(database_url) as container:
        yield make_app(container.services())


def ask(application: WsgiApplication, request: bytes) -> bytes:
    """The body of the answer to a request that is as it would go over the line. Raises ``LoadFailed``."""
    found: list[str] = []
    parts = application(_environ(request), lambda status, *_: found.append(status))
    body = b"".join(parts)
    if not found[0].startswith("200 "):
        raise LoadFailed(f"the desk answered {found[0]}: {body.decode(errors='replace')}")
    return body


def _environ(request: bytes) -> dict[str, Any]:
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode("ascii").split("\r\n")
    method, target, _ = first.split(" ")
    path, _, query = target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REQUEST_URI": target,
        "SERVER_NAME": "desk.example",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, _, value in (line.partition(": ") for line in lines):
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    return environ


def count_statements(application: WsgiApplication, requests: Iterator[bytes]) -> int:
    """How many statements one request sends to the database, besides BEGIN and COMMIT.

    The second request is counted: the first one may open a connection or verify a token.
    """
    ask(application, next(requests))
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        ask(application, next(requests))
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(sent)
