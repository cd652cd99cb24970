"""What the operator's probes are answered, outside the envelope."""

from __future__ import annotations

from marshmallow import Schema

from .described import described
from .shown import ShownChoice


class AliveSchema(Schema):
    """The process answers."""

    status = ShownChoice(("ok",), metadata=described("That the process answers.", "ok"))


class ReadySchema(Schema):
    """The store answers, too."""

    status = ShownChoice(("ready",), metadata=described("That the store answers, too.", "ready"))
