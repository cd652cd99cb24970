"""The authenticator on somebody's phone."""

from __future__ import annotations

from datetime import timedelta

import pyotp

from adapters.tokens.authenticator import STEP_SECONDS
from tests.clock import SettableClock


class Phone:
    """What it shows goes by the clock of the desk."""

    def __init__(self, clock: SettableClock, secret: str) -> None:
        self._clock, self._totp = clock, pyotp.TOTP(secret)
        self.codes: list[str] = []
        """The recovery codes, once they are told."""

    def shows(self, steps: int = 0) -> str:
        """What it shows so many steps from now."""
        return str(self._totp.at(self._clock.now() + timedelta(seconds=steps * STEP_SECONDS)))

    def next(self) -> str:
        """What it shows a step later: every one is good once."""
        self._clock.advance(seconds=STEP_SECONDS)
        return self.shows()

    def wrong(self) -> str:
        """Six digits that it shows neither now nor just before or after."""
        shown = {self.shows(steps) for steps in range(-3, 4)}
        return next(otp for otp in (f"{number:06}" for number in range(10)) if otp not in shown)
