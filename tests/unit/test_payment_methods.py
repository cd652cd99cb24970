"""What may be saved as a payment method, and what is refused where nobody has looked one up."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain import BankDetails, OfferProposal, PaymentMethodTerms, errors
from domain.errors import FieldProblem, Problem
from domain.model.ad_terms import ad_problems
from tests.factories import CATALOGUE, NOW, AdForOfferFactory, AdTermsFactory, LockedWalletFactory

BANK = BankDetails("Amara", "0123", "First Bank")
NO_BANK = tuple(
    FieldProblem(name, Problem.MISSING) for name in ("bank_account_name", "bank_account_number", "bank_name")
)
NO_WORDS = (FieldProblem("payment_details", Problem.MISSING),)
NO_CHOICE = FieldProblem("payment_method", Problem.UNKNOWN_CHOICE, tuple(sorted(CATALOGUE.payment_methods)))
PART = BankDetails("", "1", "")


@pytest.mark.parametrize(
    ("terms", "problems"),
    [
        (PaymentMethodTerms("One", "bank_transfer", BANK), ()),
        (PaymentMethodTerms("One", "bank_transfer"), NO_BANK),
        (PaymentMethodTerms("One", "bank_transfer", BANK, "and words"), ()),
        (PaymentMethodTerms("One", "mobile_money", payment_details="0700"), ()),
        (PaymentMethodTerms("One", "mobile_money", BANK), ()),
        (PaymentMethodTerms("One", "mobile_money", PART), (NO_BANK[0], NO_BANK[2])),
        (PaymentMethodTerms("One", "mobile_money", PART, "0700"), ()),
        (PaymentMethodTerms("One", "mobile_money"), NO_WORDS),
        (PaymentMethodTerms(" ", "mobile_money"), (FieldProblem("label", Problem.MISSING), *NO_WORDS)),
        (PaymentMethodTerms("x" * 101, "mobile_money", BANK), (FieldProblem("label", Problem.TOO_LONG, 100),)),
        (PaymentMethodTerms("One", None, BANK), (FieldProblem("payment_method", Problem.MISSING),)),
        (PaymentMethodTerms("One", "cowries", BANK), (NO_CHOICE,)),
        (PaymentMethodTerms("One", None), (FieldProblem("payment_method", Problem.MISSING),)),
        (PaymentMethodTerms("One", "cowries"), (NO_CHOICE,)),
    ],
)
def test_what_may_be_saved(terms: PaymentMethodTerms, problems: tuple[FieldProblem, ...]) -> None:
    assert terms.problems(CATALOGUE) == problems
    if not problems:
        assert terms.checked(CATALOGUE) == terms
        return
    with pytest.raises(errors.InvalidFields) as refused:
        terms.checked(CATALOGUE)
    assert refused.value.problems == problems


def test_texts_are_kept_tidy() -> None:
    kept = PaymentMethodTerms("  One ", "bank_transfer", BankDetails(" Amara ", "0123", "First Bank"), "\u200b")
    assert kept.checked(CATALOGUE) == PaymentMethodTerms("One", "bank_transfer", BANK)


def test_one_that_nobody_has_looked_up_is_none() -> None:
    problem = FieldProblem("saved_payment_method", Problem.NOT_SAVED, 7)
    terms = AdTermsFactory(payment_method=None, saved_payment_method=7)
    assert ad_problems(terms, CATALOGUE, NOW.date()) == ()
    with pytest.raises(errors.InvalidFields) as refused:
        LockedWalletFactory().post_ad(terms, CATALOGUE, NOW, 30)
    assert refused.value.problems == (problem,)
    with pytest.raises(errors.InvalidFields) as refused:
        AdForOfferFactory().make_offer(OfferProposal(Decimal(2), None, saved_payment_method=7), NOW, CATALOGUE)
    assert refused.value.problems == (problem,)
