"""What a party to a completed offer may say of the other: once, and not for ever.

The decision locks nothing: a completed offer never changes, and that each party rates it once is what the key of the
fact guards. Source: docs/contract/trading.md, "Feedback".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from .. import errors
from ..errors import FieldProblem, InvalidFields, Problem
from .changes import Changes
from .feedback import COMMENT_LENGTH_LIMIT, STARS, Feedback
from .lifecycle import OfferState
from .offer import Offer
from .parties import Actor
from .telling import told_of_feedback
from .texts import given_text, text_problem
from .trader import Trader
from .versions import Expected, is_expected

FEEDBACK_TIME = timedelta(days=90)
"""For how long after its completion an offer can be rated."""
FEEDBACK = "feedback"
"""What the act is called where a refusal names it."""


@dataclass(frozen=True, slots=True)
class OfferForFeedback:
    """An offer with its parties, and who of them has rated it. ``at`` is the moment by the store's clock."""

    offer: Offer
    maker: Trader
    taker: Trader
    rated_by: frozenset[UUID]
    at: datetime

    def give_feedback(
        self,
        by: Actor,
        positive: bool,
        rating: int,
        comment: str,
        at: datetime,
        expected_version: Expected = None,
    ) -> Changes:
        """What one party says of the other: thumbs up or down, one to five stars, and some words if they like.

        Raises, in this order: ``InvalidFields``, ``NotAuthorised``, ``VersionMismatch``,
        ``OnlyCompletedCanBeRated``, ``AlreadyRated``, ``FeedbackIsOver``.
        """
        comment = given_text(comment)
        self._check_fields(rating, comment)
        if by.id is None or by.id not in (self.maker.id, self.taker.id):
            raise errors.NotAuthorised(FEEDBACK)
        if not is_expected(self.offer.version, expected_version):
            raise errors.VersionMismatch(self.offer.version)
        if self.offer.state is not OfferState.COMPLETED or self.offer.ended_at is None:
            raise errors.OnlyCompletedCanBeRated()
        if by.id in self.rated_by:
            raise errors.AlreadyRated()
        until = self.offer.ended_at + FEEDBACK_TIME
        if at >= until:
            raise errors.FeedbackIsOver(until)
        rater, whom = (self.maker, self.taker) if by.id == self.maker.id else (self.taker, self.maker)
        given = Feedback(self.offer.id, rater.id, whom.id, positive, rating, comment, at)
        return Changes(facts=(given,), notices=(told_of_feedback(given, self.offer, rater),))

    @staticmethod
    def _check_fields(rating: int, comment: str) -> None:
        wrong = [] if 1 <= rating <= STARS else [FieldProblem("rating", Problem.NOT_SO_MANY_STARS, STARS)]
        too_long = text_problem("comment", comment, COMMENT_LENGTH_LIMIT)
        if wrong or too_long:
            raise InvalidFields((*wrong, *((too_long,) if too_long else ())))
