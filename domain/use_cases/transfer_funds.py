"""A trader moves coins between their own main and p2p purses."""

from __future__ import annotations

from uuid import UUID

from ..errors import FieldProblem, InvalidFields, Problem
from ..model.ledger import EntryKind, Purse
from ..model.money import Catalogue, Money, amount_problem
from ..ports.book import Book
from ..ports.clock import Clock
from ..ports.identifiers import Identifiers

OWN_PURSES = (Purse.MAIN, Purse.P2P)


def transfer_funds(
    owner_id: UUID,
    money: Money,
    source: Purse,
    target: Purse,
    *,
    book: Book,
    clock: Clock,
    identifiers: Identifiers,
    catalogue: Catalogue,
) -> None:
    """Move an amount from one of the trader's purses to the other.

    Raises ``InvalidFields``, ``InsufficientBalance``, ``BalanceTooLarge``, ``TraderNotFound``.
    """
    check_money(money, catalogue)
    for name, purse in (("source", source), ("target", target)):
        if purse not in OWN_PURSES:
            raise InvalidFields((FieldProblem(name, Problem.UNKNOWN_CHOICE),))
    wallet = book.lock_wallet(owner_id, money.currency)
    reference = f"transfer:{identifiers.new()}"
    ends = wallet.purse(source), wallet.purse(target)
    book.apply(wallet.move(EntryKind.TRANSFER, reference, *ends, money, clock.now()))


def check_money(money: Money, catalogue: Catalogue) -> None:
    """Raise ``InvalidFields`` unless the amount is one of something and fits its currency, which is traded here."""
    currency = catalogue.crypto.get(money.currency)
    if currency is None:
        raise InvalidFields((FieldProblem("crypto_currency", Problem.UNKNOWN_CHOICE),))
    problem = amount_problem("amount", money.amount, currency.decimals)
    if problem is not None:
        raise InvalidFields((problem,))
