"""The worker's threads: one sweeps, some send letters, one chains the journal, one asks for market prices where there
are any, and those of webhooks."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from threading import Condition, Event, Thread
from typing import TypeVar
from uuid import UUID, uuid4

from domain.errors import StoreUnavailable
from domain.ports.causes import caused_by
from domain.ports.tracing import Tracing

from .bookkeeper import WORK_EVERY_SECONDS, Bookkeeper
from .outage import Outage
from .postman import LEASE_SECONDS, Postman
from .pricer import Pricer
from .sweeper import Sweeper
from .webhooks import WebhookLoop

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

SWEEP_EVERY_SECONDS = 1.0
"""A reserve is free within two seconds of its deadline. Source: docs/contract/trading.md, "Deadlines"."""
SENDERS = 4
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
    ) -> None:
        self._sweeper = sweeper
        self._webhooks = webhooks
        self._postman = postman
        self._beside = beside
        self._sweep_every_seconds = sweep_every_seconds
        self._books_every_seconds = books_every_seconds
        self._outage = Outage()
        self._tracing = tracing
        self._stopping = Event()
        self._mail = Condition()
        self._is_mail_expected = False
        self._has_swept = watch("sweeper", LATE_SECONDS)
        self._has_sent = watch("senders", SENDERS_LATE_SECONDS)
        sweeper.going_on = self._has_swept
        if webhooks is not None:
            webhooks.going_on = watch("webhooks", LATE_SECONDS)
        loops = [("worker-sweeper", self._sweep), *((f"worker-sender-{n}", self._send) for n in range(1, senders + 1))]
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
        with self._mail:
            self._mail.notify_all()
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

    def wake(self, trader_ids: Iterable[UUID] = ()) -> None:  # noqa: ARG002
        """There may be new letters, for whomever. Returns at once, on any thread."""
        with self._mail:
            self._is_mail_expected = True
            self._mail.notify()

    def _sweep(self) -> None:
        while not self._stopping.is_set():
            # Nobody asked for it, so that it has an id of its own, by which what comes of it can be told.
            sweep, began = uuid4(), time.monotonic()
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

    def _send(self) -> None:
        while not self._stopping.is_set():
            self._has_sent()
            letter = self._do(self._postman.claim, "Claiming a letter")
            if letter is None:
                self._wait_for_mail()
                continue
            # One sender is woken at a time. It wakes the next before it sends, which may take minutes, so that all
            # are at work when there is work for all, and one letter does not send four of them to the store.
            self.wake()
            self._postman.deliver(letter)

    def _wait_for_mail(self) -> None:
        with self._mail:
            self._mail.wait_for(lambda: self._is_mail_expected or self._stopping.is_set())
            self._is_mail_expected = False
