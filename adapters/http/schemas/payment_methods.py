"""Payment methods that traders save."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from marshmallow import Schema

from domain.errors import FieldProblem
from domain.model.bank import PAYMENT_DETAILS_LENGTH_LIMIT
from domain.model.money import Catalogue
from domain.model.payment_methods import LABEL_LENGTH_LIMIT, PaymentMethodTerms

from .ads import bank_field, bank_of
from .base import InputSchema, page_of
from .described import MADE_AT, described
from .fields import Code, Text
from .shown import Shown, ShownId, ShownMoment, shown_part


class SavedPaymentMethodBodySchema(InputSchema):
    """What to save: a way to pay with an account at a bank, or with words that say where to pay."""

    # Payment details are for other methods than the example's.
    without_in_example = frozenset({"payment_details"})

    label = Text(
        required=True,
        length_limit=LABEL_LENGTH_LIMIT,
        metadata=described("What the caller calls it; nobody else sees it.", "My account in town"),
    )
    payment_method = Code(
        required=True, metadata=described("The code of the way to pay, in any case.", "bank_transfer")
    )
    bank_account_name = bank_field("The name on the bank account.", "Amara Nwosu")
    bank_account_number = bank_field("The number of that account.", "0123456789")
    bank_name = bank_field("The bank that keeps that account.", "First Bank")
    payment_details = Text(
        lines=True,
        length_limit=PAYMENT_DETAILS_LENGTH_LIMIT,
        metadata=described("Where to pay, for methods that are no bank transfer.", "M-Pesa, 0711 111 111"),
    )

    def further_problems(
        self,
        valid: Mapping[str, Any],
        *,
        catalogue: Catalogue,
        today: Callable[[], date],  # noqa: ARG002 (no day matters)
    ) -> Iterable[FieldProblem]:
        """The domain's rules, on what could be read."""
        return method_terms_of(valid).tidied().problems(catalogue)


def method_terms_of(loaded: Mapping[str, Any]) -> PaymentMethodTerms:
    """The terms that a loaded body is."""
    details = loaded.get("payment_details", "")
    return PaymentMethodTerms(loaded.get("label", ""), loaded.get("payment_method"), bank_of(loaded), details)


class SavedPaymentMethodSchema(Schema):
    """A saved payment method, as its owner sees it."""

    id = ShownId(metadata=described("The id by which ads and offers name it.", 1))
    label = Shown(metadata=described("What its owner calls it.", "My account in town"))
    payment_method = Shown(metadata=described("The code of the way to pay.", "bank_transfer"))
    bank_account_name = Shown(
        "bank.account_name", metadata=described("The name on the account; empty where none was given.", "Amara Nwosu")
    )
    bank_account_number = Shown(
        "bank.account_number",
        metadata=described("The number of the account; empty where none was given.", "0123456789"),
    )
    bank_name = Shown("bank.bank_name", metadata=described("The bank; empty where none was given.", "First Bank"))
    payment_details = Shown(metadata=described("Where to pay, for methods that are no bank transfer; else empty.", ""))
    created_at = ShownMoment(metadata=described("When it was saved.", MADE_AT))


PAYMENT_METHOD_PAGE = page_of("SavedPaymentMethodPage", shown_part(SavedPaymentMethodSchema))
