"""Reads the notices that the registry wants, in threads, and asks from time to time whether a nudge was lost."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from uuid import UUID

from twisted.internet.defer import Deferred

from domain.errors import StoreUnavailable
from domain.model.notices import NumberedNotice
from domain.ports.delivery import NoticeTail

from .listeners import ListenerRegistry, PendingRead
from .reactor_threads import ReactorThreads

logger = logging.getLogger(__name__)


class NoticeReader:
    """Between the store and the registry. All of it runs on the reactor's thread, but for the reads themselves."""

    def __init__(self, registry: ListenerRegistry, tail: NoticeTail, threads: ReactorThreads, page: int) -> None:
        self._registry = registry
        self._tail = tail
        self._threads = threads
        self._page = page
        self._is_store_away = False

    def follow(self, reads: Iterable[PendingRead]) -> None:
        """Do these reads, and those that come of them."""
        for read in reads:
            Deferred.fromCoroutine(self._read(read))

    def wake(self, trader_ids: Iterable[UUID]) -> None:
        """These traders have something new."""
        self.follow(self._registry.woken(trader_ids))

    async def look(self) -> None:
        """Ask for the newest numbers of all who listen, and read what they lack."""
        trader_ids = self._registry.trader_ids
        if not trader_ids:
            return
        try:
            last_numbers = await self._threads.run(self._tail.last_numbers, trader_ids)
            if self._is_store_away:
                self._is_store_away = False
                logger.info("The store answers again; notices are sent.")
            self.follow(self._registry.heard(last_numbers))
        except StoreUnavailable as error:
            self._store_is_away(error)
        except Exception:
            logger.exception("Asking for newest numbers failed; it is tried again.")

    async def _read(self, read: PendingRead) -> None:
        notices: Sequence[NumberedNotice]
        try:
            notices = await self._threads.run(self._tail.after, read.trader_id, read.after, self._page)
            reads = self._registry.deliver(read, notices)
        except StoreUnavailable as error:
            self._store_is_away(error)
            self._registry.put_back(read)
        except Exception:
            logger.exception("Reading notices failed; it is tried again.")
            self._registry.put_back(read)
        else:
            self.follow(reads)

    def _store_is_away(self, error: StoreUnavailable) -> None:
        """Say so once, and not for every socket and second."""
        if not self._is_store_away:
            self._is_store_away = True
            logger.warning("The store is away; sockets stay open and notices wait: %s", error)
