"""What the end of an offer says of each party, kept as a fact when it ends.

So nobody has to go through offers, ads and disputes to count it. Source: docs/contract/accounts.md, "What a trader has
done".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from .facts import Fact, Kept
from .lifecycle import EventKind, Move, OfferState, Role
from .offer import Offer
from .parties import Parties
from .trader import Trader


@dataclass(frozen=True, slots=True)
class Ending(Fact):
    """What the end of an offer says of one of its parties, who was its buyer or its seller.

    ``at_fault`` is whoever caused it to come to nothing, or lost a dispute. ``is_timed`` says that the offer tells how
    long the party took: a buyer to pay, a seller to release what was paid for.
    """

    kept: ClassVar[Kept] = Kept(
        "endings", key=("offer_id", "trader_id"), refers={"offer_id": "offers", "trader_id": "traders"}
    )

    offer_id: int
    trader_id: UUID
    role: Role
    is_completed: bool
    at_fault: bool
    is_timed: bool


def endings_of(move: Move, offer: Offer, parties: Parties[Trader]) -> tuple[Ending, ...]:
    """What a move says of both parties, given the offer as it is after it; nothing while the offer lives."""
    if move.to.is_live:
        return ()
    by_role = {Role.MAKER: parties.maker, Role.TAKER: parties.taker}
    by_role |= {Role.BUYER: parties.buyer, Role.SELLER: parties.seller}
    fault = None if move.at_fault is None else by_role[move.at_fault].id
    is_timed = {Role.BUYER: True, Role.SELLER: move.event is EventKind.FUNDS_RELEASED}
    return tuple(
        Ending(
            offer_id=offer.id,
            trader_id=by_role[role].id,
            role=role,
            is_completed=move.to is OfferState.COMPLETED,
            at_fault=by_role[role].id == fault,
            is_timed=offer.has_indicated_paid and timed,
        )
        for role, timed in is_timed.items()
    )
