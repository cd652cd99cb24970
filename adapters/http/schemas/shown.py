"""The kinds of fields that are shown. Amounts leave as text, exact, with as many decimals as promised."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

from marshmallow import Schema, fields
from simplejson import RawJSON

from domain.model.frames import FrameValue, frame_text
from domain.model.money import amount_text
from domain.model.notices import NoticeKind, NumberedNotice

from ..replies.envelope import encoded_text
from ..replies.wording import moment_text

CRYPTO_DECIMALS_SHOWN = 20
FIAT_DECIMALS_SHOWN = 2
PRICE_DECIMALS_SHOWN = 2
LIMIT_DECIMALS_SHOWN = 10

quoted: Callable[[str], str] = encode_basestring
"""A text as JSON has it."""


class ShownField(fields.Field[Any]):
    """What all fields that are shown have in common. ``attribute`` is where the value is found, as in marshmallow."""

    json_type: Mapping[str, Any] = {"type": "string"}

    def __init__(self, attribute: str | None = None, *, nullable: bool = False, **options: Any) -> None:
        super().__init__(attribute=attribute, dump_only=True, required=True, **options)
        self.nullable = nullable

    @property
    def json_schema(self) -> dict[str, Any]:
        """What the API document says of the field."""
        if not self.nullable:
            return dict(self.json_type)
        nullable = {**self.json_type, "type": [self.json_type["type"], "null"]}
        return nullable | ({"enum": [*nullable["enum"], None]} if "enum" in nullable else {})

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:  # noqa: ARG002 (marshmallow's signature)
        return None if value is None else self.shown(value)

    def shown(self, value: Any) -> Any:
        """The value as JSON has it."""
        return str(value)

    def written(self, value: Any) -> str:
        """The value, which may be None, as it is written into JSON: what is shown of it, encoded.

        Most of what is shown is text, a number or a truth, and needs no encoder for that.
        """
        if value is None:
            return "null"
        shown = self.shown(value)
        kind = shown.__class__
        if kind is str:
            return quoted(shown)
        if kind is bool:
            return "true" if shown else "false"
        return str(shown) if kind is int else encoded_text(shown)


def shown_part(schema: type[Schema], **options: Any) -> fields.Nested:
    """A part of an answer with a schema of its own. It is always there, as all that is shown."""
    return fields.Nested(schema, dump_only=True, required=True, **options)


class RememberedPart(fields.Nested):
    """A part that is written once for as long as it stays the same.

    ``same`` tells that by a key: what is shown of two values of one key is the same, as long as both are kept. Most
    often it is made of the ids of frozen objects, which are other objects where anything of them is another.
    """

    def __init__(self, schema: type[Schema], same: Callable[[Any], Hashable], **options: Any) -> None:
        super().__init__(schema, dump_only=True, required=True, **options)
        self.same = same


def itself(value: Any) -> Hashable:
    """The key of a frozen object that is the same as long as it is the same object."""
    return id(value)


def shown_list(items: fields.Field[Any], **options: Any) -> fields.List[Any]:
    """A list in an answer."""
    return fields.List(items, dump_only=True, required=True, **options)


class Shown(ShownField):
    """A text, a code or an id of letters."""


class ShownChoice(ShownField):
    """One of a few words, which the document lists: the members of one of the domain's enums, most often."""

    def __init__(self, choices: Iterable[str], attribute: str | None = None, **options: Any) -> None:
        super().__init__(attribute, **options)
        self.json_type = {"type": "string", "enum": [str(choice) for choice in choices]}


class ShownUuid(ShownField):
    """A trader's id."""

    json_type: Mapping[str, Any] = {"type": "string", "format": "uuid"}


class ShownNumber(ShownField):
    """A whole number, never negative."""

    json_type: Mapping[str, Any] = {"type": "integer", "minimum": 0}

    def shown(self, value: Any) -> int:
        """The number."""
        return int(value)


class ShownId(ShownNumber):
    """The id of an ad or an offer, or another number that begins with 1."""

    json_type: Mapping[str, Any] = {"type": "integer", "format": "int64", "minimum": 1}


class ShownFlag(ShownField):
    """True or false."""

    json_type: Mapping[str, Any] = {"type": "boolean"}

    def shown(self, value: Any) -> bool:
        """The truth."""
        return bool(value)


class ShownAmount(ShownField):
    """An exact amount as text, with at least so many decimals."""

    def __init__(self, decimals: int, attribute: str | None = None, **options: Any) -> None:
        super().__init__(attribute, **options)
        self._decimals = decimals
        point = rf"\.[0-9]{{{decimals},20}}" if decimals else r"(\.[0-9]{1,20})?"
        self.json_type = {"type": "string", "pattern": f"^[0-9]+{point}$"}

    def shown(self, value: Decimal) -> str:
        """The amount without an exponent."""
        return amount_text(value, self._decimals)


class ShownMean(ShownField):
    """A mean of two decimals, as a JSON number."""

    json_type: Mapping[str, Any] = {"type": "number", "minimum": 0, "maximum": 5}

    def shown(self, value: Decimal) -> float:
        """The nearest float prints the two decimals again; it is no amount of money."""
        return float(value)


class ShownRate(ShownField):
    """A percentage or a number of minutes, as text with one decimal."""

    json_type: Mapping[str, Any] = {"type": "string", "pattern": r"^[0-9]+\.[0-9]$"}

    def shown(self, value: Decimal) -> str:
        """The number without an exponent."""
        return f"{value:.1f}"


class ShownUnless(ShownFlag):
    """True where something is not."""

    def shown(self, value: Any) -> bool:
        """The opposite."""
        return not value


class ShownDay(ShownField):
    """A date."""

    json_type: Mapping[str, Any] = {"type": "string", "format": "date"}

    def shown(self, value: date) -> str:
        """The date, as YYYY-MM-DD."""
        return value.isoformat()


class ShownMoment(ShownField):
    """A moment."""

    json_type: Mapping[str, Any] = {"type": "string", "format": "date-time"}

    def shown(self, value: datetime) -> str:
        """The moment, in UTC."""
        return moment_text(value)


class ShownNothing(ShownField):
    """A key that is always null: the document has it, and nothing in the document uses it."""

    # Client generators know the type null only beside another type.
    json_type: Mapping[str, Any] = {"const": None}

    def serialize(self, attr: str, obj: Any, accessor: Any = None, **kwargs: Any) -> None:
        """Null, wherever it is looked for."""


class ShownNotice(ShownField):
    """A notice: its frame, with its number and its moment beside what the frame has."""

    json_type: Mapping[str, Any] = {
        "title": "Notice",
        "type": "object",
        "required": ["message", "type", "notice", "created_at"],
        "properties": {
            "message": {"type": "string", "description": "The sentence for the trader."},
            "type": {
                "type": "string",
                "enum": [kind.value for kind in NoticeKind],
                "description": "What happened. The websocket's document says who is told what.",
            },
            "ad_id": {**ShownId.json_type, "description": "The ad, where the notice is about one."},
            "offer_id": {**ShownId.json_type, "description": "The offer, where the notice names it."},
            "amount": {
                "type": "number",
                "description": "The released amount of crypto, a number that prints the exact decimal.",
            },
            "crypto_currency": {"type": "string", "description": "The code of the released crypto currency."},
            "from": {"type": "string", "format": "uuid", "description": "The id of who wrote, where somebody did."},
            "text": {"type": "string", "description": "What was written; empty where a file was sent."},
            "notice": {**ShownId.json_type, "description": "The notice's number, from 1 without gaps for each trader."},
            "created_at": {"type": "string", "format": "date-time", "description": "When it was written."},
        },
    }

    def shown(self, value: NumberedNotice) -> RawJSON:
        """The notice as JSON already, since its amount is a number that no float may touch."""
        more: dict[str, FrameValue] = {"notice": value.number, "created_at": moment_text(value.created_at)}
        return RawJSON(frame_text({**value.frame, **more}))
