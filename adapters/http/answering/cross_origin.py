"""Pages of other origins that may call the desk: what they are answered when they ask whether they may, and the mark
on each answer that lets them read it. Which they are is in ``Origins``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyramid.response import Response

from ..replies.origins import Origins
from ..requests.request import OPERATION

METHODS = ("GET", "POST", "DELETE")
HEADERS = ("Authorization", "Content-Type", "Idempotency-Key", "If-Match")
"""What a page may send beside what it may always. Each is named: the standard's ``*`` leaves out Authorization."""
PREFLIGHT_SECONDS = 600
"""How long a browser need not ask again."""
PREFLIGHT = "preflight"


class CrossOrigin:
    """Answers and marks for one application."""

    def __init__(self, origins: Origins) -> None:
        self._origins = origins

    def preflight(self, environ: dict[str, Any]) -> Response | None:
        """The answer to a browser that asks for one of these pages whether it may; None for any other request."""
        is_asked = environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
        if not is_asked or not self._origins.is_allowed(environ.get("HTTP_ORIGIN")):
            return None
        environ[OPERATION] = PREFLIGHT
        response = Response(status=204)
        response.headers["Access-Control-Allow-Methods"] = ", ".join(METHODS)
        response.headers["Access-Control-Allow-Headers"] = ", ".join(HEADERS)
        response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
        return response

    def mark(self, environ: Mapping[str, Any], response: Response) -> None:
        """Let the page that asked read the answer; and let nobody on the way give it to another page."""
        response.headers.extend(self._origins.headers(environ.get("HTTP_ORIGIN")))
