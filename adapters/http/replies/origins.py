"""Which pages of other origins may read an answer, and how it says so, by the Fetch standard's rules (CORS).

Without an origin that is named in the settings nothing of this is said, and browsers keep such pages away. A page
has a token from its user only: no cookie counts for it.
"""

from __future__ import annotations

from collections.abc import Iterable

ANY = "*"
EXPOSED = (
    "Location", "ETag", "Retry-After", "X-Request-Id", "Idempotent-Replayed", "Error-Code", "Error-Fields",
    "RateLimit", "RateLimit-Policy",
)  # fmt: skip
"""What a page may read beside what it may always."""


class Origins:
    """The origins whose pages may call, spelled as browsers do; ``*`` is any."""

    def __init__(self, origins: Iterable[str] = ()) -> None:
        self._origins = frozenset(origins)

    def is_allowed(self, origin: str | None) -> bool:
        """Whether pages of the origin that a request names may call; a request that names none is of no page."""
        return origin is not None and (ANY in self._origins or origin in self._origins)

    def headers(self, origin: str | None) -> list[tuple[str, str]]:
        """What lets the page that asked read an answer, and keeps who is on the way from giving it to another page."""
        if not self._origins:
            return []
        varies = [("Vary", "Origin")]
        if origin is None or not self.is_allowed(origin):
            return varies
        allowed = ANY if ANY in self._origins else origin
        return [
            *varies,
            ("Access-Control-Allow-Origin", allowed),
            ("Access-Control-Expose-Headers", ", ".join(EXPOSED)),
        ]
