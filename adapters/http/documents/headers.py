"""Every header that an answer can have, and what it means to a client. The API document takes them from here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def _text(description: str, example: str, **more: Any) -> Mapping[str, Any]:
    return {"description": description, "schema": {"type": "string", "examples": [example], **more}}


ON_EVERY_ANSWER = ("X-Request-Id", "Cache-Control", "X-Content-Type-Options")
ERROR_CODE = "Error-Code"
ERROR_FIELDS = "Error-Fields"
REPLAYED = "Idempotent-Replayed"
SET_COOKIE = "Set-Cookie"

HEADERS: Mapping[str, Mapping[str, Any]] = {
    "X-Request-Id": _text("The name of the request in the desk's log.", "0b6f3f0e-52ab-4a58-b9d7-1f0f6f0a4f10"),
    ERROR_CODE: _text("Why not, in a word that stays.", "insufficient_balance", pattern="^[a-z][a-z0-9_]*$"),
    ERROR_FIELDS: _text("The fields that the message is about, in its order.", "currency_amount, bank_name"),
    "Cache-Control": _text("Whether and how long the answer may be kept.", "no-store"),
    "X-Content-Type-Options": _text("The answer is of its type and no other.", "nosniff"),
    "Location": _text(
        "Where to go on: to the new ad, or to the page.", "https://desk.example/p2p/ad/detail/1", format="uri-reference"
    ),
    "ETag": _text("The version of the offer, for `If-Match`.", '"1"'),
    REPLAYED: _text("The answer to the first request with this key, given once more.", "true", enum=["true"]),
    "Retry-After": {
        "description": "How many seconds to wait before the request is sent again.",
        "schema": {"type": "integer", "minimum": 0, "examples": [2]},
    },
    "Allow": _text("The methods that the path takes.", "GET, HEAD, POST"),
    "WWW-Authenticate": _text("How to prove who one is.", "Bearer"),
    "Vary": _text("Which headers of the request the form of the answer depends on.", "Accept"),
    SET_COOKIE: _text(
        "The refresh token as a cookie, where it was asked for; or its end.",
        "p2p_refresh=…; HttpOnly; Max-Age=1209600; Path=/auth/; SameSite=Strict; Secure",
    ),
    "Content-Disposition": _text("By which name the file is kept.", 'attachment; filename="wallet-history.csv"'),
    "Content-Security-Policy": _text("What the page may load: what the desk serves, only.", "default-src 'none'"),
}
