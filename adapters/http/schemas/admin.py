"""What staff ask for."""

from __future__ import annotations

from domain.model.offer import REASON_LENGTH_LIMIT

from .base import InputSchema
from .described import AMARA, described
from .fields import Code, Text, TraderId


class RestrictionSchema(InputSchema):
    """Whom to bar from trading what, and why."""

    trader = TraderId(required=True, metadata=described("The id of the trader.", AMARA))
    crypto_currency = Code(required=True, metadata=described("The code of the crypto currency, in any case.", "usdt"))
    reason = Text(
        lines=True,
        length_limit=REASON_LENGTH_LIMIT,
        is_bounded=True,
        load_default="",
        metadata=described("Why, for the audit trail.", "Unclear source of funds."),
    )


class SuspensionSchema(InputSchema):
    """Why a trader is shut out."""

    reason = Text(
        lines=True,
        length_limit=REASON_LENGTH_LIMIT,
        is_bounded=True,
        load_default="",
        metadata=described("Why, for the audit trail.", "Account taken over."),
    )
