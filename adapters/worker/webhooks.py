"""Has notices sent to webhooks: one thread asks the store, and many send, each to one webhook at a time.

A webhook that keeps one waiting keeps a sender waiting and nobody else. There are as many senders again for those that
took the last thing sent to them, so that however many hang, they hold no more than their own share.
"""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field
from threading import Condition, Event, Thread
from uuid import UUID

from prometheus_client import CollectorRegistry, Counter

from domain.errors import ConcurrentChange, StoreUnavailable
from domain.model.webhooks import Delivery
from domain.ports.causes import caused_by
from domain.ports.identifiers import Identifiers
from domain.ports.sealing import Sealer, Unsealable
from domain.ports.store import Store, Unit
from domain.ports.webhooks import Outcome, WebhookQueue, WebhookSender
from domain.use_cases.webhooks import give_up_webhook

from .outage import Outage

logger = logging.getLogger(__name__)

LEASE_SECONDS = 60
"""How long a claim holds: longer than a webhook may keep us waiting, and what came of it takes to be put down."""
SENDERS_OF_PROVEN = 128
SENDERS_OF_OTHERS = 256
"""How many may be waited for at once: of those that took the last thing sent to them, and of all others, with those
that hang."""
LOOK_EVERY_SECONDS = 1.0
"""How often it is looked for what has come due with time."""
LOOK_AROUND_EVERY_SECONDS = 10.0
"""How often it is looked for whatever a lost nudge was for."""
GATHER_SECONDS = 0.1
"""How long nudges are gathered, so that a burst of notices is one question to the store."""
HEARD_TOGETHER = 32
HEARD_SECONDS = 0.1
"""While all senders are busy, so many are waited for, and no longer than this: else each that is free again would be a
question to the store of its own."""

TAKEN, FAILED, OFF = "taken", "failed", "turned_off"


class WebhookFigures:
    """Counts what one process sent to webhooks, in a registry of its own. Counting is safe on any thread."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._sent = Counter(
            "p2p_webhooks",
            "Attempts to send to a webhook, by what came of them: taken, failed; and turned_off, after the last.",
            ("outcome",),
            registry=self.registry,
        )
        for outcome in (TAKEN, FAILED, OFF):
            self._sent.labels(outcome)

    def count(self, outcome: str) -> None:
        """One more came to this."""
        self._sent.labels(outcome).inc()


class Senders:
    """Threads that send, started as they are needed. What waits for a webhook must not keep the process from ending."""

    def __init__(self, name: str, number: int, send: Callable[[Delivery], None]) -> None:
        self._name = name
        self._number = number
        self._send = send
        self._handed: queue.SimpleQueue[Delivery] = queue.SimpleQueue()
        self._started = 0
        self.busy = 0
        """How many were handed over and not heard of since; of one thread alone, that which hands over."""

    @property
    def free(self) -> int:
        """How many more can be sent at once."""
        return self._number - self.busy

    def hand(self, delivery: Delivery) -> None:
        """Have one sent."""
        self.busy += 1
        if self._started < self.busy:
            self._started += 1
            Thread(target=self._run, name=f"{self._name}-{self._started}", daemon=True).start()
        self._handed.put(delivery)

    def _run(self) -> None:
        while True:
            self._send(self._handed.get())


@dataclass
class _Nudges:
    """What was heard since it was last looked."""

    told: set[UUID] = field(default_factory=set)
    outcomes: list[tuple[Senders, Outcome]] = field(default_factory=list)
    is_any: bool = True


class WebhookLoop:
    """The ``Waker`` of one process's webhooks. Any number of processes may send for one store."""

    def __init__(
        self,
        store: Store,
        queue: WebhookQueue,
        sender: WebhookSender,
        sealer: Sealer,
        identifiers: Identifiers,
        *,
        figures: WebhookFigures | None = None,
        lease_seconds: int = LEASE_SECONDS,
        proven: int = SENDERS_OF_PROVEN,
        others: int = SENDERS_OF_OTHERS,
    ) -> None:
        self._store = store
        self._queue = queue
        self._sender = sender
        self._sealer = sealer
        self._identifiers = identifiers
        self._figures = figures or WebhookFigures()
        self._lease_seconds = lease_seconds
        self._outage = Outage()
        self._stopping = Event()
        self._heard = Condition()
        self._nudges = _Nudges()
        self._unkept: list[Outcome] = []
        self._look_around_at = 0.0
        self._is_limited = False
        """Whether the last look took as many as could be sent at once, so that there may be more."""
        self._proven = Senders("webhook-proven", proven, lambda delivery: self._deliver(self._proven, delivery))
        self._others = Senders("webhook-other", others, lambda delivery: self._deliver(self._others, delivery))
        self._thread = Thread(target=self._run, name="webhooks", daemon=True)
        self.going_on: Callable[[], None] = lambda: None
        """Called each time that its loop goes round."""

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def give_up(self) -> None:
        """The process ends: claim no more, and put down what is heard of by then. Returns at once."""
        self._stopping.set()
        with self._heard:
            self._heard.notify_all()

    def stop(self, timeout: float) -> bool:
        """Give up, and wait at most so many seconds for it; whether the thread has ended."""
        self.give_up()
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def wake(self, trader_ids: Iterable[UUID] = ()) -> None:
        """These traders may have been told something. Returns at once, on any thread."""
        with self._heard:
            self._nudges.told.update(trader_ids)
            self._nudges.is_any = True
            self._heard.notify()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.going_on()
                while self.step() and not self._stopping.is_set():
                    self._gather()
                    self.going_on()
                self._outage.over()
            except StoreUnavailable as error:
                self._outage.met(error)
                self._stopping.wait(LOOK_EVERY_SECONDS)
            except Exception:
                logger.exception("Looking for what is to be sent to webhooks failed; it is done again.")
                self._stopping.wait(LOOK_EVERY_SECONDS)
            else:
                self._wait()
        self._keep_the_last()

    def _wait(self) -> None:
        with self._heard:
            self._heard.wait_for(lambda: self._nudges.is_any or self._stopping.is_set(), LOOK_EVERY_SECONDS)
        self._stopping.wait(GATHER_SECONDS)

    def _gather(self) -> None:
        if not self._is_limited:
            return
        with self._heard:
            self._heard.wait_for(
                lambda: len(self._nudges.outcomes) >= HEARD_TOGETHER or self._stopping.is_set(), HEARD_SECONDS
            )

    def _keep_the_last(self) -> None:
        try:
            self._put_down()
        except (StoreUnavailable, ConcurrentChange):
            logger.warning("What came of some webhooks could not be put down; these are sent to again.")

    def step(self) -> int:
        """Put down what was heard, and hand over what is due; how many that are. Raises ``StoreUnavailable``."""
        self._put_down()
        told = self._told()
        proven, others = self._proven.free, self._others.free
        try:
            claimed = self._queue.claim(self._identifiers.new(), self._lease_seconds, proven, others, told)
        except BaseException:
            # Whom it was about is not known any more.
            self._look_around_at = 0.0
            raise
        for delivery in claimed:
            (self._proven if delivery.is_proven else self._others).hand(delivery)
        # Senders that have been busy all along, such as with webhooks that hang, keep nobody else waiting.
        self._is_limited = any(
            free and not senders.free for free, senders in ((proven, self._proven), (others, self._others))
        )
        return len(claimed)

    def _told(self) -> set[UUID] | None:
        with self._heard:
            told, self._nudges.told = self._nudges.told, set()
            self._nudges.is_any = False
        if time.monotonic() < self._look_around_at:
            return told
        self._look_around_at = time.monotonic() + LOOK_AROUND_EVERY_SECONDS
        return None

    def _put_down(self) -> None:
        """Keep what came of deliveries, and do not let go of it while the store is away: else they are sent again."""
        with self._heard:
            heard, self._nudges.outcomes = self._nudges.outcomes, []
        for senders, outcome in heard:
            senders.busy -= 1
            self._unkept.append(outcome)
        if not self._unkept:
            return
        last = [outcome for outcome in self._unkept if outcome.is_last]
        for outcome in last:
            self._give_up(outcome)
            self._unkept.remove(outcome)
        self._queue.put_down(self._unkept)
        self._unkept = []

    def _give_up(self, outcome: Outcome) -> None:
        def off(unit: Unit) -> bool:
            return give_up_webhook(
                outcome.delivery,
                outcome.status,
                webhooks=unit.webhooks,
                book=unit.book,
                identifiers=self._identifiers,
                at=unit.now(),
            )

        with caused_by(self._identifiers.new()):
            is_off = self._store.run(off, writes=True)
        if is_off:
            self._figures.count(OFF)
            logger.warning("Webhook %s is turned off: it failed for the last time.", outcome.delivery.webhook_id)

    def _deliver(self, senders: Senders, delivery: Delivery) -> None:
        """Send one and tell the loop of it. Never raises."""
        with nullcontext() if delivery.request_id is None else caused_by(delivery.request_id):
            outcome = Outcome(delivery, self._status(delivery))
            said = "took" if outcome.is_taken else "did not take"
            extra = {"status": outcome.status, **_about(delivery)}
            logger.info("Webhook %s %s %s.", delivery.webhook_id, said, delivery.message_id, extra=extra)
        self._figures.count(TAKEN if outcome.is_taken else FAILED)
        with self._heard:
            self._nudges.outcomes.append((senders, outcome))
            self._nudges.is_any = True
            self._heard.notify()

    def _status(self, delivery: Delivery) -> int | None:
        try:
            secret = self._sealer.open(delivery.sealed_secret, delivery.purpose)
        except Unsealable:
            logger.error("The secret of webhook %s cannot be opened; nothing is sent to it.", delivery.webhook_id)
            return None
        return self._sender.send(delivery, secret)


def _about(delivery: Delivery) -> dict[str, object]:
    """What the log tells of a delivery, as of a letter: of what kind it is, to whom, about what, and what caused it."""
    return {
        "kind": delivery.type,
        "trader_id": delivery.trader_id,
        "offer_id": delivery.offer_id,
        "request_id": delivery.request_id,
    }
