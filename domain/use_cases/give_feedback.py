"""A party to a completed offer says how the other was."""

from __future__ import annotations

from ..model.parties import Actor
from ..model.rights import check_standing
from ..model.versions import Expected
from ..ports.book import Book


def give_feedback(
    offer_id: int,
    by: Actor,
    positive: bool,
    rating: int,
    comment: str = "",
    *,
    book: Book,
    expected_version: Expected = None,
) -> None:
    """Rate the other party of a completed offer, once, by one to five stars.

    Raises, in this order: ``OfferNotFound``, ``TraderSuspended``, ``InvalidFields``, ``NotAuthorised``,
    ``VersionMismatch``, ``OnlyCompletedCanBeRated``, ``AlreadyRated``, ``FeedbackIsOver``.
    """
    found = book.offer_for_feedback(offer_id)
    check_standing(by, found.maker, found.taker)
    book.apply(found.give_feedback(by, positive, rating, comment, found.at, expected_version))
