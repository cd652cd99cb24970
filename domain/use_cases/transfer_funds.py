"""A trader moves coins between their own main and p2p purses."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from ..errors import FieldProblem, InvalidFields, Problem
from ..model.ledger import EntryKind, Purse
from ..model.money import CRYPTO_DECIMALS_LIMIT, Catalogue, Money, amount_problem
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

    Raises ``InvalidFields``, ``InsufficientBalance``, ``BalanceTooLarge``, ``TraderNotFound``.
    """
    problems = transfer_problems(money.currency, money.amount, source, target, catalogue)
    if problems:
        raise InvalidFields(problems)
    wallet = book.lock_wallet(owner_id, money.currency)
    reference = f"transfer:{identifiers.new()}"
    ends = wallet.purse(source), wallet.purse(target)
    book.apply(wallet.move(EntryKind.TRANSFER, reference, *ends, money, wallet.at))


def transfer_problems(
    code: str | None, amount: Decimal | None, source: Purse | None, target: Purse | None, catalogue: Catalogue
) -> tuple[FieldProblem, ...]:
    """All that is wrong with a transfer, in the order of the fields; what is None is not judged."""
    problems = list(money_problems(code, amount, catalogue))
    for name, purse in (("source", source), ("target", target)):
        if purse is not None and purse not in OWN_PURSES:
            problems.append(FieldProblem(name, Problem.UNKNOWN_CHOICE))
    if source is not None and source == target and source in OWN_PURSES:
        problems.append(FieldProblem("target", Problem.SAME_PURSE))
    return tuple(problems)


def money_problems(code: str | None, amount: Decimal | None, catalogue: Catalogue) -> tuple[FieldProblem, ...]:
    """What is wrong with a currency that is to be traded here and an amount of it; what is None is not judged."""
    currency = catalogue.crypto.get(code or "")
    unknown = None
    if code is not None and currency is None:
        unknown = FieldProblem("crypto_currency", Problem.UNKNOWN_CHOICE, tuple(catalogue.crypto))
    decimals = CRYPTO_DECIMALS_LIMIT if currency is None else currency.decimals
    wrong = None if amount is None else amount_problem("amount", amount, decimals)
    return tuple(problem for problem in (unknown, wrong) if problem is not None)


def check_money(money: Money, catalogue: Catalogue) -> None:
    """Raise ``InvalidFields`` unless the amount is one of something and fits its currency, which is traded here."""
    problems = money_problems(money.currency, money.amount, catalogue)
    if problems:
        raise InvalidFields(problems)
