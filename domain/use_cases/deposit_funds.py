"""Coins come in from outside, on the word of the operator or a custody system."""

from __future__ import annotations

from uuid import UUID

from ..errors import FieldProblem, InvalidFields, Problem
from ..model.ledger import Account, EntryKind, Purse
from ..model.money import Catalogue, Money
from ..ports.book import Book
from ..ports.clock import Clock
from .transfer_funds import OWN_PURSES, check_money


def deposit_funds(
    owner_id: UUID,
    money: Money,
    purse: Purse,
    reference: str,
    *,
    book: Book,
    clock: Clock,
    catalogue: Catalogue,
) -> bool:
    """Credit a trader's main or p2p purse. False, and nothing done, where the reference was used before.

    Raises ``InvalidFields``, ``BalanceTooLarge``, ``TraderNotFound``.
    """
    check_money(money, catalogue)
    if purse not in OWN_PURSES:
        raise InvalidFields((FieldProblem("wallet", Problem.UNKNOWN_CHOICE),))
    wallet = book.lock_wallet(owner_id, money.currency, with_outside=True)
    if book.was_posted(EntryKind.DEPOSIT, reference):
        return False
    outside = Account(None, money.currency, Purse.OUTSIDE)
    book.apply(wallet.move(EntryKind.DEPOSIT, reference, outside, wallet.purse(purse), money, clock.now()))
    return True
