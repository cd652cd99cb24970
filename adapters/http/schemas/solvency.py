"""What the desk owes, and the proofs of it."""

from __future__ import annotations

from marshmallow import Schema

from .described import AMARA, MADE_AT, described
from .shown import (
    CRYPTO_DECIMALS_SHOWN,
    Shown,
    ShownAmount,
    ShownChoice,
    ShownId,
    ShownMoment,
    ShownNumber,
    ShownUuid,
    shown_list,
    shown_part,
)

_LINK = "5f1a0c9c6b0a7d1e4e0e6e1f8d3c2b4a59687786a5b4c3d2e1f00f1e2d3c4b5a"
_ROOT = "9b6b1de0c1d4ad3a7a0d7a8c7d7d4f1fcb2a4a6f0e9d8c7b6a5948372615f4e3"
_NONCE = "0f2d4b6987a5c3e1f00f1e3c5a7896b4d2e0c1a3958777695b4d3f211032547a"
_DIGEST = "c4e2a08667452301efcdab8967452301f0e1d2c3b4a5968778695a4b3c2d1e0f"


class _OfWhen(Schema):
    number = ShownNumber(metadata=described("The statement's number, from 1; 0 before the first.", 1))
    at = ShownMoment(nullable=True, metadata=described("When it was made; null before the first.", MADE_AT))
    link_number = ShownNumber(
        metadata=described("The number of the last link of the journal's chain then; 0 before the first.", 1)
    )
    link_digest = Shown(metadata=described("The digest of that link; empty before the first.", _LINK))


class TotalSchema(Schema):
    """What the desk owes in one currency."""

    crypto_currency = Shown("currency", metadata=described("The code of the crypto currency.", "trx"))
    owed = ShownAmount(
        CRYPTO_DECIMALS_SHOWN,
        metadata=described("What all traders have together.", "2000.00000000000000000000"),
    )
    in_escrow = ShownAmount(
        CRYPTO_DECIMALS_SHOWN,
        metadata=described("What of that is locked for open ads and offers.", "100.00000000000000000000"),
    )
    leaves = ShownId(metadata=described("How many traders have any.", 2))
    root = Shown(metadata=described("The root of the Merkle sum tree.", _ROOT))


class StatementSchema(_OfWhen):
    """What the desk owed at one moment."""

    totals = shown_list(
        shown_part(TotalSchema),
        metadata=described("The totals, by the codes of their currencies; those without anything owed are not there."),
    )


class StepSchema(Schema):
    """One node beside a path."""

    side = ShownChoice(
        ("left", "right"), metadata=described("On which side of the path's own node it stands.", "right")
    )
    digest = Shown(metadata=described("The digest of the node.", _DIGEST))
    owed = ShownAmount(
        CRYPTO_DECIMALS_SHOWN, metadata=described("What is owed below the node.", "1000.00000000000000000000")
    )
    in_escrow = ShownAmount(
        CRYPTO_DECIMALS_SHOWN, metadata=described("What of that is in escrow.", "100.00000000000000000000")
    )


class ProofSchema(TotalSchema):
    """What one held in one currency, and the path from there to the root."""

    main = ShownAmount(
        CRYPTO_DECIMALS_SHOWN, metadata=described("What lay in the main wallet.", "0.00000000000000000000")
    )
    p2p = ShownAmount(
        CRYPTO_DECIMALS_SHOWN, metadata=described("What lay in the p2p wallet.", "1000.00000000000000000000")
    )
    escrow = ShownAmount(CRYPTO_DECIMALS_SHOWN, metadata=described("What was in escrow.", "0.00000000000000000000"))
    nonce = Shown(metadata=described("What hides from all others whose leaf it is; new in each statement.", _NONCE))
    path = shown_list(
        shown_part(StepSchema), metadata=described("The nodes beside the path, from the leaf to the root.")
    )


class ProvenHoldingsSchema(_OfWhen):
    """That what a trader held when a statement was made is in it."""

    trader = ShownUuid(metadata=described("The id that is in the leaves.", AMARA))
    proofs = shown_list(
        shown_part(ProofSchema), metadata=described("One proof for each currency in which anything was held.")
    )
