"""The websocket's document, AsyncAPI 3.0: what a client may expect on it. It needs no running desk.

Its messages are those of the domain's notices. It is served beside the HTTP document because that is where a
developer looks; what the socket itself does is in the websocket's own adapter, and a test holds the two together.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from domain.model.frames import FrameValue, frame_text
from domain.model.notices import FRAME_KEYS, NOTICE_KINDS, NoticeKind, sample_frame

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
_ID: dict[str, Any] = {"type": "integer", "format": "int64", "minimum": 1}
_SCHEMAS: dict[type[FrameValue], dict[str, Any]] = {int: _ID, str: {"type": "string"}, Decimal: {"type": "number"}}
"""What a value of a frame is, by its Python type. The only whole numbers in frames are ids."""


def payload_schema(kind: NoticeKind) -> dict[str, Any]:
    """The JSON schema of a frame of this kind: exactly these keys, and ``notice`` on a socket opened with since."""
    row, sample = NOTICE_KINDS[kind], _sample(kind)
    required = {
        "message": {"type": "string", "description": "A sentence for the trader.", "examples": [sample["message"]]},
        "type": {"type": "string", "const": kind.value, "description": "What happened."},
    }
    for key in row.frame:
        known = FRAME_KEYS[key]
        required[key] = {**_SCHEMAS[known.type], "description": known.description, "examples": [sample[key]]}
    numbered = {
        **_ID,
        "description": "The notice's number; only on a socket that was opened with `since`.",
        "examples": [1],
    }
    return {
        "type": "object",
        "description": f"{_summary(kind)}.",
        "additionalProperties": False,
        "required": list(required),
        "properties": {**required, "notice": numbered},
    }


def _summary(kind: NoticeKind) -> str:
    row = NOTICE_KINDS[kind]
    return f"To {row.addressee}: {row.when}"


def _sample(kind: NoticeKind) -> dict[str, Any]:
    """A frame of this kind as a client reads it."""
    sample: dict[str, Any] = json.loads(frame_text(sample_frame(kind)))
    return sample


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
    return {
        "name": kind.value,
        "title": kind.value.replace("_", " ").capitalize(),
        "summary": _summary(kind),
        "description": f"{_summary(kind)}.",
        "contentType": "application/json",
        "payload": payload_schema(kind),
        "examples": [{"name": kind.value, "summary": "A frame of this kind", "payload": _sample(kind)}],
    }


def _query() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "What the handshake's query says.",
        "properties": {
            "token": {"type": "string", "description": "An access token, or a ticket of `POST /auth/ticket/`."},
            "since": {"type": "string", "pattern": "^[0-9]{1,18}$", "description": "Replay what came after it."},
        },
    }
