"""A maker changes an ad."""

from __future__ import annotations

from uuid import UUID

from ..model.ad_edit import AdEdit
from ..model.rights import check_standing
from ..model.versions import Expected
from ..ports.book import Book


def edit_ad(
    ad_id: int, by: UUID, edit: AdEdit, *, book: Book, default_time_to_pay: int, expected_version: Expected = None
) -> None:
    """Change a live or paused ad; what a sell ad holds more or less of is taken or returned.

    ``default_time_to_pay`` is in minutes; ``expected_version`` is of the ad's edition. Raises, in this order:
    ``AdNotFound``, ``TraderSuspended``, ``NotYourAd``, ``VersionMismatch``, ``AdHasEnded``, ``InvalidFields``,
    ``Frozen``, ``InsufficientBalance``.
    """
    locked = book.lock_ad(ad_id)
    check_standing(by, locked.maker)
    book.apply(locked.edit(by, edit, locked.at, default_time_to_pay, expected_version))
