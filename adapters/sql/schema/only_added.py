"""The tables whose rows are never changed and never deleted."""

from __future__ import annotations

ONLY_ADDED = frozenset(
    {
        "audit_trail", "chat_messages", "endings", "entries", "feedback", "journal_links", "offer_history", "postings",
        "settlements",
    }
)  # fmt: skip
"""Triggers keep it so, which only an owner removes, and ``p2p ledger verify`` misses those that were removed."""
