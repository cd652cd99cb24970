"""Writing a decision on PostgreSQL: one data-modifying statement, whatever the decision.

The statement is put together from the parts that a decision has, and kept by its shape, so that the server need not
plan it each time. Every row is found by its key, each in a part of its own: a join with a set of rows is planned by a
guess at their number, and a connection keeps its plans. Row locks on offer, ad and accounts are held from the locked
read, but for the ad that an offer is made on; what others have is locked here only in the notice counters, after all
these and in the order of their traders. Every guard is counted, and one that does not hold undoes the unit. Parts have
no order but that in which the guards ask for them, which is the one they are listed in; the others come after these.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from domain.model.changes import Changes
from domain.model.ledger import Account
from domain.model.notices import frame_text

from ..schema import mapping as rows
from .prepared import numbered

Part = tuple[Any, ...]
"""The name of a part, and what its text depends on: which of several it is, or how many rows it has."""

_GUARDED = re.compile(r"\bwritten_([a-z]+)(\w*) AS")
"""A part that must write just one row. The others only add rows, which a key or a trigger refuses where it must."""


def statement(
    changes: Changes, message_id_domain: str, answer: Mapping[str, Any] | None = None
) -> tuple[str, tuple[Any, ...]] | None:
    """What writes it all, and the answer that is kept with it, as columns and ``horizon``; None for no change.

    The database refuses it as a serialization failure where a guard does not hold.
    """
    parts: list[Part] = []
    values: dict[str, Any] = {}
    for add in (_add_offer, _add_ad, _add_balances, _add_entries, _add_settlement, _add_event, _add_dispute, _add_act):
        add(changes, parts, values)
    _add_notices(changes, parts, values, message_id_domain)
    if answer is not None:
        parts.append(("answer",))
        values |= {f"answer_{name}": value for name, value in answer.items()}
    if not parts:
        return None
    text, names = _text(tuple(parts))
    return text, tuple([values[name] for name in names])


@lru_cache(maxsize=256)
def _text(parts: tuple[Part, ...]) -> tuple[str, tuple[str, ...]]:
    queries = ", ".join(_PARTS[name](*which) for name, *which in parts)
    guards = ", ".join(
        f"expect_rows('{guard}', (SELECT count(*) FROM written_{guard}{number}), 1)"
        for guard, number in _GUARDED.findall(queries)
    )
    return numbered(" ".join(f"WITH {queries} SELECT {guards or '1'}".split()))


def _insert(table: str, columns: tuple[str, ...], *prefixes: str) -> str:
    """Adding one row for each prefix of its values' names."""
    names = ", ".join(f'"{column}"' for column in columns)
    marks = (", ".join(f":{prefix}{column}" for column in columns) for prefix in prefixes)
    return f"INSERT INTO {table} ({names}) VALUES {', '.join(f'({row})' for row in marks)}"


_AD_COLUMNS = (
    *("id", "maker_id", "ad_type", "crypto_currency", "crypto_decimals", "fiat_currency", "fiat_decimals"),
    *("payment_method", "price_per_unit", "crypto_amount", "min_limit", "max_limit", "start_date", "end_date"),
    *("time_to_pay", "auto_reply_message", "terms_of_trade", "additional_information", "bank_account_name"),
    *("bank_account_number", "bank_name", "payment_details", "created_at", "status", "available", "reserved"),
    *("sold", "withdrawn", "trade_started_at", "trade_completed_at", "version"),
)
_OFFER_COLUMNS = (
    *("id", "ad_id", "taker_id", "currency_amount", "fiat_amount", "bank_account_name", "bank_account_number"),
    *("bank_name", "payment_details", "created_at", "deadline", "state", "paid_at", "ended_at", "version"),
)
_DISPUTE_COLUMNS = (
    *("offer_id", "opened_by", "reason", "opened_at", "resolved_by", "in_favour_of", "note", "resolved_at"),
)
_HISTORY_COLUMNS = ("offer_id", "version", "kind", "state", "at", "by")
_ACT_COLUMNS = ("by", "at", "act", "subject", "note")
_ACCOUNT_COLUMNS = ("owner", "currency", "purse", "balance", "version")
_ANSWER_COLUMNS = ("trader_id", "key", "fingerprint", "status", "body", "location", "created_at")


def _offer(guard: str = "") -> str:
    return f"""written_offer AS (
        UPDATE offers SET state = :offer_state, paid_at = :offer_paid_at, ended_at = :offer_ended_at,
            version = :offer_version
        WHERE id = :offer_id AND state = :offer_state_before AND version = :offer_version_before {guard}
        RETURNING 1)"""


def _balance(number: int) -> str:
    return f"""written_balance_{number} AS (
        UPDATE accounts SET balance = :after_{number}, version = version + 1
        WHERE owner = :owner_{number} AND currency = :currency_{number} AND purse = :purse_{number}
            AND balance = :before_{number}
        RETURNING 1)"""


def _accounts(count: int) -> str:
    return f"added_accounts AS ({_insert('accounts', _ACCOUNT_COLUMNS, *(f'opened_{n}_' for n in range(count)))})"


def _entry(number: int, postings: int) -> str:
    lines = ", ".join(
        f"((SELECT id FROM added_entry_{number}), {line}, :owner_{name}, :currency_{name}, :purse_{name}, :side_{name},"
        f" :amount_{name})"
        for line, name in ((line, f"{number}_{line}") for line in range(1, postings + 1))
    )
    return f"""added_entry_{number} AS (
        INSERT INTO entries (kind, reference, at)
        VALUES (:entry_kind_{number}, :entry_reference_{number}, :entry_at_{number})
        RETURNING id),
    added_postings_{number} AS (
        INSERT INTO postings (entry_id, line, owner, currency, purse, side, amount) VALUES {lines})"""


def _settlement(entry: int | None) -> str:
    entry_id = "NULL" if entry is None else f"(SELECT id FROM added_entry_{entry})"
    return f"""added_settlement AS (
        INSERT INTO settlements (offer_id, kind, entry_id) VALUES (:offer_id, :settlement_kind, {entry_id}))"""


def _counter(trader: int, count: int) -> str:
    return f"""written_notices_{trader} AS (
        UPDATE notice_counters SET last = last + {count} WHERE trader_id = :told_{trader}
        RETURNING last)"""


def _notices(*traders: int) -> str:
    """The notices, by the number of the trader who is told each."""
    lines = []
    for number, trader in enumerate(traders):
        later = traders[number + 1 :].count(trader)
        lines.append(
            f"(:told_{trader}, (SELECT last FROM written_notices_{trader}) - {later}, :notice_kind_{number},"
            f" :notice_offer_id, :notice_offer_version, :frame_{number}, :facts_{number}, :is_mailed_{number},"
            f" :notice_at)"
        )
    return f"""added_notices AS (
        INSERT INTO notices
            (trader_id, number, kind, offer_id, offer_version, frame, facts, is_mailed, created_at)
        VALUES {", ".join(lines)}
        RETURNING trader_id, number, is_mailed),
    added_letters AS (
        INSERT INTO letters (trader_id, number, message_id, state, attempts, next_attempt_at)
        SELECT trader_id, number, '<notice.' || number || '.' || trader_id || '@' || :message_id_domain || '>',
            'queued', 0, :notice_at
        FROM added_notices WHERE is_mailed)"""


def _fixed(text: str) -> Callable[[], str]:
    return lambda: text


_PARTS: Mapping[str, Callable[..., str]] = {
    "new_offer": _fixed(f"written_offer AS ({_insert('offers', _OFFER_COLUMNS, 'offer_')} RETURNING 1)"),
    "offer": _offer,
    "offer_in_time": lambda: _offer("AND deadline > :offer_at"),
    "new_ad": _fixed(f"written_ad AS ({_insert('ads', _AD_COLUMNS, 'ad_')} RETURNING 1)"),
    "ad": _fixed("""written_ad AS (
        UPDATE ads SET status = :ad_status, available = :ad_available, reserved = :ad_reserved, sold = :ad_sold,
            withdrawn = :ad_withdrawn, trade_started_at = :ad_trade_started_at,
            trade_completed_at = :ad_trade_completed_at, version = :ad_version
        WHERE id = :ad_id AND version = :ad_version_before
        RETURNING 1)"""),
    "reservation": _fixed("""written_ad AS (
        UPDATE ads SET available = available - :ad_reserves, reserved = reserved + :ad_reserves,
            trade_started_at = coalesce(trade_started_at, :ad_trade_started_at), version = version + 1
        WHERE id = :ad_id AND status = :ad_status_before
            AND available BETWEEN :ad_reserves AND :ad_available_limit
        RETURNING 1)"""),
    "balance": _balance,
    "accounts": _accounts,
    "entry": _entry,
    "settlement": _settlement,
    "event": _fixed(f"added_event AS ({_insert('offer_history', _HISTORY_COLUMNS, 'event_')})"),
    "new_dispute": _fixed(f"written_dispute AS ({_insert('disputes', _DISPUTE_COLUMNS, 'dispute_')} RETURNING 1)"),
    "dispute": _fixed("""written_dispute AS (
        UPDATE disputes SET resolved_by = :dispute_resolved_by, in_favour_of = :dispute_in_favour_of,
            note = :dispute_note, resolved_at = :dispute_resolved_at
        WHERE offer_id = :dispute_offer_id AND resolved_at IS NULL
        RETURNING 1)"""),
    "staff_act": _fixed(f"added_act AS ({_insert('audit_trail', _ACT_COLUMNS, 'act_')})"),
    "counter": _counter,
    "notices": _notices,
    "answer": _fixed(f"""written_answer AS (
        {_insert("idempotency_keys", _ANSWER_COLUMNS, "answer_")}
        ON CONFLICT (trader_id, key) DO UPDATE SET fingerprint = excluded.fingerprint, status = excluded.status,
            body = excluded.body, location = excluded.location, created_at = excluded.created_at
        WHERE idempotency_keys.created_at < :answer_horizon
        RETURNING 1)"""),
}


def _add_offer(changes: Changes, parts: list[Part], values: dict[str, Any]) -> None:
    change = changes.offer
    if change is None:
        return
    if change.before is None:
        parts.append(("new_offer",))
        values |= {f"offer_{name}": value for name, value in rows.offer_values(change.after).items()}
        return
    parts.append(("offer_in_time" if change.before_deadline else "offer",))
    values |= {f"offer_{name}": value for name, value in rows.offer_progress(change.after).items()}
    values |= {
        "offer_id": change.before.id,
        "offer_state_before": change.before.state.value,
        "offer_version_before": change.before.version,
        "offer_at": change.at,
    }


def _add_ad(changes: Changes, parts: list[Part], values: dict[str, Any]) -> None:
    change = changes.ad
    if change is None:
        return
    if change.before is None:
        parts.append(("new_ad",))
        values |= {f"ad_{name}": value for name, value in rows.ad_values(change.after).items()}
        return
    before = change.before
    if change.reserves is not None:
        parts.append(("reservation",))
        is_the_rest = change.reserves == before.available
        values |= {"ad_id": before.id, "ad_status_before": before.status.value, "ad_reserves": change.reserves}
        values["ad_available_limit"] = change.reserves if is_the_rest else before.crypto_amount
        values["ad_trade_started_at"] = change.after.trade_started_at
        return
    parts.append(("ad",))
    values |= {f"ad_{name}": value for name, value in rows.ad_progress(change.after).items()}
    values |= {"ad_id": before.id, "ad_version_before": before.version}


def _add_balances(changes: Changes, parts: list[Part], values: dict[str, Any]) -> None:
    opened = 0
    for number, change in enumerate(changes.balances):
        account, after = change.account, change.after
        if change.before is not None:
            parts.append(("balance", number))
            values |= _account_values(account, f"_{number}")
            values |= {f"before_{number}": change.before, f"after_{number}": after}
            continue
        new = (rows.owner_id(account.owner), account.currency, account.purse.value, after, int(after != 0))
        values |= {f"opened_{opened}_{name}": value for name, value in zip(_ACCOUNT_COLUMNS, new, strict=True)}
        opened += 1
    if opened:
        parts.append(("accounts", opened))


def _account_values(account: Account, suffix: str) -> dict[str, Any]:
    owner = rows.owner_id(account.owner)
    return {f"owner{suffix}": owner, f"currency{suffix}": account.currency, f"purse{suffix}": account.purse.value}


def _add_entries(changes: Changes, parts: list[Part], values: dict[str, Any]) -> None:
    for number, entry in enumerate(changes.entries):
        parts.append(("entry", number, len(entry.postings)))
        values |= {f"entry_kind_{number}": entry.kind.value, f"entry_reference_{number}": entry.reference}
        values[f"entry_at_{number}"] = entry.at
        for line, posting in enumerate(entry.postings, 1):
            name = f"_{number}_{line}"
            values |= _account_values(posting.account, name)
            values |= {f"side{name}": posting.side.value, f"amount{name}": posting.amount}


def _add_settlement(changes: Changes, parts: list[Part], values: dict[str, Any]) -> None:
    settlement = changes.settlement
    if settlement is None:
        return
    values |= {"settlement_kind": settlement.kind.value, "offer_id": settlement.offer_id}
    parts.append(("settlement", None if settlement.entry is None else changes.entries.index(settlement.entry)))


def _add_event(changes: Changes, parts: list[Part], values: dict[str, Any]) -> None:
    event = changes.event
    if event is None:
        return
    parts.append(("event",))
    values |= {"event_offer_id": event.offer_id, "event_version": event.version, "event_at": event.at}
    values |= {"event_kind": event.kind.value, "event_state": event.state.value, "event_by": event.by}


def _add_dispute(changes: Changes, parts: list[Part], values: dict[str, Any]) -> None:
    if changes.dispute is None:
        return
    parts.append(("new_dispute" if changes.dispute.resolved_at is None else "dispute",))
    values |= {f"dispute_{name}": value for name, value in rows.dispute_values(changes.dispute).items()}


def _add_act(changes: Changes, parts: list[Part], values: dict[str, Any]) -> None:
    act = changes.staff_act
    if act is None:
        return
    parts.append(("staff_act",))
    values |= {"act_by": act.by, "act_at": act.at, "act_act": act.act, "act_subject": act.subject, "act_note": act.note}


def _add_notices(changes: Changes, parts: list[Part], values: dict[str, Any], message_id_domain: str) -> None:
    told = changes.notices
    if not told:
        return
    assert changes.event is not None
    # The server sorts ids as they are sorted here, byte by byte.
    traders: list[UUID] = sorted({notice.trader_id for notice in told})
    numbers = [traders.index(notice.trader_id) for notice in told]
    parts += [("counter", number, numbers.count(number)) for number in range(len(traders))]
    parts.append(("notices", *numbers))
    values |= {f"told_{number}": trader_id for number, trader_id in enumerate(traders)}
    for number, notice in enumerate(told):
        values[f"notice_kind_{number}"] = notice.kind.value
        values[f"frame_{number}"] = frame_text(notice.frame)
        values[f"facts_{number}"] = json.dumps(notice.facts)
        values[f"is_mailed_{number}"] = notice.is_mailed
    values["notice_offer_id"], values["notice_offer_version"] = told[0].offer_id, told[0].offer_version
    values["notice_at"], values["message_id_domain"] = changes.event.at, message_id_domain
