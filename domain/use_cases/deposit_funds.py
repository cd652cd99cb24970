"""Coins come in from outside, on the word of the operator or a custody system."""

from __future__ import annotations

from uuid import UUID

from ..errors import FieldProblem, InvalidFields, Problem, ReferenceReused
from ..model.ledger import Account, EntryKind, Purse, movement
from ..model.money import CRYPTO_DECIMALS_LIMIT, Catalogue, Money, amount_problem
from ..model.texts import check_text, trimmed
from ..ports.book import Book
from .transfer_funds import OWN_PURSES

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

    New coins come in only of what is traded here; a deposit that was made before stays one, whatever has changed since.
    Raises ``InvalidFields``, ``BalanceTooLarge``, ``TraderNotFound``; ``ReferenceReused`` where the reference is that
    of another deposit.
    """
    check_shape(money)
    reference = checked_reference(reference)
    if purse not in OWN_PURSES:
        raise InvalidFields((FieldProblem("wallet", Problem.UNKNOWN_CHOICE),))
    wallet = book.lock_wallet(owner_id, money.currency, with_outside=True)
    ends = Account(None, money.currency, Purse.OUTSIDE), wallet.purse(purse)
    if is_repeated(EntryKind.DEPOSIT, reference, *ends, money, book):
        return False
    problems = traded_problems(money, catalogue)
    if problems:
        raise InvalidFields(problems)
    book.apply(wallet.move(EntryKind.DEPOSIT, reference, *ends, money, wallet.at))
    return True


def check_shape(money: Money) -> None:
    """Raise ``InvalidFields`` unless this is an amount that any currency could have."""
    wrong = amount_problem("amount", money.amount, CRYPTO_DECIMALS_LIMIT)
    if wrong is not None:
        raise InvalidFields((wrong,))


def traded_problems(money: Money, catalogue: Catalogue) -> tuple[FieldProblem, ...]:
    """What is wrong with an amount that comes in: its currency is traded here, and it fits that currency."""
    currency = catalogue.crypto.get(money.currency)
    if currency is None:
        return (FieldProblem("crypto_currency", Problem.UNKNOWN_CHOICE, tuple(catalogue.crypto)),)
    wrong = amount_problem("amount", money.amount, currency.decimals)
    return () if wrong is None else (wrong,)


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
