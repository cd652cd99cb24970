"""Double entry: whose coins lie in which purse, and how they move.

Every movement is one balanced entry. An account's credits raise its balance and its debits lower it, because what
a trader holds here is what the desk owes them. Only ``outside``, the counterpart of deposits and withdrawals, may
go below zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from ..errors import BalanceTooLarge, InsufficientBalance, Unbalanced
from .facts import Fact, Kept
from .money import EXACT, LIMIT, Money


class Purse(StrEnum):
    """Where coins lie: three purses of each trader, two of the desk's own."""

    MAIN = "main"
    P2P = "p2p"
    ESCROW = "escrow"
    OUTSIDE = "outside"
    FEES = "fees"


DESK_PURSES = frozenset({Purse.OUTSIDE, Purse.FEES})


@dataclass(frozen=True, slots=True)
class Account:
    """One purse of one owner in one currency; the desk's own accounts have no owner."""

    owner: UUID | None
    currency: str
    purse: Purse

    def __post_init__(self) -> None:
        if (self.owner is None) != (self.purse in DESK_PURSES):
            raise ValueError(f"no such account: {self.purse} of {self.owner}")

    @property
    def lock_order(self) -> tuple[str, str, str]:
        """The one order in which accounts are locked: owner, currency, purse."""
        return (str(self.owner or UUID(int=0)), self.currency, self.purse.value)


class Side(StrEnum):
    """A debit lowers a balance, a credit raises it."""

    DEBIT = "debit"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of a movement; the amount is always above zero."""

    account: Account
    side: Side
    amount: Decimal

    @property
    def signed(self) -> Decimal:
        """What the posting does to its account's balance."""
        # Not by the minus sign, which rounds to the digits of the process's context.
        return self.amount if self.side is Side.CREDIT else self.amount.copy_negate()


class EntryKind(StrEnum):
    """Why coins moved. With its reference, a kind occurs at most once."""

    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    TRANSFER = "transfer"
    AD_ESCROW = "ad_escrow"
    AD_RETURN = "ad_return"
    OFFER_ESCROW = "offer_escrow"
    RELEASE = "release"
    REFUND = "refund"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Entry:
    """A balanced movement: its debits equal its credits in every currency. Raises ``Unbalanced``."""

    kind: EntryKind
    reference: str
    at: datetime
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        totals: dict[str, Decimal] = {}
        for posting in self.postings:
            if not posting.amount.is_finite() or posting.amount <= 0 or posting.amount >= LIMIT:
                raise Unbalanced(f"{self.reference}: a posting of {posting.amount}")
            currency = posting.account.currency
            totals[currency] = EXACT.add(totals.get(currency, Decimal(0)), posting.signed)
        if not self.postings or any(totals.values()):
            raise Unbalanced(f"{self.reference}: {totals}")


@dataclass(frozen=True, slots=True)
class BalanceChange:
    """An account's balance before and after; ``before`` is None where the account is opened by this change."""

    account: Account
    before: Decimal | None
    after: Decimal


class SettlementKind(StrEnum):
    """How an offer ended. Exactly one settlement exists for each ended offer."""

    RELEASED = "released"
    AWARDED_TO_BUYER = "awarded_to_buyer"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    AWARDED_TO_SELLER = "awarded_to_seller"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Settlement(Fact):
    """The end of an offer, and the entry that moved its coins; none where they stay in the ad's escrow.

    The entry is written by the same decision.
    """

    kept: ClassVar[Kept] = Kept(
        "settlements", key=("offer_id",), unique=("entry",), refers={"offer_id": "offers", "entry": "entries"}
    )

    offer_id: int
    kind: SettlementKind
    entry: Entry | None


Balances = Mapping[Account, Decimal]
"""The balances of the accounts that exist; an account that is missing has never been opened."""


def movement(kind: EntryKind, reference: str, at: datetime, source: Account, target: Account, money: Money) -> Entry:
    """The entry that takes an amount out of one account and puts it into another."""
    return Entry(
        kind,
        reference,
        at,
        (Posting(source, Side.DEBIT, money.amount), Posting(target, Side.CREDIT, money.amount)),
    )


def post(entries: Iterable[Entry], balances: Balances, opened: Iterable[Account] = ()) -> tuple[BalanceChange, ...]:
    """What entries do to balances, in lock order; accounts in ``opened`` come to exist even where nothing moves.

    The desk's fees have no balance: they are the sum of their postings, so that releases of one currency do not wait
    for one row.

    Raises ``InsufficientBalance`` where a balance would go below zero and ``BalanceTooLarge`` where one would reach
    10^18.
    """
    after: dict[Account, Decimal] = {account: Decimal(0) for account in opened if account not in balances}
    for entry in entries:
        for posting in entry.postings:
            account = posting.account
            if account.purse is Purse.FEES:
                continue
            held = after.get(account, balances.get(account, Decimal(0)))
            after[account] = EXACT.add(held, posting.signed)
    for account, balance in after.items():
        if balance < 0 and account.purse is not Purse.OUTSIDE:
            raise InsufficientBalance(account.purse.value, account.currency)
        if balance.copy_abs() >= LIMIT:
            raise BalanceTooLarge(account.currency)
    ordered = sorted(after, key=lambda account: account.lock_order)
    return tuple(BalanceChange(account, balances.get(account), after[account]) for account in ordered)
