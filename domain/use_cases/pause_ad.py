"""A maker stops new offers on an ad for a while."""

from __future__ import annotations

from uuid import UUID

from ..model.rights import check_standing
from ..model.versions import Expected
from ..ports.book import Book


def pause_ad(ad_id: int, by: UUID, *, book: Book, expected_version: Expected = None) -> None:
    """Pause an ad; live offers go on.

    Raises, in this order: ``AdNotFound``, ``TraderSuspended``, ``NotYourAd``, ``VersionMismatch``,
    ``AdHasEnded``, ``AdAlready``. ``expected_version`` is of the ad's edition.
    """
    locked = book.lock_ad(ad_id)
    check_standing(by, locked.maker)
    book.apply(locked.pause(by, locked.at, expected_version))
