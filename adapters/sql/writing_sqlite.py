"""Writing a decision on SQLite, statement by statement, under the one write lock that the unit holds."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Text, bindparam, insert, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Connection

from domain.errors import Fault
from domain.model.changes import AdChange, Changes, OfferChange
from domain.model.ledger import BalanceChange, Entry
from domain.model.notices import Notice, frame_text

from . import rows
from .failures import TryAgain
from .messages import message_id
from .tables import (
    accounts,
    ads,
    audit_trail,
    disputes,
    entries,
    idempotency_keys,
    letters,
    notice_counters,
    notices,
    offer_history,
    offers,
    postings,
    settlements,
)
from .types import Amount, Id, Moment

_MOVE_BALANCE = (
    update(accounts)
    .where(
        accounts.c.owner == bindparam("of_owner", type_=Id),
        accounts.c.currency == bindparam("of_currency"),
        accounts.c.purse == bindparam("of_purse"),
        accounts.c.balance == bindparam("before", type_=Amount),
    )
    .values(balance=bindparam("after", type_=Amount), version=accounts.c.version + 1)
)


_ANSWER = {
    name: bindparam(name, type_=idempotency_keys.c[name].type)
    for name in ("fingerprint", "status", "body", "location", "created_at")
}
_KEEP_ANSWER = (
    sqlite.insert(idempotency_keys)
    .values(trader_id=bindparam("trader_id", type_=Id), key=bindparam("key", type_=Text()), **_ANSWER)
    .on_conflict_do_update(
        index_elements=[idempotency_keys.c.trader_id, idempotency_keys.c.key],
        set_=_ANSWER,
        where=idempotency_keys.c.created_at < bindparam("horizon", type_=Moment),
    )
    .returning(idempotency_keys.c.key)
)


def keep_answer(connection: Connection, answer: dict[str, Any]) -> bool:
    """Keep an answer, as columns and ``horizon``; False where one of after the horizon is there."""
    return connection.execute(_KEEP_ANSWER, answer).scalar_one_or_none() is not None


def write(connection: Connection, changes: Changes, message_id_domain: str) -> None:
    """Write it all. Raises ``TryAgain`` where a guard does not hold."""
    # A new offer refers to its ad, so a new ad comes before it; of moves, the offer's guard is the first.
    if changes.offer is not None:
        _write_offer(connection, changes.offer)
    if changes.ad is not None:
        _write_ad(connection, changes.ad)
    _write_balances(connection, changes.balances)
    entry_ids = {id(entry): _write_entry(connection, entry) for entry in changes.entries}
    if changes.settlement is not None:
        settlement = changes.settlement
        entry_id = entry_ids[id(settlement.entry)] if settlement.entry is not None else None
        settled = {"offer_id": settlement.offer_id, "kind": settlement.kind.value, "entry_id": entry_id}
        connection.execute(insert(settlements), settled)
    if changes.event is not None:
        event = changes.event
        connection.execute(
            insert(offer_history),
            {
                "offer_id": event.offer_id,
                "version": event.version,
                "kind": event.kind.value,
                "state": event.state.value,
                "at": event.at,
                "by": event.by,
            },
        )
    if changes.dispute is not None:
        _write_dispute(connection, changes)
    if changes.staff_act is not None:
        act = changes.staff_act
        values = {"by": act.by, "at": act.at, "act": act.act, "subject": act.subject, "note": act.note}
        connection.execute(insert(audit_trail), values)
    if changes.notices:
        assert changes.event is not None
        _write_notices(connection, changes.notices, changes.event.at, message_id_domain)


def _write_offer(connection: Connection, change: OfferChange) -> None:
    if change.before is None:
        connection.execute(insert(offers), rows.offer_values(change.after))
        return
    before = change.before
    statement = update(offers).where(
        offers.c.id == before.id, offers.c.state == before.state.value, offers.c.version == before.version
    )
    if change.before_deadline:
        statement = statement.where(offers.c.deadline > change.at)
    _expect_one(connection.execute(statement, rows.offer_progress(change.after)).rowcount, "offer")


def _write_ad(connection: Connection, change: AdChange) -> None:
    if change.before is None:
        connection.execute(insert(ads), rows.ad_values(change.after))
        return
    statement = update(ads).where(ads.c.id == change.before.id, ads.c.version == change.before.version)
    _expect_one(connection.execute(statement, rows.ad_progress(change.after)).rowcount, "ad")


def _write_balances(connection: Connection, changes: tuple[BalanceChange, ...]) -> None:
    for change in changes:
        account = change.account
        owner, purse = rows.owner_id(account.owner), account.purse.value
        if change.before is None:
            version = 1 if change.after else 0
            values = {"owner": owner, "currency": account.currency, "purse": purse}
            connection.execute(insert(accounts), {**values, "balance": change.after, "version": version})
        else:
            key = {"of_owner": owner, "of_currency": account.currency, "of_purse": purse}
            moved = connection.execute(_MOVE_BALANCE, {**key, "before": change.before, "after": change.after})
            _expect_one(moved.rowcount, "account")


def _write_entry(connection: Connection, entry: Entry) -> int:
    values = {"kind": entry.kind.value, "reference": entry.reference, "at": entry.at}
    entry_id: int = connection.execute(insert(entries).returning(entries.c.id), values).scalar_one()
    lines = [
        {
            "entry_id": entry_id,
            "line": line,
            "owner": rows.owner_id(posting.account.owner),
            "currency": posting.account.currency,
            "purse": posting.account.purse.value,
            "side": posting.side.value,
            "amount": posting.amount,
        }
        for line, posting in enumerate(entry.postings, 1)
    ]
    connection.execute(insert(postings), lines)
    return entry_id


def _write_dispute(connection: Connection, changes: Changes) -> None:
    assert changes.dispute is not None
    values = rows.dispute_values(changes.dispute)
    if changes.dispute.resolved_at is None:
        connection.execute(insert(disputes), values)
        return
    open_dispute = update(disputes).where(
        disputes.c.offer_id == changes.dispute.offer_id, disputes.c.resolved_at.is_(None)
    )
    _expect_one(connection.execute(open_dispute, values).rowcount, "dispute")


def _write_notices(connection: Connection, told: tuple[Notice, ...], at: Any, message_id_domain: str) -> None:
    numbered: list[dict[str, Any]] = []
    mailed: list[dict[str, Any]] = []
    for trader_id in sorted({notice.trader_id for notice in told}, key=str):
        own = [notice for notice in told if notice.trader_id == trader_id]
        counter = notice_counters.c.trader_id == trader_id
        last = connection.execute(select(notice_counters.c.last).where(counter)).scalar_one_or_none()
        if last is None:
            raise Fault(f"trader {trader_id} has no notice counter")
        connection.execute(update(notice_counters).where(counter), {"last": last + len(own)})
        for number, notice in enumerate(own, last + 1):
            key = {"trader_id": trader_id, "number": number}
            numbered.append(
                {
                    **key,
                    "kind": notice.kind.value,
                    "offer_id": notice.offer_id,
                    "offer_version": notice.offer_version,
                    "frame": frame_text(notice.frame),
                    "facts": json.dumps(notice.facts),
                    "is_mailed": notice.is_mailed,
                    "created_at": at,
                }
            )
            if notice.is_mailed:
                own_id = message_id(number, trader_id, message_id_domain)
                queued = {"state": "queued", "attempts": 0, "next_attempt_at": at}
                mailed.append({**key, "message_id": own_id, **queued})
    connection.execute(insert(notices), numbered)
    if mailed:
        connection.execute(insert(letters), mailed)


def _expect_one(rowcount: int, what: str) -> None:
    if rowcount != 1:
        raise TryAgain(f"the {what} changed since it was read")
