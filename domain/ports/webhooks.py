"""Webhooks: whose they are, what is due to be sent to them, and how it is sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from ..model.webhooks import Delivery, Webhook


class Webhooks(Protocol):
    """Each trader's own, which nobody else ever sees."""

    def count_locked(self, trader_id: UUID) -> int:
        """How many a trader has, while nobody else adds one until the unit ends.

        Raises ``TraderNotFound``, also of who has gone.
        """
        ...

    def add(self, webhook: Webhook) -> None:
        """Keep a new one. What its trader is told from now on is due to be sent to it, and nothing of before."""
        ...

    def find(self, trader_id: UUID, webhook_id: UUID) -> Webhook | None:
        """One of a trader's, or None where they have none of this id."""
        ...

    def of(self, trader_id: UUID) -> Sequence[Webhook]:
        """A trader's, the last one first."""
        ...

    def remove(self, trader_id: UUID, webhook_id: UUID) -> None:
        """Forget one. Raises ``WebhookNotFound``."""
        ...

    def turn_on(self, trader_id: UUID, webhook_id: UUID) -> None:
        """Send to it again, from what its trader is told next on; nothing where it is on. Raises ``WebhookNotFound``.

        What was told while it was off is not sent.
        """
        ...

    def ask_for_test(self, trader_id: UUID, webhook_id: UUID, test_id: UUID, at: datetime) -> None:
        """Have one test sent, on or off, in place of one that is asked for and not sent yet.

        Raises ``WebhookNotFound``.
        """
        ...

    def turn_off(self, delivery: Delivery, status: int | None, at: datetime) -> bool:
        """It has failed for the last time. False where the claim had been lost."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a delivery: the status of the answer, or None where none came in time."""

    delivery: Delivery
    status: int | None

    @property
    def is_taken(self) -> bool:
        """Whether it need not be sent again."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_last(self) -> bool:
        """Whether it has failed for the last time, so that the webhook is to be turned off."""
        return not self.is_taken and not self.delivery.is_test and self.delivery.retry_after is None


class WebhookQueue(Protocol):
    """Which webhooks have something to be sent. Each method is one short transaction; none is open while it is sent.

    What is due, and until when a claim holds, goes by the store's clock. A webhook gets its notices one after the
    other, in their order, and the next one once this one was taken.
    """

    def claim(
        self, claim: UUID, lease_seconds: int, proven: int, others: int, told: Collection[UUID] | None
    ) -> Sequence[Delivery]:
        """Take webhooks that are due, so many at most of those that took the last thing sent, and of all others.

        ``told`` are the traders who may have been told something since; None where that may be anybody. One whose
        claimer vanished is due again once its lease is over. Nothing is sent for a suspended trader until they are let
        in again. Raises ``ClockIsOff``.
        """
        ...

    def put_down(self, outcomes: Sequence[Outcome]) -> None:
        """Keep what came of deliveries that were taken or are to be tried again, as far as they are still ours."""
        ...


class WebhookSender(Protocol):
    """Sends over the network. Any number of threads may use it at once."""

    def send(self, delivery: Delivery, secret: bytes) -> int | None:
        """Sign and send one; the status of the answer, or None where none came within ten seconds. Never raises."""
        ...
