"""A bound on waiting for a server that has gone silent.

``statement_timeout`` is kept by the server, so a frozen server, or a network that swallows packets, keeps it not.
The driver waits for ever then, and with it a request's thread. So each wait for PostgreSQL is written down, and one
thread of the process breaks the connection of a wait that took too long: the driver sees the line drop, and the unit
ends as one whose database is away.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from typing import Any

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

SILENCE_LIMIT_SECONDS = 2.5
"""Longer than ``statement_timeout``, which ends a slow statement of a server that is well.

With the wait for a connection before it, still under the 5 s of a 503.
"""
STALLED = "p2p_stalled"
"""The key in a connection's ``info`` that tells a line that was broken here from one that broke by itself."""

_CHECK_SECONDS = 0.25


class StallWatch:
    """Who waits for a server since when, and the thread that ends waits that take too long."""

    def __init__(self) -> None:
        self._waits: dict[int, tuple[float, Any, dict[Any, Any]]] = {}
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def install(self, engine: Engine) -> None:
        """Watch every statement and commit of an engine."""
        event.listen(engine, "before_cursor_execute", self._statement_begins)
        event.listen(engine, "after_cursor_execute", self._statement_ends)
        event.listen(engine, "commit", self._begin)
        event.listen(engine, "rollback", self._begin)
        event.listen(engine, "checkin", self._checked_in)
        event.listen(engine, "close", self._closed)

    def _statement_begins(self, connection: Connection, *_: Any) -> None:
        self._begin(connection)

    def _statement_ends(self, connection: Connection, *_: Any) -> None:
        self._waits.pop(id(connection.connection.dbapi_connection), None)

    def _begin(self, connection: Connection) -> None:
        if connection.invalidated:
            return
        pooled = connection.connection
        driver = pooled.dbapi_connection
        self._waits[id(driver)] = (time.monotonic() + SILENCE_LIMIT_SECONDS, driver, pooled.info)
        if not self._is_running:
            self._start()

    def _checked_in(self, driver: Any, _record: Any) -> None:
        self._waits.pop(id(driver), None)

    def _closed(self, driver: Any, _record: Any) -> None:
        self._waits.pop(id(driver), None)

    @property
    def _is_running(self) -> bool:
        """Whether there is a thread that watches. One that was started before a fork lives in the parent alone."""
        return self._thread is not None and self._thread.is_alive()

    def _start(self) -> None:
        with self._starting:
            if not self._is_running:
                self._thread = threading.Thread(target=self._watch, name="stall watch", daemon=True)
                self._thread.start()

    def _watch(self) -> None:
        while True:
            time.sleep(_CHECK_SECONDS)
            now = time.monotonic()
            for key, (deadline, driver, info) in list(self._waits.items()):
                if now > deadline and self._waits.pop(key, None) is not None:
                    info[STALLED] = True
                    _break(driver)


def _break(driver: Any) -> None:
    """Shut a connection's socket down, so that whoever waits on it sees the line drop. Its owner closes it."""
    # The descriptor is doubled first: closing ours must not close the driver's under its feet. Where the driver has
    # given it up by itself meanwhile, nobody waits any more.
    with contextlib.suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(driver.pgconn.socket)) as line:
        line.shutdown(socket.SHUT_RDWR)


WATCH = StallWatch()
"""The one watch of this process; its thread starts with the first wait."""
