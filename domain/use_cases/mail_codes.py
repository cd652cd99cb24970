"""A code goes to an address, and whoever gives it back can read what is sent there."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from .. import errors
from ..model.account_letters import AccountLetter
from ..model.changes import Changes
from ..model.notices import LetterAlone
from ..ports.book import Book
from ..ports.codes import CODES_KEPT, Codes, MailCode, Purpose
from ..ports.identifiers import Identifiers, random_bytes

CODE_DIGITS = 8
CODE_LIFETIME = timedelta(minutes=15)
CODE_TRIES = 5
CODE_PAUSE = timedelta(seconds=60)
CODES_AN_HOUR = 5
"""How many codes go to one address in an hour, for whatever purpose, so that nobody is flooded through the desk.

The numbers of this page stand in docs/contract/accounts.md, "Codes".
"""
_LETTERS = {Purpose.VERIFY: AccountLetter.VERIFY_CODE, Purpose.RESET: AccountLetter.RESET_CODE}


def send_code(
    trader_id: UUID, purpose: Purpose, *, codes: Codes, book: Book, identifiers: Identifiers, at: datetime
) -> None:
    """Mail a trader a code, in place of the one before. Raises ``TooManyAttempts`` where it is too soon for another,
    and ``TraderNotFound``, also of who has gone.

    ``at`` is the moment by the store's clock.
    """
    wait = _wait(codes.lock(trader_id, None, at - CODES_KEPT), purpose, at)
    if wait > timedelta(0):
        raise errors.TooManyAttempts(ceil(wait.total_seconds()))
    # They are longer than a code, so that each code is as likely as another, but for one part in 10^69.
    number = int.from_bytes(random_bytes(identifiers)) % 10**CODE_DIGITS
    code = f"{number:0{CODE_DIGITS}}"
    codes.add(MailCode(identifiers.new(), trader_id, purpose, _digest(code), at))
    minutes = str(int(CODE_LIFETIME.total_seconds()) // 60)
    letter = LetterAlone(identifiers.new(), trader_id, _LETTERS[purpose], {"code": code, "minutes": minutes}, at)
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


def _wait(sent: Sequence[MailCode], purpose: Purpose, at: datetime) -> timedelta:
    """How long until another may be sent, given all of the last hour, newest first; the pause is each purpose's own."""
    ends = [code.created_at + CODE_PAUSE for code in sent if code.purpose is purpose][:1]
    ends += [code.created_at + CODES_KEPT for code in sent[CODES_AN_HOUR - 1 :]][:1]
    return max((end - at for end in ends), default=timedelta(0))


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
