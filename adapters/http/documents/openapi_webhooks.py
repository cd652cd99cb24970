"""What the desk sends to webhooks, as the API document has it: a request for each kind of notice, and the test."""

from __future__ import annotations

import json
from typing import Any

from domain.model.frames import frame_text
from domain.model.notices import NOTICE_KINDS, NoticeKind, sample_frame
from domain.model.webhooks import TEST_TYPE, frame_of_test

from ..schemas.described import MADE_AT
from .asyncapi import payload_schema

_TEXT = {"type": "string"}
_HEADERS = {
    "webhook-id": ("The same for all tries of one notice.", "notice_5d8f1f0e9a414a39a9a52f0b1f6c7e11_7"),
    "webhook-timestamp": ("When it was sent, in seconds since 1970; each try has its own.", "1772452800"),
    "webhook-signature": (
        "`v1,` and the HMAC-SHA256 of id, timestamp and body, with points between them, in Base64.",
        "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    ),
}
_ANSWERS = {
    "2XX": {"description": "It was taken. The body is not read."},
    "default": {"description": "It was not taken, and comes again, unless it is a test."},
}


def webhooks() -> dict[str, Any]:
    """The part ``webhooks`` of the document."""
    sent = {kind.value: _request(kind.value, _when(kind), _payload(kind), _data(kind)) for kind in NoticeKind}
    test = {"type": "object", "description": "What a test says.", "required": ["type", "message"], "properties": {
        "type": {"const": TEST_TYPE, "type": "string", "description": "That it is one."},
        "message": {**_TEXT, "description": "A sentence.", "examples": [frame_of_test()["message"]]},
    }}  # fmt: skip
    return {**sent, TEST_TYPE: _request(TEST_TYPE, "The owner asked for a test", test, frame_of_test())}


def _when(kind: NoticeKind) -> str:
    row = NOTICE_KINDS[kind]
    return f"To {row.addressee}: {row.when}"


def _payload(kind: NoticeKind) -> dict[str, Any]:
    """The frame, which is always numbered here."""
    schema = payload_schema(kind)
    numbered = {**schema["properties"]["notice"], "description": "The notice's number."}
    properties = {**schema["properties"], "notice": numbered}
    return {**schema, "required": list(properties), "properties": properties}


def _data(kind: NoticeKind) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(frame_text(sample_frame(kind), 1))
    return data


def _request(name: str, summary: str, data: dict[str, Any], example: dict[str, Any]) -> dict[str, Any]:
    properties = {
        "type": {**_TEXT, "const": name, "description": "What it is about."},
        "timestamp": {**_TEXT, "format": "date-time", "description": "When it was told.", "examples": [MADE_AT]},
        "data": data,
    }
    schema = {
        "type": "object",
        "description": f"{summary}.",
        "required": list(properties),
        "properties": properties,
    }
    body = {"schema": schema, "example": {"type": name, "timestamp": MADE_AT, "data": example}}
    operation = {
        "operationId": f"webhook_{name}",
        "summary": summary,
        "description": "Sent to the webhooks of whoever is told, as the Standard Webhooks specification has it.",
        "tags": ["webhooks"],
        "parameters": [
            {
                "in": "header",
                "name": header,
                "required": True,
                "description": description,
                "schema": {**_TEXT, "examples": [sample]},
            }
            for header, (description, sample) in _HEADERS.items()
        ],
        "requestBody": {"required": True, "description": f"{summary}.", "content": {"application/json": body}},
        "responses": _ANSWERS,
        "security": [],
    }
    return {"post": operation}
