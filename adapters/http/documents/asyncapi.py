"""The websocket's document, AsyncAPI 3.0: what a client may expect on it. It needs no running desk.

Its messages are those of the domain's notices. It is served beside the HTTP document because that is where a
developer looks; what the socket itself does is in the websocket's own adapter, and a test holds the two together.
"""

from __future__ import annotations

from typing import Any

from domain.model.notices import NoticeKind

from ..version import version

_DESCRIPTION = """\
Server to client only: each message is one JSON text frame. Every notice is kept; with `since` a socket first replays
the trader's notices after that number, then goes on live, in order and without a gap, and every frame carries
`notice`. Numbers are per trader, from 1, without gaps.

A missing, bad or expired token is refused in the handshake with 401, a suspended trader with 403, a malformed `since`
with 400. A socket is closed with 4401 when its login ends, with 4403 when its trader is suspended, with 4408 when it
reads too slowly or its trader opens too many, and with 1008 when the client sends anything.
"""
_TEXT: dict[str, Any] = {"type": "string"}
_ID: dict[str, Any] = {"type": "integer", "minimum": 1}
_EXACT_NUMBER: dict[str, Any] = {
    "type": "number",
    "description": "A number that prints the exact decimal, with at least one decimal place.",
}
_ON_AN_OFFER = {"offer_id": _ID}
_ON_AN_AD = {"ad_id": _ID, "offer_id": _ID}

_MESSAGES: dict[NoticeKind, tuple[str, dict[str, Any]]] = {
    NoticeKind.AD_INTEREST: ("To the maker: somebody made an offer on their ad", _ON_AN_AD),
    NoticeKind.AUTO_REPLY: ("To the taker: the ad's text, if it has one", _ON_AN_AD),
    NoticeKind.PAYMENT_INDICATION: ("To the seller: the buyer says that the money was sent", _ON_AN_OFFER),
    NoticeKind.OFFER_CANCEL: ("To the maker: the taker has cancelled", _ON_AN_OFFER),
    NoticeKind.FUNDS_RELEASED: (
        "To the buyer: the crypto is theirs",
        {"amount": _EXACT_NUMBER, "crypto_currency": _TEXT},
    ),
    NoticeKind.OFFER_EXPIRED: ("To both: the time to pay has passed", _ON_AN_OFFER),
    NoticeKind.OFFER_DISPUTED: ("To both: a dispute was opened", _ON_AN_OFFER),
    NoticeKind.DISPUTE_RESOLVED: ("To both: the dispute was resolved", _ON_AN_OFFER),
}


def payload_schema(kind: NoticeKind) -> dict[str, Any]:
    """The JSON schema of a frame of this kind: exactly these keys, and ``notice`` on a socket opened with since."""
    _, more = _MESSAGES[kind]
    required = {"message": _TEXT, "type": {"const": kind.value}, **more}
    numbered = {"type": "integer", "minimum": 1, "description": "Only on a socket that was opened with `since`."}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": {**required, "notice": numbered},
    }


def document(websocket_url: str = "ws://127.0.0.1:8081/ws/p2p/") -> dict[str, Any]:
    """The document for a desk whose websocket is at this address."""
    scheme, _, rest = websocket_url.partition("://")
    host, slash, path = rest.partition("/")
    messages = {kind.value: _message(kind) for kind in NoticeKind}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "P2P desk: websocket", "version": version(), "description": _DESCRIPTION},
        "defaultContentType": "application/json",
        "servers": {
            "desk": {
                "host": host,
                "protocol": scheme,
                "security": [{"$ref": "#/components/securitySchemes/bearer"}],
            }
        },
        "channels": {
            "notices": {
                "address": slash + path,
                "description": "What one trader is told.",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
                "bindings": {"ws": {"method": "GET", "query": _query(), "bindingVersion": "0.1.0"}},
            }
        },
        "operations": {
            "tell": {
                "action": "send",
                "channel": {"$ref": "#/channels/notices"},
                "messages": [{"$ref": f"#/channels/notices/messages/{name}"} for name in messages],
            }
        },
        "components": {
            "messages": messages,
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An access token; or `token` in the query: an access token or a single-use ticket.",
                }
            },
        },
    }


def _message(kind: NoticeKind) -> dict[str, Any]:
    summary, _ = _MESSAGES[kind]
    return {"name": kind.value, "summary": summary, "payload": payload_schema(kind)}


def _query() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "token": {"type": "string", "description": "An access token, or a ticket of `POST /auth/ticket/`."},
            "since": {"type": "string", "pattern": "^[0-9]{1,18}$", "description": "Replay what came after it."},
        },
    }
