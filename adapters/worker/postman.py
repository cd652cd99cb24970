"""Takes letters out of the outbox, has them sent, and puts down what came of it.

A letter is claimed, sent and marked in three steps, and no transaction is open while it is sent. If the process dies
in between, its claim runs out and another sends the letter again, under the same Message-ID: mail is at least once.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from datetime import timedelta
from threading import Event

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
"""How often, a second apart, it is tried to put down what came of a letter while the store is away."""

_MARK_PAUSE_SECONDS = 1.0
_ERROR_LENGTH_LIMIT = 500


class Postman:
    """Delivers one letter at a time: a mail server that keeps one waiting keeps no other letter of ours."""

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

    def claim(self) -> Letter | None:
        """The letter that has been due for the longest, now ours for a while; None where none is due.

        Raises ``StoreUnavailable``.
        """
        letters = self._outbox.claim(self._identifiers.new(), self._lease_seconds, 1)
        return letters[0] if letters else None

    def deliver(self, letter: Letter) -> None:
        """Send a claimed letter, and put down what came of it. Never raises."""
        if is_nowhere(letter.recipient):
            # Who has gone is still told what there is to tell, and nobody reads it.
            self._put_down(letter, lambda: self._outbox.mark_sent(letter))
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
            self._put_down(letter, lambda: self._outbox.mark_sent(letter))

    def _trace(self, letter: Letter, began: float, *, failed: bool = False) -> None:
        """Tell of an attempt that began at this moment of the monotonic clock."""
        if self._tracing is not None:
            what, facts = f"letter {letter.kind.value}", _about(letter)
            self._tracing.done(what, time.monotonic() - began, facts, cause=letter.request_id, failed=failed)

    def give_up(self) -> None:
        """The process ends: wait no longer for a store that is away."""
        self._gave_up.set()

    def _park(self, letter: Letter, error: str) -> None:
        # It goes nowhere until a person has looked at it.
        told = _about(letter)
        logger.error("Letter %s is parked after %s attempts: %s", letter.id, letter.attempts, error, extra=told)
        self._figures.count(PARKED)
        self._put_down(letter, lambda: self._outbox.park(letter, error))

    def _postpone(self, letter: Letter, error: str, *, ambiguous: bool) -> None:
        if letter.attempts >= MOST_ATTEMPTS:
            self._park(letter, error)
            return
        delay = self._delay(letter.attempts, ambiguous=ambiguous)
        seconds = round(delay.total_seconds())
        logger.warning("Letter %s is tried again in %s s: %s", letter.id, seconds, error, extra=_about(letter))
        self._figures.count(DEFERRED)
        self._put_down(letter, lambda: self._outbox.retry_after(letter, delay, error))

    def _delay(self, attempts: int, *, ambiguous: bool) -> timedelta:
        """Later each time, up to a bound, and never at the same moment for all."""
        doubled = FIRST_DELAY_SECONDS * 2 ** min(attempts - 1, 20)
        delay = min(doubled, LONGEST_DELAY_SECONDS) * self._random.uniform(1 - JITTER, 1 + JITTER)
        if ambiguous:
            delay = max(delay, AMBIGUOUS_DELAY_SECONDS * self._random.uniform(1, 1 + JITTER))
        return timedelta(seconds=delay)

    def _put_down(self, letter: Letter, mark: Callable[[], bool]) -> None:
        """Write what came of the letter, and do not let go while the store is away: else it would be sent again."""
        for _ in range(MARK_ATTEMPTS):
            try:
                if not mark():
                    logger.warning("Letter %s took longer than its claim; another has it now.", letter.id)
                return
            except (StoreUnavailable, ConcurrentChange):
                if self._gave_up.wait(self._mark_pause_seconds):
                    break
            except Exception:
                logger.exception("What came of letter %s could not be put down.", letter.id)
                return
        logger.warning("What came of letter %s could not be put down: the store is away.", letter.id)


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
