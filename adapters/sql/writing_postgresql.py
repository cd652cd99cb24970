"""Writing a decision on PostgreSQL: one data-modifying statement, whatever the decision.

The statement is put together from the parts that a decision has, and kept by its shape, so that the server prepares
each shape once a connection. Sets of rows travel as JSON. Row locks on offer, ad and accounts are held from the
locked read, but for the ad that an offer is made on; what else is locked here are the notice counters, last and in
the order of their traders. Every guard is counted, and one that does not hold undoes the unit: a statement's parts
have no order among themselves, but nothing of them is kept unless all of it was right.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from domain.model.changes import Changes
from domain.model.ledger import Account, BalanceChange
from domain.model.notices import frame_text

from . import rows

_COUNTED = ("offer", "ad", "balances", "dispute", "notices", "answer")
_EXPECTED = {"balances": "%(balances_count)s", "notices": "%(notices_count)s"}
"""How many rows a guard expects, where it is not one."""


def statement(
    changes: Changes, message_id_domain: str, answer: Mapping[str, Any] | None = None
) -> tuple[str, dict[str, Any]] | None:
    """What writes it all, and the answer that is kept with it, as columns and ``horizon``; None for no change.

    The database refuses it as a serialization failure where a guard does not hold.
    """
    parts: list[str] = []
    values: dict[str, Any] = {}
    for add in (_add_offer, _add_ad, _add_balances, _add_entries, _add_settlement, _add_event, _add_dispute, _add_act):
        add(changes, parts, values)
    _add_notices(changes, parts, values, message_id_domain)
    if answer is not None:
        parts.append("answer")
        values |= {f"answer_{name}": value for name, value in answer.items()}
    return (_text(tuple(parts)), values) if parts else None


@lru_cache(maxsize=128)
def _text(parts: tuple[str, ...]) -> str:
    queries = ", ".join(_PARTS[part] for part in parts)
    written = [name for name in _COUNTED if any(f"written_{name} AS" in _PARTS[part] for part in parts)]
    guards = ", ".join(
        f"expect_rows('{name}', (SELECT count(*) FROM written_{name}), {_EXPECTED.get(name, 1)})" for name in written
    )
    # The driver takes texts apart anew at each execution where they are longer than four kilobytes.
    return " ".join(f"WITH {queries} SELECT {guards or '1'}".split())


def _insert(table: str, columns: tuple[str, ...], prefix: str) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join(f"%({prefix}{column})s" for column in columns)
    return f"INSERT INTO {table} ({names}) VALUES ({marks})"


_AD_COLUMNS = (
    *("id", "maker_id", "ad_type", "crypto_currency", "crypto_decimals", "fiat_currency", "fiat_decimals"),
    *("payment_method", "price_per_unit", "crypto_amount", "min_limit", "max_limit", "start_date", "end_date"),
    *("time_to_pay", "auto_reply_message", "terms_of_trade", "additional_information", "bank_account_name"),
    *("bank_account_number", "bank_name", "payment_details", "created_at", "status", "available", "reserved"),
    *("sold", "withdrawn", "trade_started_at", "trade_completed_at", "version"),
)
_OFFER_COLUMNS = (
    *("id", "ad_id", "taker_id", "currency_amount", "fiat_amount", "bank_account_name", "bank_account_number"),
    *("bank_name", "created_at", "deadline", "state", "paid_at", "ended_at", "version"),
)
_DISPUTE_COLUMNS = (
    "offer_id",
    "opened_by",
    "reason",
    "opened_at",
    "resolved_by",
    "in_favour_of",
    "note",
    "resolved_at",
)
_HISTORY_COLUMNS = ("offer_id", "version", "kind", "state", "at", "by")

_ANSWER_COLUMNS = ("trader_id", "key", "fingerprint", "status", "body", "location", "created_at")

_PARTS = {
    "new_offer": f"written_offer AS ({_insert('offers', _OFFER_COLUMNS, 'offer_')} RETURNING 1)",
    "offer": """written_offer AS (
        UPDATE offers SET state = %(offer_state)s, paid_at = %(offer_paid_at)s, ended_at = %(offer_ended_at)s,
            version = %(offer_version)s
        WHERE id = %(offer_id)s AND state = %(offer_state_before)s AND version = %(offer_version_before)s
        RETURNING 1)""",
    "offer_in_time": """written_offer AS (
        UPDATE offers SET state = %(offer_state)s, paid_at = %(offer_paid_at)s, ended_at = %(offer_ended_at)s,
            version = %(offer_version)s
        WHERE id = %(offer_id)s AND state = %(offer_state_before)s AND version = %(offer_version_before)s
            AND deadline > %(offer_at)s
        RETURNING 1)""",
    "new_ad": f"written_ad AS ({_insert('ads', _AD_COLUMNS, 'ad_')} RETURNING 1)",
    "ad": """written_ad AS (
        UPDATE ads SET status = %(ad_status)s, available = %(ad_available)s, reserved = %(ad_reserved)s,
            sold = %(ad_sold)s, withdrawn = %(ad_withdrawn)s, trade_started_at = %(ad_trade_started_at)s,
            trade_completed_at = %(ad_trade_completed_at)s, version = %(ad_version)s
        WHERE id = %(ad_id)s AND version = %(ad_version_before)s
        RETURNING 1)""",
    "reservation": """written_ad AS (
        UPDATE ads SET available = available - %(ad_reserves)s, reserved = reserved + %(ad_reserves)s,
            trade_started_at = coalesce(trade_started_at, %(ad_trade_started_at)s), version = version + 1
        WHERE id = %(ad_id)s AND status = %(ad_status_before)s
            AND available BETWEEN %(ad_reserves)s AND %(ad_available_limit)s
        RETURNING 1)""",
    "balances": """written_balances AS (
        UPDATE accounts SET balance = moved.after, version = accounts.version + 1
        FROM json_to_recordset(%(moved)s::json)
            AS moved (owner uuid, currency text, purse text, before numeric, after numeric)
        WHERE accounts.owner = moved.owner AND accounts.currency = moved.currency
            AND accounts.purse = moved.purse AND accounts.balance = moved.before
        RETURNING 1)""",
    "accounts": """opened_accounts AS (
        INSERT INTO accounts (owner, currency, purse, balance, version)
        SELECT owner, currency, purse, after, (after <> 0)::int
        FROM json_to_recordset(%(opened)s::json) AS opened (owner uuid, currency text, purse text, after numeric))""",
    "entries": """written_entries AS (
        INSERT INTO entries (kind, reference, at)
        SELECT kind, reference, %(entry_at)s::timestamptz
        FROM json_to_recordset(%(entries)s::json) AS entry (kind text, reference text)
        RETURNING id, kind, reference),
    written_postings AS (
        INSERT INTO postings (entry_id, line, owner, currency, purse, side, amount)
        SELECT written_entries.id, line, owner, currency, purse, side, amount
        FROM json_to_recordset(%(postings)s::json) AS posting (kind text, reference text, line smallint, owner uuid,
            currency text, purse text, side text, amount numeric)
        JOIN written_entries USING (kind, reference))""",
    "settlement": """written_settlement AS (
        INSERT INTO settlements (offer_id, kind, entry_id) VALUES (%(offer_id)s, %(settlement_kind)s, NULL))""",
    "settlement_entry": """written_settlement AS (
        INSERT INTO settlements (offer_id, kind, entry_id)
        SELECT %(offer_id)s, %(settlement_kind)s, id FROM written_entries WHERE kind = %(settlement_entry_kind)s)""",
    "event": f"written_event AS ({_insert('offer_history', _HISTORY_COLUMNS, 'event_')})",
    "new_dispute": f"written_dispute AS ({_insert('disputes', _DISPUTE_COLUMNS, 'dispute_')} RETURNING 1)",
    "dispute": """written_dispute AS (
        UPDATE disputes SET resolved_by = %(dispute_resolved_by)s, in_favour_of = %(dispute_in_favour_of)s,
            note = %(dispute_note)s, resolved_at = %(dispute_resolved_at)s
        WHERE offer_id = %(dispute_offer_id)s AND resolved_at IS NULL
        RETURNING 1)""",
    "staff_act": f"written_act AS ({_insert('audit_trail', ('by', 'at', 'act', 'subject', 'note'), 'act_')})",
    "notices": """locked_counters AS (
        SELECT trader_id, last FROM notice_counters WHERE trader_id = ANY(%(told)s::uuid[])
        ORDER BY trader_id FOR NO KEY UPDATE),
    raised_counters AS (
        UPDATE notice_counters SET last = locked_counters.last + told.count
        FROM locked_counters JOIN unnest(%(told)s::uuid[], %(told_count)s::bigint[]) AS told (trader_id, count)
            USING (trader_id)
        WHERE notice_counters.trader_id = locked_counters.trader_id),
    written_notices AS (
        INSERT INTO notices
            (trader_id, number, kind, offer_id, offer_version, frame, facts, is_mailed, created_at)
        SELECT trader_id, last + ordinal, kind, %(notice_offer_id)s::bigint, %(notice_offer_version)s::bigint,
            frame, facts, is_mailed, %(notice_at)s::timestamptz
        FROM json_to_recordset(%(notices)s::json) AS notice (trader_id uuid, ordinal bigint, kind text, frame text,
            facts text, is_mailed boolean)
        JOIN locked_counters USING (trader_id)
        RETURNING trader_id, number, is_mailed),
    written_letters AS (
        INSERT INTO letters (trader_id, number, message_id, state, attempts, next_attempt_at)
        SELECT trader_id, number, '<notice.' || number || '.' || trader_id || '@' || %(message_id_domain)s || '>',
            'queued', 0, %(notice_at)s::timestamptz
        FROM written_notices WHERE is_mailed)""",
    "answer": f"""written_answer AS (
        {_insert("idempotency_keys", _ANSWER_COLUMNS, "answer_")}
        ON CONFLICT (trader_id, key) DO UPDATE SET fingerprint = excluded.fingerprint, status = excluded.status,
            body = excluded.body, location = excluded.location, created_at = excluded.created_at
        WHERE idempotency_keys.created_at < %(answer_horizon)s
        RETURNING 1)""",
}


def _add_offer(changes: Changes, parts: list[str], values: dict[str, Any]) -> None:
    change = changes.offer
    if change is None:
        return
    if change.before is None:
        parts.append("new_offer")
        values |= {f"offer_{name}": value for name, value in rows.offer_values(change.after).items()}
        return
    parts.append("offer_in_time" if change.before_deadline else "offer")
    values |= {f"offer_{name}": value for name, value in rows.offer_progress(change.after).items()}
    values |= {
        "offer_id": change.before.id,
        "offer_state_before": change.before.state.value,
        "offer_version_before": change.before.version,
        "offer_at": change.at,
    }


def _add_ad(changes: Changes, parts: list[str], values: dict[str, Any]) -> None:
    change = changes.ad
    if change is None:
        return
    if change.before is None:
        parts.append("new_ad")
        values |= {f"ad_{name}": value for name, value in rows.ad_values(change.after).items()}
        return
    before = change.before
    if change.reserves is not None:
        parts.append("reservation")
        is_the_rest = change.reserves == before.available
        values |= {"ad_id": before.id, "ad_status_before": before.status.value, "ad_reserves": change.reserves}
        values["ad_available_limit"] = change.reserves if is_the_rest else before.crypto_amount
        values["ad_trade_started_at"] = change.after.trade_started_at
        return
    parts.append("ad")
    values |= {f"ad_{name}": value for name, value in rows.ad_progress(change.after).items()}
    values |= {"ad_id": before.id, "ad_version_before": before.version}


def _add_balances(changes: Changes, parts: list[str], values: dict[str, Any]) -> None:
    moved = [_account(change.account) | _balance(change) for change in changes.balances if change.before is not None]
    opened = [_account(change.account) | _balance(change) for change in changes.balances if change.before is None]
    if opened:
        parts.append("accounts")
        values["opened"] = json.dumps(opened)
    if moved:
        parts.append("balances")
        values["moved"], values["balances_count"] = json.dumps(moved), len(moved)


def _account(account: Account) -> dict[str, Any]:
    owner = str(rows.owner_id(account.owner))
    return {"owner": owner, "currency": account.currency, "purse": account.purse.value}


def _balance(change: BalanceChange) -> dict[str, Any]:
    # Amounts travel as strings, which the server reads as exact numerics.
    return {"before": None if change.before is None else str(change.before), "after": str(change.after)}


def _add_entries(changes: Changes, parts: list[str], values: dict[str, Any]) -> None:
    if not changes.entries:
        return
    parts.append("entries")
    names = [{"kind": entry.kind.value, "reference": entry.reference} for entry in changes.entries]
    values["entry_at"], values["entries"] = changes.entries[0].at, json.dumps(names)
    values["postings"] = json.dumps(
        [
            name | _account(posting.account) | {"line": line, "side": posting.side.value, "amount": str(posting.amount)}
            for name, entry in zip(names, changes.entries, strict=True)
            for line, posting in enumerate(entry.postings, 1)
        ]
    )


def _add_settlement(changes: Changes, parts: list[str], values: dict[str, Any]) -> None:
    settlement = changes.settlement
    if settlement is None:
        return
    values["settlement_kind"] = settlement.kind.value
    if settlement.entry is None:
        parts.append("settlement")
    else:
        parts.append("settlement_entry")
        values["settlement_entry_kind"] = settlement.entry.kind.value


def _add_event(changes: Changes, parts: list[str], values: dict[str, Any]) -> None:
    event = changes.event
    if event is None:
        return
    parts.append("event")
    values |= {"event_offer_id": event.offer_id, "event_version": event.version, "event_at": event.at}
    values |= {"event_kind": event.kind.value, "event_state": event.state.value, "event_by": event.by}


def _add_dispute(changes: Changes, parts: list[str], values: dict[str, Any]) -> None:
    if changes.dispute is None:
        return
    parts.append("new_dispute" if changes.dispute.resolved_at is None else "dispute")
    values |= {f"dispute_{name}": value for name, value in rows.dispute_values(changes.dispute).items()}


def _add_act(changes: Changes, parts: list[str], values: dict[str, Any]) -> None:
    act = changes.staff_act
    if act is None:
        return
    parts.append("staff_act")
    values |= {"act_by": act.by, "act_at": act.at, "act_act": act.act, "act_subject": act.subject, "act_note": act.note}


def _add_notices(changes: Changes, parts: list[str], values: dict[str, Any], message_id_domain: str) -> None:
    told = changes.notices
    if not told:
        return
    assert changes.event is not None
    parts.append("notices")
    counts: Counter[Any] = Counter()
    listed = []
    for notice in told:
        counts[notice.trader_id] += 1
        listed.append(
            {
                "trader_id": str(notice.trader_id),
                "ordinal": counts[notice.trader_id],
                "kind": notice.kind.value,
                "frame": frame_text(notice.frame),
                "facts": json.dumps(notice.facts),
                "is_mailed": notice.is_mailed,
            }
        )
    values["told"], values["told_count"] = list(counts), list(counts.values())
    values["notices"], values["notices_count"] = json.dumps(listed), len(listed)
    values["notice_offer_id"], values["notice_offer_version"] = told[0].offer_id, told[0].offer_version
    values["notice_at"], values["message_id_domain"] = changes.event.at, message_id_domain
