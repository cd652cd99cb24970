"""Where the buyer is to pay: with the ad of a maker who sells, with the offer of a taker who does."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain import AdType, BankDetails, InvalidFields, Offer, OfferProposal, Problem
from domain.model.bank import PAYMENT_DETAILS_LENGTH_LIMIT, PayTo
from tests.factories import CATALOGUE, NOW, AdFactory, AdForOfferFactory, OfferFactory, OfferProposalFactory

WHOLE = BankDetails("Amara Obi", "0123456789", "First Bank")
NONE = BankDetails()
M_PESA = "M-Pesa 0700 000 000, Amara Obi"
REQUIRED_ACCOUNT = [(name, Problem.MISSING) for name in ("bank_account_name", "bank_account_number", "bank_name")]


def offered(ad_type: str, method: str, bank: BankDetails, payment_details: str = "") -> Offer:
    locked = AdForOfferFactory(buy=ad_type == "buy", ad__payment_method=method)
    changes = locked.make_offer(OfferProposal(Decimal(2), None, bank, payment_details), NOW, CATALOGUE)
    assert changes.offer is not None
    return changes.offer.after


@pytest.mark.parametrize(
    ("ad_type", "method", "bank", "words"),
    [
        ("sell", "bank_transfer", WHOLE, ""),
        ("buy", "bank_transfer", WHOLE, ""),
        ("sell", "mobile_money", NONE, ""),
        ("buy", "mobile_money", NONE, M_PESA),
        ("buy", "mobile_money", WHOLE, ""),
        ("buy", "mobile_money", BankDetails("Amara Obi"), M_PESA),
        ("buy", "mobile_money", NONE, "x" * PAYMENT_DETAILS_LENGTH_LIMIT),
    ],
)
def test_an_offer_that_says_what_it_must(ad_type: str, method: str, bank: BankDetails, words: str) -> None:
    offer = offered(ad_type, method, bank, words)
    assert (offer.bank, offer.payment_details) == (bank, words)


@pytest.mark.parametrize(
    ("ad_type", "method", "bank", "words", "problems"),
    [
        ("sell", "bank_transfer", NONE, M_PESA, REQUIRED_ACCOUNT),
        ("buy", "bank_transfer", NONE, M_PESA, REQUIRED_ACCOUNT),
        ("buy", "bank_transfer", BankDetails("\u200b", "\u3164", "\u2800"), "", REQUIRED_ACCOUNT),
        ("buy", "mobile_money", NONE, "", [("payment_details", Problem.MISSING)]),
        ("buy", "mobile_money", NONE, "\u2800\n", [("payment_details", Problem.MISSING)]),
        ("buy", "mobile_money", BankDetails("Amara Obi", "", "First Bank"), "",
         [("bank_account_number", Problem.MISSING)]),
        ("buy", "mobile_money", NONE, "x" * 2001, [("payment_details", Problem.TOO_LONG)]),
        ("sell", "mobile_money", NONE, "x" * 2001, [("payment_details", Problem.TOO_LONG)]),
    ],
)  # fmt: skip
def test_an_offer_that_does_not(
    ad_type: str, method: str, bank: BankDetails, words: str, problems: list[tuple[str, Problem]]
) -> None:
    with pytest.raises(InvalidFields) as refused:
        offered(ad_type, method, bank, words)
    assert [(problem.field, problem.problem) for problem in refused.value.problems] == problems


@pytest.mark.parametrize("ad_type", AdType)
@pytest.mark.parametrize(
    ("bank", "words", "is_somewhere"),
    [
        (WHOLE, "", True),
        (NONE, M_PESA, True),
        (BankDetails(account_number="0700 000 000"), "", True),
        (BankDetails("Jude", "", "First Bank"), "", False),
        (NONE, "", False),
        (BankDetails("\u3164", "\u200b", " "), "\n", False),
    ],
)
def test_money_needs_somewhere_to_go(ad_type: AdType, bank: BankDetails, words: str, is_somewhere: bool) -> None:
    """The name of a person or of a bank is nothing that money can be sent to."""
    given, silent = {"bank": bank, "payment_details": words}, {"bank": NONE, "payment_details": ""}
    of_ad, of_offer = (given, silent) if ad_type is AdType.SELL else (silent, given)
    ad, proposal = AdFactory(ad_type=ad_type, **of_ad), OfferProposalFactory(**of_offer)
    assert proposal.pay_to(ad).is_enough == is_somewhere
    assert ad.gives_account == (is_somewhere and ad_type is AdType.SELL)


def test_what_was_given_is_shown_though_it_is_too_little_to_pay_by() -> None:
    found = OfferProposalFactory().pay_to(AdFactory(bank=BankDetails("Jude", "", "First Bank")))
    assert (found, found.is_given) == (PayTo(BankDetails("Jude", "", "First Bank"), ""), True)
    assert not OfferProposalFactory().pay_to(AdFactory(bank=BankDetails("\u3164"))).is_given


def test_a_buy_ad_gives_no_place_to_be_paid() -> None:
    ad = AdFactory(buy=True, bank=WHOLE, payment_details=M_PESA)
    assert not ad.gives_account
    assert not OfferProposalFactory(bank=NONE).pay_to(ad).is_given


@pytest.mark.parametrize("ad_type", AdType)
def test_an_offer_keeps_the_price_the_method_and_where_to_pay(ad_type: AdType) -> None:
    locked = AdForOfferFactory(
        buy=ad_type is AdType.BUY,
        ad__price_per_unit=Decimal("201.5"),
        ad__payment_method="mobile_money",
        ad__bank=BankDetails("Jude", "1", "Second Bank"),
        ad__payment_details="Maker",
    )
    changes = locked.make_offer(OfferProposal(Decimal(2), None, WHOLE, M_PESA), NOW, CATALOGUE)
    assert changes.offer is not None
    kept = changes.offer.after
    assert (kept.price_per_unit, kept.payment_method) == (Decimal("201.5"), "mobile_money")
    of_maker, of_taker = PayTo(BankDetails("Jude", "1", "Second Bank"), "Maker"), PayTo(WHOLE, M_PESA)
    assert kept.pay_to == (of_maker if ad_type is AdType.SELL else of_taker)


def test_what_to_write_on_a_payment_names_the_offer() -> None:
    assert OfferFactory(id=12).payment_reference == "P2P-12"
    assert len(OfferFactory(id=10**18 - 1).payment_reference) <= 22
