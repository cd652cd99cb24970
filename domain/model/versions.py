"""Which versions of an offer or an ad a move is meant for."""

from __future__ import annotations

Expected = int | frozenset[int] | None
"""One version, any of several, or any whatever."""


def is_expected(version: int, expected: Expected) -> bool:
    """Whether the version is one that a move is meant for."""
    if expected is None:
        return True
    return version in expected if isinstance(expected, frozenset) else version == expected
