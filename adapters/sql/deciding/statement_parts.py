"""The parts that the one statement of a write is put together from, as PostgreSQL takes them.

A part is a query with a name. One that guards must write just one row; the others only add rows, which a key or a
trigger refuses where it must.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.model.facts import Fact, columns_of

from ..schema.mapping import AD_EDITED_COLUMNS, DISPUTE_PROGRESS
from ..schema.tables import DESK_OWNER_ID

Shape = tuple[Any, ...]
"""The name of a part, and what its text depends on: which of several it is, or how many rows it has."""


@dataclass(frozen=True, slots=True)
class Part:
    """A query by its name. ``guards`` says what has changed meanwhile where it does not write just one row."""

    name: str
    query: str
    guards: str | None = None

    @property
    def text(self) -> str:
        """The query, to stand behind WITH."""
        return f"{self.name} AS ({self.query})"

    @property
    def condition(self) -> str:
        """What must be true of what was written, as the column that raises where it is not."""
        return f"expect_rows('{self.guards}', (SELECT count(*) FROM {self.name}), 1)"


def part_of(shape: Shape) -> Part:
    """The part of this shape."""
    name, *which = shape
    return _PARTS[name](*which)


def _insert(table: str, columns: tuple[str, ...], *prefixes: str) -> str:
    """Adding one row for each prefix of its values' names."""
    names = ", ".join(f'"{column}"' for column in columns)
    marks = (", ".join(f":{prefix}{column}" for column in columns) for prefix in prefixes)
    return f"INSERT INTO {table} ({names}) VALUES {', '.join(f'({row})' for row in marks)}"


_AD_COLUMNS = (
    "id", "maker_id", "ad_type", "crypto_currency", "crypto_decimals", "fiat_currency", "fiat_decimals",
    "payment_method", "price_per_unit", "crypto_amount", "min_limit", "max_limit", "start_date", "end_date",
    "time_to_pay", "auto_reply_message", "terms_of_trade", "additional_information", "bank_account_name",
    "bank_account_number", "bank_name", "payment_details", "created_at", "status", "available", "reserved",
    "sold", "withdrawn", "trade_started_at", "trade_completed_at", "version", "client_reference", "edition",
    "max_limit_follows", "min_completed_offers", "min_completion_rate", "requires_kyc", "price_margin",
)  # fmt: skip
_OFFER_COLUMNS = (
    "id", "ad_id", "taker_id", "currency_amount", "fiat_amount", "bank_account_name", "bank_account_number",
    "bank_name", "payment_details", "created_at", "deadline", "state", "paid_at", "ended_at", "version",
    "price_per_unit", "payment_method", "pay_to_account_name", "pay_to_account_number", "pay_to_bank_name",
    "pay_to_details", "client_reference", "fee_percent",
)  # fmt: skip
ACCOUNT_COLUMNS = ("owner", "currency", "purse", "balance", "version")
_ANSWER_COLUMNS = ("trader_id", "key", "fingerprint", "status", "body", "location", "created_at")


def _new_offer() -> Part:
    return Part("written_offer", f"{_insert('offers', _OFFER_COLUMNS, 'offer_')} RETURNING 1", guards="offer")


def _offer(guard: str = "") -> Part:
    query = f"""
        UPDATE offers SET state = :offer_state, paid_at = :offer_paid_at, ended_at = :offer_ended_at,
            version = :offer_version
        WHERE id = :offer_id AND state = :offer_state_before AND version = :offer_version_before {guard}
        RETURNING 1"""
    return Part("written_offer", query, guards="offer")


def _offer_in_time() -> Part:
    return _offer("AND deadline > :offer_at")


def _new_ad() -> Part:
    return Part("written_ad", f"{_insert('ads', _AD_COLUMNS, 'ad_')} RETURNING 1", guards="ad")


def _ad() -> Part:
    query = """
        UPDATE ads SET status = :ad_status, available = :ad_available, reserved = :ad_reserved, sold = :ad_sold,
            withdrawn = :ad_withdrawn, trade_started_at = :ad_trade_started_at,
            trade_completed_at = :ad_trade_completed_at, version = :ad_version, edition = :ad_edition
        WHERE id = :ad_id AND version = :ad_version_before
        RETURNING 1"""
    return Part("written_ad", query, guards="ad")


def _edited_ad() -> Part:
    changes = ", ".join(f"{name} = :ad_{name}" for name in (*AD_EDITED_COLUMNS, "edition"))
    query = f"""
        UPDATE ads SET status = :ad_status, available = :ad_available, withdrawn = :ad_withdrawn,
            trade_completed_at = :ad_trade_completed_at, version = :ad_version, {changes}
        WHERE id = :ad_id AND version = :ad_version_before
        RETURNING 1"""
    return Part("written_ad", query, guards="ad")


def _reservation() -> Part:
    query = """
        UPDATE ads SET available = available - :ad_reserves, reserved = reserved + :ad_reserves,
            trade_started_at = coalesce(trade_started_at, :ad_trade_started_at), version = version + 1
        WHERE id = :ad_id AND edition = :ad_edition_before
            AND available BETWEEN :ad_reserves AND :ad_available_limit
        RETURNING 1"""
    return Part("written_ad", query, guards="ad")


def _balance(number: int) -> Part:
    query = f"""
        UPDATE accounts SET balance = :after_{number}, version = version + 1
        WHERE owner = :owner_{number} AND currency = :currency_{number} AND purse = :purse_{number}
            AND balance = :before_{number}
        RETURNING 1"""
    return Part(f"written_balance_{number}", query, guards="balance")


def _accounts(count: int) -> Part:
    return Part("added_accounts", _insert("accounts", ACCOUNT_COLUMNS, *(f"opened_{n}_" for n in range(count))))


def _fees_account() -> Part:
    """The desk's fees are no balance, so that nobody waits for their row; but postings need an account."""
    query = f"""
        INSERT INTO accounts (owner, currency, purse, balance, version)
        VALUES ('{DESK_OWNER_ID}', :fees_currency, 'fees', 0, 0) ON CONFLICT DO NOTHING"""
    return Part("added_fees_account", query)


def _entry(number: int) -> Part:
    query = f"""
        INSERT INTO entries (kind, reference, at)
        VALUES (:entry_kind_{number}, :entry_reference_{number}, :entry_at_{number})
        RETURNING id"""
    return Part(f"added_entry_{number}", query)


def _id_of_entry(number: int | None) -> str:
    return "NULL" if number is None else f"(SELECT id FROM added_entry_{number})"


def _postings(number: int, count: int) -> Part:
    lines = ", ".join(
        f"({_id_of_entry(number)}, {line}, :owner_{name}, :currency_{name}, :purse_{name}, :side_{name},"
        f" :amount_{name})"
        for line, name in ((line, f"{number}_{line}") for line in range(1, count + 1))
    )
    query = f"INSERT INTO postings (entry_id, line, owner, currency, purse, side, amount) VALUES {lines}"
    return Part(f"added_postings_{number}", query)


def _facts(kind: type[Fact], *rows: tuple[int, tuple[int | None, ...]]) -> Part:
    """All facts of a kind. A row is the number of a fact and, for its columns of entries, which of those written here.

    One query adds them all, since queries run in any order, and the rows of one in theirs.
    """
    columns = columns_of(kind)
    lines = []
    for number, entries in rows:
        of_entries = iter(entries)
        marks = (
            _id_of_entry(next(of_entries)) if column.is_elsewhere else f":fact_{number}_{column.name}"
            for column in columns
        )
        lines.append(f"({', '.join(marks)})")
    names = ", ".join(f'"{column.name}"' for column in columns)
    return Part(f"added_{kind.kept.table}", f"INSERT INTO {kind.kept.table} ({names}) VALUES {', '.join(lines)}")


def _rating(number: int) -> Part:
    """What was said of a trader, counted. It guards for its place: the trader's row is locked before any counter."""
    query = f"""
        UPDATE traders SET positive_feedback_count = positive_feedback_count + :rating_{number}_positive,
            negative_feedback_count = negative_feedback_count + :rating_{number}_negative,
            stars_total = stars_total + :rating_{number}_stars, stars_count = stars_count + 1
        WHERE id = :rating_{number}_whom
        RETURNING 1"""
    return Part(f"written_rating_{number}", query, guards="trader")


def _dispute() -> Part:
    columns = ", ".join(f"{name} = :dispute_{name}" for name in DISPUTE_PROGRESS)
    query = f"""
        UPDATE disputes SET {columns}
        WHERE offer_id = :dispute_offer_id AND version = :dispute_version AND resolved_at IS NULL
            AND changes = :dispute_changes_before
        RETURNING 1"""
    return Part("written_dispute", query, guards="dispute")


_CHAT_COLUMNS = ("offer_id", "last", "headcount")
_MEMBER_COLUMNS = (
    "offer_id", "trader_id", "is_staff", "read_up_to", "told_up_to", "mail_due_at", "mailed_at", "attached",
)  # fmt: skip


def _new_chat() -> Part:
    return Part("written_chat", f"{_insert('chats', _CHAT_COLUMNS, 'chat_')} RETURNING 1", guards="chat")


def _chat() -> Part:
    query = """
        UPDATE chats SET last = :chat_last, headcount = :chat_headcount
        WHERE offer_id = :chat_offer_id AND last = :chat_last_before
        RETURNING 1"""
    return Part("written_chat", query, guards="chat")


def _chat_member(number: int) -> Part:
    query = f"""
        UPDATE chat_members SET read_up_to = :member_{number}_read_up_to, told_up_to = :member_{number}_told_up_to,
            mail_due_at = :member_{number}_mail_due_at, mailed_at = :member_{number}_mailed_at,
            attached = :member_{number}_attached
        WHERE offer_id = :chat_offer_id AND trader_id = :member_{number}_trader_id
            AND read_up_to = :member_{number}_read_before
        RETURNING 1"""
    return Part(f"written_member_{number}", query, guards="chat")


def _new_chat_members(*numbers: int) -> Part:
    lines = (
        f"(:chat_offer_id, {', '.join(f':member_{number}_{name}' for name in _MEMBER_COLUMNS[1:])})"
        for number in numbers
    )
    query = f"INSERT INTO chat_members ({', '.join(_MEMBER_COLUMNS)}) VALUES {', '.join(lines)}"
    return Part("added_chat_members", query)


def _counter(trader: int, count: int) -> Part:
    query = f"""
        UPDATE notice_counters SET last = last + {count} WHERE trader_id = :told_{trader}
        RETURNING last, epoch"""
    return Part(f"written_notices_{trader}", query, guards="notices")


_NOTICE_COLUMNS = ("kind", "offer_id", "offer_version", "frame", "facts", "is_mailed", "created_at", "request_id")
_LETTER_ALONE_COLUMNS = (
    "trader_id",
    "message_id",
    "state",
    "attempts",
    "next_attempt_at",
    "kind",
    "facts",
    "created_at",
    "urgency",
    "request_id",
)


def _number_of(trader: int, later: int) -> str:
    """The number of a trader's notice after which so many are written."""
    return f"(SELECT last FROM written_notices_{trader}) - {later}"


def _epoch_of(trader: int) -> str:
    """What stands behind the number in a Message-ID; nothing where the database was never restored."""
    return f"(SELECT CASE epoch WHEN 0 THEN '' ELSE '.' || epoch END FROM written_notices_{trader})"


def _notices(*told: tuple[int, int]) -> Part:
    """The notices: of each, the place of the trader who is told it, and how many more that one is told after it."""
    lines = []
    for place, (trader, later) in enumerate(told):
        marks = ", ".join(f":notice_{place}_{name}" for name in _NOTICE_COLUMNS)
        lines.append(f"(:told_{trader}, {_number_of(trader, later)}, {marks})")
    names = ", ".join(_NOTICE_COLUMNS)
    return Part("added_notices", f"INSERT INTO notices (trader_id, number, {names}) VALUES {', '.join(lines)}")


def _letters(*mailed: tuple[int, int, int, int]) -> Part:
    """The letters of notices: of each, the place of its notice, its urgency, and what ``_notices`` has of it."""
    lines = (
        f"(:told_{trader}, {_number_of(trader, later)}, CAST(:message_id_before_{trader} AS TEXT)"
        f" || ({_number_of(trader, later)}) || {_epoch_of(trader)} || CAST(:message_id_behind_{trader} AS TEXT),"
        f" 'queued', 0, :notice_{place}_created_at, {urgency})"
        for place, urgency, trader, later in mailed
    )
    query = f"""
        INSERT INTO letters (trader_id, number, message_id, state, attempts, next_attempt_at, urgency)
        VALUES {", ".join(lines)}"""
    return Part("added_letters", query)


def _letters_alone(count: int) -> Part:
    prefixes = (f"letter_{place}_" for place in range(count))
    return Part("added_letters_alone", _insert("letters", _LETTER_ALONE_COLUMNS, *prefixes))


FACTOR_PROGRESS = ("last_step", "recovery_digests", "wrong", "wait_until")
"""Those columns of a second factor that its use changes."""


def _second_factor() -> Part:
    columns = ", ".join(f"{name} = :factor_{name}" for name in FACTOR_PROGRESS)
    query = f"UPDATE second_factors SET {columns} WHERE trader_id = :factor_trader_id RETURNING 1"
    return Part("written_second_factor", query, guards="second_factor")


def _answer() -> Part:
    query = f"""
        {_insert("idempotency_keys", _ANSWER_COLUMNS, "answer_")}
        ON CONFLICT (trader_id, key) DO UPDATE SET fingerprint = excluded.fingerprint, status = excluded.status,
            body = excluded.body, location = excluded.location, created_at = excluded.created_at
        WHERE idempotency_keys.created_at < :answer_horizon
        RETURNING 1"""
    return Part("written_answer", query, guards="answer")


_PARTS: Mapping[str, Callable[..., Part]] = {
    "new_offer": _new_offer,
    "offer": _offer,
    "offer_in_time": _offer_in_time,
    "new_ad": _new_ad,
    "ad": _ad,
    "edited_ad": _edited_ad,
    "reservation": _reservation,
    "balance": _balance,
    "accounts": _accounts,
    "fees_account": _fees_account,
    "entry": _entry,
    "postings": _postings,
    "facts": _facts,
    "rating": _rating,
    "dispute": _dispute,
    "new_chat": _new_chat,
    "chat": _chat,
    "chat_member": _chat_member,
    "new_chat_members": _new_chat_members,
    "counter": _counter,
    "notices": _notices,
    "letters": _letters,
    "letters_alone": _letters_alone,
    "second_factor": _second_factor,
    "answer": _answer,
}
