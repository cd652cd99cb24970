"""One waker for many."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from uuid import UUID

from domain.ports.delivery import Waker

logger = logging.getLogger(__name__)


class Wakers:
    """``Waker`` that hands each nudge on to all that were added.

    The store is made before those that it wakes, since these read from it; so it is given this, and they are added.
    """

    def __init__(self) -> None:
        self._wakers: tuple[Waker, ...] = ()

    def add(self, waker: Waker) -> None:
        """Hand nudges on to this one too. Do it while the process is being put together."""
        self._wakers = (*self._wakers, waker)

    def wake(self, trader_ids: Iterable[UUID]) -> None:
        """These traders have something new. What goes wrong in one waker is logged and keeps none from the others."""
        ids = tuple(trader_ids)
        for waker in self._wakers:
            try:
                waker.wake(ids)
            except Exception:
                # The commit that this follows has happened: an error now would tell its caller that it had not.
                logger.exception("A waker failed; delivery will come by itself, a little later.")
