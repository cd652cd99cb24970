"""Coins leave, on the word of the operator or a custody system."""

from __future__ import annotations

from uuid import UUID

from ..errors import InvalidFields
from ..model.ledger import Account, EntryKind, Purse
from ..model.money import Catalogue, Money
from ..ports.book import Book
from .deposit_funds import check_shape, checked_reference, is_repeated
from .transfer_funds import moved_problems


def withdraw_funds(owner_id: UUID, money: Money, reference: str, *, book: Book, catalogue: Catalogue) -> bool:
    """Debit a trader's main purse. False, and nothing done, where this very withdrawal was made before.

    All that is held can leave, as ``moved_problems`` has it.
    Raises ``InvalidFields``, ``InsufficientBalance``, ``TraderNotFound``; ``ReferenceReused`` where the reference is
    that of another withdrawal.
    """
    check_shape(money)
    reference = checked_reference(reference)
    wallet = book.lock_wallet(owner_id, money.currency, with_outside=True)
    ends = wallet.purse(Purse.MAIN), Account(None, money.currency, Purse.OUTSIDE)
    if is_repeated(EntryKind.WITHDRAWAL, reference, *ends, money, book):
        return False
    problems = moved_problems(money, Purse.MAIN, wallet, catalogue)
    if problems:
        raise InvalidFields(problems)
    book.apply(wallet.move(EntryKind.WITHDRAWAL, reference, *ends, money, wallet.at))
    return True
