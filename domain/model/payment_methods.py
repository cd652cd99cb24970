"""Payment methods that traders have saved, to be copied into their ads and offers.

What was copied stays as it was: an edit changes no ad and no offer. Source: docs/contract/trading.md, "Saved payment
methods".
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from ..errors import FieldProblem, InvalidFields, Problem
from .bank import BANK_TRANSFER, PAYMENT_DETAILS_LENGTH_LIMIT, BankDetails
from .money import Catalogue
from .texts import given_text, has_visible_character, text_problem, trimmed

LABEL_LENGTH_LIMIT = 100
SAVED = "saved_payment_method"
"""The field by which ads and offers name one."""


@dataclass(frozen=True, slots=True)
class PaymentMethodTerms:
    """What a trader wants to save. ``None`` means that it was not given."""

    label: str
    payment_method: str | None
    bank: BankDetails = BankDetails()
    payment_details: str = field(default="", repr=False)

    def tidied(self) -> PaymentMethodTerms:
        """The terms with their texts as they are kept."""
        details = given_text(self.payment_details)
        return replace(self, label=trimmed(self.label), bank=self.bank.tidied(), payment_details=details)

    def problems(self, catalogue: Catalogue) -> tuple[FieldProblem, ...]:
        """All that is wrong, in the order of the fields.

        A bank transfer needs a whole account; any other method needs words, or an account that is a whole one. What a
        method needs that is not known is not asked for.
        """
        found = [text_problem("label", self.label, LABEL_LENGTH_LIMIT, required=True)]
        if self.payment_method is None:
            found.append(FieldProblem("payment_method", Problem.MISSING))
        elif self.payment_method not in catalogue.payment_methods:
            choices = tuple(sorted(catalogue.payment_methods))
            found.append(FieldProblem("payment_method", Problem.UNKNOWN_CHOICE, choices))
        is_by_bank = self.payment_method == BANK_TRANSFER
        has_words = has_visible_character(self.payment_details)
        found += self.bank.problems(required=is_by_bank or (bool(self.bank) and not has_words))
        is_other = not is_by_bank and self.payment_method in catalogue.payment_methods
        needs_words = is_other and not self.bank
        limit = PAYMENT_DETAILS_LENGTH_LIMIT
        found.append(text_problem("payment_details", self.payment_details, limit, required=needs_words))
        return tuple(problem for problem in found if problem is not None)

    def checked(self, catalogue: Catalogue) -> PaymentMethodTerms:
        """The terms as they are kept. Raises ``InvalidFields`` with all that is wrong with them."""
        terms = self.tidied()
        problems = terms.problems(catalogue)
        if problems:
            raise InvalidFields(problems)
        return terms


@dataclass(frozen=True, slots=True)
class SavedPaymentMethod:
    """A payment method as its owner saved it, under a label of their own."""

    id: int
    trader_id: UUID
    label: str
    payment_method: str
    bank: BankDetails
    payment_details: str = field(repr=False)
    created_at: datetime

    def with_terms(self, terms: PaymentMethodTerms) -> SavedPaymentMethod:
        """The method with other terms, which were checked."""
        assert terms.payment_method is not None
        return replace(
            self,
            label=terms.label,
            payment_method=terms.payment_method,
            bank=terms.bank,
            payment_details=terms.payment_details,
        )


def saved_problem(
    saved_id: int, saved: SavedPaymentMethod | None, method: str | None, bank: BankDetails, payment_details: str
) -> FieldProblem | None:
    """What is wrong with a saved method that was named, or None: it stands beside the fields that it stands for, it is
    not there, or it is of another method than the ad's."""
    if bank or has_visible_character(payment_details):
        return FieldProblem(SAVED, Problem.NOT_TOGETHER)
    if saved is None:
        return FieldProblem(SAVED, Problem.NOT_SAVED, saved_id)
    return FieldProblem(SAVED, Problem.ANOTHER_METHOD) if method not in (None, saved.payment_method) else None
