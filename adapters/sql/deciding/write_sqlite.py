"""Writing a decision on SQLite, statement by statement, under the one write lock that the unit holds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Text, bindparam, insert, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Connection

from domain.errors import Fault
from domain.model.changes import AdChange, Changes, DisputeChange, OfferChange
from domain.model.chat import ChatChange
from domain.model.facts import plain_values
from domain.model.feedback import Feedback
from domain.model.ledger import BalanceChange, Entry, Purse
from domain.model.message_ids import of_notice
from domain.model.notices import Notice, urgency_of

from ..connections.failures import TryAgain
from ..schema import mapping as rows
from ..schema.facts import insert_of, own_entries
from ..schema.next_id import next_id_on_sqlite
from ..schema.tables import (
    DESK_OWNER_ID,
    accounts,
    ads,
    chat_members,
    chats,
    disputes,
    entries,
    idempotency_keys,
    letters,
    notice_counters,
    notices,
    offers,
    postings,
    second_factors,
    traders,
)
from ..schema.told_rows import letter_alone_values, notice_values
from ..schema.types import BIG, Amount, Id, Moment
from .statement_parts import FACTOR_PROGRESS

# Statements are built once: building one, and finding its text by what it is made of, takes longer than executing it.
_INSERT = {table: insert(table) for table in (accounts, ads, chat_members, chats, letters, notices, offers, postings)}
_ADD_LETTER_ALONE = insert(letters)
# The desk's fees are no balance, but postings need an account.
_OPEN_FEES = (
    sqlite.insert(accounts)
    .values(
        owner=DESK_OWNER_ID,
        currency=bindparam("of_currency", type_=Text()),
        purse="fees",
        balance=Decimal(0),
        version=0,
    )
    .on_conflict_do_nothing()
)
_ADD_ENTRY = insert(entries).values(id=next_id_on_sqlite(entries)).returning(entries.c.id)
_MOVE_OFFER = update(offers).where(
    offers.c.id == bindparam("of_id"),
    offers.c.state == bindparam("state_before"),
    offers.c.version == bindparam("version_before"),
)
_MOVE_OFFER_IN_TIME = _MOVE_OFFER.where(offers.c.deadline > bindparam("moved_at", type_=Moment))
_MOVE_AD = update(ads).where(ads.c.id == bindparam("of_id"), ads.c.version == bindparam("version_before"))
_CHANGE_DISPUTE = update(disputes).where(
    disputes.c.offer_id == bindparam("of_id"),
    disputes.c.version == bindparam("of_version"),
    disputes.c.resolved_at.is_(None),
    disputes.c.changes == bindparam("changes_before"),
)
_RATE = (
    update(traders)
    .where(traders.c.id == bindparam("whom", type_=Id))
    .values(
        positive_feedback_count=traders.c.positive_feedback_count + bindparam("positive", type_=BIG),
        negative_feedback_count=traders.c.negative_feedback_count + bindparam("negative", type_=BIG),
        stars_total=traders.c.stars_total + bindparam("stars", type_=BIG),
        stars_count=traders.c.stars_count + 1,
    )
)
_MOVE_CHAT = update(chats).where(chats.c.offer_id == bindparam("of_id"), chats.c.last == bindparam("last_before"))
_MOVE_MEMBER = update(chat_members).where(
    chat_members.c.offer_id == bindparam("of_id"),
    chat_members.c.trader_id == bindparam("of_trader", type_=Id),
    chat_members.c.read_up_to == bindparam("read_before"),
)
_TAKE_NUMBERS = (
    update(notice_counters)
    .where(notice_counters.c.trader_id == bindparam("of_trader", type_=Id))
    .values(last=notice_counters.c.last + bindparam("count", type_=BIG))
    .returning(notice_counters.c.last, notice_counters.c.epoch)
)
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


def put_down_factor(connection: Connection, values: dict[str, Any]) -> None:
    """Keep what came of a one-time password, as columns. Raises ``TryAgain`` where it was turned off meanwhile."""
    progress = {name: values[name] for name in FACTOR_PROGRESS}
    own = second_factors.c.trader_id == values["trader_id"]
    if connection.execute(update(second_factors).where(own).values(progress)).rowcount != 1:
        raise TryAgain("the authenticator is gone")


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
    entry_ids = [_write_entry(connection, entry) for entry in changes.entries]
    if changes.dispute is not None:
        _change_dispute(connection, changes.dispute)
    if changes.chat is not None:
        _write_chat(connection, changes.chat)
    for fact in changes.facts:
        places = own_entries(changes, fact)
        owned = {name: None if place is None else entry_ids[place] for name, place in places.items()}
        connection.execute(insert_of(type(fact)), plain_values(fact) | owned)
        if isinstance(fact, Feedback):
            _expect_one(connection.execute(_RATE, rows.rating_values(fact)).rowcount, "trader")
    if changes.notices:
        _write_notices(connection, changes.notices, message_id_domain)
    if changes.letters:
        letters_alone = [letter_alone_values(letter, message_id_domain) for letter in changes.letters]
        connection.execute(_ADD_LETTER_ALONE, letters_alone)


def _write_offer(connection: Connection, change: OfferChange) -> None:
    if change.before is None:
        connection.execute(_INSERT[offers], rows.offer_values(change.after))
        return
    before = change.before
    guard: dict[str, Any] = {"of_id": before.id, "state_before": before.state.value, "version_before": before.version}
    statement = _MOVE_OFFER
    if change.before_deadline:
        statement, guard["moved_at"] = _MOVE_OFFER_IN_TIME, change.at
    _expect_one(connection.execute(statement, rows.offer_progress(change.after) | guard).rowcount, "offer")


def _write_ad(connection: Connection, change: AdChange) -> None:
    if change.before is None:
        connection.execute(_INSERT[ads], rows.ad_values(change.after))
        return
    guard = {"of_id": change.before.id, "version_before": change.before.version}
    written = rows.ad_edited(change.after) if change.is_edit else rows.ad_progress(change.after)
    _expect_one(connection.execute(_MOVE_AD, written | guard).rowcount, "ad")


def _write_balances(connection: Connection, changes: tuple[BalanceChange, ...]) -> None:
    for change in changes:
        account = change.account
        owner, purse = rows.owner_id(account.owner), account.purse.value
        if change.before is None:
            version = 1 if change.after else 0
            values = {"owner": owner, "currency": account.currency, "purse": purse}
            connection.execute(_INSERT[accounts], {**values, "balance": change.after, "version": version})
        else:
            key = {"of_owner": owner, "of_currency": account.currency, "of_purse": purse}
            moved = connection.execute(_MOVE_BALANCE, {**key, "before": change.before, "after": change.after})
            _expect_one(moved.rowcount, "account")


def _write_entry(connection: Connection, entry: Entry) -> int:
    values = {"kind": entry.kind.value, "reference": entry.reference, "at": entry.at}
    entry_id: int = connection.execute(_ADD_ENTRY, values).scalar_one()
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
    for posting in entry.postings:
        if posting.account.purse is Purse.FEES:
            connection.execute(_OPEN_FEES, {"of_currency": posting.account.currency})
    connection.execute(_INSERT[postings], lines)
    return entry_id


def _change_dispute(connection: Connection, change: DisputeChange) -> None:
    before = change.before
    guard = {"of_id": before.offer_id, "of_version": before.version, "changes_before": before.changes}
    changed = connection.execute(_CHANGE_DISPUTE, rows.dispute_progress(change.after) | guard)
    _expect_one(changed.rowcount, "dispute")


def _write_chat(connection: Connection, change: ChatChange) -> None:
    after = change.after
    progress = {"last": after.last, "headcount": len(after.members)}
    if change.before is None:
        connection.execute(_INSERT[chats], {"offer_id": after.offer_id, **progress})
    else:
        guard = {"of_id": after.offer_id, "last_before": change.before.last}
        _expect_one(connection.execute(_MOVE_CHAT, progress | guard).rowcount, "chat")
    for before, member in change.changed_members:
        values = rows.member_values(member)
        if before is None:
            connection.execute(_INSERT[chat_members], {"offer_id": after.offer_id, **values})
        else:
            guard = {"of_id": after.offer_id, "of_trader": values.pop("trader_id"), "read_before": before.read_up_to}
            _expect_one(connection.execute(_MOVE_MEMBER, values | guard).rowcount, "chat")


def _write_notices(connection: Connection, told: tuple[Notice, ...], message_id_domain: str) -> None:
    numbered: list[dict[str, Any]] = []
    mailed: list[dict[str, Any]] = []
    for trader_id in sorted({notice.trader_id for notice in told}, key=str):
        own = [notice for notice in told if notice.trader_id == trader_id]
        taken = {"of_trader": trader_id, "count": len(own)}
        counter = connection.execute(_TAKE_NUMBERS, taken).one_or_none()
        if counter is None:
            raise Fault(f"trader {trader_id} has no notice counter")
        last, epoch = counter
        for number, notice in enumerate(own, last - len(own) + 1):
            key = {"trader_id": trader_id, "number": number}
            numbered.append({**key, **notice_values(notice)})
            if notice.is_mailed:
                queued = {"state": "queued", "attempts": 0, "next_attempt_at": notice.at}
                queued["urgency"] = urgency_of(notice.kind).value
                message_id = of_notice(number, trader_id, message_id_domain, epoch)
                mailed.append({**key, "message_id": message_id, **queued})
    connection.execute(_INSERT[notices], numbered)
    if mailed:
        connection.execute(_INSERT[letters], mailed)


def _expect_one(rowcount: int, what: str) -> None:
    if rowcount != 1:
        raise TryAgain(f"the {what} changed since it was read")
