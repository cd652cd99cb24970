"""The domain's frozen values as JSON and back, by the types that their fields are declared with."""

import json
import types
import typing
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

Value = TypeVar("Value")


def to_text(value: object) -> str:
    """A frozen value of the domain as JSON; amounts are texts, so that none of their digits is lost."""
    return json.dumps(_plain(value))


def from_text(kind: type[Value], text: str) -> Value:
    """The value that ``to_text`` wrote. A field that a newer version added gets its default."""
    value: Value = _made(kind, json.loads(text))
    return value


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, Decimal | UUID) else value


def _made(kind: Any, plain: Any) -> Any:
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        if plain is None:
            return None
        (kind,) = (option for option in typing.get_args(kind) if option is not types.NoneType)
    if typing.get_origin(kind) is tuple:
        part_of, _ = typing.get_args(kind)
        return tuple(_made(part_of, part) for part in plain)
    if is_dataclass(kind):
        return _made_of_parts(kind, plain)
    if kind in (date, datetime):
        return kind.fromisoformat(plain)
    return kind(plain)


def _made_of_parts(kind: Any, parts: dict[str, Any]) -> Any:
    hints = _hints(kind)
    return kind(**{name: _made(hints[name], part) for name, part in parts.items()})


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)
