"""A trader moves coins between their own main and p2p purses."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from ..errors import FieldProblem, InvalidFields, Problem
from ..model.ledger import EntryKind, Purse
from ..model.locked_wallet import LockedWallet
from ..model.money import CRYPTO_DECIMALS_LIMIT, Catalogue, Money, amount_problem, decimals_of
from ..model.rights import check_standing
from ..ports.book import Book
from ..ports.identifiers import Identifiers

OWN_PURSES = (Purse.MAIN, Purse.P2P)


def transfer_funds(
    owner_id: UUID,
    money: Money,
    source: Purse,
    target: Purse,
    *,
    book: Book,
    identifiers: Identifiers,
    catalogue: Catalogue,
) -> None:
    """Move an amount from one of the trader's purses to the other.

    Raises, in this order: ``InvalidFields``, ``TraderNotFound``, ``TraderSuspended``, then ``InsufficientBalance`` or
    ``BalanceTooLarge``.
    """
    wallet = book.lock_wallet(owner_id, money.currency)
    problems = (*moved_problems(money, source, wallet, catalogue), *_purse_problems(source, target))
    if problems:
        raise InvalidFields(problems)
    check_standing(owner_id, wallet.owner)
    reference = f"transfer:{identifiers.new()}"
    ends = wallet.purse(source), wallet.purse(target)
    book.apply(wallet.move(EntryKind.TRANSFER, reference, *ends, money, wallet.at))


def _purse_problems(source: Purse, target: Purse) -> tuple[FieldProblem, ...]:
    """What is wrong with the ends of a transfer, in the order of the fields."""
    problems = []
    for name, purse in (("source", source), ("target", target)):
        if purse not in OWN_PURSES:
            problems.append(FieldProblem(name, Problem.UNKNOWN_CHOICE))
    if source == target and source in OWN_PURSES:
        problems.append(FieldProblem("target", Problem.SAME_PURSE))
    return tuple(problems)


def moved_problems(money: Money, source: Purse, wallet: LockedWallet, catalogue: Catalogue) -> tuple[FieldProblem, ...]:
    """What is wrong with an amount that leaves a purse of a trader's.

    What is held can always move, and all of it: also in a currency that is no longer traded here, whose decimals nobody
    knows any more, and also where a currency's decimals were lowered below those of what the purse holds.
    """
    currency = catalogue.crypto.get(money.currency)
    held = {account.purse: held for account, held in wallet.balances.items() if account.owner == wallet.owner.id}
    problems = []
    if currency is None and not held:
        problems.append(FieldProblem("crypto_currency", Problem.UNKNOWN_CHOICE, tuple(catalogue.crypto)))
    of_purse = decimals_of(held.get(source, Decimal(0)))
    decimals = CRYPTO_DECIMALS_LIMIT if currency is None else max(currency.decimals, of_purse)
    wrong = amount_problem("amount", money.amount, decimals)
    if wrong is not None:
        problems.append(wrong)
    return tuple(problems)
