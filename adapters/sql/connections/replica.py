"""Reading from a standby what may be a second old, and from the primary where no standby tells it in time.

A standby does not know how far it is behind: one that has lost its line believes that it has all there is. What it does
know is when the last transaction that it has was committed. Where that is no more than the bound ago, nothing that it
lacks is older than that. A desk that does nothing looks the same as a line that is lost, and is asked of the primary,
which then has little to do.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from domain.errors import ConcurrentChange, StoreUnavailable

from .engine import open_engine, own_transaction

STALE_SECONDS = 2
"""Older than this is nothing that is read from a standby.

Source: docs/contract/command-line-and-settings.md, "Replicas".
"""
AWAY_SECONDS = 5.0
"""For so long a standby that could not be read from is left alone."""

Result = TypeVar("Result")

_IS_FRESH = f"""SELECT pg_is_in_recovery()
    AND clock_timestamp() - pg_last_xact_replay_timestamp() <= interval '{STALE_SECONDS} s'"""
_WHICH = "SELECT system_identifier, current_database() FROM pg_control_system()"

_log = logging.getLogger(__name__)


class Replica:
    """One standby; ``clock`` tells seconds that only grow."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = open_engine(url)
        self._clock = clock
        self._not_before = 0.0
        self._is_of_this_desk = False
        self._is_in_use: bool | None = None

    def read(self, primary: Connection, work: Callable[[Connection], Result]) -> Result:
        """What ``work`` finds on the standby; or on ``primary``, where the standby is away, behind, or another's."""
        if self._clock() >= self._not_before:
            try:
                with own_transaction(self._engine, writes=False) as connection:
                    if self._serves(connection, primary):
                        result = work(connection)
                        self._note(in_use=True, why="")
                        return result
                self._note(in_use=False, why="it is behind, or nothing happens")
            except (StoreUnavailable, ConcurrentChange, SQLAlchemyError) as error:
                self._not_before = self._clock() + AWAY_SECONDS
                self._note(in_use=False, why=str(error).partition("\n")[0])
        return work(primary)

    def close(self) -> None:
        """Give back its connections."""
        self._engine.dispose()

    def _serves(self, connection: Connection, primary: Connection) -> bool:
        if not self._is_of_this_desk:
            own, other = (each.exec_driver_sql(_WHICH).one() for each in (primary, connection))
            if own != other:
                raise StoreUnavailable("it follows another database than the desk's")
            self._is_of_this_desk = True
        return bool(connection.exec_driver_sql(_IS_FRESH).scalar_one())

    def _note(self, *, in_use: bool, why: str) -> None:
        """Say it when it changes."""
        if in_use is self._is_in_use:
            return
        self._is_in_use = in_use
        if in_use:
            _log.info("The replica is read from")
        else:
            _log.warning("The replica is not read from, the primary is: %s", why)
