"""Pages of other origins that may call the desk, by the Fetch standard's rules (CORS).

Without an origin that is named in the settings nothing of this is said, and browsers keep such pages away. A page
has a token from its user only: no cookie counts for it. What the server refuses before it is a request at all (a
header too long, a body without an end) is told without these headers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pyramid.response import Response

from ..requests.request import OPERATION

ANY = "*"
METHODS = ("GET", "POST", "DELETE")
HEADERS = ("Authorization", "Content-Type", "Idempotency-Key", "If-Match")
"""What a page may send beside what it may always. Each is named: the standard's ``*`` leaves out Authorization."""
EXPOSED = (
    "Location", "ETag", "Retry-After", "X-Request-Id", "Idempotent-Replayed", "Error-Code", "Error-Fields",
    "RateLimit", "RateLimit-Policy",
)  # fmt: skip
"""What a page may read beside what it may always."""
PREFLIGHT_SECONDS = 600
"""How long a browser need not ask again."""
PREFLIGHT = "preflight"


class CrossOrigin:
    """Answers and marks for one application. ``origins`` are spelled as browsers do; ``*`` is any."""

    def __init__(self, origins: Iterable[str]) -> None:
        self._origins = frozenset(origins)

    def preflight(self, environ: dict[str, Any]) -> Response | None:
        """The answer to a browser that asks for one of these pages whether it may; None for any other request."""
        is_asked = environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
        if not is_asked or not self._is_allowed(environ):
            return None
        environ[OPERATION] = PREFLIGHT
        response = Response(status=204)
        response.headers["Access-Control-Allow-Methods"] = ", ".join(METHODS)
        response.headers["Access-Control-Allow-Headers"] = ", ".join(HEADERS)
        response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
        return response

    def mark(self, environ: Mapping[str, Any], response: Response) -> None:
        """Let the page that asked read the answer; and let nobody on the way give it to another page."""
        if not self._origins:
            return
        response.headers.add("Vary", "Origin")
        if self._is_allowed(environ):
            origin = ANY if ANY in self._origins else environ["HTTP_ORIGIN"]
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = ", ".join(EXPOSED)

    def _is_allowed(self, environ: Mapping[str, Any]) -> bool:
        origin = environ.get("HTTP_ORIGIN")
        return origin is not None and (ANY in self._origins or origin in self._origins)
