"""Writing a decision on PostgreSQL: one data-modifying statement, whatever the decision.

The statement is put together from the parts that a decision has, and kept by its shape, so that the server need not
plan it each time. Every row is found by its key, each in a part of its own: a join with a set of rows is planned by a
guess at their number, and a connection keeps its plans. Row locks on offer, ad and accounts are held from the locked
read, but for the ad that an offer is made on; what others have is locked here only in the notice counters, after all
these and in the order of their traders. Every guard is counted, and one that does not hold undoes the unit. Parts have
no order but that in which the guards ask for them, which is the one they are listed in; the others come after these.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from domain.model.changes import Changes
from domain.model.facts import Fact, plain_values
from domain.model.feedback import Feedback
from domain.model.ledger import Account, Purse
from domain.model.message_ids import around_number
from domain.model.notices import urgency_of

from ..schema import mapping as rows
from ..schema.facts import own_entries
from ..schema.told_rows import letter_alone_values, notice_values
from .prepared import numbered
from .statement_parts import ACCOUNT_COLUMNS, Shape, part_of


def statement(
    changes: Changes,
    message_id_domain: str,
    answer: Mapping[str, Any] | None = None,
    factor: Mapping[str, Any] | None = None,
) -> tuple[str, tuple[Any, ...]] | None:
    """What writes it all, and the answer that is kept with it, as columns and ``horizon``; None for no change.

    ``factor`` is what came of a one-time password, as columns; its row is locked.

    The database refuses it as a serialization failure where a guard does not hold.
    """
    shapes: list[Shape] = []
    values: dict[str, Any] = {}
    for add in (_add_offer, _add_ad, _add_balances, _add_entries, _add_dispute, _add_chat, _add_facts):
        add(changes, shapes, values)
    _add_notices(changes, shapes, values, message_id_domain)
    _add_letters_alone(changes, shapes, values, message_id_domain)
    if factor is not None:
        shapes.append(("second_factor",))
        values |= {f"factor_{name}": value for name, value in factor.items()}
    if answer is not None:
        shapes.append(("answer",))
        values |= {f"answer_{name}": value for name, value in answer.items()}
    if not shapes:
        return None
    text, names = _text(tuple(shapes))
    return text, tuple([values[name] for name in names])


@lru_cache(maxsize=256)
def _text(shapes: tuple[Shape, ...]) -> tuple[str, tuple[str, ...]]:
    parts = [part_of(shape) for shape in shapes]
    guards = ", ".join(part.condition for part in parts if part.guards)
    queries = ", ".join(part.text for part in parts)
    return numbered(" ".join(f"WITH {queries} SELECT {guards or '1'}".split()))


def _add_offer(changes: Changes, shapes: list[Shape], values: dict[str, Any]) -> None:
    change = changes.offer
    if change is None:
        return
    if change.before is None:
        shapes.append(("new_offer",))
        values |= {f"offer_{name}": value for name, value in rows.offer_values(change.after).items()}
        return
    shapes.append(("offer_in_time" if change.before_deadline else "offer",))
    values |= {f"offer_{name}": value for name, value in rows.offer_progress(change.after).items()}
    values |= {
        "offer_id": change.before.id,
        "offer_state_before": change.before.state.value,
        "offer_version_before": change.before.version,
        "offer_at": change.at,
    }


def _add_ad(changes: Changes, shapes: list[Shape], values: dict[str, Any]) -> None:
    change = changes.ad
    if change is None:
        return
    if change.before is None:
        shapes.append(("new_ad",))
        values |= {f"ad_{name}": value for name, value in rows.ad_values(change.after).items()}
        return
    before = change.before
    if change.reserves is not None:
        shapes.append(("reservation",))
        is_the_rest = change.reserves == before.available
        values |= {"ad_id": before.id, "ad_edition_before": before.edition, "ad_reserves": change.reserves}
        values["ad_available_limit"] = change.reserves if is_the_rest else before.crypto_amount
        values["ad_trade_started_at"] = change.after.trade_started_at
        return
    shapes.append(("edited_ad" if change.is_edit else "ad",))
    written = rows.ad_edited(change.after) if change.is_edit else rows.ad_progress(change.after)
    values |= {f"ad_{name}": value for name, value in written.items()}
    values |= {"ad_id": before.id, "ad_version_before": before.version}


def _add_balances(changes: Changes, shapes: list[Shape], values: dict[str, Any]) -> None:
    opened = 0
    for number, change in enumerate(changes.balances):
        account, after = change.account, change.after
        if change.before is not None:
            shapes.append(("balance", number))
            values |= _account_values(account, f"_{number}")
            values |= {f"before_{number}": change.before, f"after_{number}": after}
            continue
        new = (rows.owner_id(account.owner), account.currency, account.purse.value, after, int(after != 0))
        values |= {f"opened_{opened}_{name}": value for name, value in zip(ACCOUNT_COLUMNS, new, strict=True)}
        opened += 1
    if opened:
        shapes.append(("accounts", opened))


def _account_values(account: Account, suffix: str) -> dict[str, Any]:
    owner = rows.owner_id(account.owner)
    return {f"owner{suffix}": owner, f"currency{suffix}": account.currency, f"purse{suffix}": account.purse.value}


def _add_entries(changes: Changes, shapes: list[Shape], values: dict[str, Any]) -> None:
    for number, entry in enumerate(changes.entries):
        shapes += [("entry", number), ("postings", number, len(entry.postings))]
        values |= {f"entry_kind_{number}": entry.kind.value, f"entry_reference_{number}": entry.reference}
        values[f"entry_at_{number}"] = entry.at
        for line, posting in enumerate(entry.postings, 1):
            if posting.account.purse is Purse.FEES:
                # One currency a decision: an offer's.
                shapes.append(("fees_account",))
                values["fees_currency"] = posting.account.currency
            name = f"_{number}_{line}"
            values |= _account_values(posting.account, name)
            values |= {f"side{name}": posting.side.value, f"amount{name}": posting.amount}


def _add_dispute(changes: Changes, shapes: list[Shape], values: dict[str, Any]) -> None:
    if changes.dispute is None:
        return
    after = changes.dispute.after
    shapes.append(("dispute",))
    values |= {f"dispute_{name}": value for name, value in rows.dispute_progress(after).items()}
    values |= {"dispute_offer_id": after.offer_id, "dispute_version": after.version}
    values["dispute_changes_before"] = changes.dispute.before.changes


def _add_chat(changes: Changes, shapes: list[Shape], values: dict[str, Any]) -> None:
    change = changes.chat
    if change is None:
        return
    after = change.after
    values |= {"chat_offer_id": after.offer_id, "chat_last": after.last, "chat_headcount": len(after.members)}
    if change.before is None:
        shapes.append(("new_chat",))
    else:
        shapes.append(("chat",))
        values["chat_last_before"] = change.before.last
    new = []
    for number, (before, member) in enumerate(change.changed_members):
        values |= {f"member_{number}_{name}": value for name, value in rows.member_values(member).items()}
        if before is None:
            new.append(number)
        else:
            shapes.append(("chat_member", number))
            values[f"member_{number}_read_before"] = before.read_up_to
    if new:
        shapes.append(("new_chat_members", *new))


def _add_facts(changes: Changes, shapes: list[Shape], values: dict[str, Any]) -> None:
    rows_of: dict[type[Fact], list[tuple[int, tuple[int | None, ...]]]] = {}
    for number, fact in enumerate(changes.facts):
        if isinstance(fact, Feedback):
            shapes.append(("rating", number))
            values |= {f"rating_{number}_{name}": value for name, value in rows.rating_values(fact).items()}
        rows_of.setdefault(type(fact), []).append((number, tuple(own_entries(changes, fact).values())))
        values |= {f"fact_{number}_{name}": value for name, value in plain_values(fact).items()}
    shapes += [("facts", kind, *numbered_rows) for kind, numbered_rows in rows_of.items()]


def _add_notices(changes: Changes, shapes: list[Shape], values: dict[str, Any], message_id_domain: str) -> None:
    told = changes.notices
    if not told:
        return
    # The server sorts ids as they are sorted here, byte by byte.
    traders: list[UUID] = sorted({notice.trader_id for notice in told})
    places = [traders.index(notice.trader_id) for notice in told]
    shapes += [("counter", trader, places.count(trader)) for trader in range(len(traders))]
    for trader, trader_id in enumerate(traders):
        before, behind = around_number(trader_id, message_id_domain)
        values[f"told_{trader}"] = trader_id
        values |= {f"message_id_before_{trader}": before, f"message_id_behind_{trader}": behind}
    numbered_notices = [(trader, places[place + 1 :].count(trader)) for place, trader in enumerate(places)]
    mailed = [
        (place, urgency_of(notice.kind).value, *numbered_notices[place])
        for place, notice in enumerate(told)
        if notice.is_mailed
    ]
    shapes.append(("notices", *numbered_notices))
    if mailed:
        shapes.append(("letters", *mailed))
    for place, notice in enumerate(told):
        values |= {f"notice_{place}_{name}": value for name, value in notice_values(notice).items()}


def _add_letters_alone(changes: Changes, shapes: list[Shape], values: dict[str, Any], message_id_domain: str) -> None:
    if changes.letters:
        shapes.append(("letters_alone", len(changes.letters)))
    for place, letter in enumerate(changes.letters):
        of_letter = letter_alone_values(letter, message_id_domain)
        values |= {f"letter_{place}_{name}": value for name, value in of_letter.items()}
