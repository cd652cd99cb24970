"""A maker ends an ad."""

from __future__ import annotations

from uuid import UUID

from ..model.rights import check_standing
from ..ports.book import Book


def close_ad(ad_id: int, by: UUID, *, book: Book) -> None:
    """End an ad; its unsold escrow returns at once and live offers go on.

    Raises, in this order: ``AdNotFound``, ``TraderSuspended``, ``NotYourAd``, ``AdHasEnded``.
    """
    locked = book.lock_ad(ad_id)
    check_standing(by, locked.maker)
    book.apply(locked.close(by, locked.at))
