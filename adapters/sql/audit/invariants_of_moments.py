"""What must hold of when things happened, by the database's own clock."""

from __future__ import annotations

from .invariant import Invariant
from .invariants_of_chats import PAST_MOMENTS_OF_CHATS

PAST_MOMENTS = (
    "traders.created_at", "traders.updated_at", "restrictions.at", "blocks.at", "logins.created_at", "logins.ended_at",
    "logins.used_at", "idempotency_keys.created_at", "entries.at", "ads.created_at", "ads.trade_started_at",
    "ads.trade_completed_at", "offers.created_at", "offers.paid_at", "offers.ended_at", "offer_history.at",
    "disputes.opened_at", "disputes.proposed_at", "disputes.resolved_at", "notices.created_at", "letters.created_at",
    "letters.sent_at", "audit_trail.at", "feedback.at", "mail_codes.created_at", "mail_codes.used_at",
    "market_rates.at", "market_rates.answered_at", "desk_freeze.since", "ledger_checks.at", "trades_to_end.since",
    "saved_payment_methods.created_at", "api_keys.created_at", "known_addresses.used_at",
    "second_factors.begun_at", "second_factors.confirmed_at",
    "letters.withheld_at", "webhooks.created_at", "webhooks.last_at", "traders.deleted_at",
    "staff_mails.owed_since", "staff_mails.mailed_at",
    "journal_links.at", "solvency_statements.at", "forgotten.letters_before",
    *PAST_MOMENTS_OF_CHATS,
)  # fmt: skip
"""Every moment that is kept of something that has happened. Deadlines and ends of leases lie in the future."""


def _in_the_future(moment: str) -> str:
    table, column = moment.split(".")
    return f"SELECT '{moment}' AS moment, {column} AS is_at FROM {table} WHERE {column} > SOON(NOW)"


def _out_of_order(table: str, key: str, *columns: str) -> str:
    """The rows of which a moment is before one that it follows."""
    pairs = [(first, then) for place, first in enumerate(columns) for then in columns[place + 1 :]]
    wrong = " OR ".join(f"SOON({then}) < {first}" for first, then in pairs)
    return f"SELECT '{table}' AS of_table, {key} AS id FROM {table} WHERE {wrong}"


MOMENTS = (
    Invariant(
        "V10",
        "nothing has happened in the future",
        " UNION ALL ".join(map(_in_the_future, PAST_MOMENTS)),
    ),
    Invariant(
        "V10",
        "what happened to an ad, an offer or a dispute happened in its order",
        " UNION ALL ".join(
            (
                _out_of_order("ads", "id", "created_at", "trade_started_at", "trade_completed_at"),
                _out_of_order("offers", "id", "created_at", "paid_at", "ended_at"),
                _out_of_order("disputes", "offer_id", "opened_at", "proposed_at", "resolved_at"),
                # An offer is made on an ad that is there.
                """SELECT 'offers', offers.id FROM offers JOIN ads ON ads.id = ad_id
                    WHERE SOON(offers.created_at) < ads.created_at""",
            )
        ),
    ),
    Invariant(
        "V10",
        "the moments of an offer's history are in the order of its versions",
        """SELECT offer_id, version FROM (
                SELECT offer_id, version, at, lag(at) OVER (PARTITION BY offer_id ORDER BY version) AS at_before
                FROM offer_history) AS path
            WHERE SOON(at) < at_before""",
    ),
    Invariant(
        "V10",
        "an offer is paid before its deadline and expires after it, and the deadline is after its making",
        """SELECT id AS offer_id FROM offers
            WHERE deadline <= created_at OR paid_at >= SOON(deadline)
                OR (state = 'expired' AND SOON(ended_at) < deadline)""",
    ),
    Invariant(
        "V10",
        "a settlement is of the moment at which its offer ended",
        """SELECT settlements.offer_id FROM settlements
                JOIN offers ON offers.id = settlements.offer_id JOIN entries ON entries.id = settlements.entry_id
            WHERE SOON(entries.at) < ended_at OR SOON(ended_at) < entries.at""",
    ),
    Invariant(
        "V10",
        "entries and a trader's notices are in the order of their numbers",
        # They get their numbers when they are written, and their moments when that is decided.
        """SELECT 'entries' AS of_table, id FROM (
                SELECT id, at, lag(at) OVER (ORDER BY id) AS at_before FROM entries) AS journal
            WHERE WRITTEN(at) < at_before
            UNION ALL
            SELECT 'notices', number FROM (
                SELECT number, created_at, lag(created_at) OVER (PARTITION BY trader_id ORDER BY number) AS at_before
                FROM notices) AS told
            WHERE WRITTEN(created_at) < at_before""",
    ),
)
