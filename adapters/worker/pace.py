"""How fast letters are claimed: as fast as they leave, or in rations while requests want the processors."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from domain.model.notices import Urgency, urgency_of
from domain.ports.delivery import Letter

RATION = 10
"""So many letters that are not urgent go at most each time they are gathered while requests want the processors: fifty
a second, which leaves requests nine tenths of what they would have without any."""


def nobody_wants() -> bool:
    """For where nobody else wants the processors."""
    return False


class Pace:
    """Rations letters where both hold: others write meanwhile, and keep those that send from the processors.

    So a desk on which nobody trades sends as fast as it can, however busy its machine is with other things, and so
    does a worker on a machine of its own, however many trade. Of urgent letters none waits for this.
    """

    def __init__(self, are_processors_wanted: Callable[[], bool] = nobody_wants) -> None:
        """``are_processors_wanted`` tells of the time since it was asked last."""
        self._are_processors_wanted = are_processors_wanted
        self._is_written = self._is_rationed = False

    def others_write(self) -> None:
        """Somebody has written something. Returns at once, on any thread."""
        self._is_written = True

    def most(self, room: int) -> int:
        """How many letters to claim now, where there is room for so many."""
        is_written, self._is_written = self._is_written, False
        self._is_rationed = self._are_processors_wanted() and is_written
        return min(room, RATION) if self._is_rationed else room

    def goes_on(self, claimed: Sequence[Letter], most: int) -> bool:
        """Whether to claim again as soon as these are sent, since there are likely more behind them.

        The most urgent are claimed first: where the last of a ration is urgent, the next one may be, too.
        """
        is_full = len(claimed) == most > 0
        return is_full and not (self._is_rationed and urgency_of(claimed[-1].kind) is Urgency.OTHER)
