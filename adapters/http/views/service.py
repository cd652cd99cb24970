"""What the operator and the reader of the API ask for. Nothing here is in the envelope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST
from pyramid.response import Response

from ..answering.addresses import websocket_url
from ..answering.readiness import check_ready
from ..metrics import ClockOffset, WaitingLetters, exposition
from ..replies.envelope import encoded, json_response
from ..replies.rejections import UnknownPath, UpgradeNeeded
from ..requests.request import DeskRequest

_STATIC = resources.files("adapters.http") / "static"
_ASSETS = {
    "index.html": ("docs", "text/html"),
    "docs.css": ("docs", "text/css"),
    "docs.js": ("docs", "text/javascript"),
    "swagger-ui.css": ("swagger-ui", "text/css"),
    "swagger-ui-bundle.js": ("swagger-ui", "text/javascript"),
    "favicon-32x32.png": ("swagger-ui", "image/png"),
    "favicon.ico": ("docs", "image/x-icon"),
}
# Everything comes from this desk. The renderer sets styles on its elements and draws small pictures from data URLs.
_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Redirect(Response):
    """Another path of this desk, under whatever address the client has reached it by.

    WebOb would put an address in front of the path, and take it from the request: behind a server in front that is
    not the one by which clients come, and whoever writes the request may have chosen it.
    """

    def __call__(self, environ: Mapping[str, Any], start_response: Any) -> Iterable[bytes]:  # noqa: ARG002 (WSGI's)
        """Answer with the headers as they are."""
        start_response(self.status, list(self.headerlist))
        return []


def home(_: DeskRequest) -> Response:
    """Where there is no page for people, they are led to the API's document; nobody is to remember it."""
    response = Redirect(status=302, content_type="text/html", location="/docs/")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def icon(_: DeskRequest) -> Response:
    """The desk's icon, which browsers ask for unasked."""
    return _asset("favicon.ico")


def alive(_: DeskRequest) -> Response:
    """The process answers, whatever the store does."""
    return json_response(200, encoded({"status": "ok"}))


def ready(request: DeskRequest) -> Response:
    """The store answers and has the tables that this code needs, and this process's clock agrees with the store's.

    Where more than HTTP runs in this process, all its loops go round. With `writes=1`, something was committed within
    the last second, too: a store that is read-only, full, or waits for a standby that is gone, answers and takes
    nothing.
    """
    services = request.services
    check_ready(services.store, services.late, request.query_string)
    return json_response(200, encoded({"status": "ready"}))


def metrics(request: DeskRequest) -> Response:
    """Requests by operation and status, how long they took, who was refused why, and the rest, for Prometheus."""
    services = request.services
    registries = (request.registry.observation.registry, *services.registries)
    collectors = (ClockOffset(services.clock_offset), WaitingLetters(services.store))
    return Response(body=exposition(registries, collectors), content_type=CONTENT_TYPE_LATEST)


def api_document(request: DeskRequest) -> Response:
    """The description of this API, OpenAPI 3.1, for tools."""
    return json_response(200, encoded(request.registry.api_document()))


def websocket_document(request: DeskRequest) -> Response:
    """The description of the websocket, AsyncAPI 3, for tools."""
    return json_response(200, encoded(request.registry.websocket_document(websocket_url(request))))


def docs(_: DeskRequest) -> Response:
    """A page for people, on which the API can be read and tried out."""
    return _asset("index.html")


def docs_asset(request: DeskRequest) -> Response:
    """A file that the page for people consists of."""
    return _asset(request.matchdict["asset"])


def websocket_elsewhere(request: DeskRequest) -> Response:
    """Whoever asks for the websocket on the HTTP port is told where it is."""
    raise UpgradeNeeded(f"The websocket is at {websocket_url(request)}")


def _asset(name: str) -> Response:
    if name not in _ASSETS:
        raise UnknownPath()
    folder, content_type = _ASSETS[name]
    response = Response(body=_content(folder, name), content_type=content_type)
    if content_type.startswith("text/"):
        response.charset = "utf-8"
    response.headers["Content-Security-Policy"] = _CONTENT_SECURITY_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "max-age=3600"
    return response


@cache
def _content(folder: str, name: str) -> bytes:
    return (_STATIC / folder / name).read_bytes()
