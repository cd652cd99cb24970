"""Who may act at all: nobody who is suspended, and some acts are for staff.

A driver that lets people in, as HTTP does, asks the same before anything else. Here it is asked once more, by what the
locked read says, so that it holds for whoever embeds the domain and for one who was suspended a moment ago.
"""

from __future__ import annotations

from uuid import UUID

from .. import errors
from .parties import Actor
from .trader import Trader


def check_standing(by: Actor | UUID, *known: Trader) -> None:
    """Raise ``TraderSuspended`` where the actor is suspended: by what they say, or by the ``known`` traders' rows."""
    actor = by if isinstance(by, Actor) else Actor(by)
    if actor.is_suspended or any(trader.is_suspended for trader in known if trader.id == actor.id):
        raise errors.TraderSuspended()


def check_not_frozen(is_frozen: bool) -> None:
    """Raise ``Frozen`` to whoever would begin something new on a desk that staff have frozen."""
    if is_frozen:
        raise errors.Frozen()


def check_staff(by: Actor) -> None:
    """Raise ``TraderSuspended``, or ``StaffOnly`` unless it is somebody of the staff, or the desk for its operator."""
    check_standing(by)
    if by.id is not None and not by.is_staff:
        raise errors.StaffOnly()
