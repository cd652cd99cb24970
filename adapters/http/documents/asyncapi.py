"""The websocket's document, AsyncAPI 3.0: what a client may expect on it. It needs no running desk.

Its messages are those of the domain's notices. It is served beside the HTTP document because that is where a
developer looks; what the socket itself does is in the websocket's own adapter, and a test holds the two together.
"""

from __future__ import annotations

from typing import Any

from domain.model.notices import NoticeKind

from ..version import version
from .about import CONTACT, LICENSE_NAME

_DESCRIPTION = """\
Server to client only: each message is one JSON text frame. Every notice is kept; with `since` a socket first replays
the trader's notices after that number, then goes on live, in order and without a gap, and every frame carries
`notice`. Numbers are per trader, from 1, without gaps.

A missing, bad or expired token is refused in the handshake with 401, a suspended trader with 403, a malformed `since`
with 400. A socket is closed with 4401 when its login ends, with 4403 when its trader is suspended, with 4408 when it
reads too slowly or its trader opens too many, and with 1008 when the client sends anything.
"""
_ID: dict[str, Any] = {"type": "integer", "format": "int64", "minimum": 1, "examples": [1]}
_ON_AN_OFFER = {"offer_id": {**_ID, "description": "The offer that it is about."}}
_ON_AN_AD = {"ad_id": {**_ID, "description": "The ad that it is about."}, **_ON_AN_OFFER}
_ON_FUNDS: dict[str, Any] = {
    "amount": {
        "type": "number",
        "description": "How much came: a number that prints the exact decimal, with at least one decimal place.",
        "examples": [10.0],
    },
    "crypto_currency": {
        "type": "string",
        "description": "The code of the crypto currency that came.",
        "examples": ["trx"],
    },
}

_MESSAGES: dict[NoticeKind, tuple[str, dict[str, Any]]] = {
    NoticeKind.AD_INTEREST: ("To the maker: somebody made an offer on their ad", _ON_AN_AD),
    NoticeKind.AUTO_REPLY: ("To the taker: the ad's text, if it has one", _ON_AN_AD),
    NoticeKind.PAYMENT_INDICATION: ("To the seller: the buyer says that the money was sent", _ON_AN_OFFER),
    NoticeKind.OFFER_CANCEL: ("To the maker: the taker has cancelled", _ON_AN_OFFER),
    NoticeKind.FUNDS_RELEASED: ("To the buyer: the crypto is theirs", _ON_FUNDS),
    NoticeKind.OFFER_EXPIRED: ("To both: the time to pay has passed", _ON_AN_OFFER),
    NoticeKind.OFFER_DISPUTED: ("To both: a dispute was opened", _ON_AN_OFFER),
    NoticeKind.DISPUTE_RESOLVED: ("To both: the dispute was resolved", _ON_AN_OFFER),
}

# What the frames of the examples say; a test plays them.
_SENTENCES: dict[NoticeKind, str] = {
    NoticeKind.AD_INTEREST: "You have an interested buyer on your p2p ad",
    NoticeKind.AUTO_REPLY: "Hello, please pay within the window.",
    NoticeKind.PAYMENT_INDICATION: "Amara has claimed to have made payment regarding your P2P advertisement.",
    NoticeKind.OFFER_CANCEL: "Amara has cancelled their offer regarding your P2P advertisement.",
    NoticeKind.FUNDS_RELEASED: "Funds have been released",
    NoticeKind.OFFER_EXPIRED: "The time to pay for this offer has passed, and the offer has expired.",
    NoticeKind.OFFER_DISPUTED: "Amara has opened a dispute on this offer.",
    NoticeKind.DISPUTE_RESOLVED: "The dispute on this offer has been resolved in favour of the buyer.",
}


def payload_schema(kind: NoticeKind) -> dict[str, Any]:
    """The JSON schema of a frame of this kind: exactly these keys, and ``notice`` on a socket opened with since."""
    summary, more = _MESSAGES[kind]
    sentence = {"type": "string", "description": "A sentence for the trader.", "examples": [_SENTENCES[kind]]}
    named = {"type": "string", "const": kind.value, "description": "What happened."}
    required = {"message": sentence, "type": named, **more}
    numbered = {**_ID, "description": "The notice's number; only on a socket that was opened with `since`."}
    return {
        "type": "object",
        "description": f"{summary}.",
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
        "info": _info(),
        "defaultContentType": "application/json",
        "servers": {
            "desk": {
                "host": host,
                "protocol": scheme,
                "description": "The desk that serves this document.",
                "security": [{"$ref": "#/components/securitySchemes/bearer"}],
            }
        },
        "channels": {
            "notices": {
                "address": (slash + path).rstrip("/"),
                "title": "Notices",
                "description": "What one trader is told.",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
                "bindings": {"ws": {"method": "GET", "query": _query(), "bindingVersion": "0.1.0"}},
            }
        },
        "operations": {"tell": _telling(list(messages))},
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


def _info() -> dict[str, Any]:
    return {
        "title": "P2P desk: websocket",
        "version": version(),
        "description": _DESCRIPTION,
        "contact": dict(CONTACT),
        "license": {"name": LICENSE_NAME},
        "tags": [{"name": "notices", "description": "What traders are told, as it happens."}],
    }


def _telling(names: list[str]) -> dict[str, Any]:
    """The one operation: the desk sends any of these messages."""
    return {
        "action": "send",
        "title": "Tell",
        "summary": "The desk tells a trader what has happened",
        "description": "Each notice is sent once it is certain: after the change that it tells of was kept.",
        "channel": {"$ref": "#/channels/notices"},
        "messages": [{"$ref": f"#/channels/notices/messages/{name}"} for name in names],
    }


def _message(kind: NoticeKind) -> dict[str, Any]:
    summary, _ = _MESSAGES[kind]
    payload = payload_schema(kind)
    example = {name: _example(payload["properties"][name]) for name in payload["required"]}
    return {
        "name": kind.value,
        "title": kind.value.replace("_", " ").capitalize(),
        "summary": summary,
        "description": f"{summary}.",
        "contentType": "application/json",
        "payload": payload,
        "examples": [{"name": kind.value, "summary": "A frame of this kind", "payload": example}],
    }


def _example(schema: dict[str, Any]) -> Any:
    return schema["const"] if "const" in schema else schema["examples"][0]


def _query() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "What the handshake's query says.",
        "properties": {
            "token": {"type": "string", "description": "An access token, or a ticket of `POST /auth/ticket/`."},
            "since": {"type": "string", "pattern": "^[0-9]{1,18}$", "description": "Replay what came after it."},
        },
    }
