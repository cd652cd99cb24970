"""One's own data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields as fields_of
from dataclasses import is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields

from domain.model.money import amount_text

from ..replies.wording import moment_text
from .base import InputSchema
from .described import described
from .fields import Password
from .one_time_passwords import otp_field

_SECRET = frozenset({"digest", "sealed_secret", "refresh_id", "exchanged_id", "access_id"})
"""What would be of use to somebody else only."""


def plain(value: Any) -> Any:
    """A value of the domain as JSON has it: amounts and moments as everywhere, objects by their fields."""
    if is_dataclass(value) and not isinstance(value, type):
        named = ((each.name, getattr(value, each.name)) for each in fields_of(value))
        return {name: plain(part) for name, part in named if name not in _SECRET}
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, frozenset):
        return sorted(plain(part) for part in value)
    if isinstance(value, bool | int) or value is None:
        return value
    if isinstance(value, Decimal):
        return amount_text(value, 1)
    if isinstance(value, datetime):
        return moment_text(value)
    return value.isoformat() if isinstance(value, date) else str(value)


class _Kept(fields.Field[Any]):
    """Some of what is kept, as it is."""

    def __init__(self, description: str) -> None:
        super().__init__(dump_only=True, required=True, metadata={"description": description, "examples": [[]]})
        self.json_schema = {"type": "array", "items": {"description": "One of them, by the names of its fields."}}

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        return plain(value)


class OwnDataSchema(Schema):
    """All that is kept about a trader, as it is kept, by what it is."""

    profile = _Kept("Who they are, and how they were rated.")
    restrictions = _Kept("The crypto currencies that they are barred from.")
    logins = _Kept("Where they were logged in.")
    addresses = _Kept("The addresses that the account was used from, and when last.")
    keys = _Kept("Keys of programs, without their texts.")
    webhooks = _Kept("Where their notices are sent, without the secrets.")
    payment_methods = _Kept("The payment methods that they have saved.")
    blocked = _Kept("Whom they have blocked.")
    ads = _Kept("Their ads.")
    offers = _Kept("The offers that they are a party to.")
    wallet = _Kept("What they hold.")
    movements = _Kept("The entries of the books that touch them.")
    messages = _Kept("What they wrote in chats.")
    disputes = _Kept("The disputes on their offers, as they are told of them.")
    feedback_given = _Kept("What they said of others.")
    feedback_received = _Kept("What others said of them.")
    notices = _Kept("What they were told.")
    read_up_to = _Kept("The number of the last notice that they have read.")
    letters = _Kept("The letters to them: of which kind, when written, and what became of each.")


class DeletionSchema(InputSchema):
    """What shows that it is the trader who leaves."""

    # Only whoever has turned them on gives one.
    without_in_example = frozenset({"otp"})

    password = Password(required=True, metadata=described("The password.", "correct horse battery staple"))
    otp = otp_field()
