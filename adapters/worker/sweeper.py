"""Ends what has run out: offers past their deadlines, ads past their end dates; disputes what was paid too long ago.

Staff are told of disputes. Old answers, logins and sent letters are forgotten.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from domain.errors import ConcurrentChange, NotDueYet, StoreUnavailable
from domain.model.days import day_of
from domain.ports.admission import ANSWERS_KEPT
from domain.ports.attempts import ADDRESSES_KEPT
from domain.ports.codes import CODES_KEPT
from domain.ports.store import Store, Unit
from domain.use_cases.end_trades import end_ad_of_suspended, end_offer_of_suspended
from domain.use_cases.escalate_offer import escalate_offer
from domain.use_cases.expire_ad import expire_ad
from domain.use_cases.expire_offer import expire_offer
from domain.use_cases.tell_staff import tell_staff

logger = logging.getLogger(__name__)

BATCH = 100
"""How many due offers, or ads, are looked up at once."""
ATTEMPTS = 5
"""How often one offer or ad is tried in a sweep when others keep changing it."""
HELD_BACK = timedelta(minutes=1)
"""How long one that failed is left alone, so that it keeps no other waiting."""
FORGET_EVERY = timedelta(minutes=1)
FORGET_LIMIT = 500
"""So many of a kind go in one sweep, which takes milliseconds; a sweep a second, that is more than any desk writes."""

_LONGEST_PAUSE_SECONDS = 0.05


class Sweeper:
    """Sweeps a store by the store's own clock. Any number of them may sweep one: each offer and ad ends once.

    Where this process's clock is too far from that one, nothing is swept: the store raises ``ClockIsOff``.
    """

    def __init__(
        self, store: Store, escalate_after: timedelta | None = None, letters_kept: timedelta | None = None
    ) -> None:
        """Offers that have been paid for ``escalate_after`` are disputed by the desk; without it, never.

        Letters are forgotten so long after they were sent; without it, never.
        """
        self._store = store
        self._escalate_after = escalate_after
        self._letters_kept = letters_kept
        self._random = random.SystemRandom()
        self._held_back: dict[tuple[str, int], datetime] = {}
        self._forget_at: datetime | None = None
        self.going_on: Callable[[], None] = lambda: None
        """Called between two steps of a sweep, which can have many after an absence."""

    def sweep_once(self) -> int:
        """End all that is due now, one a transaction; tell how many ended here. Raises ``StoreUnavailable``."""
        ended = self._sweep(
            "offer",
            lambda unit, now, limit: unit.readers.due_offers(now, limit),
            lambda unit, offer_id: expire_offer(offer_id, book=unit.book),
        )
        ended += self._sweep(
            "ad",
            lambda unit, now, limit: unit.readers.due_ads(day_of(now), limit),
            lambda unit, ad_id: expire_ad(ad_id, book=unit.book),
        )
        if self._escalate_after is not None:
            ended += self._escalate(self._escalate_after)
        ended += self._end_trades()
        self._tell_staff()
        self._forget()
        return ended

    def _tell_staff(self) -> None:
        """Tell staff of the disputes that they do not know of. Where there is nobody to tell, that is for later."""
        what, untold = "dispute to tell", list[int]()

        def tell(unit: Unit, offer_id: int) -> None:
            if not tell_staff(offer_id, book=unit.book, readers=unit.readers, mails=unit.staff_mails):
                untold.append(offer_id)

        self._sweep(what, lambda unit, _, limit: unit.readers.disputes_to_tell(limit), tell, decides=False)
        if untold:
            later = self._now() + HELD_BACK
            self._held_back.update({(what, offer_id): later for offer_id in untold})

    def _end_trades(self) -> int:
        """End what those have under way whom staff have shut out with it."""
        ended = self._sweep(
            "ad of somebody shut out",
            lambda unit, _, limit: unit.readers.ads_to_end(limit),
            lambda unit, ad_id: end_ad_of_suspended(ad_id, book=unit.book),
        )
        return ended + self._sweep(
            "offer of somebody shut out",
            lambda unit, now, limit: unit.readers.offers_to_end(now, limit),
            lambda unit, offer_id: end_offer_of_suspended(offer_id, book=unit.book),
        )

    def _escalate(self, after: timedelta) -> int:
        """Dispute what has been paid for too long. Whether it has is judged anew, under the lock of each offer."""
        return self._sweep(
            "paid offer",
            lambda unit, now, limit: unit.readers.due_escalations(now - after, limit),
            lambda unit, offer_id: escalate_offer(offer_id, after, book=unit.book),
        )

    def _sweep(
        self,
        what: str,
        due: Callable[[Unit, datetime, int], Sequence[int]],
        expire: Callable[[Unit, int], None],
        *,
        decides: bool = True,
    ) -> int:
        """Batch after batch, until no more is due. Nothing is tried twice in one sweep. What ``decides`` is logged."""
        tried: set[int] = set()
        ended = 0
        while True:
            fresh = self._fresh(what, due, tried)
            for number in fresh:
                self.going_on()
                tried.add(number)
                if self._end(what, number, expire):
                    ended += 1
                    if decides:
                        logger.info("The %s %s was due and is dealt with.", what, number, extra=_about(what, number))
            if len(fresh) < BATCH:
                return ended

    def _fresh(self, what: str, due: Callable[[Unit, datetime, int], Sequence[int]], tried: set[int]) -> list[int]:
        """A batch of what is due, but for what was tried in this sweep or is held back."""
        now = self._now()
        self._held_back = {key: until for key, until in self._held_back.items() if until > now}
        passed_over = tried | {number for kind, number in self._held_back if kind == what}
        # Those passed over may still be due and first in line, so that many more are asked for.
        limit = BATCH + len(passed_over)
        numbers = self._store.run(lambda unit: due(unit, now, limit), writes=False)
        return [number for number in numbers if number not in passed_over]

    def _end(self, what: str, number: int, expire: Callable[[Unit, int], None]) -> bool:
        """End one; whether that was done here. A row that cannot be ended is told of, and left alone for a while."""
        try:
            self._retried(lambda: self._store.run(lambda unit: expire(unit, number), writes=True))
        except NotDueYet:
            # It was paid, ended or given time meanwhile, or another worker was faster.
            return False
        except StoreUnavailable:
            raise
        except Exception:
            self._held_back[what, number] = self._now() + HELD_BACK
            told = _about(what, number)
            logger.exception("The %s %s could not be ended; it is tried again later.", what, number, extra=told)
            return False
        return True

    def _forget(self) -> None:
        """Delete what nobody can ask for any more: of each kind a small part, and more in the next sweep if there is.

        Between two parts what is due is ended, and requests write.
        """
        now = self._now()
        if self._forget_at is not None and now < self._forget_at:
            return
        oldest = now - ANSWERS_KEPT
        # What was decided before somebody was shut out is committed long before this.
        self._store.run(lambda unit: unit.traders.forget_endings(now - FORGET_EVERY), writes=True)
        parts: tuple[Callable[[Unit], int], ...] = (
            lambda unit: unit.admission.forget(oldest, FORGET_LIMIT),
            lambda unit: unit.codes.forget(now - CODES_KEPT, FORGET_LIMIT),
            lambda unit: unit.logins.forget(now, FORGET_LIMIT),
            lambda unit: unit.attempts.forget(now, FORGET_LIMIT),
            lambda unit: unit.attempts.forget_addresses(now - ADDRESSES_KEPT, FORGET_LIMIT),
        )
        gone = [self._store.run(forget, writes=True) for forget in parts]
        if self._letters_kept is not None:
            gone.append(self._store.outbox.forget(now - self._letters_kept, FORGET_LIMIT))
        self._forget_at = now if max(gone) >= FORGET_LIMIT else now + FORGET_EVERY

    def _now(self) -> datetime:
        """The moment by the store's clock."""
        return self._store.run(lambda unit: unit.now(), writes=False)

    def _retried(self, work: Callable[[], None]) -> None:
        """Do it again where others changed the same rows meanwhile, a few times, at moments that do not collide."""
        for left in range(ATTEMPTS - 1, -1, -1):
            try:
                work()
                return
            except ConcurrentChange:
                if not left:
                    raise
                time.sleep(self._random.uniform(0, _LONGEST_PAUSE_SECONDS))


def _about(what: str, number: int) -> dict[str, object]:
    """What the log tells of an offer, a dispute, which is an offer's, or an ad."""
    return {"ad_id" if what.startswith("ad") else "offer_id": number}
