"""A maker opens a paused ad again."""

from __future__ import annotations

from uuid import UUID

from ..model.limits import NO_LIMITS, Limits
from ..model.money import Catalogue
from ..model.rights import check_standing
from ..model.versions import Expected
from ..ports.book import Book


def resume_ad(
    ad_id: int,
    by: UUID,
    *,
    book: Book,
    catalogue: Catalogue,
    limits: Limits = NO_LIMITS,
    expected_version: Expected = None,
) -> None:
    """Let a paused ad take offers again.

    Raises, in this order: ``AdNotFound``, ``TraderSuspended``, ``NotYourAd``, ``VersionMismatch``,
    ``AdHasEnded``, ``AdAlready``, ``Frozen``, ``TooManyLiveAds``, and ``AdNotOpen`` where what the ad is about is no
    longer traded here. ``expected_version`` is of the ad's edition.
    """
    locked = book.lock_ad(ad_id)
    check_standing(by, locked.maker)
    book.apply(locked.resume(by, locked.at, catalogue, limits, expected_version))
