"""The worker's threads: one sweeps, one claims letters and marks them, some send them, one chains the journal, one asks
for market prices where there are any, and those of webhooks."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from threading import Event, Thread
from typing import TypeVar
from uuid import UUID

from domain.errors import ConcurrentChange, StoreUnavailable
from domain.ports.causes import caused_by
from domain.ports.identifiers import Identifiers
from domain.ports.tracing import Tracing

from .bookkeeper import WORK_EVERY_SECONDS, Bookkeeper
from .hand import Hand
from .outage import Outage
from .pace import Pace
from .postman import LEASE_SECONDS, Postman
from .pricer import Pricer
from .sweeper import Sweeper
from .webhooks import WebhookLoop

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

SWEEP_EVERY_SECONDS = 1.0
"""A reserve is free within two seconds of its deadline. Source: docs/contract/trading.md, "Deadlines"."""
SENDERS = 4
GATHER_SECONDS = 0.2
"""How long nudges and outcomes are gathered, so that a burst of letters is one claim and one mark."""
LOOK_SECONDS = 1.0
"""How often it is looked whether senders still come for letters."""
REST_SECONDS = 5.0
"""After so long without a letter what is held for the next one is let go of."""
LATE_SECONDS = 120.0
"""After these a loop that has not gone round is taken for stuck: far more than the longest of its steps may take."""
SENDERS_LATE_SECONDS = 2.0 * LEASE_SECONDS
"""The same for all senders together. Each may wait for a mail server for as long as a claim holds."""
BOOKS_LATE_SECONDS = 900.0
"""The same for whoever chains the journal, since to state what a large desk owes takes minutes."""

Watch = Callable[[str, float], Callable[[], None]]
"""Takes the name of a loop and after how many seconds it is late; gives what it is to call as it goes round."""


def unwatched(_name: str, _seconds: float) -> Callable[[], None]:
    """For whom nobody watches."""
    return lambda: None


class WorkerLoops:
    """Sweeps once a second and sends what is due. It is also the ``Waker`` of its postman.

    ``beside`` is what else is done after each sweep; where one of it fails, the others are done all the same.
    """

    def __init__(
        self,
        sweeper: Sweeper,
        postman: Postman,
        identifiers: Identifiers,
        *,
        beside: Sequence[Callable[[Callable[[], None]], object]] = (),
        pricer: Pricer | None = None,
        bookkeeper: Bookkeeper | None = None,
        webhooks: WebhookLoop | None = None,
        senders: int = SENDERS,
        sweep_every_seconds: float = SWEEP_EVERY_SECONDS,
        books_every_seconds: float = WORK_EVERY_SECONDS,
        watch: Watch = unwatched,
        tracing: Tracing | None = None,
        begin_to_send: Callable[[], None] = lambda: None,
        pace: Pace | None = None,
    ) -> None:
        """``begin_to_send`` is called on the thread of each sender before its first letter."""
        self._sweeper = sweeper
        self._webhooks = webhooks
        self._postman = postman
        self._identifiers = identifiers
        self._beside = beside
        self._sweep_every_seconds = sweep_every_seconds
        self._books_every_seconds = books_every_seconds
        self._outage = Outage()
        self._tracing = tracing
        self._stopping, self._hand = Event(), Hand()
        self._pace = pace or Pace()
        self._begin_to_send = begin_to_send
        self._claimed_at: float | None = None
        self._has_swept = watch("sweeper", LATE_SECONDS)
        self._has_posted = watch("letters", LATE_SECONDS)
        self._has_sent = watch("senders", SENDERS_LATE_SECONDS)
        sweeper.going_on = self._has_swept
        if webhooks is not None:
            webhooks.going_on = watch("webhooks", LATE_SECONDS)
        loops = [("worker-sweeper", self._sweep), ("worker-letters", self._post)]
        loops += [(f"worker-sender-{number}", self._send) for number in range(1, senders + 1)]
        if pricer is not None:
            has_asked = watch("pricer", LATE_SECONDS + pricer.ask_every_seconds)
            loops.append(("worker-pricer", lambda: self._price(pricer, has_asked)))
        if bookkeeper is not None:
            has_kept = watch("bookkeeper", BOOKS_LATE_SECONDS)
            bookkeeper.going_on = has_kept
            loops.append(("worker-bookkeeper", lambda: self._keep_books(bookkeeper, has_kept)))
        # What waits for a mail server must not keep the process from ending: its letter's claim runs out by itself.
        self._threads = [Thread(target=loop, name=name, daemon=True) for name, loop in loops]

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()
        if self._webhooks is not None:
            self._webhooks.start()

    def stop(self, timeout: float) -> bool:
        """Stop after what is being done, waiting at most so many seconds; whether all threads have ended."""
        self._stopping.set()
        self._postman.give_up()
        if self._webhooks is not None:
            # Told now, since a letter that hangs may take up all the time.
            self._webhooks.give_up()
        self._hand.end()
        end = time.monotonic() + timeout
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, end - time.monotonic()))
        have_ended = not any(thread.is_alive() for thread in self._threads)
        if self._webhooks is not None:
            have_ended &= self._webhooks.stop(max(0.0, end - time.monotonic()))
        if not have_ended:
            logger.warning("The work has not ended within %s s; a letter that is being sent is sent again.", timeout)
        return have_ended

    def wake(self, trader_ids: Iterable[UUID] = ()) -> None:
        """There may be new letters, for whomever. Returns at once, on any thread."""
        if any(True for _ in trader_ids):
            self._pace.others_write()
        self._hand.expect()

    def _sweep(self) -> None:
        while not self._stopping.is_set():
            # Nobody asked for it, so that it has an id of its own, by which what comes of it can be told.
            sweep, began = self._identifiers.new(), time.monotonic()
            with caused_by(sweep):
                ended = self._do(self._sweeper.sweep_once, "A sweep")
                if ended and self._tracing is not None:
                    self._tracing.done("sweep", time.monotonic() - began, {"ended": ended}, cause=sweep, is_cause=True)
                for work in self._beside:
                    self._has_swept()
                    self._do(partial(work, self._has_swept), "A sweep")
            self._has_swept()
            # Letters that are to be tried again come due with time, and a nudge may have been lost.
            self.wake()
            self._stopping.wait(self._sweep_every_seconds)

    def _price(self, pricer: Pricer, has_asked: Callable[[], None]) -> None:
        while not self._stopping.is_set():
            has_asked()
            self._do(pricer.ask_once, "Asking for market prices")
            self._stopping.wait(pricer.ask_every_seconds)

    def _keep_books(self, bookkeeper: Bookkeeper, has_kept: Callable[[], None]) -> None:
        while not self._stopping.is_set():
            has_kept()
            self._do(bookkeeper.work_once, "Chaining the journal or stating what is owed")
            self._stopping.wait(self._books_every_seconds)

    def _do(self, work: Callable[[], Result], what: str) -> Result | None:
        """What the work returned; None where it failed, which is told of, and after which it is done again."""
        try:
            done = work()
        except StoreUnavailable as error:
            self._outage.met(error)
        except Exception:
            logger.exception("%s failed; it is done again.", what)
        else:
            self._outage.over()
            return done
        return None

    def _post(self) -> None:
        while not self._stopping.is_set():
            self._has_posted()
            if self._hand.is_moving:
                self._has_sent()
            self._hand.wait(LOOK_SECONDS)
            self._hand.gather(GATHER_SECONDS)
            self._postman.put_down()
            self._do(self._claim, "Claiming letters")
            self._rest()
        self._do(lambda: self._let_go(at_the_end=True), "Handing letters back")
        while self._hand.wait_for_sent(LOOK_SECONDS):
            self._postman.put_down()
        self._postman.put_down()
        self._postman.rest()

    def _claim(self) -> None:
        self._let_go()
        room = self._hand.room()
        if not room:
            return
        most = self._pace.most(room)
        letters = self._postman.claim(most)
        if letters:
            self._claimed_at = time.monotonic()
            self._hand.hold(letters, is_more=self._pace.goes_on(letters, most))

    def _let_go(self, *, at_the_end: bool = False) -> None:
        """Let other processes have what no sender here comes for."""
        back = self._hand.left(at_the_end=at_the_end)
        try:
            self._postman.hand_back(back)
        except (StoreUnavailable, ConcurrentChange):
            # Where they cannot be handed back, their claims run out.
            self._hand.hold(back)
            raise

    def _rest(self) -> None:
        is_long_ago = self._claimed_at is not None and time.monotonic() - self._claimed_at > REST_SECONDS
        if is_long_ago and self._hand.is_idle:
            self._claimed_at = None
            self._postman.rest()

    def _send(self) -> None:
        self._begin_to_send()
        while (letter := self._hand.take()) is not None:
            self._postman.deliver(letter)
            self._hand.sent()
