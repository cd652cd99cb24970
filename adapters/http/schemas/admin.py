"""What staff ask for."""

from __future__ import annotations

from domain.model.offer import REASON_LENGTH_LIMIT

from .base import InputSchema
from .fields import Code, Text, TraderId


class RestrictionSchema(InputSchema):
    """Whom to bar from trading what, and why."""

    trader = TraderId(required=True)
    crypto_currency = Code(required=True)
    reason = Text(lines=True, length_limit=REASON_LENGTH_LIMIT, is_bounded=True, load_default="")


class SuspensionSchema(InputSchema):
    """Why a trader is shut out."""

    reason = Text(lines=True, length_limit=REASON_LENGTH_LIMIT, is_bounded=True, load_default="")
