"""A code goes to an address, and whoever gives it back can read what is sent there."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from .. import errors
from ..model.account_letters import AccountLetter
from ..model.changes import Changes
from ..model.notices import LetterAlone
from ..model.trader import Trader
from ..ports.attempts import Attempts
from ..ports.book import Book
from ..ports.codes import Codes, MailCode, Purpose
from ..ports.identifiers import Identifiers, random_bytes
from .at_an_address import Done, counted

CODE_DIGITS = 8
CODE_LIFETIME = timedelta(minutes=15)
CODE_TRIES = 5
CODE_PAUSE = timedelta(seconds=60)
"""How long until another may be sent for the same purpose; how many in an hour is counted by address.

The numbers of this page stand in docs/contract/accounts.md, "Codes".
"""
_LETTERS = {Purpose.VERIFY: AccountLetter.VERIFY_CODE, Purpose.RESET: AccountLetter.RESET_CODE}


def send_code(
    trader: Trader,
    purpose: Purpose,
    *,
    codes: Codes,
    attempts: Attempts,
    book: Book,
    identifiers: Identifiers,
    at: datetime,
) -> None:
    """Mail a trader a code, in place of the one before.

    Raises ``TooManyAttempts`` where it is too soon for another, and ``TraderNotFound`` of who has gone; nothing is
    counted then. ``at`` is the moment by the store's clock.
    """
    with counted(Done.CODE_MAILED, trader.email, attempts=attempts, at=at):
        for last in codes.lock(trader.id, purpose, at - CODE_PAUSE)[:1]:
            wait = last.created_at + CODE_PAUSE - at
            if wait > timedelta(0):
                raise errors.TooManyAttempts(ceil(wait.total_seconds()))
        # They are longer than a code, so that each code is as likely as another, but for one part in 10^69.
        number = int.from_bytes(random_bytes(identifiers)) % 10**CODE_DIGITS
        code = f"{number:0{CODE_DIGITS}}"
        codes.add(MailCode(identifiers.new(), trader.id, purpose, _digest(code), at))
        minutes = str(int(CODE_LIFETIME.total_seconds()) // 60)
        letter = LetterAlone(identifiers.new(), trader.id, _LETTERS[purpose], {"code": code, "minutes": minutes}, at)
        book.apply(Changes(letters=(letter,)))


def use_code(
    trader_id: UUID, purpose: Purpose, given: str, *, codes: Codes, at: datetime, uses_up: bool = True
) -> bool:
    """Use up the code that a trader was mailed last; tell whether it was the one given.

    A wrong one is a result and no refusal, since it counts: let this commit, and refuse then. Of who has gone meanwhile
    every one is wrong. Without ``uses_up`` a right one is good again: what it was given for is refused.
    """
    try:
        sent = codes.lock(trader_id, purpose, at - CODE_LIFETIME)
    except errors.TraderNotFound:
        return False
    if not sent or sent[0].used_at is not None or sent[0].tries >= CODE_TRIES:
        return False
    is_right = hmac.compare_digest(sent[0].digest, _digest(given.strip()))
    if uses_up or not is_right:
        codes.put_down(replace(sent[0], tries=sent[0].tries + 1, used_at=at if is_right else None))
    return is_right


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
