"""The Message-IDs of letters: fixed when a letter is written, so that every copy of it has the same."""

from __future__ import annotations

from uuid import UUID


def around_number(trader_id: UUID, domain: str) -> tuple[str, str]:
    """What stands before and behind a notice's number in the Message-ID of its letter.

    Some stores learn the number only while they write.
    """
    return "<notice.", f".{trader_id}@{domain}>"


def of_notice(number: int, trader_id: UUID, domain: str) -> str:
    """The Message-ID of the letter of a trader's notice of this number."""
    before, behind = around_number(trader_id, domain)
    return f"{before}{number}{behind}"


def of_letter_alone(letter_id: UUID, domain: str) -> str:
    """The Message-ID of a letter that no notice is behind."""
    return f"<letter.{letter_id}@{domain}>"
