"""Reads the notices that the hub wants, in threads, and asks from time to time whether a nudge was lost."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from uuid import UUID

from twisted.internet.defer import Deferred

from domain.errors import StoreUnavailable
from domain.model.notices import NumberedNotice
from domain.ports.delivery import NoticeTail

from .hub import Hub, Reading
from .threads import Threads

logger = logging.getLogger(__name__)


class Tail:
    """Between the store and the hub. All of it runs on the reactor's thread, but for the reads themselves."""

    def __init__(self, hub: Hub, tail: NoticeTail, threads: Threads, page: int) -> None:
        self._hub = hub
        self._tail = tail
        self._threads = threads
        self._page = page
        self._is_store_away = False

    def follow(self, readings: Iterable[Reading]) -> None:
        """Do these readings, and those that come of them."""
        for reading in readings:
            Deferred.fromCoroutine(self._read(reading))

    def wake(self, trader_ids: Iterable[UUID]) -> None:
        """These traders have something new."""
        self.follow(self._hub.woken(trader_ids))

    async def look(self) -> None:
        """Ask for the newest numbers of all who listen, and read what they lack."""
        trader_ids = self._hub.trader_ids
        if not trader_ids:
            return
        try:
            last_numbers = await self._threads.run(self._tail.last_numbers, trader_ids)
            if self._is_store_away:
                self._is_store_away = False
                logger.info("The store answers again; notices are sent.")
            self.follow(self._hub.heard(last_numbers))
        except StoreUnavailable as error:
            self._store_is_away(error)
        except Exception:
            logger.exception("Asking for newest numbers failed; it is tried again.")

    async def _read(self, reading: Reading) -> None:
        notices: Sequence[NumberedNotice]
        try:
            notices = await self._threads.run(self._tail.after, reading.trader_id, reading.after, self._page)
            readings = self._hub.deliver(reading, notices)
        except StoreUnavailable as error:
            self._store_is_away(error)
            self._hub.put_back(reading)
        except Exception:
            logger.exception("Reading notices failed; it is tried again.")
            self._hub.put_back(reading)
        else:
            self.follow(readings)

    def _store_is_away(self, error: StoreUnavailable) -> None:
        """Say so once, and not for every socket and second."""
        if not self._is_store_away:
            self._is_store_away = True
            logger.warning("The store is away; sockets stay open and notices wait: %s", error)
