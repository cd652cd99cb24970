"""How whoever guesses a secret is slowed down. Source: docs/contract/accounts.md, "Slowing down"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
"""Wrong tries of so long ago count no more, and a run of waits ends so long after the last of them."""
WRONG_OF_BOTH = 5
"""So many wrong tries at one account from one address, and the next one has to wait."""
WRONG_OF_ONE = 20
"""So many at one account from anywhere, or from one address at any accounts."""
SHORTEST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=15)
DOUBLINGS = 10
"""Past so many the longest wait is reached; more of them would only make a number too long."""


def wait_after(doublings: int) -> timedelta:
    """The shortest wait, doubled so many times, 0 or more, up to the longest one."""
    return min(SHORTEST_WAIT * (1 << min(doublings, DOUBLINGS)), LONGEST_WAIT)


@dataclass(frozen=True, slots=True)
class WrongTries:
    """The wrong tries at one thing: an account from an address, an account, or whatever an address asks for.

    ``moments`` are those that count, oldest first. ``waits`` is how many waits in a row there were, of which the last
    one ends at ``until``.
    """

    moments: tuple[datetime, ...] = ()
    waits: int = 0
    until: datetime | None = None

    def wait(self, at: datetime) -> timedelta:
        """How long the next try has to wait; zero or less where it need not."""
        return timedelta(0) if self.until is None else self.until - at

    def with_one_more(self, at: datetime, bound: int) -> WrongTries:
        """These and one of this moment. From the ``bound`` on each makes the next one wait twice as long."""
        moments = (*(moment for moment in self.moments if moment > at - WINDOW), at)[-bound:]
        goes_on = self.until is not None and at < self.until + WINDOW
        waits = (self.waits if goes_on else 0) + 1
        if not goes_on and len(moments) < bound:
            return WrongTries(moments)
        return WrongTries(moments, waits, at + wait_after(waits - 1))

    def without(self, at: datetime) -> WrongTries:
        """These without the one of this moment, which was right after all."""
        if at not in self.moments:
            return self
        place = self.moments.index(at)
        moments, waits = self.moments[:place] + self.moments[place + 1 :], max(self.waits - 1, 0)
        if not waits:
            return WrongTries(moments)
        # Where others were wrong meanwhile, the wait is theirs.
        return WrongTries(moments, waits, at if place == len(self.moments) - 1 else self.until)

    @property
    def kept_until(self) -> datetime | None:
        """Until when these make any difference; None where there are none."""
        last = max((moment for moment in (*self.moments[-1:], self.until) if moment is not None), default=None)
        return None if last is None else last + WINDOW
