"""The kinds of fields that are read. Each takes one exact spelling, and says in the desk's words what is wrong else.

Marshmallow's own number and date fields read more than they should: 1.9 as a whole number, digits of other scripts,
``1_0``. So none of them reads anything here. ``json_schema`` is what the API document says of a field.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields

from domain.errors import FieldProblem, InvalidFields, Problem
from domain.model.money import parse_amount
from domain.model.texts import (
    NOT_A_BLANK,
    NOT_IN_A_LINE,
    NOT_IN_A_PASSWORD,
    NOT_IN_A_TEXT,
    has_visible_character,
    trimmed,
)
from domain.use_cases.register_trader import country_problem

from ..replies.wording import sentence
from ..server.bodies import NumberLiteral

REQUIRED = sentence(FieldProblem("", Problem.MISSING))
NOT_A_CHOICE = sentence(FieldProblem("", Problem.UNKNOWN_CHOICE))
NOT_AN_AMOUNT = sentence(FieldProblem("", Problem.NOT_AN_AMOUNT))
NOT_A_TEXT = "A text is required."
BAD_CHARACTERS = sentence(FieldProblem("", Problem.BAD_CHARACTERS))
NOT_A_WHOLE_NUMBER = "A whole number is required."
NOT_A_LIST = "A list with at least one of the choices is required."
NOT_A_MOMENT = "A valid moment with its zone is required, such as 2026-03-02T12:00:00+00:00."
NOT_A_DATE = "A valid date is required, as YYYY-MM-DD."
NOT_A_COUNTRY = sentence(FieldProblem("", Problem.NOT_A_COUNTRY))
NOT_AN_ID = "A valid id is required."
NOT_A_TRUTH = "Either true or false is required."
NOT_A_FLAG = "Either 1 or 0 is required."
NOT_A_CURSOR = "This is not the next of an earlier answer with the same filters."

_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_CODE = re.compile(r"[a-z0-9_]{1,32}", re.ASCII)
_CURSOR = re.compile(r"[!-~]{1,8192}", re.ASCII)
_ID = re.compile(r"[0-9]{1,18}", re.ASCII)
_ANY_NUMBER = re.compile(r"-?[0-9]{1,50}", re.ASCII)
POSSIBLE_IDS = range(10**18)
"""The ids that an ad or an offer can have: 1 to 18 digits."""


class InputField(fields.Field[Any], ABC):
    """What all fields that are read have in common."""

    default_error_messages = {"required": REQUIRED}  # noqa: RUF012 (this is how marshmallow wants it)
    json_schema: Mapping[str, Any] = {"type": "string"}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:  # noqa: ARG002 (marshmallow's signature)
        return self.read(value)

    def is_missing(self, value: Any) -> bool:
        """Whether a value that was given counts as not given."""
        return value is None

    @abstractmethod
    def read(self, value: Any) -> Any:
        """The value as the desk works with it. Raises ``ValidationError`` with a sentence."""


class Text(InputField):
    """A text as somebody wrote it: one line, kept trimmed, or several where ``lines`` says so.

    One without a visible character is missing, by the domain's rule.
    """

    def __init__(
        self,
        *,
        lines: bool = False,
        problem: Callable[[str], FieldProblem | None] | None = None,
        length_limit: int | None = None,
        is_bounded: bool = False,
        **options: Any,
    ) -> None:
        """``problem`` judges a text by a rule of the domain.

        The API document tells of ``length_limit``; the limit is held here only where ``is_bounded`` says so, since
        most are held by the domain.
        """
        super().__init__(**options)
        self._is_line = not lines
        self._limit = length_limit if is_bounded else None
        self._refused = NOT_IN_A_TEXT if lines else NOT_IN_A_LINE
        self._problem = problem
        self.json_schema = {"type": "string"} | ({"maxLength": length_limit} if length_limit else {})

    def is_missing(self, value: Any) -> bool:
        """A text is missing where there is nothing to see in it; what may not be in a text at all is refused."""
        if isinstance(value, str):
            return not has_visible_character(value) and not NOT_A_BLANK.search(value)
        return super().is_missing(value)

    def read(self, value: Any) -> str:
        """The text or the word."""
        if not isinstance(value, str) or isinstance(value, NumberLiteral):
            raise ValidationError(NOT_A_TEXT)
        if self._refused.search(value):
            raise ValidationError(BAD_CHARACTERS)
        text: str = trimmed(value) if self._is_line else value
        found = self._problem(text) if self._problem else None
        if self._limit is not None and len(text) > self._limit:
            found = FieldProblem("", Problem.TOO_LONG, self._limit)
        if found is not None:
            raise ValidationError(sentence(found))
        return text


class Token(Text):
    """A token, which nobody writes by hand: whatever was given is judged by whoever signed it."""

    def is_missing(self, value: Any) -> bool:
        """Only what was not given at all is missing."""
        return value is None


class FileName(Text):
    """What somebody calls a file: anything, of which the domain makes a name."""

    def is_missing(self, value: Any) -> bool:
        """Only what was not given at all is missing."""
        return value is None

    def read(self, value: Any) -> str:
        """The name as it came."""
        if not isinstance(value, str):
            raise ValidationError(NOT_A_TEXT)
        return value


class Password(Text):
    """A password: kept exactly, with any character that can be typed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(lines=True, **options)
        self._refused = NOT_IN_A_PASSWORD
        self.json_schema = {**self.json_schema, "format": "password"}

    def is_missing(self, value: Any) -> bool:
        """A password of blanks is one: whoever has it must be able to log in."""
        return value is None


class AnyEmail(Password):
    """An address to be looked up: whether it is one is not judged, so that a wrong one is just not found."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.json_schema = {"type": "string"}


class Email(Text):
    """An address, as the domain's rule of one wants it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.json_schema = {**self.json_schema, "format": "email"}


class Country(Text):
    """A country's code, in upper case; missing, as other texts are, where there is nothing to see in it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.json_schema = {"type": "string", "description": "ISO 3166-1 alpha-2", "pattern": "^[A-Za-z]{2}$"}

    def read(self, value: Any) -> str:
        """The text or the word."""
        if not isinstance(value, str) or country_problem(value) is not None:
            raise ValidationError(NOT_A_COUNTRY)
        return value.upper()


class Code(InputField):
    """The code of a currency or a payment method: any case in, lower case out."""

    json_schema: Mapping[str, Any] = {"type": "string", "pattern": "^[A-Za-z0-9_]{1,32}$"}

    def read(self, value: Any) -> str:
        """The text or the word."""
        # Only ASCII is lowered: other scripts have letters, such as the Kelvin sign, that would become one of a to z.
        code = value.lower() if isinstance(value, str) and value.isascii() else ""
        if isinstance(value, NumberLiteral) or not _CODE.fullmatch(code):
            raise ValidationError(NOT_A_CHOICE)
        return code


class Choice(InputField):
    """One of a few words: any case in, the member of the given words out."""

    def __init__(self, choices: Iterable[str], **options: Any) -> None:
        super().__init__(**options)
        self._choices = {str(choice): choice for choice in choices}
        self.json_schema = {"type": "string", "enum": list(self._choices)}

    def read(self, value: Any) -> str:
        """The text or the word."""
        word = value.lower() if isinstance(value, str) and value.isascii() else ""
        if word not in self._choices:
            raise ValidationError(NOT_A_CHOICE)
        return self._choices[word]


class Choices(InputField):
    """A list of a few words, each of the given ones, at least one of them; one that is said twice counts once."""

    def __init__(self, choices: Iterable[str], **options: Any) -> None:
        super().__init__(**options)
        self._choice = Choice(choices)
        items = self._choice.json_schema
        self.json_schema = {"type": "array", "items": items, "minItems": 1}

    def read(self, value: Any) -> tuple[str, ...]:
        """The words, each once."""
        if not isinstance(value, list) or not value:
            raise ValidationError(NOT_A_LIST)
        return tuple(dict.fromkeys(map(self._choice.read, value)))


class Moment(InputField):
    """A moment with its zone, as RFC 3339 has it."""

    json_schema: Mapping[str, Any] = {"type": "string", "format": "date-time"}

    def read(self, value: Any) -> datetime:
        """The moment, in UTC."""
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else None
            if moment is None or moment.utcoffset() is None:
                raise ValidationError(NOT_A_MOMENT)
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValidationError(NOT_A_MOMENT) from None


class Amount(InputField):
    """An exact decimal, spelled as a JSON string or a JSON number."""

    # A digit that is not zero stands before the point or behind it. That a number is read as well is told in words:
    # clients that are made from the document should not have a type that rounds.
    json_schema: Mapping[str, Any] = {
        "type": "string",
        "pattern": r"^([0-9]*[1-9][0-9]*(\.[0-9]+)?|[0-9]+\.[0-9]*[1-9][0-9]*)$",
    }

    def read(self, value: Any) -> Decimal:
        """The amount."""
        # A NumberLiteral is a string too. Booleans, lists and objects are not.
        if not isinstance(value, str):
            raise ValidationError(NOT_AN_AMOUNT)
        try:
            return parse_amount(value)
        except InvalidFields as refused:
            raise ValidationError(sentence(refused.problems[0])) from None


class Whole(InputField):
    """A whole number. In a query it comes as text, in a body only as a number."""

    def __init__(
        self, *, least: int, most: int, is_bounded: bool = True, from_text: bool = False, **options: Any
    ) -> None:
        """With ``is_bounded`` false the bounds are only told: the domain looks after them."""
        super().__init__(**options)
        self._kind = str if from_text else NumberLiteral
        self._bounds = (least, most) if is_bounded else None
        self.json_schema = {"type": "integer", "minimum": least, "maximum": most}

    def read(self, value: Any) -> int:
        """The number."""
        if not isinstance(value, self._kind) or not _WHOLE.fullmatch(value):
            raise ValidationError(NOT_A_WHOLE_NUMBER)
        number = int(value)
        if self._bounds and not self._bounds[0] <= number <= self._bounds[1]:
            raise ValidationError("Ensure that this value is between {} and {}.".format(*self._bounds))
        return number


class Id(InputField):
    """The id of an ad or an offer: 1 to 18 digits, as a number or a text."""

    json_schema: Mapping[str, Any] = {"type": "integer", "format": "int64", "minimum": 0, "maximum": 10**18 - 1}

    def read(self, value: Any) -> int:
        """The number."""
        if not isinstance(value, str) or not _ID.fullmatch(value):
            raise ValidationError(NOT_AN_ID)
        return int(value)


class AdId(Id):
    """The ad that an offer is for. A number that no ad can have is read too: it is an ad that does not exist."""

    json_schema: Mapping[str, Any] = {**Id.json_schema, "minimum": 1}

    def read(self, value: Any) -> int:
        """The id."""
        if isinstance(value, str) and _ANY_NUMBER.fullmatch(value) and int(value) not in POSSIBLE_IDS:
            return int(value)
        return super().read(value)


class TraderId(InputField):
    """The id of a trader: a UUID in its one canonical spelling."""

    json_schema: Mapping[str, Any] = {"type": "string", "format": "uuid"}

    def read(self, value: Any) -> UUID:
        """The id."""
        try:
            trader_id = UUID(value) if isinstance(value, str) else None
        except ValueError:
            trader_id = None
        if trader_id is None or str(trader_id) != value:
            raise ValidationError(NOT_AN_ID)
        return trader_id


class Day(InputField):
    """A date."""

    json_schema: Mapping[str, Any] = {"type": "string", "format": "date"}

    def read(self, value: Any) -> date:
        """The day."""
        if not isinstance(value, str) or not _DATE.fullmatch(value):
            raise ValidationError(NOT_A_DATE)
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValidationError(NOT_A_DATE) from None


class DayOrNone(Day):
    """A date, or an empty text for none."""

    json_schema: Mapping[str, Any] = {"type": "string", "pattern": "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"}

    def read(self, value: Any) -> date | None:  # type: ignore[override]
        """The day; None for a text without anything to see in it."""
        if isinstance(value, str) and not isinstance(value, NumberLiteral) and not value.strip():
            return None
        return super().read(value)


class Truth(InputField):
    """Yes or no in a body."""

    json_schema: Mapping[str, Any] = {"type": "boolean"}

    def read(self, value: Any) -> bool:
        """Yes or no."""
        if not isinstance(value, bool):
            raise ValidationError(NOT_A_TRUTH)
        return value


class Flag(InputField):
    """Yes or no in a query: ``1`` or ``0``."""

    json_schema: Mapping[str, Any] = {"type": "integer", "enum": [0, 1]}

    def read(self, value: Any) -> bool:
        """Yes or no."""
        if value not in ("0", "1"):
            raise ValidationError(NOT_A_FLAG)
        return bool(value == "1")


class Cursor(InputField):
    """The ``next`` of an earlier answer to the same question."""

    json_schema: Mapping[str, Any] = {"type": "string", "pattern": "^[!-~]{1,8192}$"}

    def read(self, value: Any) -> str:
        """The text or the word."""
        if not isinstance(value, str) or not _CURSOR.fullmatch(value):
            raise ValidationError(NOT_A_CURSOR)
        return value
