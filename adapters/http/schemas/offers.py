"""Offers and disputes: what is asked for, and what the parties see."""

from __future__ import annotations

from marshmallow import Schema

from domain.model.lifecycle import OfferState
from domain.model.offer import BANK_FIELD_LENGTH_LIMIT, PAYMENT_DETAILS_LENGTH_LIMIT, REASON_LENGTH_LIMIT

from .base import InputSchema, ListQuery, page_of
from .fields import AdId, Amount, Choice, Id, Text
from .shown import (
    CRYPTO_DECIMALS_SHOWN,
    FIAT_DECIMALS_SHOWN,
    PRICE_DECIMALS_SHOWN,
    Shown,
    ShownAmount,
    ShownFlag,
    ShownMoment,
    ShownNumber,
    ShownUuid,
    shown_list,
    shown_part,
)
from .traders import ProfileSchema


class OfferBodySchema(InputSchema):
    """What a taker asks for. Whether it agrees with the ad is the domain's to judge, once the ad is known."""

    currency_amount = Amount()
    fiat_amount = Amount()
    bank_account_name = Text(length_limit=BANK_FIELD_LENGTH_LIMIT)
    bank_account_number = Text(length_limit=BANK_FIELD_LENGTH_LIMIT)
    bank_name = Text(length_limit=BANK_FIELD_LENGTH_LIMIT)
    payment_details = Text(lines=True, length_limit=PAYMENT_DETAILS_LENGTH_LIMIT)
    ad = AdId(required=True)


class DisputeBodySchema(InputSchema):
    """Why a party disputes a payment."""

    reason = Text(required=True, lines=True, length_limit=REASON_LENGTH_LIMIT)


class ResolutionSchema(InputSchema):
    """Who gets the escrow, and why."""

    in_favour_of = Choice(("buyer", "seller"), required=True)
    note = Text(lines=True, length_limit=REASON_LENGTH_LIMIT, load_default="")


class OfferQuerySchema(ListQuery):
    """Which of one's offers to show."""

    role = Choice(("maker", "taker", "buyer", "seller"))
    status = Choice(OfferState)
    ad = Id()


class OfferSchema(Schema):
    """An offer, with the eight keys of the customer's document. ``user`` is the taker."""

    id = ShownNumber("offer.id")
    created_at = ShownMoment("offer.created_at")
    currency_amount = ShownAmount(CRYPTO_DECIMALS_SHOWN, "offer.currency_amount")
    status = Shown("offer.state")
    fiat_amount = ShownAmount(FIAT_DECIMALS_SHOWN, "offer.fiat_amount")
    has_indicated_paid = ShownFlag("offer.has_indicated_paid")
    ad = ShownNumber("offer.ad_id")
    user = ShownUuid("offer.taker_id")


class OfferItemSchema(OfferSchema):
    """An offer in a list, with what it is about and who its parties are."""

    crypto_currency = Shown("ad.crypto.code")
    fiat_currency = Shown("ad.fiat.code")
    price_per_unit = ShownAmount(PRICE_DECIMALS_SHOWN, "ad.price_per_unit")
    buyer = shown_part(ProfileSchema)
    seller = shown_part(ProfileSchema)
    deadline = ShownMoment("offer.deadline")
    version = ShownNumber("offer.version")


class PayToSchema(Schema):
    """Where the buyer is to pay."""

    bank_account_name = Shown("bank.account_name")
    bank_account_number = Shown("bank.account_number")
    bank_name = Shown("bank.bank_name")
    payment_details = Shown()


class HistoryItemSchema(Schema):
    """A state that the offer came to. Nobody is named where the desk did it by itself."""

    state = Shown()
    at = ShownMoment()
    by = ShownUuid(nullable=True)


class AllowedActionSchema(Schema):
    """What the caller may do now, how, and what comes of it."""

    action = Shown()
    method = Shown()
    path = Shown()
    effect = Shown()


class OfferDetailSchema(OfferItemSchema):
    """An offer with all that its parties, and staff, may see."""

    bank_account_name = Shown("offer.bank.account_name")
    bank_account_number = Shown("offer.bank.account_number")
    bank_name = Shown("offer.bank.bank_name")
    pay_to = shown_part(PayToSchema, allow_none=True)
    payment_reference = Shown("offer.payment_reference")
    history = shown_list(shown_part(HistoryItemSchema))
    allowed_actions = shown_list(shown_part(AllowedActionSchema))
    at_deadline = Shown(nullable=True)


class DisputeItemSchema(OfferItemSchema):
    """An offer in dispute, with who opened it, when and why."""

    reason = Shown("dispute.reason")
    opened_by = ShownUuid("dispute.opened_by")
    opened_at = ShownMoment("dispute.opened_at")


OFFER_PAGE = page_of("OfferPage", shown_part(OfferItemSchema))
DISPUTE_PAGE = page_of("DisputePage", shown_part(DisputeItemSchema))
