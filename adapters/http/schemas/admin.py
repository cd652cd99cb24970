"""What staff ask for."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema

from domain.model.offer import REASON_LENGTH_LIMIT

from .base import InputSchema, page_of
from .described import AMARA, JUDE, MADE_AT, described
from .fields import Code, Text, TraderId, Truth
from .shown import Shown, ShownId, ShownMoment, ShownUuid, shown_part


def note_field(example: str, **options: Any) -> Text:
    """Why something is done. Whether it may be missing is the domain's to say, unless the options do."""
    return Text(
        lines=True,
        length_limit=REASON_LENGTH_LIMIT,
        is_bounded=True,
        metadata=described("Why, for the audit trail.", example),
        **options,
    )


class RestrictionSchema(InputSchema):
    """Whom to bar from trading what, and why."""

    trader = TraderId(required=True, metadata=described("The id of the trader.", AMARA))
    crypto_currency = Code(required=True, metadata=described("The code of the crypto currency, in any case.", "usdt"))
    note = note_field("Unclear source of funds.", required=True)


class SuspensionSchema(InputSchema):
    """Why a trader is shut out."""

    end_trades = Truth(
        load_default=False,
        metadata=described("Whether what the trader has under way is ended, too.", False),
    )
    note = note_field("Account taken over.", required=True)


class FreezeSchema(InputSchema):
    """Why the desk is frozen, or goes on."""

    note = note_field("Deposits of usdt are being counted.", required=True)


class LiftingSchema(InputSchema):
    """Why something is lifted, in the body or in the query: not everybody can send a body with a DELETE.

    One of the two is required. Where both are there, the body's counts.
    """

    note = note_field("The account is its owner's again.")


class ActSchema(Schema):
    """A line of the audit trail: what somebody of the staff did, or the operator."""

    id = ShownId("id", metadata=described("The number of the line; there are gaps between them.", 1))
    at = ShownMoment("act.at", metadata=described("When.", MADE_AT))
    by = ShownUuid("act.by", nullable=True, metadata=described("The id of who did it; null for the operator.", JUDE))
    act = Shown("act.act", metadata=described("What was done.", "trader.suspend"))
    of = Shown("act.subject", metadata=described("To whom or what.", f"trader:{AMARA}"))
    note = Shown("act.note", metadata=described("Why; empty where the operator gave no note.", "Account taken over."))


AUDIT_PAGE = page_of("AuditPage", shown_part(ActSchema))
