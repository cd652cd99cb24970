"""Who listens, and from which number on. Pure bookkeeping: no network, no threads, no clock.

A listener reads by number: its ``position`` is the number of the last notice that it was sent. A ``PendingRead`` asks
for the notices after a position, for all idle listeners of one trader that stand at it; while it is under way they are
not idle, so that what each is sent is in order, without a gap and without a double. What is heard meanwhile makes
them due again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.model.frames import frame_text
from domain.model.notices import NumberedNotice


class ClientConnection(Protocol):
    """A listener's way to its client."""

    def send(self, text: str) -> None:
        """Send a text frame, or forget it where the client is gone."""
        ...

    def end(self, code: int, reason: str) -> None:
        """Close the socket with this code."""
        ...


@dataclass(eq=False, slots=True)
class Listener:
    """One open socket. ``is_numbered`` says that its frames carry their notice's number."""

    connection: ClientConnection
    trader_id: UUID
    login_id: UUID
    expires_at: datetime
    position: int
    is_numbered: bool
    is_reading: bool = False
    is_full: bool = False
    is_due: bool = True
    is_live: bool = False
    """Whether it has had all that there was when it came."""


@dataclass(frozen=True, slots=True)
class PendingRead:
    """Wanted: a trader's notices after a number, for these listeners."""

    trader_id: UUID
    after: int
    listeners: tuple[Listener, ...]


class ListenerRegistry:
    """All listeners of one process."""

    def __init__(self, page: int) -> None:
        """``page`` is how many notices a read brings at most."""
        self._page = page
        self.on_sent: Callable[[NumberedNotice, bool], None] = lambda _notice, _is_live: None
        """Called for each frame that was handed to a socket, and whether that had had all that came before."""
        # A dict keeps the order of arrival, which a set does not: the oldest of a trader's is its first.
        self._listeners: dict[UUID, dict[Listener, None]] = {}

    def __iter__(self) -> Iterator[Listener]:
        for listeners in self._listeners.values():
            yield from listeners

    def __len__(self) -> int:
        return sum(map(len, self._listeners.values()))

    @property
    def trader_ids(self) -> tuple[UUID, ...]:
        """The traders who listen."""
        return tuple(self._listeners)

    def add(self, listener: Listener) -> list[PendingRead]:
        """A socket has opened; the reads that are to be done."""
        self._listeners.setdefault(listener.trader_id, {})[listener] = None
        return self._due(listener.trader_id)

    def remove(self, listener: Listener) -> None:
        """A socket is gone. Removing it twice is harmless."""
        listeners = self._listeners.get(listener.trader_id, {})
        listeners.pop(listener, None)
        if not listeners:
            self._listeners.pop(listener.trader_id, None)

    def surplus(self, trader_id: UUID, limit: int) -> list[Listener]:
        """A trader's oldest listeners beyond so many."""
        listeners = list(self._listeners.get(trader_id, ()))
        return listeners[: max(0, len(listeners) - limit)]

    def woken(self, trader_ids: Iterable[UUID]) -> list[PendingRead]:
        """These traders have something new; the reads that are to be done."""
        reads = []
        for trader_id in trader_ids:
            for listener in self._listeners.get(trader_id, ()):
                listener.is_due = True
            reads += self._due(trader_id)
        return reads

    def heard(self, last_numbers: Mapping[UUID, int]) -> list[PendingRead]:
        """Each trader's newest number is this; the reads that are to be done, those that failed before too."""
        reads = []
        for trader_id, last in last_numbers.items():
            for listener in self._listeners.get(trader_id, ()):
                listener.is_due |= listener.position < last
            reads += self._due(trader_id)
        return reads

    def deliver(self, read: PendingRead, notices: Sequence[NumberedNotice]) -> list[PendingRead]:
        """Send what a read brought; the reads that are to be done next."""
        texts: dict[tuple[int, bool], str] = {}
        is_page_full = len(notices) >= self._page
        for listener in read.listeners:
            listener.is_reading = False
            listener.is_due |= is_page_full
            for notice in notices:
                if listener.is_full:
                    # The rest is read again once the client has taken what it was sent.
                    listener.is_due = True
                    break
                key = (notice.number, listener.is_numbered)
                if key not in texts:
                    texts[key] = frame_text(notice.frame, notice.number if listener.is_numbered else None)
                listener.connection.send(texts[key])
                listener.position = notice.number
                self.on_sent(notice, listener.is_live)
            listener.is_live |= not is_page_full
        return self._due(read.trader_id)

    def put_back(self, read: PendingRead) -> None:
        """A read failed: its listeners stay due, and are read for at the next nudge or poll."""
        for listener in read.listeners:
            listener.is_reading, listener.is_due = False, True

    def drained(self, listener: Listener) -> list[PendingRead]:
        """The client has taken what it was sent; the reads that are to be done."""
        listener.is_full = False
        return self._due(listener.trader_id)

    def _due(self, trader_id: UUID) -> list[PendingRead]:
        """One read for each position at which due and idle listeners stand."""
        positions: dict[int, list[Listener]] = {}
        for listener in self._listeners.get(trader_id, ()):
            if listener.is_due and not listener.is_reading and not listener.is_full:
                positions.setdefault(listener.position, []).append(listener)
        reads = []
        for position, listeners in positions.items():
            for listener in listeners:
                listener.is_reading, listener.is_due = True, False
            reads.append(PendingRead(trader_id, position, tuple(listeners)))
        return reads
