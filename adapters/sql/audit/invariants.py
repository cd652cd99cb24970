"""What must be true of the books, as SQL of its own: none of the code that writes them is used to check them. Only
the lifecycle's table is the domain's own: what an offer's states are, and how each end settles it, is its word alone.

Each query returns the rows that break its invariant, so that no row is the good answer. The texts are written once
for both engines; ``SUM``, ``NEG``, ``ZERO``, ``LIMIT`` and ``IS_NEGATIVE`` stand for what differs, since SQLite has no
exact numbers and is given functions for them; ``ROUNDED`` and ``TIMES`` do so for a product. ``NOW`` is the moment of
the check by the store's clock, ``SOON`` adds to a moment what two clocks may differ by, and ``WRITTEN`` what a decision
may wait for between being made and being written. The names are those of docs/contract/books.md, "What is checked".
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.model.lifecycle import MOVES, OfferState

from .about_people import ABOUT_PEOPLE
from .about_staff import ABOUT_STAFF
from .invariant import Invariant
from .invariants_of_chats import CHATS
from .invariants_of_fees import FEES
from .invariants_of_moments import MOMENTS
from .invariants_of_prices import PRICES

_SIGNED = "CASE side WHEN 'credit' THEN amount ELSE NEG(amount) END"
_SELLER = "CASE ads.ad_type WHEN 'sell' THEN ads.maker_id ELSE offers.taker_id END"
_BUYER = "CASE ads.ad_type WHEN 'sell' THEN offers.taker_id ELSE ads.maker_id END"


def _listed(words: Iterable[str]) -> str:
    quoted = (f"'{word}'" for word in words)
    return f"({', '.join(quoted)})"


def _settlements_of(end: OfferState) -> str:
    return _listed(sorted({move.settlement.value for move in MOVES.values() if move.to is end and move.settlement}))


_LIVE = _listed(state.value for state in OfferState if state.is_live)
_TO_BUYER = _settlements_of(OfferState.COMPLETED)
_SETTLED_OTHERWISE = " OR ".join(
    f"(state = '{end.value}' AND settlements.kind NOT IN {_settlements_of(end)})"
    for end in OfferState
    if not end.is_live
)

_MONEY = (
    Invariant(
        "V1",
        "every entry is balanced in every currency",
        f"""SELECT entry_id, currency FROM postings GROUP BY entry_id, currency
            HAVING SUM({_SIGNED}) <> ZERO""",
    ),
    Invariant(
        "V1",
        "every entry has postings",
        """SELECT id AS entry_id FROM entries
            WHERE NOT EXISTS (SELECT 1 FROM postings WHERE postings.entry_id = entries.id)""",
    ),
    Invariant(
        "V1",
        "every posting is of an amount above zero and below 10^18",
        "SELECT entry_id, line FROM postings WHERE amount <= ZERO OR amount >= LIMIT",
    ),
    Invariant(
        "V2",
        "what traders, escrow and fees hold is what came in less what went out",
        f"""SELECT currency FROM (
                SELECT currency, balance AS amount FROM accounts
                UNION ALL SELECT currency, {_SIGNED} FROM postings WHERE purse = 'fees') AS held
            GROUP BY currency HAVING SUM(amount) <> ZERO""",
    ),
    Invariant(
        "V2",
        "only deposits and withdrawals touch the outside account",
        """SELECT entry_id FROM postings JOIN entries ON entries.id = entry_id
            WHERE purse = 'outside' AND kind NOT IN ('deposit', 'withdrawal')""",
    ),
    Invariant(
        "V3",
        "no account but outside is below zero",
        "SELECT owner, currency, purse FROM accounts WHERE purse <> 'outside' AND IS_NEGATIVE(balance)",
    ),
    Invariant(
        "V3",
        "no account but outside was ever below zero",
        # Sorting a million postings by one number takes a third of the time that three texts take.
        f"""WITH numbered_accounts AS (
                SELECT owner, currency, purse, row_number() OVER () AS account FROM accounts
                WHERE purse <> 'outside')
            SELECT DISTINCT owner, currency, purse FROM numbered_accounts JOIN (
                SELECT account, SUM({_SIGNED}) OVER (
                    PARTITION BY account ORDER BY entry_id, line
                    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS balance
                FROM postings JOIN numbered_accounts USING (owner, currency, purse)) AS so_far USING (account)
            WHERE IS_NEGATIVE(balance)""",
    ),
    Invariant(
        "V4",
        "every balance is the sum of its postings, but for fees, which have none",
        f"""SELECT accounts.owner, accounts.currency, accounts.purse FROM accounts LEFT JOIN (
                SELECT owner, currency, purse, SUM({_SIGNED}) AS balance
                FROM postings GROUP BY owner, currency, purse) AS posted
            ON posted.owner = accounts.owner AND posted.currency = accounts.currency
                AND posted.purse = accounts.purse
            WHERE accounts.balance <>
                CASE accounts.purse WHEN 'fees' THEN ZERO ELSE coalesce(posted.balance, ZERO) END""",
    ),
    Invariant(
        "V5",
        "a trader's escrow is the unsold part and live offers of their sell ads, and their live offers on buy ads",
        f"""SELECT owner, currency, SUM(amount) AS difference FROM (
                SELECT owner, currency, balance AS amount FROM accounts WHERE purse = 'escrow'
                UNION ALL
                SELECT maker_id, crypto_currency, NEG(available) FROM ads WHERE ad_type = 'sell'
                UNION ALL
                SELECT maker_id, crypto_currency, NEG(reserved) FROM ads WHERE ad_type = 'sell'
                UNION ALL
                SELECT taker_id, crypto_currency, NEG(currency_amount)
                FROM offers JOIN ads ON ads.id = ad_id WHERE ad_type = 'buy' AND state IN {_LIVE}) AS held
            GROUP BY owner, currency HAVING SUM(amount) <> ZERO""",
    ),
)

_SETTLEMENTS = (
    Invariant(
        "V6",
        "every ended offer has exactly one settlement, of its kind, and no live offer has one",
        f"""SELECT offers.id AS offer_id FROM offers
                LEFT JOIN settlements ON settlements.offer_id = offers.id
            WHERE (state IN {_LIVE}) <> (settlements.kind IS NULL)
                OR {_SETTLED_OTHERWISE}""",
    ),
    Invariant(
        "V6",
        "a settlement moves the whole amount of its offer, once, from the seller's escrow to whom it belongs",
        # An entry that is balanced, and has no other lines than these, has the first two of them.
        f"""SELECT settlements.offer_id FROM settlements
                JOIN offers ON offers.id = settlements.offer_id JOIN ads ON ads.id = offers.ad_id
                JOIN postings ON postings.entry_id = settlements.entry_id
            WHERE settlements.kind <> 'split' AND (currency <> crypto_currency
                OR NOT (line = 1 AND side = 'debit' AND purse = 'escrow' AND owner = {_SELLER}
                        AND amount = currency_amount
                    OR line = 2 AND side = 'credit' AND purse = 'p2p'
                        AND owner = CASE WHEN settlements.kind IN {_TO_BUYER} THEN {_BUYER} ELSE {_SELLER} END
                    OR line = 3 AND side = 'credit' AND purse = 'fees' AND settlements.kind IN {_TO_BUYER}))
            UNION ALL
            SELECT settlements.offer_id FROM settlements
                JOIN offers ON offers.id = settlements.offer_id JOIN ads ON ads.id = offers.ad_id
            WHERE entry_id IS NULL AND (settlements.kind IN {_TO_BUYER} OR ad_type = 'buy')""",
    ),
    Invariant(
        "V6",
        "a split gives the buyer the part that was ruled, and the seller the rest",
        f"""SELECT settlements.offer_id FROM settlements
                JOIN offers ON offers.id = settlements.offer_id JOIN ads ON ads.id = offers.ad_id
                JOIN postings ON postings.entry_id = settlements.entry_id
                LEFT JOIN disputes ON disputes.offer_id = offers.id AND in_favour_of = 'split'
            WHERE settlements.kind = 'split' AND (buyer_amount IS NULL OR currency <> crypto_currency
                OR NOT (line = 1 AND side = 'debit' AND purse = 'escrow' AND owner = {_SELLER}
                        AND amount = currency_amount
                    OR line = 2 AND side = 'credit' AND purse = 'p2p' AND owner = {_BUYER}
                    OR line = 3 AND side = 'credit' AND purse = 'p2p' AND owner = {_SELLER}
                    OR line = 4 AND side = 'credit' AND purse = 'fees'))
            UNION ALL
            SELECT settlements.offer_id FROM settlements
                JOIN offers ON offers.id = settlements.offer_id JOIN ads ON ads.id = offers.ad_id
                JOIN postings ON postings.entry_id = settlements.entry_id
                JOIN disputes ON disputes.offer_id = offers.id AND in_favour_of = 'split'
            WHERE settlements.kind = 'split' AND side = 'credit' AND (purse = 'fees' OR owner = {_BUYER})
            GROUP BY settlements.offer_id, buyer_amount HAVING SUM(amount) <> buyer_amount""",
    ),
    Invariant(
        "V6",
        "every release, refund and split in the journal is the settlement of its offer",
        """SELECT id AS entry_id FROM entries WHERE kind IN ('release', 'refund', 'split')
                AND NOT EXISTS (SELECT 1 FROM settlements WHERE settlements.entry_id = entries.id)""",
    ),
    Invariant(
        "V6",
        "a disputed offer has one open dispute, and no other has any",
        """SELECT offers.id AS offer_id FROM offers LEFT JOIN (
                SELECT offer_id, count(*) AS count FROM disputes WHERE resolved_at IS NULL GROUP BY offer_id) AS open
                ON open.offer_id = offers.id
            WHERE coalesce(open.count, 0) <> CASE state WHEN 'disputed' THEN 1 ELSE 0 END""",
    ),
    Invariant(
        "V6",
        "every opening of a dispute has its dispute, and no dispute another",
        """SELECT offer_id FROM (
                SELECT offer_id, 1 AS opening, CAST(NULL AS INTEGER) AS dispute FROM offer_history
                WHERE kind = 'disputed'
                UNION ALL SELECT offer_id, NULL, 1 FROM disputes) AS both_of_them
            GROUP BY offer_id HAVING count(opening) <> count(dispute)""",
    ),
    Invariant(
        "V6",
        "an offer is awarded or split as its dispute was ruled, by somebody who is no party and proposed nothing of it",
        """SELECT settlements.offer_id FROM settlements
                JOIN offers ON offers.id = settlements.offer_id JOIN ads ON ads.id = offers.ad_id
                LEFT JOIN disputes ON disputes.offer_id = offers.id AND in_favour_of = CASE settlements.kind
                    WHEN 'awarded_to_buyer' THEN 'buyer' WHEN 'awarded_to_seller' THEN 'seller' ELSE 'split' END
            WHERE settlements.kind IN ('awarded_to_buyer', 'awarded_to_seller', 'split')
                AND (resolved_by IS NULL OR resolved_by IN (maker_id, taker_id) OR resolved_by = proposed_by)""",
    ),
    Invariant(
        "V6",
        "what is proposed of a dispute is whole, and stays with an end only where it was approved",
        """SELECT offer_id FROM disputes
            WHERE (proposed_by IS NULL) <> (proposed_at IS NULL) OR (proposed_by IS NULL) <> (proposed_for IS NULL)
                OR (proposed_amount IS NULL) <> (proposed_for IS NULL OR proposed_for <> 'split')
                OR (buyer_amount IS NULL) <> (in_favour_of IS NULL OR in_favour_of <> 'split')
                OR (resolved_at IS NOT NULL AND proposed_by IS NOT NULL
                    AND (in_favour_of IS NULL OR in_favour_of <> proposed_for
                        OR coalesce(buyer_amount, ZERO) <> coalesce(proposed_amount, ZERO)))""",
    ),
)

_STEPS = (("", OfferState.PENDING), *((before.value, move.to) for (before, _), move in MOVES.items()))
_PATHS = _listed(f"{before}>{after.value}" for before, after in _STEPS)

_HISTORY = (
    Invariant(
        "V7",
        "an offer's history is a path of the lifecycle, one version a move",
        f"""SELECT offer_id, version FROM (
                SELECT offer_id, version, state,
                    coalesce(lag(state) OVER (PARTITION BY offer_id ORDER BY version), '') AS state_before,
                    row_number() OVER (PARTITION BY offer_id ORDER BY version) AS place
                FROM offer_history) AS path
            WHERE version <> place OR state_before || '>' || state NOT IN {_PATHS}""",
    ),
    Invariant(
        "V7",
        "an offer is where its history ends",
        """SELECT offers.id AS offer_id FROM offers
                LEFT JOIN offer_history ON offer_id = offers.id AND offer_history.version = offers.version
                    AND offer_history.state = offers.state
            WHERE offer_history.offer_id IS NULL
            UNION ALL
            SELECT offer_id FROM offer_history JOIN offers ON offers.id = offer_id
            WHERE offer_history.version > offers.version""",
    ),
    Invariant(
        "V8",
        "an ad's parts are the whole of it, and an ended ad has nothing left to sell",
        """SELECT id AS ad_id FROM (
                SELECT id, crypto_amount AS amount FROM ads
                UNION ALL SELECT id, NEG(available) FROM ads UNION ALL SELECT id, NEG(reserved) FROM ads
                UNION ALL SELECT id, NEG(sold) FROM ads UNION ALL SELECT id, NEG(withdrawn) FROM ads) AS parts
            GROUP BY id HAVING SUM(amount) <> ZERO
            UNION ALL
            SELECT id FROM ads WHERE status IN ('completed', 'closed', 'expired') AND available <> ZERO""",
    ),
    Invariant(
        "V8",
        "an offer's fiat is its crypto at the price that it keeps, rounded half up",
        """SELECT offers.id AS offer_id FROM offers JOIN ads ON ads.id = ad_id
            WHERE offers.price_per_unit IS NOT NULL
                AND fiat_amount <> ROUNDED(currency_amount TIMES offers.price_per_unit, fiat_decimals)""",
    ),
    Invariant(
        "V8",
        "an ad's reserve is its live offers, and what it sold its completed ones",
        f"""SELECT ads.id AS ad_id FROM ads LEFT JOIN (
                SELECT ad_id,
                    SUM(CASE WHEN state IN {_LIVE} THEN currency_amount ELSE ZERO END) AS live,
                    SUM(CASE state WHEN 'completed' THEN currency_amount ELSE ZERO END) AS completed
                FROM offers GROUP BY ad_id) AS summed ON summed.ad_id = ads.id
            WHERE reserved <> coalesce(live, ZERO) OR sold <> coalesce(completed, ZERO)""",
    ),
)

# Whom each event must have told, and by which kind of notice. Source: docs/contract/notices.md, "Who is told what",
# written once more.
_DUE = f"""
    SELECT happened.offer_id, happened.version, told.kind, CASE told.whom
            WHEN 'maker' THEN ads.maker_id WHEN 'taker' THEN offers.taker_id
            WHEN 'other' THEN CASE happened.by WHEN ads.maker_id THEN offers.taker_id ELSE ads.maker_id END
            WHEN 'buyer' THEN {_BUYER} ELSE {_SELLER} END AS trader_id, 1 AS due, CAST(NULL AS INTEGER) AS told
    FROM offer_history AS happened
    JOIN offers ON offers.id = happened.offer_id JOIN ads ON ads.id = offers.ad_id
    JOIN (SELECT 'made' AS event, 'maker' AS whom, 'ad_interest' AS kind
        UNION ALL SELECT 'made', 'taker', 'auto_reply'
        UNION ALL SELECT 'paid', 'seller', 'payment_indication'
        UNION ALL SELECT 'cancelled', 'maker', 'offer_cancel'
        UNION ALL SELECT 'called_off', 'maker', 'offer_called_off'
        UNION ALL SELECT 'called_off', 'taker', 'offer_called_off'
        UNION ALL SELECT 'released', 'buyer', 'funds_released'
        UNION ALL SELECT 'returned', 'seller', 'offer_returned'
        UNION ALL SELECT 'expired', 'maker', 'offer_expired' UNION ALL SELECT 'expired', 'taker', 'offer_expired'
        UNION ALL SELECT 'disputed', 'maker', 'offer_disputed'
        UNION ALL SELECT 'disputed', 'taker', 'offer_disputed'
        UNION ALL SELECT 'withdrawn', 'other', 'dispute_withdrawn'
        UNION ALL SELECT 'resolved', 'maker', 'dispute_resolved'
        UNION ALL SELECT 'resolved', 'taker', 'dispute_resolved'
        UNION ALL SELECT 'resolved', 'buyer', 'funds_released') AS told ON told.event = happened.kind
    WHERE (told.kind <> 'auto_reply' OR ads.auto_reply_message <> '')
        AND (told.kind <> 'funds_released' OR happened.state = 'completed')
    UNION ALL SELECT offer_id, version, 'feedback_given', whom, 1, CAST(NULL AS INTEGER)
    FROM feedback JOIN offers ON offers.id = offer_id"""

_NOTICES = (
    Invariant(
        "V9",
        "every event has told everybody whom it concerns, once, and nobody else",
        f"""SELECT offer_id, version, kind, trader_id, count(due) AS due, count(told) AS told FROM ({_DUE}
                UNION ALL
                SELECT offer_id, offer_version, kind, trader_id, NULL, 1 FROM notices
                WHERE offer_id IS NOT NULL AND kind NOT IN ('chat_message', 'offer_disputed')
                UNION ALL
                SELECT offer_id, offer_version, kind, trader_id, NULL, 1 FROM notices
                JOIN offers ON offers.id = offer_id JOIN ads ON ads.id = ad_id
                WHERE kind = 'offer_disputed' AND trader_id IN (maker_id, taker_id)) AS due_and_told
            GROUP BY offer_id, version, kind, trader_id HAVING count(due) <> count(told)""",
    ),
    Invariant(
        "V9",
        "of a dispute nobody who is no party to it is told twice, and of none that never was",
        """SELECT notices.trader_id, notices.offer_id, notices.offer_version FROM notices
            JOIN offers ON offers.id = notices.offer_id JOIN ads ON ads.id = ad_id
            LEFT JOIN disputes ON disputes.offer_id = notices.offer_id AND disputes.version = notices.offer_version
            WHERE notices.kind = 'offer_disputed' AND notices.trader_id NOT IN (maker_id, taker_id)
            GROUP BY notices.trader_id, notices.offer_id, notices.offer_version
            HAVING count(*) > 1 OR count(disputes.offer_id) = 0""",
    ),
    Invariant(
        "V9",
        "every trader's notices are numbered from 1 without a gap",
        """SELECT notice_counters.trader_id FROM notice_counters LEFT JOIN (
                SELECT trader_id, count(*) AS count, max(number) AS last, min(number) AS first
                FROM notices GROUP BY trader_id) AS kept ON kept.trader_id = notice_counters.trader_id
            WHERE notice_counters.last <> coalesce(kept.last, 0) OR kept.count <> kept.last OR kept.first <> 1""",
    ),
    Invariant(
        "V9",
        "every notice that is mailed has its letter, and no other",
        """SELECT notices.trader_id, notices.number FROM notices LEFT JOIN letters
                ON letters.trader_id = notices.trader_id AND letters.number = notices.number
            WHERE is_mailed <> (letters.id IS NOT NULL)
                AND NOT (is_mailed AND EXISTS (SELECT 1 FROM forgotten WHERE letters_before > notices.created_at))""",
    ),
)

INVARIANTS = (
    *_MONEY, *_SETTLEMENTS, *_HISTORY, *_NOTICES, *MOMENTS, *ABOUT_PEOPLE, *CHATS, *FEES, *PRICES, *ABOUT_STAFF,
)  # fmt: skip
