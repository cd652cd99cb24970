"""Asking what would come of a deed, and the answer."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import Schema

from domain.model.money import amount_text

from .base import InputSchema
from .described import described
from .fields import Choice
from .shown import CRYPTO_DECIMALS_SHOWN, Shown, ShownChoice, ShownField, ShownFlag, shown_list, shown_part


class DryRunQuery(InputSchema):
    """Whether it is only asked what would come of it."""

    # The example of a deed does it.
    without_in_example = frozenset({"dry_run"})

    dry_run = Choice(
        ("1",), metadata=described("1 to be told what would come of it, with the same refusals; nothing is done.", "1")
    )


class ShownChange(ShownField):
    """How much a purse gains or loses: an exact amount as text, always with its sign."""

    json_type: Mapping[str, Any] = {"type": "string", "pattern": r"^[+-][0-9]+\.[0-9]{20}$"}

    def shown(self, value: Decimal) -> str:
        """The amount behind its sign."""
        sign = "-" if value < 0 else "+"
        return sign + amount_text(value.copy_abs(), CRYPTO_DECIMALS_SHOWN)


class ForeseenPostingSchema(Schema):
    """What one purse would gain or lose."""

    whose = ShownChoice(("buyer", "seller", "desk"), metadata=described("Whose purse it is.", "seller"))
    purse = Shown(metadata=described("Which of their purses.", "escrow"))
    crypto_currency = Shown(metadata=described("In which currency.", "trx"))
    amount = ShownChange(metadata=described("How much more or less is in it then.", "-10.00000000000000000000"))


class ForeseenNoticeSchema(Schema):
    """Who would be told."""

    whom = ShownChoice(
        ("maker", "taker", "buyer", "seller"), metadata=described("Who, by what they are to the offer.", "buyer")
    )
    type = Shown(metadata=described("The frame's type.", "funds_released"))
    mail = ShownFlag(metadata=described("Whether a letter goes, too.", True))


class DryRunSchema(Schema):
    """What would come of a deed on an ad or an offer. Nothing was done."""

    state = Shown(metadata=described("Where the ad or the offer would stand.", "completed"))
    postings = shown_list(
        shown_part(ForeseenPostingSchema), metadata=described("What purses would gain and lose, in the books' order.")
    )
    told = shown_list(shown_part(ForeseenNoticeSchema), metadata=described("Who would be told."))
    effect = Shown(metadata=described("What would come of it, in a sentence.", "The ad takes new offers again."))


DRY_RUN_QUERY = DryRunQuery()
DRY_RUN = DryRunSchema()
