"""What is kept: one table for each kind of row, under the keys that a database would hold unique."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from domain.errors import Fault
from domain.model.ad import Ad
from domain.model.chat import Chat
from domain.model.facts import Fact
from domain.model.journal_chain import Link
from domain.model.ledger import Account, Entry, EntryKind
from domain.model.lifecycle import EventKind
from domain.model.money import CRYPTO_DECIMALS_LIMIT, LIMIT, decimals_of
from domain.model.notices import About, LetterKind, NoticeKind
from domain.model.offer import Offer
from domain.model.payment_methods import SavedPaymentMethod
from domain.model.prices import MarketRate, Pair
from domain.model.slowing import WrongTries
from domain.model.solvency import Statement
from domain.model.solvency_trees import Block, Tier
from domain.model.told_staff import StaffMail
from domain.model.trader import Ratings, Trader
from domain.model.webhooks import Webhook
from domain.ports.admission import StoredAnswer
from domain.ports.codes import MailCode
from domain.ports.keys import ApiKey
from domain.ports.logins import Login
from domain.ports.second_factors import SecondFactor
from domain.ports.vitals import LedgerCheck

from .rows import Rows

Key = TypeVar("Key")
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice as it was when it was written: the frame is text, so that nobody can change it later."""

    trader_id: UUID
    number: int
    kind: NoticeKind
    about: About | None
    frame: str = field(repr=False)
    created_at: datetime
    request_id: UUID | None


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A mail. ``state`` is queued, sending, parked or sent; ``due_at`` ends a lease while sending."""

    id: int
    trader_id: UUID
    number: int | None
    kind: LetterKind
    recipient: str = field(repr=False)
    fullname: str
    message_id: str
    facts: str = field(repr=False)
    created_at: datetime
    due_at: datetime
    offer_id: int | None
    request_id: UUID | None
    state: str = "queued"
    attempts: int = 0
    claim: UUID | None = None
    last_error: str | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """The answer to a request, and when it was kept."""

    answer: StoredAnswer
    kept_at: datetime


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket that nobody has used yet."""

    login_id: UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class BlockRow:
    """Who has blocked whom, and when."""

    by: UUID
    whom: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """A webhook, and what is due to be sent to it.

    ``position`` is the number of the last notice that is done with. ``due_at`` is the end of the lease while it is
    claimed, and None where there is nothing to send.
    """

    webhook: Webhook
    position: int
    tries: int = 0
    retry_at: datetime | None = None
    due_at: datetime | None = None
    claim: UUID | None = None
    test_id: UUID | None = None
    is_proven: bool = False


@dataclass(frozen=True, slots=True)
class StatementRow:
    """What the desk said that it owed, and what it is proved by; of old ones there are no trees any more."""

    statement: Statement
    seed: str
    blocks: tuple[Block, ...]
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables of the desk, or a draft over all of them: see ``Rows``.

    ``facts`` are kept by their table and the first part of their key, or the number that they got.
    """

    traders: Rows[UUID, Trader] = field(default_factory=Rows)
    password_hashes: Rows[UUID, str] = field(default_factory=Rows)
    trader_ids_by_email: Rows[str, UUID] = field(default_factory=Rows)
    blocks: Rows[int, BlockRow] = field(default_factory=Rows)
    payment_methods: Rows[int, SavedPaymentMethod] = field(default_factory=Rows)
    restrictions: Rows[UUID, frozenset[str]] = field(default_factory=Rows)
    logins: Rows[UUID, Login] = field(default_factory=Rows)
    tickets: Rows[bytes, TicketRow] = field(default_factory=Rows)
    keys: Rows[UUID, ApiKey] = field(default_factory=Rows)
    deleted: Rows[UUID, datetime] = field(default_factory=Rows)
    webhooks: Rows[UUID, WebhookRow] = field(default_factory=Rows)
    codes: Rows[UUID, MailCode] = field(default_factory=Rows)
    wrong_tries: Rows[bytes, WrongTries] = field(default_factory=Rows)
    known_addresses: Rows[tuple[UUID, str], datetime] = field(default_factory=Rows)
    second_factors: Rows[UUID, SecondFactor] = field(default_factory=Rows)
    answers: Rows[tuple[UUID, str], AnswerRow] = field(default_factory=Rows)
    ads: Rows[int, Ad] = field(default_factory=Rows)
    offers: Rows[int, Offer] = field(default_factory=Rows)
    live_ads: Rows[UUID, frozenset[int]] = field(default_factory=Rows)
    live_offers: Rows[UUID, frozenset[int]] = field(default_factory=Rows)
    failed_offers: Rows[tuple[UUID, EventKind], tuple[int, ...]] = field(default_factory=Rows)
    facts: Rows[tuple[str, Any], tuple[Fact, ...]] = field(default_factory=Rows)
    chats: Rows[int, Chat] = field(default_factory=Rows)
    unique_values: Rows[tuple[str, str, Any], bool] = field(default_factory=Rows)
    balances: Rows[Account, Decimal] = field(default_factory=Rows)
    entries: Rows[int, Entry] = field(default_factory=Rows)
    entry_ids: Rows[tuple[EntryKind, str], int] = field(default_factory=Rows)
    ratings: Rows[UUID, Ratings] = field(default_factory=Rows)
    p2p_movers: Rows[UUID, bool] = field(default_factory=Rows)
    notice_numbers: Rows[UUID, int] = field(default_factory=Rows)
    read_numbers: Rows[UUID, int] = field(default_factory=Rows)
    notices: Rows[tuple[UUID, int], NoticeRow] = field(default_factory=Rows)
    letters: Rows[int, LetterRow] = field(default_factory=Rows)
    letters_alone: Rows[UUID, bool] = field(default_factory=Rows)
    sent_letters: Rows[int, LetterRow] = field(default_factory=Rows)
    rates: Rows[Pair, MarketRate] = field(default_factory=Rows)
    freeze: Rows[int, datetime] = field(default_factory=Rows)
    staff_mails: Rows[UUID, StaffMail] = field(default_factory=Rows)
    trades_to_end: Rows[UUID, datetime] = field(default_factory=Rows)
    links: Rows[int, Link] = field(default_factory=Rows)
    statements: Rows[int, StatementRow] = field(default_factory=Rows)
    ledger_checks: Rows[int, LedgerCheck] = field(default_factory=Rows)
    last_ids: Rows[str, int] = field(default_factory=Rows)

    def draft(self) -> Tables:
        """A draft over all tables."""
        return Tables(*(Rows(rows) for rows in self._all()))

    def merge(self) -> None:
        """Write a draft's changes into the tables that it lies over."""
        for rows in self._all():
            rows.merge()

    def _all(self) -> tuple[Rows[Any, Any], ...]:
        return tuple(getattr(self, table.name) for table in fields(self))

    def next_id(self, table: str) -> int:
        """The id that the next row of a table gets."""
        return (self.last_ids.get(table) or 0) + 1

    def take_id(self, table: str) -> int:
        """Use up the next id of a table."""
        taken = self.next_id(table)
        self.last_ids.put(table, taken)
        return taken


def existing(rows: Rows[Key, Row], key: Key, what: str) -> Row:
    """The row that a foreign key names. Raises ``Fault`` where there is none."""
    row = rows.get(key)
    if row is None:
        raise Fault(f"there is no {what} {key}")
    return row


def check_amount(amount: Decimal, *, may_be_negative: bool = False) -> None:
    """Raise ``Fault`` for an amount that a database would not take: not a number, out of range, or too fine."""
    in_range = amount.is_finite() and amount.copy_abs() < LIMIT and (may_be_negative or amount >= 0)
    if not in_range or decimals_of(amount) > CRYPTO_DECIMALS_LIMIT:
        raise Fault(f"no amount to keep: {amount}")
