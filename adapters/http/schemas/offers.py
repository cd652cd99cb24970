"""Offers and disputes: what is asked for, and what the parties see."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from marshmallow import Schema

from domain.errors import FieldProblem
from domain.model.bank import PAYMENT_DETAILS_LENGTH_LIMIT
from domain.model.dispute import DisputeKind
from domain.model.lifecycle import RESOLUTIONS, Action, OfferState, Role, who_may_ever
from domain.model.money import PRICE_DECIMALS, amount_problem

from .ads import bank_field, reference_field
from .base import InputSchema, ListQuery, page_of
from .described import AMARA, DEADLINE, MADE_AT, REFERENCE, described
from .fields import AdId, Amount, Choice, Id, Text
from .shown import (
    CRYPTO_DECIMALS_SHOWN,
    FIAT_DECIMALS_SHOWN,
    PRICE_DECIMALS_SHOWN,
    RememberedPart,
    Shown,
    ShownAmount,
    ShownChoice,
    ShownFlag,
    ShownId,
    ShownMoment,
    ShownNumber,
    ShownUuid,
    itself,
    shown_list,
    shown_part,
)
from .traders import ProfileSchema

OFFERED_ACTIONS = tuple(
    dict.fromkeys(action.value.partition("_for_")[0] for action in Action if who_may_ever(action) != {Role.DESK})
)
"""The paths' words for what people do to an offer. To resolve is one call, whoever gets the crypto."""


class OfferBodySchema(InputSchema):
    """What a taker asks for. Whether it agrees with the ad is the domain's to judge, once the ad is known."""

    # Payment details are for other methods than the example's.
    without_in_example = frozenset({"payment_details", "saved_payment_method"})

    currency_amount = Amount(
        metadata=described("How much crypto; where it is left out, what the fiat amount buys.", "10")
    )
    fiat_amount = Amount(
        metadata=described("How much fiat; where it is left out, what the crypto is worth.", "2000.00")
    )
    bank_account_name = bank_field("The name on the taker's bank account.", "Amara Nwosu")
    bank_account_number = bank_field("The number of that account.", "0123456789")
    bank_name = bank_field("The bank that keeps that account.", "First Bank")
    payment_details = Text(
        lines=True,
        length_limit=PAYMENT_DETAILS_LENGTH_LIMIT,
        metadata=described(
            "Where the taker is to be paid, for methods that are no bank transfer.", "M-Pesa, 0711 111 111"
        ),
    )
    saved_payment_method = Id(
        metadata=described("The id of a saved payment method, to be copied in place of the account.", 1)
    )
    ad = AdId(required=True, metadata=described("The id of the ad that the offer is for.", 1))
    client_reference = reference_field("What a program of the taker's knows the offer by; nobody else sees it.")
    price_per_unit = Amount(
        metadata=described("The price that the taker saw. If it is another by now, no offer is made.", "200.00")
    )

    def further_problems(self, valid: Mapping[str, Any], **_: Any) -> Iterable[FieldProblem]:
        """A price has a shape of its own; whether it is the ad's is judged with the ad."""
        price = valid.get("price_per_unit")
        problem = None if price is None else amount_problem("price_per_unit", price, PRICE_DECIMALS)
        return () if problem is None else (problem,)


class OfferQuerySchema(ListQuery):
    """Which of one's offers to show."""

    role = Choice(
        ("maker", "taker", "buyer", "seller"), metadata=described("Only offers in which one is this.", "seller")
    )
    status = Choice(OfferState, metadata=described("Only offers that stand so.", "completed"))
    ad = Id(metadata=described("Only offers on this ad.", 1))
    client_reference = reference_field("Only offers that were given this by oneself.")


class OfferSchema(Schema):
    """An offer, with the eight keys of the customer's document. ``user`` is the taker."""

    id = ShownId("offer.id", metadata=described("The offer's id.", 1))
    created_at = ShownMoment("offer.created_at", metadata=described("When it was made.", MADE_AT))
    currency_amount = ShownAmount(
        CRYPTO_DECIMALS_SHOWN,
        "offer.currency_amount",
        metadata=described("How much crypto it is for.", "10.00000000000000000000"),
    )
    status = ShownChoice(OfferState, "offer.state", metadata=described("Where the offer stands.", "pending"))
    fiat_amount = ShownAmount(
        FIAT_DECIMALS_SHOWN, "offer.fiat_amount", metadata=described("How much is to be paid.", "2000.00")
    )
    has_indicated_paid = ShownFlag(
        "offer.has_indicated_paid", metadata=described("Whether the buyer has said that the money was sent.", False)
    )
    ad = ShownId("offer.ad_id", metadata=described("The id of the ad that it is for.", 1))
    user = ShownUuid("offer.taker_id", metadata=described("The id of the taker: who made the offer.", AMARA))


class MyFeedbackSchema(Schema):
    """What the caller has said of the other party."""

    positive = ShownFlag(metadata=described("Thumbs up, or down.", True))
    rating = ShownNumber(metadata=described("How many stars, of five.", 5))
    comment = Shown(metadata=described("Some words for everybody to read; empty where there are none.", "Quick."))
    at = ShownMoment(metadata=described("When.", MADE_AT))


class OfferItemSchema(OfferSchema):
    """An offer in a list, with what it is about and who its parties are."""

    crypto_currency = Shown("ad.crypto.code", metadata=described("The code of the crypto currency.", "trx"))
    fiat_currency = Shown("ad.fiat.code", metadata=described("The code of the currency that is paid in.", "usd"))
    price_per_unit = ShownAmount(
        PRICE_DECIMALS_SHOWN,
        "offer.price_per_unit",
        metadata=described("The price of one whole unit of crypto, in fiat, as it was when it was made.", "200.00"),
    )
    buyer = RememberedPart(ProfileSchema, itself, metadata=described("Who gets the crypto."))
    seller = RememberedPart(ProfileSchema, itself, metadata=described("Who gets the money."))
    deadline = ShownMoment(
        "offer.deadline", metadata=described("Until when the offer must be marked as paid.", DEADLINE)
    )
    version = ShownId("offer.version", metadata=described("Grows with every change; `If-Match` asks for it.", 1))
    client_reference = Shown(
        nullable=True,
        metadata=described("What the taker's program knows it by; null to others, and where none was given.", None),
    )
    my_feedback = shown_part(
        MyFeedbackSchema,
        allow_none=True,
        metadata=described("What the caller has said of the other party; null where nothing, and for staff."),
    )


class PayToSchema(Schema):
    """Where the buyer is to pay."""

    bank_account_name = Shown(
        "bank.account_name", metadata=described("The name on the account; empty where none was given.", "Jude Okafor")
    )
    bank_account_number = Shown(
        "bank.account_number",
        metadata=described("The number of the account; empty where none was given.", "0987654321"),
    )
    bank_name = Shown("bank.bank_name", metadata=described("The bank; empty where none was given.", "Second Bank"))
    payment_details = Shown(metadata=described("Where to pay, for methods that are no bank transfer; else empty.", ""))


class HistoryItemSchema(Schema):
    """A state that the offer came to. Nobody is named where the desk did it by itself."""

    state = ShownChoice(OfferState, metadata=described("The state that the offer came to.", "pending"))
    at = ShownMoment(metadata=described("When.", MADE_AT))
    by = ShownUuid(
        nullable=True, metadata=described("The id of who did it; null where the desk did it by itself.", AMARA)
    )


class AllowedActionSchema(Schema):
    """What the caller may do now, how, and what comes of it."""

    action = ShownChoice(OFFERED_ACTIONS, metadata=described("The path's word for it.", "cancel"))
    method = ShownChoice(("POST",), metadata=described("The HTTP method.", "POST"))
    path = Shown(metadata=described("Where to send it.", "/p2p/offer/cancel/1/"))
    effect = Shown(metadata=described("What comes of it.", "Ends the offer; the 10 trx return to the ad."))


class DisputeSchema(Schema):
    """A dispute, as both parties and staff see it. One that was withdrawn has ended in nobody's favour."""

    kind = ShownChoice(DisputeKind, metadata=described("What it is about.", "crypto_not_released"))
    reason = Shown(metadata=described("Why it was opened.", "I have paid, and nothing came."))
    opened_by = ShownUuid(
        nullable=True, metadata=described("The id of the party who opened it; null where the desk did.", AMARA)
    )
    opened_at = ShownMoment(metadata=described("When it was opened.", MADE_AT))
    handled_by = ShownUuid(
        nullable=True, metadata=described("The id of who of the staff looks at it; null where nobody does.", None)
    )
    in_favour_of = ShownChoice(
        tuple(RESOLUTIONS),
        nullable=True,
        metadata=described("In whose favour it ended; null while it is open, and where it was withdrawn.", None),
    )
    buyer_amount = ShownAmount(
        CRYPTO_DECIMALS_SHOWN,
        nullable=True,
        metadata=described("What the buyer got by a split; null where it was none.", None),
    )
    note = Shown(metadata=described("Why it was decided so; empty where nobody said.", ""))
    resolved_at = ShownMoment(nullable=True, metadata=described("When it ended; null while it is open.", None))


class OfferDetailSchema(OfferItemSchema):
    """An offer with all that its parties, and staff, may see."""

    bank_account_name = Shown(
        "offer.bank.account_name",
        metadata=described("The name on the taker's account; empty where none was given or seen.", "Amara Nwosu"),
    )
    bank_account_number = Shown(
        "offer.bank.account_number",
        metadata=described(
            "The number of that account; empty where none was given or seen. All but its last four characters are `*` "
            "from 30 days after the offer's end.",
            "0123456789",
        ),
    )
    bank_name = Shown(
        "offer.bank.bank_name",
        metadata=described("The bank of that account; empty where none was given or seen.", "First Bank"),
    )
    fee_amount = ShownAmount(
        CRYPTO_DECIMALS_SHOWN,
        metadata=described("What the desk takes of what reaches the buyer.", "0.00000000000000000000"),
    )
    buyer_receives = ShownAmount(
        CRYPTO_DECIMALS_SHOWN,
        metadata=described("What the buyer gets, if the offer is completed.", "10.00000000000000000000"),
    )
    pay_to = shown_part(
        PayToSchema,
        allow_none=True,
        metadata=described("Where the buyer is to pay; null where nothing was given or seen, and once it has ended."),
    )
    payment_reference = Shown(
        "offer.payment_reference",
        metadata=described("What to write on the payment, the same for both parties.", REFERENCE),
    )
    history = shown_list(
        shown_part(HistoryItemSchema), metadata=described("The states it has been in, the oldest first.")
    )
    dispute = shown_part(
        DisputeSchema, allow_none=True, metadata=described("The last dispute on it; null where there was none.")
    )
    allowed_actions = shown_list(shown_part(AllowedActionSchema), metadata=described("What the caller may do now."))
    payment_method = Shown(
        "offer.payment_method",
        metadata=described("The code of the way to pay, as it was when it was made.", "bank_transfer"),
    )
    at_deadline = Shown(
        nullable=True,
        metadata=described(
            "What the desk does by itself at the deadline; null where it does nothing.",
            f"Unless it is marked as paid before {DEADLINE}, the offer expires and its crypto returns to the ad.",
        ),
    )


def _same_item(shown: Any) -> Hashable:
    """What an item of a list shows, which is less than the whole offer."""
    parts = shown.offer, shown.ad, shown.buyer, shown.seller, shown.my_feedback
    return *map(id, parts), shown.client_reference


OFFER_PAGE = page_of("OfferPage", RememberedPart(OfferItemSchema, _same_item))
