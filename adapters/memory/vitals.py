"""How the desk is as a whole, over dicts."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from decimal import Decimal

from domain.model.ledger import Purse
from domain.model.lifecycle import OfferState
from domain.ports.vitals import LedgerCheck, Vitals

from .freezing import is_frozen
from .tables import Tables

ONLY = 1
"""The key of the one row of the last check."""


def vitals(tables: Tables, at: datetime) -> Vitals:
    """All of it."""
    escrow: defaultdict[str, Decimal] = defaultdict(Decimal)
    for account, balance in tables.balances.items():
        if account.purse is Purse.ESCROW and balance > 0:
            escrow[account.currency] += balance
    waiting = [row.created_at for row in tables.letters.values() if row.state != "parked"]
    overdue = [
        offer.deadline for offer in tables.offers.values() if offer.state is OfferState.PENDING and offer.deadline <= at
    ]
    return Vitals(
        at=at,
        is_frozen=is_frozen(tables),
        escrow=dict(escrow),
        oldest_letter=min(waiting, default=None),
        overdue=min(overdue, default=None),
        checked=tables.ledger_checks.get(ONLY),
    )


def note_check(tables: Tables, at: datetime, broken: int) -> None:
    """Keep that the books were checked just now."""
    tables.ledger_checks.put(ONLY, LedgerCheck(at, broken))
