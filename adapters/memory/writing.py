"""How a decision is written: guarded moves first, then money, facts, notices and letters."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from domain.model import message_ids
from domain.model.ad import Ad
from domain.model.changes import AdChange, Changes, OfferChange
from domain.model.chat import ChatChange
from domain.model.feedback import Feedback
from domain.model.frames import frame_text
from domain.model.ledger import BalanceChange, Entry, Purse
from domain.model.notices import LetterAlone, Notice
from domain.model.offer import Offer
from domain.model.trader import Ratings
from domain.ports.causes import current_cause

from .counts import note_ad, note_offer
from .facts import add_fact, change_dispute
from .tables import LetterRow, NoticeRow, Tables, check_amount, existing
from .unit import Session, StaleRow


def write(session: Session, changes: Changes, message_id_domain: str) -> None:
    """Write all rows of a decision. Raises ``ConcurrentChange`` where a guard does not hold, ``Fault`` for rows that
    no database would take."""
    tables = session.writing()
    if changes.offer is not None:
        _move_offer(tables, changes.offer)
        note_offer(tables, changes, changes.offer.after)
    if changes.ad is not None:
        _move_ad(tables, changes.ad)
        note_ad(tables, changes.ad.after)
    for balance in changes.balances:
        _change_balance(tables, balance)
    for entry in changes.entries:
        _post(tables, entry)
    if changes.dispute is not None:
        change_dispute(tables, changes.dispute)
    if changes.chat is not None:
        _move_chat(tables, changes.chat)
    for fact in changes.facts:
        add_fact(tables, fact, changes.entries)
        if isinstance(fact, Feedback):
            tables.ratings.put(fact.whom, (tables.ratings.get(fact.whom) or Ratings()).with_one_more(fact))
    if changes.notices:
        _add_notices(session, tables, changes, message_id_domain)
    _add_letters_alone(session, tables, changes.letters, message_id_domain)


def _move_offer(tables: Tables, change: OfferChange) -> None:
    before, after = change.before, change.after
    existing(tables.ads, after.ad_id, "ad")
    existing(tables.traders, after.taker_id, "trader")
    _check_offer(after)
    current = tables.offers.get(after.id)
    if before is None:
        if current is not None or tables.take_id("offers") != after.id:
            raise StaleRow(f"the id of offer {after.id} was taken")
    elif current is None or (current.state, current.version) != (before.state, before.version):
        raise StaleRow(f"offer {after.id} is no longer {before.state} at version {before.version}")
    elif change.before_deadline and not current.deadline > change.at:
        raise StaleRow(f"offer {after.id} ran out at {current.deadline}")
    tables.offers.put(after.id, after)


def _check_offer(offer: Offer) -> None:
    for amount in (offer.currency_amount, offer.fiat_amount, offer.price_per_unit):
        check_amount(amount)


def _move_ad(tables: Tables, change: AdChange) -> None:
    before, after = change.before, change.after
    existing(tables.traders, after.maker_id, "trader")
    _check_ad(after)
    current = tables.ads.get(after.id)
    if before is None:
        if current is not None or tables.take_id("ads") != after.id:
            raise StaleRow(f"the id of ad {after.id} was taken")
    elif current is None or current.version != before.version:
        raise StaleRow(f"ad {after.id} is no longer at version {before.version}")
    if current is not None and not change.is_edit:
        # At what price a market ad was seen is no part of a move.
        after = replace(after, price_per_unit=current.price_per_unit, max_limit=current.max_limit)
    tables.ads.put(after.id, replace(after, market=None))


def _check_ad(ad: Ad) -> None:
    parts = (ad.available, ad.reserved, ad.sold, ad.withdrawn)
    for amount in (
        ad.price_per_unit,
        ad.price_margin or Decimal(0),
        ad.crypto_amount,
        ad.min_limit,
        ad.max_limit,
        *parts,
    ):
        check_amount(amount)


def _move_chat(tables: Tables, change: ChatChange) -> None:
    after = change.after
    existing(tables.offers, after.offer_id, "offer")
    for member in after.members:
        existing(tables.traders, member.trader_id, "trader")
    if tables.chats.get(after.offer_id) != change.before:
        raise StaleRow(f"the chat of offer {after.offer_id} was written in meanwhile")
    tables.chats.put(after.offer_id, after)


def _post(tables: Tables, entry: Entry) -> None:
    """Write an entry; the guard on its kind and reference keeps it from being written twice."""
    key = (entry.kind, entry.reference)
    if key in tables.entry_ids:
        raise StaleRow(f"an entry {entry.kind} {entry.reference} is there already")
    for posting in entry.postings:
        check_amount(posting.amount)
        if posting.account.purse is Purse.FEES and posting.account not in tables.balances:
            # The desk's fees are no balance, but postings need an account.
            tables.balances.put(posting.account, Decimal(0))
        existing(tables.balances, posting.account, "account")
        if posting.account.owner is not None and posting.account.purse is Purse.P2P:
            tables.p2p_movers.put(posting.account.owner, True)
    entry_id = tables.take_id("entries")
    tables.entries.put(entry_id, entry)
    tables.entry_ids.put(key, entry_id)


def _change_balance(tables: Tables, change: BalanceChange) -> None:
    account = change.account
    if account.owner is not None:
        existing(tables.traders, account.owner, "trader")
    if tables.balances.get(account) != change.before:
        raise StaleRow(f"the balance of {account} is no longer {change.before}")
    check_amount(change.after, may_be_negative=account.purse is Purse.OUTSIDE)
    tables.balances.put(account, change.after)


def _add_notices(session: Session, tables: Tables, changes: Changes, message_id_domain: str) -> None:
    """Number the notices from each trader's counter, and write the letters of those that are mailed."""
    told = Counter(notice.trader_id for notice in changes.notices)
    numbers = {trader_id: tables.notice_numbers.get(trader_id) or 0 for trader_id in told}
    for notice in changes.notices:
        numbers[notice.trader_id] += 1
        _add_notice(tables, notice, numbers[notice.trader_id], message_id_domain)
    for trader_id, number in numbers.items():
        tables.notice_numbers.put(trader_id, number)
        session.tell(trader_id)


def _add_notice(tables: Tables, notice: Notice, number: int, message_id_domain: str) -> None:
    trader = existing(tables.traders, notice.trader_id, "trader")
    if notice.about is not None:
        existing(tables.offers, notice.about.offer_id, "offer")
    row = NoticeRow(
        trader_id=trader.id,
        number=number,
        kind=notice.kind,
        about=notice.about,
        frame=frame_text(notice.frame),
        created_at=notice.at,
        request_id=current_cause(),
    )
    tables.notices.put((trader.id, number), row)
    if notice.is_mailed:
        message_id = message_ids.of_notice(number, trader.id, message_id_domain)
        _add_letter(tables, notice, number, message_id)


def _add_letters_alone(
    session: Session, tables: Tables, letters: Iterable[LetterAlone], message_id_domain: str
) -> None:
    for letter in letters:
        if letter.id in tables.letters_alone:
            raise StaleRow(f"letter {letter.id} was written before")
        tables.letters_alone.put(letter.id, True)
        _add_letter(tables, letter, None, message_ids.of_letter_alone(letter.id, message_id_domain))
        session.tell(letter.trader_id)


def _add_letter(tables: Tables, told: Notice | LetterAlone, number: int | None, message_id: str) -> None:
    trader = existing(tables.traders, told.trader_id, "trader")
    letter_id = tables.take_id("letters")
    row = LetterRow(
        id=letter_id,
        trader_id=trader.id,
        number=number,
        kind=told.kind,
        recipient=trader.email,
        fullname=trader.fullname,
        message_id=message_id,
        facts=json.dumps(dict(told.facts)),
        created_at=told.at,
        due_at=told.at,
        offer_id=told.about.offer_id if isinstance(told, Notice) and told.about is not None else None,
        request_id=current_cause(),
    )
    tables.letters.put(letter_id, row)
