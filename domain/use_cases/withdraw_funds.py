"""Coins leave, on the word of the operator or a custody system."""

from __future__ import annotations

from uuid import UUID

from ..model.ledger import Account, EntryKind, Purse
from ..model.money import Catalogue, Money
from ..ports.book import Book
from ..ports.clock import Clock
from .transfer_funds import check_money


def withdraw_funds(
    owner_id: UUID, money: Money, reference: str, *, book: Book, clock: Clock, catalogue: Catalogue
) -> bool:
    """Debit a trader's main purse. False, and nothing done, where the reference was used before.

    Raises ``InvalidFields``, ``InsufficientBalance``, ``TraderNotFound``.
    """
    check_money(money, catalogue)
    wallet = book.lock_wallet(owner_id, money.currency, with_outside=True)
    if book.was_posted(EntryKind.WITHDRAWAL, reference):
        return False
    outside = Account(None, money.currency, Purse.OUTSIDE)
    book.apply(wallet.move(EntryKind.WITHDRAWAL, reference, wallet.purse(Purse.MAIN), outside, money, clock.now()))
    return True
