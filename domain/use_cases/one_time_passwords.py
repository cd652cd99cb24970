"""A second factor: one-time passwords of an authenticator, and recovery codes for whoever has lost it.

Source: docs/contract/accounts.md, "One-time passwords".
"""

from __future__ import annotations

import base64
import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from .. import errors
from ..model.account_letters import AccountLetter
from ..model.changes import Changes
from ..model.notices import LetterAlone
from ..model.parties import DESK
from ..model.slowing import DOUBLINGS, wait_after
from ..model.staff_acts import staff_act
from ..model.trader import Trader
from ..ports.book import Book
from ..ports.identifiers import Identifiers, random_bytes
from ..ports.second_factors import Authenticator, SecondFactor, SecondFactors

RECOVERY_CODES = 10
WRONG_IN_A_ROW = 5
"""So many wrong ones in a row, and the next one waits; each further one twice as long."""
OTP_LENGTH_LIMIT = 64
"""More than a recovery code has: blanks around one that was copied do no harm."""

# 160 bits are what RFC 4226 recommends, section 4. 80 bits, of a code, nobody tries out against a stolen digest.
_SECRET_BYTES, _CODE_BYTES = 20, 10
_GROUP = 4
# More of them make no wait longer.
_WRONG_COUNTED = WRONG_IN_A_ROW + DOUBLINGS
_BETWEEN = re.compile(r"[\s-]+")


@dataclass(frozen=True, slots=True)
class GivenOtp:
    """What somebody gave as their one-time password, if anything, and what it is judged with."""

    otp: str | None = field(repr=False)
    factors: SecondFactors
    authenticator: Authenticator

    def is_judged(self, trader: Trader) -> bool:
        """Whether the trader needs one, and one was given: only then it can be wrong."""
        return trader.has_totp and self.otp is not None

    def check(self, trader: Trader, at: datetime, *, counts: bool = True) -> None:
        """Return where the trader needs none, or it is right, which uses it up.

        Raises ``OneTimePasswordRequired``, ``OneTimePasswordWrong`` and ``TooManyAttempts``. A wrong one counts: let
        the unit commit, and refuse then. Without ``counts`` neither those of before nor this one do: whoever calls
        counts by something else.
        """
        if not trader.has_totp:
            return
        if self.otp is None:
            raise errors.OneTimePasswordRequired()
        factor = self.factors.lock(trader.id)
        if factor is None or factor.confirmed_at is None:
            # It was turned off a moment ago.
            return
        self.factors.put_down(_used(self, factor, at) if counts else _found_right(self, factor, at))


def begin_totp(
    trader: Trader, *, factors: SecondFactors, authenticator: Authenticator, identifiers: Identifiers, at: datetime
) -> str:
    """Make a secret for a trader's authenticator, which counts once it is confirmed. Returns it, in Base32.

    ``at`` is the moment by the store's clock, here and below. Raises ``OtpOnAlready``.
    """
    before = factors.lock(trader.id)
    if before is not None and before.confirmed_at is not None:
        raise errors.OtpOnAlready()
    secret = base64.b32encode(random_bytes(identifiers, _SECRET_BYTES)).decode()
    factor = SecondFactor(trader.id, authenticator.sealed(secret, trader.id), at)
    # Whoever tries secret after secret has no more tries than with one.
    kept = factor if before is None else replace(factor, wrong=before.wrong, wait_until=before.wait_until)
    factors.begin(kept)
    return secret


def confirm_totp(trader: Trader, given: GivenOtp, *, book: Book, identifiers: Identifiers, at: datetime) -> list[str]:
    """Turn one-time passwords on by one of them, which is used up; tell the trader by mail.

    Returns the recovery codes, which are nowhere kept. Raises ``OtpOnAlready``, ``OneTimePasswordWrong`` where it is,
    or there is nothing to confirm, and ``TooManyAttempts``. A wrong one counts, as in ``GivenOtp.check``.
    """
    factor = given.factors.lock(trader.id)
    if factor is None:
        raise errors.OneTimePasswordWrong()
    if factor.confirmed_at is not None:
        raise errors.OtpOnAlready()
    codes = [_recovery_code(identifiers) for _ in range(RECOVERY_CODES)]
    digests = tuple(_digest(code) for code in codes)
    used = _used(given, factor, at)
    given.factors.confirm(replace(used, confirmed_at=at, recovery_digests=digests), at)
    _tell(trader.id, AccountLetter.OTP_ON, book, identifiers, at)
    return codes


def disable_totp(trader: Trader, given: GivenOtp, *, book: Book, identifiers: Identifiers, at: datetime) -> None:
    """Turn one-time passwords off by one of them; that the password is right was checked. The trader is told by mail.

    Raises ``OtpIsOff``, and what ``GivenOtp.check`` does.
    """
    if not trader.has_totp:
        raise errors.OtpIsOff()
    given.check(trader, at)
    given.factors.remove(trader.id, at)
    _tell(trader.id, AccountLetter.OTP_OFF, book, identifiers, at)


def disable_totp_for(
    trader: Trader, note: str = "", *, factors: SecondFactors, book: Book, identifiers: Identifiers, at: datetime
) -> None:
    """The operator turns them off for somebody who has lost everything; it is in the audit trail, and mailed.

    Raises ``OtpIsOff``.
    """
    if not trader.has_totp:
        raise errors.OtpIsOff()
    factors.remove(trader.id, at)
    book.apply(Changes(facts=(staff_act(DESK, at, "trader.otp_off", f"trader:{trader.id}", note),)))
    _tell(trader.id, AccountLetter.OTP_OFF, book, identifiers, at)


def _found_right(given: GivenOtp, factor: SecondFactor, at: datetime) -> SecondFactor:
    """The factor once what was given is used up, its row of wrong ones as it is. Raises ``OneTimePasswordWrong``."""
    otp = _BETWEEN.sub("", given.otp or "")
    step = given.authenticator.step(factor.secret, factor.trader_id, otp, at)
    if step is not None and step > factor.last_step:
        return replace(factor, last_step=step)
    digest = _digest(otp)
    if digest in factor.recovery_digests:
        return replace(factor, recovery_digests=tuple(kept for kept in factor.recovery_digests if kept != digest))
    raise errors.OneTimePasswordWrong()


def _used(given: GivenOtp, factor: SecondFactor, at: datetime) -> SecondFactor:
    """The factor once what was given is used up. A wrong one is put down as that before it is refused."""
    wait = timedelta(0) if factor.wait_until is None else factor.wait_until - at
    if wait > timedelta(0):
        raise errors.TooManyAttempts(ceil(wait.total_seconds()))
    with suppress(errors.OneTimePasswordWrong):
        return replace(_found_right(given, factor, at), wrong=0, wait_until=None)
    wrong = min(factor.wrong + 1, _WRONG_COUNTED)
    until = at + wait_after(wrong - WRONG_IN_A_ROW) if wrong >= WRONG_IN_A_ROW else None
    given.factors.put_down(replace(factor, wrong=wrong, wait_until=until))
    raise errors.OneTimePasswordWrong()


def _tell(trader_id: UUID, kind: AccountLetter, book: Book, identifiers: Identifiers, at: datetime) -> None:
    facts = {"at": at.isoformat(timespec="minutes")}
    book.apply(Changes(letters=(LetterAlone(identifiers.new(), trader_id, kind, facts, at),)))


def _recovery_code(identifiers: Identifiers) -> str:
    text = base64.b32encode(random_bytes(identifiers, _CODE_BYTES)).decode().lower()
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def _digest(code: str) -> bytes:
    return hashlib.sha256(_BETWEEN.sub("", code).lower().encode()).digest()
