"""Values with all that is in them, for tests that look whether something is nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any


def spelled(value: Any) -> str:
    """All that is in a value, also what a dataclass does not print."""
    if is_dataclass(value):
        return " ".join(spelled(getattr(value, each.name)) for each in fields(value))
    if isinstance(value, Mapping):
        return " ".join(f"{name} {spelled(each)}" for name, each in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return " ".join(map(spelled, value))
    return repr(value)
