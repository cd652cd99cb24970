"""What schemas say of an answer, put together once into what writes it.

Marshmallow looks every value up by its name, asks each field how it is shown, and makes a dictionary, which is then
made JSON: for a page of fifty ads that took ten times what all else of the request did. Here each schema becomes a
text with gaps and a list of what is written into them. The schemas stay the one source of what is shown and how, and
what is written is what marshmallow would have dumped; a test over all of them holds that.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from operator import attrgetter
from typing import Any

from marshmallow import Schema, fields

from ..replies.envelope import encoded_text
from .shown import RememberedPart, ShownField, ShownNothing, ShownNotice, itself

Write = Callable[[Any], str]
"""A value as JSON."""
REMEMBERED = 2_000
"""So many values of each part are remembered as they were written: some five megabytes in all."""


def writer_of(schema: Schema) -> Write:
    """What writes a value as this schema shows it."""
    one = _object_writer(schema)
    return _list_writer(one) if schema.many else one


def is_compiled(schema: Schema) -> bool:
    """Whether nothing of the schema, nor of its parts, is left to marshmallow."""
    return all(_is_known(field) for field in schema.dump_fields.values())


def _is_known(field: fields.Field[Any]) -> bool:
    if isinstance(field, fields.Nested):
        return is_compiled(field.schema)
    if isinstance(field, fields.List):
        return _is_known(field.inner)
    return isinstance(field, ShownField)


def _object_writer(schema: Schema) -> Write:
    """What writes one object, which has all that is shown of it as attributes.

    One that has not, as a dictionary, is left to marshmallow, which knows where else to look.
    """

    def by_marshmallow(value: Any) -> str:
        return encoded_text(schema.dump(value, many=False))

    if not is_compiled(schema):
        return by_marshmallow
    looked_up = {name: field for name, field in schema.dump_fields.items() if not isinstance(field, ShownNothing)}
    gaps = {name: "%s" if name in looked_up else "null" for name in schema.dump_fields}
    keys = {name: encoded_text(field.data_key or name) for name, field in schema.dump_fields.items()}
    template = "{" + ", ".join(f"{keys[name].replace('%', '%%')}: {gap}" for name, gap in gaps.items()) + "}"
    values_of = _values_of([field.attribute or name for name, field in looked_up.items()])
    writers = [_writer(field) for field in looked_up.values()]

    def write(value: Any) -> str:
        try:
            values = values_of(value)
        except AttributeError:
            return by_marshmallow(value)
        return template % tuple([write(part) for write, part in zip(writers, values, strict=True)])

    return write


def _values_of(attributes: list[str]) -> Callable[[Any], Iterable[Any]]:
    """What looks all attributes up; they may be those of a part, with points between."""
    found = attrgetter(*attributes)
    return found if len(attributes) > 1 else lambda value: (found(value),)


def _writer(field: fields.Field[Any]) -> Write:
    if isinstance(field, ShownNotice):
        return Remembered(field.written, itself)
    if isinstance(field, ShownField):
        return field.written
    if isinstance(field, fields.List):
        return _or_null(_list_writer(_writer(field.inner)))
    assert isinstance(field, fields.Nested)
    one = _object_writer(field.schema)
    if isinstance(field, RememberedPart):
        one = Remembered(one, field.same)
    return _or_null(_list_writer(one) if field.many else one)


class Remembered:
    """What was written of values, for as long as they come again.

    What has not come again among the last ``most`` new ones is forgotten, some time before twice as many. The values
    are kept, so that an id which a key is made of stays that of one object.
    """

    def __init__(self, write: Write, same: Callable[[Any], Hashable], most: int = REMEMBERED) -> None:
        self._write = write
        self._same = same
        self._most = most
        self._young: dict[Hashable, tuple[Any, str]] = {}
        self._old: dict[Hashable, tuple[Any, str]] = {}

    def __call__(self, value: Any) -> str:
        """The value as JSON. One that has not what a key is made of is written each time."""
        try:
            key = self._same(value)
        except AttributeError:
            return self._write(value)
        found = self._young.get(key)
        return self._again(key, value) if found is None else found[1]

    def _again(self, key: Hashable, value: Any) -> str:
        # Two threads may both write it, and one of the two be forgotten: what they wrote is the same.
        found = self._old.get(key) or (value, self._write(value))
        if len(self._young) >= self._most:
            self._old, self._young = self._young, {}
        self._young[key] = found
        return found[1]


def _or_null(write: Write) -> Write:
    return lambda value: "null" if value is None else write(value)


def _list_writer(write: Write) -> Write:
    return lambda values: f"[{', '.join(map(write, values))}]"
