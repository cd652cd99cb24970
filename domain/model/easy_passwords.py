"""Passwords that are tried first. Source: docs/contract/accounts.md, "Names and passwords"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

OWN_PART_LEAST = 3
"""Letters that a part of a name or an address has at least, to be looked for in a password."""
LEFT_LEAST = 8
"""Letters and digits that are left of a password at least, once what is known of its owner is taken out of it."""

IsCommon = Callable[[str], bool]

_ROWS = (
    "1234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
)  # fmt: skip
_BETWEEN = re.compile(r"[\W_]+")
_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def is_easy(password: str, own: Iterable[str], is_common: IsCommon) -> bool:
    """Whether a password is a common one, one part over and over, a row of keys, or made of what is ``own``."""
    text = password.casefold()
    plain = _BETWEEN.sub("", text)
    commonly = text, plain, _AROUND.sub("", text)
    return (
        _is_repeated(text)
        or _is_repeated(plain)
        or _is_a_row(plain)
        or any(map(is_common, commonly))
        or _is_own(plain, own)
    )


def _is_repeated(text: str) -> bool:
    return any(text[size:] == text[:-size] for size in range(1, len(text) // 2 + 1))


def _is_a_row(plain: str) -> bool:
    rows = (way * (len(plain) // len(row) + 2) for row in _ROWS for way in (row, row[::-1]))
    return bool(plain) and any(plain in row for row in rows)


def _is_own(plain: str, own: Iterable[str]) -> bool:
    parts = {part for text in own for part in _BETWEEN.split(text.casefold()) if len(part) >= OWN_PART_LEAST}
    left = plain
    for part in sorted(parts, key=len, reverse=True):
        left = left.replace(part, "")
    return left != plain and len(left) < LEFT_LEAST
