"""What the operator's probes are answered, outside the envelope."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema

from .base import InputSchema
from .described import described
from .fields import InputField
from .shown import ShownChoice


class _Anything(InputField):
    """Something that is there, whatever it says."""

    def read(self, value: Any) -> Any:
        """The same."""
        return value


class ReadyQuery(InputSchema):
    """What the desk is to be ready for."""

    writes = _Anything(
        metadata=described(
            "1 to have something written, too, which must be committed; any other word does it, too.", "1"
        )
    )


class AliveSchema(Schema):
    """The process answers."""

    status = ShownChoice(("ok",), metadata=described("That the process answers.", "ok"))


class ReadySchema(Schema):
    """The store answers, too."""

    status = ShownChoice(("ready",), metadata=described("That the store answers, too.", "ready"))
