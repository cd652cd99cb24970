"""Making an offer: every refusal in its order (docs/contract/trading.md, "Offers"), the bounds, what it changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain import (
    Account,
    AdForOffer,
    BalanceChange,
    BankDetails,
    EntryKind,
    Event,
    EventKind,
    OfferProposal,
    OfferState,
    Problem,
    Purse,
    Refusal,
    errors,
)
from domain.errors import FieldProblem, Named
from domain.model.ledger import movement
from domain.model.money import Money
from tests.factories import CATALOGUE, NOW, AdFactory, AdForOfferFactory, BankDetailsFactory, OfferProposalFactory

TODAY = NOW.date()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def refusal_of(locked: AdForOffer, proposal: OfferProposal | None = None) -> Refusal:
    with pytest.raises(Refusal) as refused:
        locked.make_offer(proposal or OfferProposalFactory(), NOW, CATALOGUE)
    return refused.value


@pytest.mark.abuse("B4")
def test_refusals_come_in_the_contracts_order() -> None:
    """Everything is wrong at first; each step puts right what was just refused, and the next reason comes."""
    locked = AdForOfferFactory(
        buy=True,
        p2p=Decimal(0),
        maker_is_restricted=True,
        taker_is_restricted=True,
        ad__crypto_amount=Decimal(10),
        ad__reserved=Decimal(9),
        ad__min_limit=Decimal(300),
        ad__max_limit=Decimal(350),
    )
    ad = locked.ad
    own = replace(locked, ad=replace(ad, maker_id=locked.taker.id))
    wrong, large = (
        OfferProposalFactory(currency_amount=Decimal("1e-9")),
        OfferProposalFactory(currency_amount=Decimal(2)),
    )
    dear = replace(wrong, price_per_unit=Decimal(201))
    small, fitting = (OfferProposalFactory(currency_amount=Decimal(amount)) for amount in ("1.4", "1.6"))
    for_taker = replace(locked, taker_is_restricted=False)
    opened = replace(for_taker, maker_is_restricted=False)
    with_rest = replace(opened, ad=AdFactory(buy=True, min_limit=Decimal(300), max_limit=Decimal(350)))
    steps: list[tuple[AdForOffer, OfferProposal, type[Refusal]]] = [
        (own, dear, errors.InvalidFields),
        (own, wrong, errors.InvalidFields),
        (own, large, errors.OwnAd),
        (locked, large, errors.RestrictedFromTrading),
        (for_taker, large, errors.AdNotOpen),
        (opened, large, errors.AboveMaximum),
        (opened, small, errors.BelowMinimum),
        (opened, fitting, errors.NotEnoughAvailable),
        (with_rest, fitting, errors.InsufficientBalance),
    ]
    assert [type(refusal_of(step, proposal)) for step, proposal, _ in steps] == [kind for _, _, kind in steps]


def test_every_problem_of_the_fields_is_told_at_once() -> None:
    proposal = OfferProposal(Decimal("1e-9"), Decimal("0.001"), BankDetails("", "x" * 101, ""))
    refused = refusal_of(AdForOfferFactory(), proposal)
    assert isinstance(refused, errors.InvalidFields)
    assert refused.problems == (
        FieldProblem("currency_amount", Problem.TOO_MANY_DECIMALS, 8),
        FieldProblem("fiat_amount", Problem.TOO_MANY_DECIMALS, 2),
        FieldProblem("bank_account_name", Problem.MISSING),
        FieldProblem("bank_account_number", Problem.TOO_LONG, 100),
        FieldProblem("bank_name", Problem.MISSING),
    )


def test_of_another_price_than_was_seen_nothing_else_is_complained_of() -> None:
    locked = AdForOfferFactory(ad__price_per_unit=Decimal("201.0000"))
    proposal = OfferProposal(Decimal("1e-9"), Decimal("0.001"), price_per_unit=Decimal("200.99"))
    refused = refusal_of(locked, proposal)
    assert isinstance(refused, errors.InvalidFields)
    assert refused.problems == (FieldProblem("price_per_unit", Problem.PRICE_HAS_CHANGED, "201.00"),)


@pytest.mark.parametrize("seen", ["201", "201.00", "201.0000000000", None])
def test_at_the_price_that_was_seen_an_offer_is_made(seen: str | None) -> None:
    locked = AdForOfferFactory(ad__price_per_unit=Decimal("201.00"))
    proposal = OfferProposalFactory(price_per_unit=seen and Decimal(seen))
    changes = locked.make_offer(proposal, NOW, CATALOGUE)
    assert changes.offer is not None
    assert changes.offer.after.price_per_unit == 201


def test_bank_details_are_needed_for_a_bank_transfer_only() -> None:
    bare = OfferProposal(Decimal(2), None)
    refused = refusal_of(AdForOfferFactory(), bare)
    assert isinstance(refused, errors.InvalidFields)
    assert [problem.problem for problem in refused.problems] == [Problem.MISSING] * 3
    by_phone = AdForOfferFactory(ad__payment_method="mobile_money")
    assert by_phone.make_offer(bare, NOW, CATALOGUE)
    too_long = OfferProposal(Decimal(2), None, BankDetails("x" * 101))
    assert isinstance(refusal_of(by_phone, too_long), errors.InvalidFields)


def test_the_restriction_names_the_currency() -> None:
    refused = refusal_of(AdForOfferFactory(taker_is_restricted=True))
    assert isinstance(refused, errors.RestrictedFromTrading)
    assert refused.crypto_currency == "btc"


@pytest.mark.parametrize(
    ("ad", "reason", "day"),
    [
        ({"ad__paused": True}, "paused", None),
        ({"ad__closed": True}, "closed", None),
        ({"ad__completed": True}, "completed", None),
        ({"ad__expired": True, "ad__start_date": YESTERDAY}, "expired", YESTERDAY),
        ({"ad__start_date": YESTERDAY, "ad__end_date": YESTERDAY}, "expired", YESTERDAY),
        ({"ad__start_date": TOMORROW}, "not_started", TOMORROW),
        ({"maker_is_restricted": True}, "maker_restricted", None),
        ({"maker__suspended": True}, "maker_restricted", None),
    ],
)
def test_an_ad_that_is_not_open_says_why(ad: dict[str, Any], reason: str, day: date | None) -> None:
    refused = refusal_of(AdForOfferFactory(**ad))
    assert isinstance(refused, errors.AdNotOpen)
    assert (refused.reason, refused.since_or_until) == (reason, day)


@pytest.mark.abuse("C1")
@pytest.mark.parametrize(
    ("amount", "refusal"),
    [
        ("0.499974", errors.BelowMinimum),
        ("0.499975", None),
        ("2.50002499", None),
        ("2.500025", errors.AboveMaximum),
    ],
)
def test_limits_are_compared_with_the_rounded_fiat(amount: str, refusal: type[Refusal] | None) -> None:
    """At 200 usd with limits of 100 and 500: half a cent under the least rounds up to it."""
    locked = AdForOfferFactory(ad__min_limit=Decimal(100), ad__max_limit=Decimal(500))
    proposal = OfferProposalFactory(currency_amount=Decimal(amount))
    if refusal is None:
        assert locked.make_offer(proposal, NOW, CATALOGUE)
        return
    refused = refusal_of(locked, proposal)
    assert type(refused) is refusal
    bound = {errors.BelowMinimum: "min_limit", errors.AboveMaximum: "max_limit"}[refusal]
    assert getattr(refused, bound) == Named(getattr(locked.ad, bound), "usd", 2)
    nearest = {errors.BelowMinimum: "0.499975", errors.AboveMaximum: "2.50002499"}[refusal]
    assert vars(refused)["nearest"] == Named(Decimal(nearest), "btc")


def test_fiat_that_is_the_worth_of_what_is_left_buys_all_of_it_where_less_is_refused() -> None:
    """A third of a unit at three usd is worth one, and one usd buys a smallest unit less."""
    rest = Decimal("0.33333334")
    price = {
        "ad__price_per_unit": Decimal(3),
        "ad__crypto_amount": Decimal(2),
        "ad__reserved": Decimal("1.66666666"),
    }
    proposal = OfferProposalFactory(currency_amount=None, fiat_amount=Decimal(1))
    for least, bought in ((Decimal(5), rest), (Decimal("0.01"), Decimal("0.33333333"))):
        changes = AdForOfferFactory(ad__min_limit=least, **price).make_offer(proposal, NOW, CATALOGUE)
        assert changes.offer is not None
        assert changes.offer.after.currency_amount == bought


@pytest.mark.abuse("C9")
def test_exactly_what_is_left_may_be_under_the_minimum_and_nothing_else() -> None:
    locked = AdForOfferFactory(ad__reserved=Decimal(9), ad__min_limit=Decimal(500))
    rest = OfferProposalFactory(currency_amount=Decimal(1))
    assert locked.make_offer(rest, NOW, CATALOGUE)
    assert locked.make_offer(OfferProposalFactory(currency_amount=None, fiat_amount=Decimal(200)), NOW, CATALOGUE)
    for other in ("0.99999999", "1.00000001"):
        refused = refusal_of(locked, OfferProposalFactory(currency_amount=Decimal(other)))
        assert isinstance(refused, errors.BelowMinimum)


def test_exactly_what_is_left_may_not_be_over_the_maximum() -> None:
    locked = AdForOfferFactory(ad__max_limit=Decimal("1999.99"))
    refused = refusal_of(locked, OfferProposalFactory(currency_amount=Decimal(10)))
    assert isinstance(refused, errors.AboveMaximum)


@pytest.mark.abuse("C9")
def test_more_than_what_is_left_is_refused_with_what_is_left() -> None:
    locked = AdForOfferFactory(ad__reserved=Decimal(7))
    refused = refusal_of(locked, OfferProposalFactory(currency_amount=Decimal("3.00000001")))
    assert isinstance(refused, errors.NotEnoughAvailable)
    assert (refused.available, refused.nearest) == (Named(Decimal(3), "btc"), Named(Decimal(3), "btc"))
    assert locked.make_offer(OfferProposalFactory(currency_amount=Decimal(3)), NOW, CATALOGUE)


def test_an_ad_with_nothing_left_is_open_but_has_nothing() -> None:
    locked = AdForOfferFactory(ad__reserved=Decimal(10))
    refused = refusal_of(locked)
    assert isinstance(refused, errors.NotEnoughAvailable)
    assert (refused.available, refused.nearest) == (Named(Decimal(0), "btc"), None)


@pytest.mark.parametrize("p2p", ["0", "1.99999999"])
def test_on_a_buy_ad_the_taker_needs_the_coins(p2p: str) -> None:
    refused = refusal_of(AdForOfferFactory(buy=True, p2p=Decimal(p2p)))
    assert isinstance(refused, errors.InsufficientBalance)
    assert (refused.purse, refused.crypto_currency) == ("p2p", "btc")
    assert AdForOfferFactory(p2p=Decimal(0)).make_offer(OfferProposalFactory(), NOW, CATALOGUE)


def test_an_offer_on_a_sell_ad_only_reserves() -> None:
    locked = AdForOfferFactory(ad__time_to_pay=45, next_offer_id=12)
    changes = locked.make_offer(OfferProposalFactory(bank=BankDetailsFactory(bank_name="Her Bank")), NOW, CATALOGUE)
    assert changes.offer is not None
    offer = changes.offer.after
    assert (offer.id, offer.ad_id, offer.taker_id) == (12, locked.ad.id, locked.taker.id)
    assert (offer.currency_amount, offer.fiat_amount, offer.state) == (Decimal(2), Decimal(400), OfferState.PENDING)
    assert (offer.created_at, offer.deadline, offer.version) == (NOW, NOW + timedelta(minutes=45), 1)
    assert (offer.bank.bank_name, offer.paid_at, offer.ended_at) == ("Her Bank", None, None)
    assert (changes.offer.before, changes.offer.before_deadline) == (None, False)
    assert changes.ad is not None
    assert (changes.ad.before, changes.ad.after) == (locked.ad, locked.ad.reserve(Decimal(2), NOW))
    assert (changes.entries, changes.balances, changes.dispute) == ((), (), None)
    (event,) = changes.facts
    assert isinstance(event, Event)
    assert (event.kind, event.by) == (EventKind.MADE, locked.taker.id)


def test_an_offer_on_a_buy_ad_takes_the_takers_coins_into_escrow() -> None:
    locked = AdForOfferFactory(buy=True, p2p=Decimal("2.5"), next_offer_id=12)
    changes = locked.make_offer(OfferProposalFactory(), NOW, CATALOGUE)
    p2p, escrow = (Account(locked.taker.id, "btc", purse) for purse in (Purse.P2P, Purse.ESCROW))
    assert changes.entries == (
        movement(EntryKind.OFFER_ESCROW, "offer:12", NOW, p2p, escrow, Money(Decimal(2), "btc")),
    )
    assert changes.balances == (
        BalanceChange(escrow, Decimal(0), Decimal(2)),
        BalanceChange(p2p, Decimal("2.5"), Decimal("0.5")),
    )


@pytest.mark.parametrize("ad_type", ["sell", "buy"])
def test_a_taker_without_any_purse_gets_the_one_that_a_release_needs(ad_type: str) -> None:
    locked = replace(AdForOfferFactory(buy=ad_type == "buy"), balances={})
    opened = Account(locked.taker.id, "btc", Purse.P2P)
    if ad_type == "buy":
        assert isinstance(refusal_of(locked), errors.InsufficientBalance)
        return
    assert locked.make_offer(OfferProposalFactory(), NOW, CATALOGUE).balances == (
        BalanceChange(opened, None, Decimal(0)),
    )


@pytest.mark.parametrize("minutes", [1, 30, 1440])
def test_the_time_to_pay_is_the_ads(minutes: int) -> None:
    changes = AdForOfferFactory(ad__time_to_pay=minutes).make_offer(OfferProposalFactory(), NOW, CATALOGUE)
    assert changes.offer is not None
    assert changes.offer.after.deadline == NOW + timedelta(minutes=minutes)
