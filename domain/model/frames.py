"""Frames: the messages of the websocket, as JSON and back. Source: docs/contract/notices.md, "The websocket"."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal

from .money import amount_text

FrameValue = str | int | Decimal


def frame_text(frame: Mapping[str, FrameValue], number: int | None = None) -> str:
    """A frame as JSON. Decimals are numbers that print exactly, with at least one decimal and no exponent.

    ``number`` adds the key ``notice``, as a client that asked for a replay is promised.
    """
    values = dict(frame) if number is None else {**frame, "notice": number}
    # The standard encoder turns a Decimal away, and a float would lose digits of it.
    parts = (
        f"{json.dumps(key)}: {_number(value) if isinstance(value, Decimal) else json.dumps(value)}"
        for key, value in values.items()
    )
    return "{" + ", ".join(parts) + "}"


def _number(value: Decimal) -> str:
    return amount_text(value, 1)


def parse_frame(text: str) -> dict[str, FrameValue]:
    """Read back what ``frame_text`` wrote, decimals exactly."""
    frame: dict[str, FrameValue] = json.loads(text, parse_float=Decimal)
    return frame
