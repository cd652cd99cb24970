"""A maker ends an ad."""

from __future__ import annotations

from uuid import UUID

from ..model.rights import check_standing
from ..model.versions import Expected
from ..ports.book import Book


def close_ad(ad_id: int, by: UUID, *, book: Book, expected_version: Expected = None) -> None:
    """End an ad; its unsold escrow returns at once and live offers go on.

    Raises, in this order: ``AdNotFound``, ``TraderSuspended``, ``NotYourAd``, ``VersionMismatch``,
    ``AdHasEnded``. ``expected_version`` is of the ad's edition.
    """
    locked = book.lock_ad(ad_id)
    check_standing(by, locked.maker)
    book.apply(locked.close(by, locked.at, expected_version))
