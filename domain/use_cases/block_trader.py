"""A trader wants nothing to do with another, or lets them be again. Nobody is told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ..errors import BlockingOneself, TooManyBlocks
from ..model.limits import BLOCKS_LIMIT
from ..model.parties import Actor
from ..model.rights import check_standing
from ..ports.people import People


def block_trader(by: Actor, whom: UUID, *, people: People, at: datetime) -> None:
    """Keep two traders from each other: from now on neither makes an offer on an ad of the other's.

    What is under way goes on. Blocking somebody twice is blocking them once. ``at`` is the moment by the store's clock.
    Raises, in this order: ``TraderSuspended``, ``BlockingOneself``, ``TraderNotFound``, ``TooManyBlocks``.
    """
    check_standing(by)
    if by.id is None or by.id == whom:
        raise BlockingOneself()
    people.block(by.id, whom, at)
    # Counted behind it, so that whoever is blocked already may be blocked once more at the bound.
    if people.count_blocks_locked(by.id) > BLOCKS_LIMIT:
        raise TooManyBlocks(BLOCKS_LIMIT)


def unblock_trader(by: Actor, whom: UUID, *, people: People) -> None:
    """Take one's own block back; whether the other has one, too, is not told.

    Raises, in this order: ``TraderSuspended``, ``TraderNotFound``.
    """
    check_standing(by)
    if by.id is not None:
        people.unblock(by.id, whom)
