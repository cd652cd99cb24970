"""What the operator's probes are answered, outside the envelope."""

from __future__ import annotations

from marshmallow import Schema

from .base import InputSchema
from .described import described
from .fields import Choice
from .shown import ShownChoice


class ReadyQuery(InputSchema):
    """What the desk is to be ready for."""

    writes = Choice(("1",), metadata=described("1 to have something written, too, which must be committed.", "1"))


class AliveSchema(Schema):
    """The process answers."""

    status = ShownChoice(("ok",), metadata=described("That the process answers.", "ok"))


class ReadySchema(Schema):
    """The store answers, too."""

    status = ShownChoice(("ready",), metadata=described("That the store answers, too.", "ready"))
