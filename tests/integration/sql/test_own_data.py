"""Each table, and what becomes of it when a trader asks for their data or leaves: none can be forgotten."""

from __future__ import annotations

from adapters.sql.schema.tables import metadata

# What the export has of a table, or why nothing.
EXPORTED = {
    "traders": "profile",
    "restrictions": "restrictions",
    "logins": "logins",
    "api_keys": "keys",
    "webhooks": "webhooks",
    "saved_payment_methods": "payment_methods",
    "blocks": "blocked",
    "ads": "ads",
    "offers": "offers",
    "accounts": "wallet",
    "entries": "movements",
    "postings": "movements",
    "chat_messages": "messages",
    "feedback": "feedback_given and feedback_received",
    "notices": "notices",
    "notice_counters": "read_up_to",
    "letters": "letters",
}
NOT_EXPORTED = {
    "compatible_revisions": "which code the tables serve",
    "restores": "when the database was brought back to an earlier point",
    "trader_words": "the words of name and address, to search by",
    "known_addresses": "where they came from, as their logins say",
    "wrong_tries": "digests of whom and where was guessed, without an id of anybody",
    "second_factors": "secrets and digests; whether one-time passwords are on is in the profile",
    "staff_mails": "when staff are to be mailed; each letter is in the export",
    "tickets": "digests of secrets that are good for a minute",
    "mail_codes": "digests of codes that are good for minutes",
    "idempotency_keys": "answers that the trader had, for a day",
    "offer_history": "what happened to the offers, of which each notice tells",
    "settlements": "how the offers ended, as their states tell",
    "disputes": "what staff decide by, and the other party said; the offer's detail has it",
    "chats": "counters of the messages",
    "chat_members": "counters of the messages",
    "endings": "how the offers ended, as their states tell",
    "market_rates": "nothing of anybody",
    "journal_links": "digests of the books",
    "solvency_statements": "nothing of anybody",
    "solvency_totals": "sums over all traders",
    "solvency_blocks": "amounts under digests, without an id; the wallet's proof has one's own",
    "solvency_tiers": "digests and sums over hundreds of traders",
    "trades_to_end": "what the desk has yet to do",
    "desk_freeze": "nothing of anybody",
    "heartbeat": "nothing of anybody",
    "forgotten": "nothing of anybody",
    "ledger_checks": "nothing of anybody",
    "audit_trail": "what staff did, which is not the trader's",
}

# What becomes of a table's rows when their trader leaves.
ERASED = {
    "traders": "name, address, country, what was verified, password",
    "trader_words": "all",
    "logins": "ended, without address and program",
    "tickets": "gone",
    "api_keys": "ended, without their names",
    "mail_codes": "gone",
    "idempotency_keys": "gone",
    "saved_payment_methods": "gone",
    "second_factors": "gone",
    "known_addresses": "gone",
    "staff_mails": "gone",
    "blocks": "gone",
    "webhooks": "gone",
    "ads": "accounts and texts",
    "offers": "accounts",
    "notices": "the name, and what only letters say",
    "letters": "what they say; those that wait are not sent",
    "chat_members": "no mail is due any more",
}
STAYS = {
    "compatible_revisions": "nothing of anybody",
    "restores": "nothing of anybody",
    "wrong_tries": "digests without an id, which are forgotten by themselves",
    "restrictions": "under the id",
    "accounts": "the books stay under the id",
    "entries": "the books stay under the id",
    "postings": "the books stay under the id",
    "offer_history": "under the id, and only added to",
    "settlements": "nothing of a person",
    "disputes": "why staff decided as they did, under the id",
    "notice_counters": "numbers",
    "chats": "numbers",
    "chat_messages": "under the id, and only added to: they are the other party's, too",
    "feedback": "under the id, and only added to",
    "endings": "numbers, and only added to",
    "market_rates": "nothing of anybody",
    "journal_links": "digests of the books, which stay",
    "solvency_statements": "nothing of anybody",
    "solvency_totals": "sums over all traders",
    "solvency_blocks": "amounts under digests, without an id, which are gone after two more statements",
    "solvency_tiers": "digests and sums over hundreds of traders",
    "trades_to_end": "there are none of somebody who has nothing under way",
    "desk_freeze": "nothing of anybody",
    "heartbeat": "nothing of anybody",
    "forgotten": "nothing of anybody",
    "ledger_checks": "nothing of anybody",
    "audit_trail": "under the id, and only added to",
}


def test_every_table_is_exported_or_there_is_a_reason() -> None:
    assert not EXPORTED.keys() & NOT_EXPORTED.keys()
    assert EXPORTED.keys() | NOT_EXPORTED.keys() == metadata.tables.keys()


def test_every_table_is_erased_or_there_is_a_reason() -> None:
    assert not ERASED.keys() & STAYS.keys()
    assert ERASED.keys() | STAYS.keys() == metadata.tables.keys()
