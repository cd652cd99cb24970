"""The page in the browser: two routes, one for the shell of every page and one for the files that it consists of.

What these are is the business of whoever keeps them; here they are only handed out. A desk that has no page leads
people to the API's document instead.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from pyramid.response import Response

from .answering.addresses import websocket_url
from .answering.failures import answer_failure
from .collaborators import PageFile, Pages
from .replies.rejections import UnknownPath
from .requests.request import OPERATION, DeskRequest
from .routes import Route, View
from .views.service import home

_ASSET = "/app/{digest:[0-9a-f]{16}}/{name:[a-z0-9_./-]{1,100}}"
FOR_GOOD = "public, max-age=31536000, immutable"
"""An address with the digest of its contents never means anything else."""
_JSON, _HTML = "application/json", "text/html"
_POLICY = (
    "default-src 'self'; connect-src 'self' {websocket}; img-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


def page_routes(pages: Pages | None) -> list[Route]:
    """The routes; ``pages`` is None where there is no page."""
    if pages is None:
        return [_route("/", "home", home)]
    return [*(_route(path, "page", _shell(pages)) for path in pages.paths), _route(_ASSET, "page_asset", _asset(pages))]


def nowhere(pages: Pages | None) -> Callable[[Exception, DeskRequest], Response]:
    """What is answered at a path of no route: a page that says so to whoever would rather see one, as browsers do."""
    shell = None if pages is None else _shell(pages)

    def answer(error: Exception, request: DeskRequest) -> Response:
        taken = request.accept.acceptable_offers([_JSON, _HTML])
        is_seen = request.method in ("GET", "HEAD") and taken and taken[0][0] == _HTML
        if shell is None or not is_seen:
            return answer_failure(error, request)
        request.environ[OPERATION] = "page"
        response = shell(request)
        response.status = 404
        return response

    return answer


def content_security_policy(request: DeskRequest) -> str:
    """What a page may load and ask: this desk and its websocket. Source: docs/contract/browser.md, "Safety"."""
    websocket = urlsplit(websocket_url(request))
    return _POLICY.format(websocket=f"{websocket.scheme}://{websocket.netloc}")


def _route(path: str, operation: str, view: View) -> Route:
    def handle(request: DeskRequest) -> Response:
        request.environ[OPERATION] = operation
        return view(request)

    # Pages are found with and without their last slash, as all that the desk answers.
    return Route(f"page {path}", path if path in ("/", _ASSET) else path + "{slash:/?}", {"GET": handle})


def _shell(pages: Pages) -> View:
    def view(request: DeskRequest) -> Response:
        response = _answer(request, pages.shell)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Security-Policy"] = content_security_policy(request)
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return view


def _asset(pages: Pages) -> View:
    def view(request: DeskRequest) -> Response:
        asset = pages.asset(request.matchdict["name"])
        # Files of another version are none of ours: a page that mixes two would break in stranger ways.
        if asset is None or request.matchdict["digest"] != pages.digest:
            raise UnknownPath()
        response = _answer(request, asset)
        response.headers["Cache-Control"] = FOR_GOOD
        return response

    return view


def _answer(request: DeskRequest, file: PageFile) -> Response:
    response = Response(content_type=file.content_type, charset="utf-8")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Vary"] = "Accept-Encoding"
    # Who does not say what they take, such as a program, is given what needs no unpacking.
    if "HTTP_ACCEPT_ENCODING" in request.environ and request.accept_encoding.acceptable_offers(["gzip"]):
        response.headers["Content-Encoding"] = "gzip"
        response.body = file.zipped
    else:
        response.body = file.body
    return response
