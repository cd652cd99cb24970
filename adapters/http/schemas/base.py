"""How schemas are loaded: every problem of a body at once, in the order of the fields, in one message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load

from domain.errors import FieldProblem, Problem
from domain.model.money import Catalogue

from ..replies.rejections import InvalidInput
from ..replies.wording import sentence
from .described import CURSOR, described
from .fields import NOT_A_CHOICE, Cursor, InputField, Whole
from .shown import Shown, shown_list

PAGE_LIMIT = 100
PAGE_DEFAULT = 50


class InputSchema(Schema):
    """A body or a query: unknown fields are ignored, and null is as good as missing."""

    without_in_example: frozenset[str] = frozenset()
    """Fields that the example of the whole does without, so that the desk takes it on any day."""

    class Meta:
        """Marshmallow's options."""

        unknown = EXCLUDE

    @pre_load
    def drop_missing(self, values: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        """Null counts as missing, and so does a text in which there is nothing to see."""
        return {name: value for name, value in values.items() if not self._is_missing(name, value)}

    def _is_missing(self, name: str, value: Any) -> bool:
        field = self.fields.get(name)
        return field.is_missing(value) if isinstance(field, InputField) else value is None

    def further_problems(
        self,
        valid: Mapping[str, Any],  # noqa: ARG002 (what there is to judge by, for schemas that do)
        *,
        catalogue: Catalogue,  # noqa: ARG002
        today: Callable[[], date],  # noqa: ARG002
    ) -> Iterable[FieldProblem]:
        """What the domain says of the fields that could be read, and of all of them together: a caller is told all."""
        return ()


class ListQuery(InputSchema):
    """Which part of a list to show."""

    cursor = Cursor(metadata=described("The `next` of the answer before, with the same other parameters.", CURSOR))
    limit = Whole(
        least=1,
        most=PAGE_LIMIT,
        from_text=True,
        load_default=PAGE_DEFAULT,
        metadata=described("How many to show at most.", 2),
    )


def load(
    schema: InputSchema, values: Mapping[str, Any], catalogue: Catalogue, today: Callable[[], date]
) -> dict[str, Any]:
    """The values as the schema reads them. Raises ``InvalidInput`` with all that is wrong, in the schema's order."""
    wrong: dict[str, str] = {}
    try:
        loaded: dict[str, Any] = schema.load(values)
    except ValidationError as error:
        wrong = {name: _with_choices(name, texts[0], catalogue) for name, texts in error.messages_dict.items()}
        loaded = error.valid_data  # type: ignore[assignment]
    for problem in schema.further_problems(loaded, catalogue=catalogue, today=today):
        wrong.setdefault(problem.field, sentence(problem))
    if wrong:
        raise InvalidInput([(name, wrong[name]) for name in schema.fields if name in wrong])
    return loaded


def _with_choices(name: str, text: str, catalogue: Catalogue) -> str:
    """What is wrong with a field; of a code that is none by its spelling, with the choices, as of one that is."""
    choices = {
        "crypto_currency": tuple(catalogue.crypto),
        "fiat_currency": tuple(catalogue.fiat),
        "payment_method": tuple(sorted(catalogue.payment_methods)),
    }.get(name)
    if text != NOT_A_CHOICE or choices is None:
        return text
    return sentence(FieldProblem(name, Problem.UNKNOWN_CHOICE, choices))


def page_of(name: str, items: fields.Field[Any]) -> Schema:
    """The schema of one part of a list, and the cursor of the next."""
    cursor = described("The cursor of the next part; null where this was the last.", None)
    parts: dict[str, fields.Field[Any]] = {
        "items": shown_list(items, metadata=described("What was found, in the order that was asked for.")),
        "next": Shown(nullable=True, metadata=cursor),
    }
    page = Schema.from_dict(parts, name=name)
    page.__doc__ = "One part of a list, and where the next part begins."
    return page()
