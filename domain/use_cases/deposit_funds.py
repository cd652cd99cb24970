"""Coins come in from outside, on the word of the operator or a custody system."""

from __future__ import annotations

from uuid import UUID

from ..errors import FieldProblem, InvalidFields, Problem, ReferenceReused
from ..model.ledger import Account, EntryKind, Purse, movement
from ..model.money import Catalogue, Money
from ..model.texts import check_text, trimmed
from ..ports.book import Book
from .transfer_funds import OWN_PURSES, check_money

REFERENCE_LENGTH_LIMIT = 255
"""Characters of what a deposit or a withdrawal is known by."""


def deposit_funds(
    owner_id: UUID,
    money: Money,
    purse: Purse,
    reference: str,
    *,
    book: Book,
    catalogue: Catalogue,
) -> bool:
    """Credit a trader's main or p2p purse. False, and nothing done, where this very deposit was made before.

    Raises ``InvalidFields``, ``BalanceTooLarge``, ``TraderNotFound``; ``ReferenceReused`` where the reference is that
    of another deposit.
    """
    check_money(money, catalogue)
    reference = checked_reference(reference)
    if purse not in OWN_PURSES:
        raise InvalidFields((FieldProblem("wallet", Problem.UNKNOWN_CHOICE),))
    wallet = book.lock_wallet(owner_id, money.currency, with_outside=True)
    ends = Account(None, money.currency, Purse.OUTSIDE), wallet.purse(purse)
    if is_repeated(EntryKind.DEPOSIT, reference, *ends, money, book):
        return False
    book.apply(wallet.move(EntryKind.DEPOSIT, reference, *ends, money, wallet.at))
    return True


def checked_reference(reference: str) -> str:
    """A reference as it is kept. Raises ``InvalidFields`` where it is missing or too long."""
    reference = trimmed(reference)
    check_text("reference", reference, REFERENCE_LENGTH_LIMIT, required=True)
    return reference


def is_repeated(kind: EntryKind, reference: str, source: Account, target: Account, money: Money, book: Book) -> bool:
    """Whether the journal has this movement. Raises ``ReferenceReused`` where it has another by this reference."""
    posted = book.posted(kind, reference)
    if posted is None:
        return False
    if posted != movement(kind, reference, posted.at, source, target, money):
        raise ReferenceReused(reference)
    return True
