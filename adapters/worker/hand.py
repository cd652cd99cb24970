"""The letters that this process has claimed and not begun to send, and who waits for one."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from threading import Condition, Lock

from domain.model.notices import Urgency, urgency_of
from domain.ports.delivery import TURNS, Letter

HELD = 32
"""So many letters are held at most: what comes of them is put down together, and a process that dies leaves no more."""
HELD_SECONDS = 5.0
"""Where no sender has come for so long, others may have them."""


class Hand:
    """Shared by one clerk, who claims letters and puts down what came of them, and any number of senders.

    Each letter goes to one sender, and the one that goes is the first by docs/contract/notices.md, "Which letters go
    first", whichever was claimed first.
    """

    def __init__(self) -> None:
        lock = Lock()
        self._for_clerk, self._for_senders = Condition(lock), Condition(lock)
        self._held: list[Letter] = []
        # Numbers are compared several times faster than the ids that they are of.
        self._served: deque[int] = deque(maxlen=TURNS)
        self._moved_at = time.monotonic()
        self._sending = self._free = 0
        self._is_mail_expected = self._has_sent = self._is_more = self._is_over = False

    def expect(self) -> None:
        """There may be letters to claim."""
        with self._for_clerk:
            self._is_mail_expected = True
            self._for_clerk.notify()

    def end(self) -> None:
        """Hand no more to senders."""
        with self._for_clerk:
            self._is_over = True
            self._for_clerk.notify_all()
            self._for_senders.notify_all()

    def wait(self, seconds: float) -> None:
        """As the clerk, wait until there may be something to claim or to put down, or the end has come."""
        with self._for_clerk:
            self._for_clerk.wait_for(
                lambda: (
                    self._is_over
                    or self._has_sent
                    or (self._is_mail_expected and self._room() > 0)
                    or bool(self._held and self._free)
                ),
                seconds,
            )

    def gather(self, seconds: float) -> None:
        """As the clerk, let nudges and outcomes come together, but have nobody wait for letters that are known of."""
        with self._for_clerk:
            self._for_clerk.wait_for(lambda: self._is_over or (self._is_more and not self._held), seconds)

    def wait_for_sent(self, seconds: float) -> bool:
        """As the clerk, wait for something to put down; False where no letter is with a sender any more."""
        with self._for_clerk:
            self._for_clerk.wait_for(lambda: self._has_sent or not self._sending, seconds)
            self._has_sent = False
            return self._sending > 0

    def room(self) -> int:
        """As the clerk, look at what was heard: how many letters to claim now; none where none are expected."""
        with self._for_clerk:
            self._has_sent = False
            if self._held:
                # Those at work do not keep up with what there is. They are joined by one more each time, since where
                # a server is fast, several only keep each other from the interpreter.
                self._for_senders.notify()
            room = self._room() if self._is_mail_expected else 0
            self._is_mail_expected &= room == 0
            self._is_more &= room == 0
            return room

    def hold(self, letters: Sequence[Letter], *, is_more: bool = False) -> None:
        """As the clerk, have claimed letters sent. Behind them there may be more; ``is_more`` where that is likely."""
        with self._for_clerk:
            if not self._held:
                self._moved_at = time.monotonic()
            self._held += letters
            self._is_mail_expected, self._is_more = True, is_more
            self._for_senders.notify()

    def left(self, *, at_the_end: bool = False) -> list[Letter]:
        """As the clerk, take back what nobody comes for, since all senders wait for a mail server; all at the end."""
        with self._for_clerk:
            if self._is_moving() and not at_the_end:
                return []
            back, self._held = self._held, []
            self._is_mail_expected |= bool(back)
            return back

    def take(self) -> Letter | None:
        """As a sender, wait for the next letter; None at the end."""
        with self._for_senders:
            self._free += 1
            self._for_senders.wait_for(lambda: bool(self._held) or self._is_over)
            self._free -= 1
            if self._is_over:
                return None
            self._moved_at = time.monotonic()
            self._sending += 1
            letter = self._held.pop(self._first())
            self._served.append(letter.trader_id.int)
            return letter

    def sent(self) -> None:
        """As a sender, be done with a letter."""
        with self._for_clerk:
            self._sending -= 1
            self._has_sent = True
            self._for_clerk.notify()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is held and nothing is with a sender."""
        with self._for_clerk:
            return not self._held and not self._sending

    @property
    def is_moving(self) -> bool:
        """Whether not all senders have been waiting for a mail server for a while."""
        with self._for_clerk:
            return self._is_moving()

    def _first(self) -> int:
        """The place of the letter that goes first."""
        served, first = frozenset(self._served), 0
        best = (max(Urgency) + 1, True)
        for place, letter in enumerate(self._held):
            turn = (urgency_of(letter.kind), letter.trader_id.int in served)
            if turn < best:
                best, first = turn, place
                if turn == (min(Urgency), False):
                    break
        return first

    def _room(self) -> int:
        return HELD - len(self._held) if self._is_moving() else 0

    def _is_moving(self) -> bool:
        return self._free > 0 or time.monotonic() - self._moved_at < HELD_SECONDS
