"""What staff ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from domain.errors import FieldProblem
from domain.model.money import Catalogue
from domain.model.offer import REASON_LENGTH_LIMIT
from domain.use_cases.transfer_funds import money_problems

from .base import InputSchema
from .fields import Code, Text, TraderId


class RestrictionSchema(InputSchema):
    """Whom to bar from trading what, and why."""

    trader = TraderId(required=True)
    crypto_currency = Code(required=True)
    reason = Text(lines=True, length_limit=REASON_LENGTH_LIMIT, is_bounded=True, load_default="")

    def further_problems(self, valid: Mapping[str, Any], *, catalogue: Catalogue, **_: Any) -> Iterable[FieldProblem]:
        """The domain's rules, on what could be read."""
        return money_problems(valid.get("crypto_currency"), None, catalogue)


class SuspensionSchema(InputSchema):
    """Why a trader is shut out."""

    reason = Text(lines=True, length_limit=REASON_LENGTH_LIMIT, is_bounded=True, load_default="")
