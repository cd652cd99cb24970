"""Offers, what a taker proposes, and disputes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import factory

from ... import BankDetails, Dispute, DisputeKind, Offer, OfferProposal, OfferState
from ...model.bank import PayTo
from ...model.money import worth
from .money import USD
from .traders import NOW, TraderFactory


class BankDetailsFactory(factory.Factory):
    """An account at a bank."""

    class Meta:
        model = BankDetails

    account_name = "Amara Obi"
    account_number = "0123456789"
    bank_name = "First Bank"


class OfferProposalFactory(factory.Factory):
    """A proposal that names the crypto and leaves the fiat to be computed."""

    class Meta:
        model = OfferProposal

    currency_amount = Decimal(2)
    fiat_amount = None
    bank = factory.SubFactory(BankDetailsFactory)


class OfferFactory(factory.Factory):
    """A pending offer of two btc at 200 usd, made now and to be paid within half an hour.

    Traits: ``paid``, ``disputed``, ``completed``, ``cancelled``, ``expired``.
    """

    class Meta:
        model = Offer

    class Params:
        fiat = USD
        paid = factory.Trait(state=OfferState.PAID, version=2, paid_at=NOW + timedelta(minutes=5))
        disputed = factory.Trait(paid=True, state=OfferState.DISPUTED, version=3)
        completed = factory.Trait(
            paid=True, state=OfferState.COMPLETED, version=3, ended_at=NOW + timedelta(minutes=10)
        )
        cancelled = factory.Trait(state=OfferState.CANCELLED, version=2, ended_at=NOW + timedelta(minutes=10))
        expired = factory.Trait(
            state=OfferState.EXPIRED, version=2, ended_at=factory.LazyAttribute(lambda offer: offer.deadline)
        )

    id = factory.Sequence(lambda number: number + 1)
    ad_id = 1
    taker_id = factory.LazyFunction(lambda: TraderFactory().id)
    currency_amount = Decimal(2)
    fiat_amount = factory.LazyAttribute(lambda offer: worth(offer.currency_amount, offer.price_per_unit, offer.fiat))
    bank = factory.SubFactory(BankDetailsFactory)
    created_at = NOW
    deadline = factory.LazyAttribute(lambda offer: offer.created_at + timedelta(minutes=30))
    price_per_unit = Decimal("200.00")
    payment_method = "bank_transfer"
    pay_to = factory.LazyAttribute(lambda offer: PayTo(offer.bank, offer.payment_details))
    payment_details = ""


class DisputeFactory(factory.Factory):
    """An open dispute. Trait: ``resolved``, in favour of the buyer unless told otherwise."""

    class Meta:
        model = Dispute

    class Params:
        resolved = factory.Trait(
            resolved_by=factory.LazyFunction(lambda: TraderFactory(staff=True).id),
            in_favour_of="buyer",
            resolved_at=NOW + timedelta(minutes=20),
        )

    offer_id = 1
    version = 3
    kind = DisputeKind.OTHER
    opened_by = factory.LazyFunction(lambda: TraderFactory().id)
    reason = "The money never came."
    opened_at = NOW + timedelta(minutes=10)
