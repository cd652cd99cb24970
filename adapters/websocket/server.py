"""The websocket server: ties its parts to a reactor, and closes the sockets of whoever may not listen any more."""

from __future__ import annotations

import logging
import socket
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from math import ceil
from typing import Any
from uuid import UUID

from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall, deferLater

from domain.errors import StoreUnavailable
from domain.model.notices import NumberedNotice
from domain.ports.logins import Standing
from domain.ports.store import Store
from domain.ports.tokens import Tokens
from domain.ports.tracing import Tracing

from .authentication import Authenticated, Authenticator
from .figures import SocketFigures
from .handshake import Asked
from .limits import EXPIRED_OR_ENDED, GOING_AWAY, SUSPENDED, TOO_SLOW_OR_TOO_MANY, Limits
from .listeners import Listener, ListenerRegistry
from .notice_reader import NoticeReader
from .protocol import TraderSocket, TraderSocketFactory
from .reactor_threads import ReactorThreads

logger = logging.getLogger(__name__)

_ENDS = {
    Standing.ENDED: (EXPIRED_OR_ENDED, "The login has ended"),
    Standing.SUSPENDED: (SUSPENDED, "The trader is suspended"),
}
_STOP_POLL_SECONDS = 0.02
LATE_SECONDS = 30.0
"""By so much more than its pause a loop may be late: far more than a question to the store may take."""

Watch = Callable[[str, float], Callable[[], None]]
"""Takes the name of a loop and after how many seconds it is late; gives what it is to call as it goes round."""


class WebsocketServer:
    """Listens on a port and pushes notices. It is also the ``Waker`` of its sockets.

    Call ``start`` and ``stop`` on the reactor's thread; ``wake`` may be called on any.
    """

    def __init__(
        self,
        *,
        reactor: Any,
        listening: socket.socket,
        store: Store,
        tokens: Tokens,
        limits: Limits | None = None,
        watch: Watch = lambda _name, _seconds: lambda: None,
        now: Callable[[], datetime] | None = None,
        tracing: Tracing | None = None,
    ) -> None:
        """Serve on this socket, which listens already. ``now`` tells the moment, for figures of lag."""
        self._tracing = tracing
        self.limits = limits or Limits()
        self._reactor = reactor
        self._socket = listening
        self._registry = ListenerRegistry(self.limits.page)
        self._authenticator = Authenticator(store, tokens)
        self._login_threads = ReactorThreads(reactor, "websocket-logins", self.limits.threads)
        self._notice_threads = ReactorThreads(reactor, "websocket-notices", self.limits.threads)
        self._reader = NoticeReader(self._registry, store.tail, self._notice_threads, self.limits.page)
        self._sockets: set[TraderSocket] = set()
        self._is_full = False
        self._loops: list[Any] = []
        self._listening: Any = None
        self._watch = watch
        self.figures = SocketFigures(lambda: len(self._registry), now)
        self._registry.on_sent = self._sent

    @property
    def port(self) -> int:
        """The port that is listened on, once started."""
        number: int = self._listening.getHost().port
        return number

    @property
    def listeners(self) -> int:
        """How many sockets are open."""
        return len(self._registry)

    def start(self) -> None:
        """Take connections."""
        factory = TraderSocketFactory(self, self._reactor)
        self._socket.setblocking(False)
        self._listening = self._reactor.adoptStreamPort(self._socket.fileno(), self._socket.family, factory)
        # The reactor has made a copy for itself.
        self._socket.close()
        self._login_threads.start()
        self._notice_threads.start()
        self._every("notices", self.limits.poll_seconds, self._reader.look)
        self._every("standings", self.limits.standing_seconds, self._end_fallen)

    def stop(self) -> Deferred[None]:
        """Listen no more and close all sockets with 1001, in groups. The Deferred fires within five seconds.

        Stopping what is stopped, or was never started, is harmless.
        """
        return Deferred.fromCoroutine(self._stop())

    def wake(self, trader_ids: Iterable[UUID]) -> None:
        """These traders have something new. Returns at once, on any thread."""
        self._reactor.callFromThread(self._reader.wake, tuple(trader_ids))

    # What sockets ask and tell -----------------------------------------------------------------------------------

    def admit(self, asked: Asked) -> Deferred[Authenticated]:
        """Let a client in."""
        return self._login_threads.run(self._authenticator.admit, asked)

    def connected(self, trader_socket: TraderSocket) -> None:
        """A connection was made."""
        self._sockets.add(trader_socket)
        if len(self._sockets) > self.limits.sockets and not self._is_full:
            self._is_full = True
            logger.warning("%d sockets are open, and no more are let in.", self.limits.sockets)

    def opened(self, listener: Listener) -> None:
        """The handshake is done: listen, and let the trader's oldest socket go where there are too many."""
        self._reader.follow(self._registry.add(listener))
        for oldest in self._registry.surplus(listener.trader_id, self.limits.sockets_per_trader):
            oldest.connection.end(TOO_SLOW_OR_TOO_MANY, "Newer sockets of this trader took its place")

    def drained(self, listener: Listener) -> None:
        """The client has taken what it was sent."""
        self._reader.follow(self._registry.drained(listener))

    def ended(self, listener: Listener) -> None:
        """The socket is closing or gone."""
        self._registry.remove(listener)

    def disconnected(self, trader_socket: TraderSocket) -> None:
        """The connection is gone."""
        self._sockets.discard(trader_socket)
        # Around the bound they come and go, which is told once and not each time.
        self._is_full = self._is_full and len(self._sockets) > self.limits.sockets // 2

    def _sent(self, notice: NumberedNotice, is_live: bool) -> None:
        """A frame was handed to a socket."""
        self.figures.sent(notice.created_at, is_live=is_live)
        if self._tracing is not None and is_live:
            # What is told of the past came of a socket, and not just now of what it tells.
            self._tracing.done(f"frame {notice.kind.value}", 0.0, _about(notice), cause=notice.request_id)
        if logger.isEnabledFor(logging.INFO):
            logger.info("Notice %s is sent to a socket.", notice.number, extra=_about(notice))

    # What is done from time to time ------------------------------------------------------------------------------

    async def _end_fallen(self) -> None:
        """Close the sockets whose tokens have expired or whose logins do not stand any more, by one look at the store.

        The store tells the moment too: this process's clock may be wrong, and while it is, nothing is judged.
        """
        logins = {listener.login_id for listener in self._registry}
        if not logins:
            return
        try:
            found = await self._login_threads.run(self._authenticator.standings, logins)
        except StoreUnavailable:
            # The reader of notices asks more often, and says so.
            return
        for listener in list(self._registry):
            if listener.expires_at <= found.at:
                listener.connection.end(EXPIRED_OR_ENDED, "The token has expired")
                continue
            fallen = _ENDS.get(found.by_login.get(listener.login_id, Standing.GOOD))
            if fallen is not None:
                listener.connection.end(*fallen)

    def _every(self, name: str, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        """Do this again and again, each time after the last time has ended, whatever came of it."""
        has_gone_round = self._watch(name, seconds + LATE_SECONDS)

        async def guarded() -> None:
            has_gone_round()
            try:
                await work()
            except Exception:
                logger.exception("What is done every %s s failed; it is done again.", seconds)

        loop = LoopingCall(lambda: Deferred.fromCoroutine(guarded()))
        loop.clock = self._reactor
        loop.start(seconds, now=False)
        self._loops.append(loop)

    async def _send_away(self) -> None:
        """Close the sockets group by group; those that are still open are told what happens meanwhile."""
        leaving = list(self._sockets)
        pause = self.limits.leaving_pause_seconds
        together = max(self.limits.leaving_together, ceil(len(leaving) * pause / self.limits.leaving_seconds))
        for start in range(0, len(leaving), together):
            if start:
                await deferLater(self._reactor, pause)
            for trader_socket in leaving[start : start + together]:
                trader_socket.end(GOING_AWAY, "The server is going away")

    async def _stop(self) -> None:
        listening, self._listening = self._listening, None
        if listening is None:
            return
        await listening.stopListening()
        await self._send_away()
        for loop in self._loops:
            loop.stop()
        give_up_at = self._reactor.seconds() + self.limits.stop_seconds
        while self._sockets and self._reactor.seconds() < give_up_at:
            await deferLater(self._reactor, _STOP_POLL_SECONDS)
        for trader_socket in list(self._sockets):
            trader_socket.cut()
        threads = (self._login_threads, self._notice_threads)
        for each in threads:
            each.stop()
        # What they ask the store is to be answered before the store is closed, if it answers at all.
        while not all(each.have_stopped for each in threads) and self._reactor.seconds() < give_up_at:
            await deferLater(self._reactor, _STOP_POLL_SECONDS)


def _about(notice: NumberedNotice) -> dict[str, object]:
    """What the log tells of a notice: of what kind it is, to whom, about what, and which request caused it."""
    return {
        "kind": notice.kind.value,
        "trader_id": notice.trader_id,
        "offer_id": notice.offer_id,
        "request_id": notice.request_id,
    }
