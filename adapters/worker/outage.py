"""Says once that the store is away, and once that it is back."""

from __future__ import annotations

import logging
from threading import Lock

from domain.errors import ClockIsOff, StoreUnavailable

logger = logging.getLogger(__name__)


class Outage:
    """Shared by all loops of a process, which would else all say it, and again and again."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._is_on = False

    def met(self, error: StoreUnavailable) -> None:
        """The store did not answer; or it did, and told a time that is not this process's, of which others speak."""
        if isinstance(error, ClockIsOff):
            return
        if self._turn(on=True):
            logger.warning("The store is away; the work waits for it: %s", error)

    def over(self) -> None:
        """The store did answer."""
        if self._turn(on=False):
            logger.info("The store answers again.")

    def _turn(self, *, on: bool) -> bool:
        """Whether this is news."""
        with self._lock:
            was_on, self._is_on = self._is_on, on
            return was_on != on
