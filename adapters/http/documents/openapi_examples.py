"""The examples of the API document, put together from those of the fields, so that each is its operation's own."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, missing

from ..replies.wording import field_message
from ..schemas.base import InputSchema


def example_of(schema: Schema) -> Any:
    """An example of a whole body. A field without an example of its own is left out; a test names it."""
    left_out = getattr(schema, "without_in_example", ())
    made = {name: _of_field(field) for name, field in schema.fields.items() if name not in left_out and has_one(field)}
    whole = made | dict(getattr(schema, "example_differs", {}))
    return [whole] if schema.many else whole


def has_one(field: fields.Field[Any]) -> bool:
    """Whether there is an example of the field."""
    return "examples" in field.metadata or isinstance(field, fields.Nested | fields.List)


def _of_field(field: fields.Field[Any]) -> Any:
    if "examples" in field.metadata:
        return field.metadata["examples"][0]
    if isinstance(field, fields.Nested):
        return example_of(field.schema)
    assert isinstance(field, fields.List)
    return [_of_field(field.inner)] if has_one(field.inner) else []


def wrong_field_message(schema: InputSchema) -> str:
    """What is said of the first field of a body or a query when it is wrong: missing, or of no use at all."""
    required = [name for name, field in schema.fields.items() if field.required]
    name = (required or list(schema.fields))[0]
    try:
        # No field of ours reads an object.
        schema.fields[name].deserialize(missing if required else {})
    except ValidationError as error:
        return field_message(name, str(error.messages[0]))
    raise AssertionError(f"{name} takes anything")
