"""Reading a body: strict JSON within bounds, and not one number made before its spelling has been checked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.ports.files import CONTENT_TYPES

from ..replies.rejections import BodyTooLarge, FileTooLarge, NotAFile, NotAnObject, NotJson, NotJsonType, Rejection
from .media import is_json, label_of

BODY_BYTES_LIMIT = 64 * 1024
FILE_BYTES_LIMIT = 5 * 1024 * 1024
"""Bytes of a file, where the settings say nothing else."""
FILE_PATHS = "/p2p/offer/attachment/"
"""What the paths begin with whose bodies are files."""
DEPTH_LIMIT = 32

# Strings are matched whole, so that a bracket inside one does not count. The last quote may be missing: a text that
# breaks off is then read once to its end, and not again from each of its quotes.
_STRUCTURE = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)


class NumberLiteral(str):
    """A number as it was spelled. No float arises from it, and no digits are counted before a field asks for it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Body:
    """A body as it came: its values, or what is wrong with it, which is told when its turn comes."""

    values: Mapping[str, Any] = field(default_factory=dict)
    raw: bytes = b""
    rejection: Rejection | None = None
    is_file: bool = False

    def checked(self) -> Mapping[str, Any]:
        """The values. Raises the ``Rejection`` that the body earned."""
        if self.rejection is not None:
            raise self.rejection
        return self.values

    def canonical(self) -> bytes:
        """One spelling for all that mean the same: keys sorted, no blanks; numbers stay as they were written.

        A body that cannot be read, or is a file, is its own bytes, behind a byte that no JSON begins with.
        """
        if self.rejection is not None:
            return b"\x00" + self.raw
        if self.is_file:
            return b"\x01" + self.raw
        return _canonical(self.values).encode()


def read_body(raw: bytes, *, is_too_large: bool, content_type: str, content_encoding: str) -> Body:
    """Read a request's body. An empty one is an object without members, whatever its headers say."""
    if is_too_large:
        return Body(raw=raw, rejection=BodyTooLarge())
    if not raw:
        return Body()
    if content_encoding or not is_json(content_type):
        return Body(raw=raw, rejection=NotJsonType())
    try:
        return Body(values=parse_object(raw), raw=raw)
    except Rejection as rejection:
        return Body(raw=raw, rejection=rejection)


def read_file(raw: bytes, *, is_too_large: bool, limit: int, content_type: str, content_encoding: str) -> Body:
    """Read a body that is a file. What it is is told from its bytes later; a label of another kind is refused."""
    if is_too_large:
        return Body(raw=raw, rejection=FileTooLarge(limit))
    if content_encoding or label_of(content_type) not in CONTENT_TYPES:
        return Body(raw=raw, rejection=NotAFile())
    return Body(raw=raw, is_file=True)


def parse_object(raw: bytes) -> dict[str, Any]:
    """The members of a JSON object, numbers as ``NumberLiteral``.

    Raises ``NotJson`` for other encodings than UTF-8, a byte order mark, repeated names, NaN and Infinity, and for
    more than 32 levels; ``NotAnObject`` for any other JSON value.
    """
    try:
        text = raw.decode("utf-8")
        if _depth(text) > DEPTH_LIMIT:
            raise NotJson()
        value = json.loads(
            text,
            parse_float=NumberLiteral,
            parse_int=NumberLiteral,
            parse_constant=_refuse_constant,
            object_pairs_hook=_without_repeats,
        )
    except ValueError:
        raise NotJson() from None
    if not isinstance(value, dict):
        raise NotAnObject()
    return value


def _depth(text: str) -> int:
    """How deep the brackets of a text go, so that the parser never recurses further than it may."""
    depth = deepest = 0
    for token in _STRUCTURE.finditer(text):
        mark = token.group()
        if mark in ("[", "{"):
            depth += 1
            deepest = max(deepest, depth)
        elif mark in ("]", "}"):
            depth -= 1
    return deepest


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name is repeated")
    return members


def _canonical(value: Any) -> str:
    """The value in one spelling. Its depth is bounded by what ``parse_object`` lets through."""
    if isinstance(value, NumberLiteral):
        return str(value)
    if isinstance(value, Mapping):
        members = (f"{json.dumps(name)}:{_canonical(value[name])}" for name in sorted(value))
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_canonical(item) for item in value) + "]"
    return json.dumps(value)
