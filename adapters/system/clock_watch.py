"""Says when the clock of this process and the store's are apart, and when they agree again."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from threading import Lock

from domain.errors import ClockIsOff
from domain.ports.clock import CLOCK_TOLERANCE_SECONDS, Clock

logger = logging.getLogger(__name__)

_TOLERANCE = timedelta(seconds=CLOCK_TOLERANCE_SECONDS)


class SystemClockWatch:
    """``ClockWatch`` over a process's clock, for all threads of the process.

    An answer that took long says little: the store told the time at some moment between the question and the answer.
    So the clock is off only where it is for each of these moments, and right again only where it is for each of them.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._offset = timedelta(0)
        self._is_off = False

    @property
    def offset_seconds(self) -> float:
        """How far this process's clock was ahead of the store's when they were last compared; negative if behind."""
        return self._offset.total_seconds()

    def now(self) -> datetime:
        """The moment by the clock of this process."""
        return self._clock.now()

    def compare(self, asked: datetime, told: datetime) -> None:
        """Raise ``ClockIsOff`` where the clocks are too far apart; say so once, and once when that is over."""
        least, most = asked - told, self._clock.now() - told
        with self._lock:
            self._offset = (least + most) / 2
            was_off, offset = self._is_off, self._offset
            if least > _TOLERANCE or most < -_TOLERANCE:
                self._is_off = True
            elif max(-least, most) <= _TOLERANCE:
                self._is_off = False
            is_off = self._is_off
        if is_off:
            apart = _in_words(offset)
            if not was_off:
                logger.warning(
                    "The clock of this process is %s the database's: it neither decides by the time nor signs tokens "
                    "until the two agree to %s s.",
                    apart,
                    CLOCK_TOLERANCE_SECONDS,
                )
            raise ClockIsOff(f"the clock of this process is {apart} the database's")
        if was_off:
            logger.warning("The clock of this process agrees with the database's again.")


def _in_words(offset: timedelta) -> str:
    return f"{abs(offset.total_seconds()):.1f} s {'ahead of' if offset > timedelta(0) else 'behind'}"
