"""Waking other processes through PostgreSQL: NOTIFY on a connection of its own, LISTEN on another.

A NOTIFY inside the business transaction would cost every commit a lock that all of them share. So it is sent after
the commit, by a thread, and a nudge that gets lost is made up for by the listeners' own polls.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterable
from uuid import UUID

import psycopg
from sqlalchemy import make_url

from domain.errors import StoreUnavailable

from .addresses import driver_arguments
from .engine import CONNECT_TIMEOUT_SECONDS, STATEMENT_TIMEOUT_MILLISECONDS
from .session import Sessions

CHANNEL = "p2p_notices"
_IDS_A_NOTIFY = 200
"""A payload holds less than 8,000 bytes, and an id takes 37 with its comma."""
_QUEUE_LIMIT = 10_000
GATHER_SECONDS = 0.015
"""The shortest time between two NOTIFYs of one process. A nudge after a quiet time is sent at once; under load those of
several commits travel together, since each costs a round trip, and every listener a look into the database."""
_RETRY_SECONDS = 1.0
_CHECK_SECONDS = 5.0

_log = logging.getLogger(__name__)


class _Line:
    """Opens connections beside the pool, one after the other."""

    def __init__(self, database_url: str) -> None:
        self._url = make_url(database_url)
        timeout = {"statement_timeout": str(STATEMENT_TIMEOUT_MILLISECONDS)}
        self._sessions = Sessions(self._url.query.get("options"), timeout)

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """A new one. Raises what the driver raises, and ``StoreUnavailable``."""
        named = {
            **driver_arguments(self._url),
            "connect_timeout": CONNECT_TIMEOUT_SECONDS,
            "application_name": "p2p-wake",
            # A listener hears nothing for hours and must still learn that its line was cut somewhere in between.
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 10_000,
        }
        return self._sessions.open(psycopg.Connection[tuple[object, ...]], **named, autocommit=True)


class NotifyWaker:
    """A ``Waker`` for processes on other connections. ``wake`` only queues; a thread sends."""

    def __init__(self, database_url: str, gather_seconds: float = GATHER_SECONDS) -> None:
        self._line = _Line(database_url)
        self._gather_seconds = gather_seconds
        self._closing = threading.Event()
        self._queue: queue.SimpleQueue[frozenset[UUID] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def wake(self, trader_ids: Iterable[UUID]) -> None:
        """These traders have something new. Where too much is queued already, the polls have to do."""
        if self._queue.qsize() > _QUEUE_LIMIT:
            return
        self._queue.put(frozenset(trader_ids))
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="notify", daemon=True)
                    self._thread.start()

    def close(self) -> None:
        """Send what is queued, as far as that is possible now, and stop."""
        if self._thread is not None:
            self._closing.set()
            self._queue.put(None)
            self._thread.join(CONNECT_TIMEOUT_SECONDS)

    def _run(self) -> None:
        connection: psycopg.Connection[tuple[object, ...]] | None = None
        while True:
            first = self._queue.get()
            ids, stop = self._drained(first)
            try:
                if connection is None:
                    connection = self._line.connect()
                for start in range(0, len(ids), _IDS_A_NOTIFY):
                    payload = ",".join(map(str, ids[start : start + _IDS_A_NOTIFY]))
                    connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, payload))
            except (psycopg.Error, StoreUnavailable) as error:
                # The nudge is lost and nothing else: the listeners poll.
                _log.warning("a wake-up could not be sent: %s", type(error).__name__)
                if connection is not None:
                    connection.close()
                connection = None
            if stop:
                break
            self._closing.wait(self._gather_seconds)
        if connection is not None:
            connection.close()

    def _drained(self, first: frozenset[UUID] | None) -> tuple[list[UUID], bool]:
        """All that is queued, as one set of ids, and whether the end of the queue was met."""
        ids: set[UUID] = set()
        item = first
        while item is not None:
            ids |= item
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                return list(ids), False
        return list(ids), True


class WakeListener:
    """Listens for the nudges of other processes and hands their trader ids on, from a thread of its own."""

    def __init__(self, database_url: str, callback: Callable[[frozenset[UUID]], None]) -> None:
        self._line = _Line(database_url)
        self._callback = callback
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="listen", daemon=True)

    def start(self) -> None:
        """Begin to listen. A lost connection is made again for as long as it takes."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, within seconds."""
        self._stopping.set()
        self._thread.join(_CHECK_SECONDS + CONNECT_TIMEOUT_SECONDS)

    def _run(self) -> None:
        is_up = True
        while not self._stopping.is_set():
            try:
                with self._line.connect() as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    is_up = True
                    self._listen(connection)
            except (psycopg.Error, StoreUnavailable) as error:
                if is_up:
                    _log.warning("wake-ups cannot be heard, polling meanwhile: %s", type(error).__name__)
                is_up = False
                self._stopping.wait(_RETRY_SECONDS)

    def _listen(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        while not self._stopping.is_set():
            for notification in connection.notifies(timeout=0.5, stop_after=1):
                self._callback(_parsed(notification.payload))


def _parsed(payload: str) -> frozenset[UUID]:
    """The ids in a payload. Anybody with access to the database can send one, so what is no id is left out."""
    found = set()
    for text in payload.split(","):
        try:
            found.add(UUID(text))
        except ValueError:
            continue
    return frozenset(found)
