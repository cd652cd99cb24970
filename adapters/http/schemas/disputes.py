"""Disputes: what parties and staff ask for, and what staff see of them."""

from __future__ import annotations

from types import MappingProxyType

from marshmallow import Schema

from domain.model.dispute import KINDS_OF_PARTIES, DisputeKind
from domain.model.lifecycle import RESOLUTIONS
from domain.model.offer import REASON_LENGTH_LIMIT

from .admin import note_field
from .base import InputSchema, ListQuery, page_of
from .described import AMARA, MADE_AT, described
from .fields import Amount, Choice, Flag, Text
from .offers import OfferItemSchema
from .shown import CRYPTO_DECIMALS_SHOWN, Shown, ShownAmount, ShownChoice, ShownMoment, ShownUuid, shown_part


class DisputeBodySchema(InputSchema):
    """Why a party disputes a payment."""

    reason = Text(
        required=True,
        lines=True,
        length_limit=REASON_LENGTH_LIMIT,
        is_bounded=True,
        metadata=described("What went wrong, for the staff and the other party.", "I have paid, and nothing came."),
    )
    kind = Choice(
        KINDS_OF_PARTIES,
        load_default=DisputeKind.OTHER,
        metadata=described("What it is about.", "crypto_not_released"),
    )


class TakingSchema(InputSchema):
    """A word about why a dispute is looked at, which need not be said."""

    note = note_field("I know the bank.", load_default="")


class ResolutionSchema(InputSchema):
    """Who gets the escrow, and why."""

    # The buyer's part is that of a split only.
    without_in_example = frozenset({"buyer_amount"})

    in_favour_of = Choice(
        RESOLUTIONS, required=True, metadata=described("Who gets the crypto in escrow; with `split`, both.", "buyer")
    )
    buyer_amount = Amount(
        metadata=described("How much crypto of a split the buyer gets; the rest is the seller's.", "4.5")
    )
    note = Text(
        lines=True,
        length_limit=REASON_LENGTH_LIMIT,
        is_bounded=True,
        required=True,
        metadata=described("Why it was decided so, for both parties.", "The bank has confirmed the payment."),
    )


class ApprovalSchema(InputSchema):
    """Why somebody approves what is proposed."""

    note = note_field("I have seen the statement, too.", required=True)


class RejectionSchema(InputSchema):
    """Why somebody does not approve what is proposed."""

    note = note_field("The statement is of another account.", required=True)


class DisputeQuerySchema(ListQuery):
    """Which of the disputes to show."""

    mine = Flag(metadata=described("1 for those that the caller looks at.", 1))
    kind = Choice(DisputeKind, metadata=described("Only those about this.", "crypto_not_released"))


class ProposalSchema(Schema):
    """How a dispute is to end, once somebody else of the staff approves it."""

    by = ShownUuid(metadata=described("The id of who of the staff proposes it.", AMARA))
    at = ShownMoment(metadata=described("When.", MADE_AT))
    in_favour_of = ShownChoice(
        tuple(RESOLUTIONS), "ruling.in_favour_of", metadata=described("Who is to get the crypto.", "split")
    )
    buyer_amount = ShownAmount(
        CRYPTO_DECIMALS_SHOWN,
        "ruling.buyer_amount",
        nullable=True,
        metadata=described("The buyer's part of a split; null where it is none.", "4.50000000000000000000"),
    )
    note = Shown("ruling.note", metadata=described("Why.", "Half of the money came."))


class DisputeItemSchema(OfferItemSchema):
    """An offer in dispute, with who opened it, when and why, who looks at it, and what is proposed."""

    example_differs = MappingProxyType({"status": "disputed", "has_indicated_paid": True, "version": 3})

    kind = ShownChoice(DisputeKind, "dispute.kind", metadata=described("What it is about.", "crypto_not_released"))
    reason = Shown("dispute.reason", metadata=described("Why it was opened.", "I have paid, and nothing came."))
    opened_by = ShownUuid(
        "dispute.opened_by",
        nullable=True,
        metadata=described("The id of the party who opened it; null where the desk did.", AMARA),
    )
    opened_at = ShownMoment("dispute.opened_at", metadata=described("When it was opened.", MADE_AT))
    handled_by = ShownUuid(
        "dispute.handled_by",
        nullable=True,
        metadata=described("The id of who of the staff looks at it; null where nobody does.", None),
    )
    proposal = shown_part(
        ProposalSchema,
        attribute="dispute.proposal",
        allow_none=True,
        metadata=described("What waits for somebody's approval; null where nothing does."),
    )


DISPUTE_PAGE = page_of("DisputePage", shown_part(DisputeItemSchema))
