"""What a Content-Type says of a body."""

from __future__ import annotations

from email.message import Message
from functools import lru_cache

_UTF_8 = frozenset({"utf-8", "utf8", "csutf8"})
"""The names of UTF-8, in lower case. Source: IANA's character sets; and ``utf8``, which many clients send."""
LENGTH_LIMIT = 1024
"""Characters. The parser takes time by the square of them, and no honest type comes near it."""
_NOT_IN_A_TYPE = frozenset(" \t,")


# Clients send one of a few spellings, so that each is parsed once; what others make up pushes out one another.
@lru_cache(maxsize=64)
def is_json(content_type: str) -> bool:
    """Whether a body of this type is JSON in UTF-8: ``application/json`` or ``…+json``, with any parameters.

    A parameter changes nothing, unless it names a character set that is not UTF-8 (RFC 8259 has no other, and no
    parameters at all); an empty one names none. Several headers arrive joined by a comma, and are no type.
    """
    if len(content_type) > LENGTH_LIMIT:
        return False
    header = Message()
    header["Content-Type"] = content_type
    kind = header.get_content_type()
    if not (kind == "application/json" or kind.endswith("+json")) or _NOT_IN_A_TYPE & set(kind):
        return False
    return all(_charset(value) in _UTF_8 | {""} for name, value in header.get_params([]) if name == "charset")


def _charset(value: str | tuple[str | None, str | None, str]) -> str:
    """The name, whether it is spelled plainly or in the extended form of RFC 8187, which is a triple."""
    name = value if isinstance(value, str) else value[-1]
    # A quoted value may have any character behind a backslash, and no name of a character set has one.
    return name.replace("\\", "").strip().lower()


def label_of(content_type: str) -> str:
    """The type in a ``Content-Type``, without its parameters and in lower case."""
    return content_type[:LENGTH_LIMIT].partition(";")[0].strip().lower()
