"""Takes letters out of the outbox, has them sent, and puts down what came of it.

A letter is claimed, sent and marked in three steps, and no transaction is open while it is sent. If the process dies
in between, its claim runs out and another sends the letter again, under the same Message-ID: mail is at least once.
Claimed and marked are some at a time, by one statement each.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import timedelta
from threading import Event, Lock

from domain.errors import ConcurrentChange, StoreUnavailable
from domain.model.erasure import is_nowhere
from domain.ports.delivery import Letter, MailDeferred, Mailer, MailRefused, Outbox
from domain.ports.identifiers import Identifiers
from domain.ports.tracing import Tracing

from .figures import DEFERRED, PARKED, SENT, LetterFigures

logger = logging.getLogger(__name__)

LEASE_SECONDS = 900
"""How long a claim holds: longer than a mail server may keep us waiting, its answer to the final dot included."""
FIRST_DELAY_SECONDS = 30
LONGEST_DELAY_SECONDS = 2 * 60 * 60
AMBIGUOUS_DELAY_SECONDS = 10 * 60
"""The least before a mail that the server may have is sent again.

Source: docs/contract/notices.md, "Letters that may come twice".
"""
MOST_ATTEMPTS = 60
"""Then the letter is parked: with these delays, after some five days. Source: RFC 5321, section 4.5.4.1."""
JITTER = 0.25
"""Delays differ by up to this part of them either way, so that what failed together is not tried together."""
MARK_ATTEMPTS = 60
"""How often, a second apart, it is tried to put down what came of letters while the store is away."""

_MARK_PAUSE_SECONDS = 1.0
_ERROR_LENGTH_LIMIT = 500

_Mark = Callable[[Sequence[Letter]], Collection[int]]
"""Writes what came of letters; tells the ids of those that were still ours."""


class Postman:
    """Any number of threads may deliver. What came of it waits for one of them to put it down."""

    def __init__(
        self,
        outbox: Outbox,
        mailer: Mailer,
        identifiers: Identifiers,
        *,
        lease_seconds: int = LEASE_SECONDS,
        mark_pause_seconds: float = _MARK_PAUSE_SECONDS,
        figures: LetterFigures | None = None,
        tracing: Tracing | None = None,
    ) -> None:
        self._outbox = outbox
        self._mailer = mailer
        self._identifiers = identifiers
        self._lease_seconds = lease_seconds
        self._mark_pause_seconds = mark_pause_seconds
        self._figures = figures or LetterFigures()
        self._tracing = tracing
        self._random = random.SystemRandom()
        self._gave_up = Event()
        self._lock = Lock()
        self._sent: list[Letter] = []
        self._others: list[tuple[Letter, _Mark]] = []

    def claim(self, limit: int) -> Sequence[Letter]:
        """So many letters at most that are due, in their order, now ours for a while. Raises ``StoreUnavailable``."""
        return self._outbox.claim(self._identifiers.new(), self._lease_seconds, limit)

    def hand_back(self, letters: Sequence[Letter]) -> None:
        """Let others have claimed letters that were not tried. Raises ``StoreUnavailable``."""
        if letters:
            self._outbox.hand_back(*letters)

    def deliver(self, letter: Letter) -> None:
        """Send a claimed letter; what came of it is to be put down. Never raises."""
        if is_nowhere(letter.recipient):
            # Who has gone is still told what there is to tell, and nobody reads it.
            self._is_sent(letter)
            return
        began = time.monotonic()
        try:
            self._mailer.send(letter)
        except MailRefused as refused:
            self._trace(letter, began, failed=True)
            self._park(letter, _short(letter, refused))
        except MailDeferred as deferred:
            self._trace(letter, began, failed=True)
            self._postpone(letter, _short(letter, deferred), ambiguous=deferred.ambiguous)
        except Exception as error:
            # It may be a fault of ours that the next version has not, so the letter is not given up for it.
            self._trace(letter, began, failed=True)
            logger.exception("Letter %s could not be sent.", letter.id, extra=_about(letter))
            self._postpone(letter, _short(letter, error), ambiguous=True)
        else:
            self._figures.count(SENT)
            self._trace(letter, began)
            logger.info("Letter %s is sent, at attempt %s.", letter.id, letter.attempts, extra=_about(letter))
            self._is_sent(letter)

    def put_down(self) -> None:
        """Write what came of letters. Never raises.

        It does not let go while the store is away, for a minute: else they would be sent again.
        """
        with self._lock:
            sent, self._sent = self._sent, []
            others, self._others = self._others, []
        patience = iter(range(MARK_ATTEMPTS))
        if sent:
            self._mark(sent, lambda letters: self._outbox.mark_sent(*letters), patience)
        for letter, mark in others:
            self._mark([letter], mark, patience)

    def rest(self) -> None:
        """There is nothing to send for now."""
        self._mailer.rest()

    def _trace(self, letter: Letter, began: float, *, failed: bool = False) -> None:
        """Tell of an attempt that began at this moment of the monotonic clock."""
        if self._tracing is not None:
            what, facts = f"letter {letter.kind.value}", _about(letter)
            self._tracing.done(what, time.monotonic() - began, facts, cause=letter.request_id, failed=failed)

    def give_up(self) -> None:
        """The process ends: wait no longer for a store that is away."""
        self._gave_up.set()

    def _is_sent(self, letter: Letter) -> None:
        with self._lock:
            self._sent.append(letter)

    def _came_to(self, letter: Letter, mark: Callable[[], bool]) -> None:
        with self._lock:
            self._others.append((letter, lambda letters: [letter.id for letter in letters if mark()]))

    def _park(self, letter: Letter, error: str) -> None:
        # It goes nowhere until a person has looked at it.
        told = _about(letter)
        logger.error("Letter %s is parked after %s attempts: %s", letter.id, letter.attempts, error, extra=told)
        self._figures.count(PARKED)
        self._came_to(letter, lambda: self._outbox.park(letter, error))

    def _postpone(self, letter: Letter, error: str, *, ambiguous: bool) -> None:
        if letter.attempts >= MOST_ATTEMPTS:
            self._park(letter, error)
            return
        delay = self._delay(letter.attempts, ambiguous=ambiguous)
        seconds = round(delay.total_seconds())
        logger.warning("Letter %s is tried again in %s s: %s", letter.id, seconds, error, extra=_about(letter))
        self._figures.count(DEFERRED)
        self._came_to(letter, lambda: self._outbox.retry_after(letter, delay, error))

    def _delay(self, attempts: int, *, ambiguous: bool) -> timedelta:
        """Later each time, up to a bound, and never at the same moment for all."""
        doubled = FIRST_DELAY_SECONDS * 2 ** min(attempts - 1, 20)
        delay = min(doubled, LONGEST_DELAY_SECONDS) * self._random.uniform(1 - JITTER, 1 + JITTER)
        if ambiguous:
            delay = max(delay, AMBIGUOUS_DELAY_SECONDS * self._random.uniform(1, 1 + JITTER))
        return timedelta(seconds=delay)

    def _mark(self, letters: Sequence[Letter], mark: _Mark, patience: Iterator[int]) -> None:
        """Write what came of letters, as often as there is patience, and once at least."""
        ids = ", ".join(str(letter.id) for letter in letters)
        while True:
            try:
                marked = mark(letters)
            except (StoreUnavailable, ConcurrentChange):
                if next(patience, None) is not None and not self._gave_up.wait(self._mark_pause_seconds):
                    continue
                logger.warning("What came of letters could not be put down, since the store is away: %s.", ids)
            except Exception:
                if len(letters) > 1:
                    # Whichever of them is to blame, the others are not.
                    for letter in letters:
                        self._mark([letter], mark, patience)
                    return
                logger.exception("What came of letter %s could not be put down.", ids)
            else:
                for letter in letters:
                    if letter.id not in marked:
                        logger.warning("Letter %s took longer than its claim; another has it now.", letter.id)
            return


def _about(letter: Letter) -> dict[str, object]:
    """What the log tells of a letter: of what kind it is, to whom, about what, and which request caused it."""
    return {
        "letter_id": letter.id,
        "kind": letter.kind.value,
        "trader_id": letter.trader_id,
        "offer_id": letter.offer_id,
        "request_id": letter.request_id,
    }


def _short(letter: Letter, error: Exception) -> str:
    """The error on one line, for the operator's list and the log, without the address that servers like to repeat."""
    told = " ".join(str(error).split()) or type(error).__name__
    without_address = told.replace(letter.recipient, "the recipient") if letter.recipient else told
    return without_address[:_ERROR_LENGTH_LIMIT]
