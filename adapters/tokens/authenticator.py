"""One-time passwords by pyotp."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

import pyotp
from pyotp.utils import strings_equal

from domain.ports.sealing import Sealer, Unsealable

logger = logging.getLogger(__name__)

STEP_SECONDS = 30
DIGITS = 6
"""What every authenticator reckons with unless it is told otherwise. Source: RFC 6238, section 5.2."""

_STEPS_BACK = 1


class TotpAuthenticator:
    """``Authenticator``: HMAC-SHA-1, six digits, half a minute, as all programs for it do.

    A step back is taken, for clocks that are late and people who type slowly; none ahead.
    """

    def __init__(self, sealer: Sealer, issuer: str) -> None:
        """``issuer`` is the desk's name, by which people find it among their others."""
        self._sealer = sealer
        self._issuer = issuer

    def sealed(self, secret: str, trader_id: UUID) -> bytes:
        """A secret that nobody else can read."""
        return self._sealer.seal(secret.encode(), _purpose(trader_id))

    def step(self, sealed: bytes, trader_id: UUID, otp: str, at: datetime) -> int | None:
        """The step of this moment or the one before that the one-time password is of."""
        try:
            secret = self._sealer.open(sealed, _purpose(trader_id)).decode()
        except Unsealable as error:
            # Recovery codes go on to be good, and the operator can turn it off.
            logger.warning("the authenticator of %s cannot be used: %s", trader_id, error)
            return None
        totp, now = _totp(secret), int(at.timestamp()) // STEP_SECONDS
        steps = range(now, now - _STEPS_BACK - 1, -1)
        return next((step for step in steps if strings_equal(totp.generate_otp(step), otp)), None)

    def uri(self, secret: str, account: str) -> str:
        """What an authenticator takes in."""
        return _totp(secret).provisioning_uri(name=account, issuer_name=self._issuer)


def _totp(secret: str) -> pyotp.TOTP:
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)


def _purpose(trader_id: UUID) -> str:
    return f"one-time passwords:{trader_id}"
