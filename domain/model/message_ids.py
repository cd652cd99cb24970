"""The Message-IDs of letters: fixed when a letter is written, so that every copy of it has the same."""

from __future__ import annotations

from uuid import UUID


def around_number(trader_id: UUID, domain: str) -> tuple[str, str]:
    """What stands before and behind a notice's number in the Message-ID of its letter.

    Some stores learn the number only while they write.
    """
    return "<notice.", f".{trader_id}@{domain}>"


def of_notice(number: int, trader_id: UUID, domain: str, epoch: int = 0) -> str:
    """The Message-ID of the letter of a trader's notice of this number.

    ``epoch`` is zero, or the second since 1970 at which the store was brought back to an earlier point: what was told
    before that and is lost had the same numbers, and was mailed.
    """
    before, behind = around_number(trader_id, domain)
    return f"{before}{number}{f'.{epoch}' if epoch else ''}{behind}"


def of_letter_alone(letter_id: UUID, domain: str) -> str:
    """The Message-ID of a letter that no notice is behind."""
    return f"<letter.{letter_id}@{domain}>"
