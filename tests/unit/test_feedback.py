"""Feedback: who may rate which offer, how, and until when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain import DESK, Actor, Changes, Feedback, NoticeKind, OfferForFeedback, Ratings, errors
from domain.errors import FieldProblem, Problem
from domain.model.offer_for_feedback import FEEDBACK_TIME
from tests.factories import NOW, OfferFactory, OfferForFeedbackFactory, actor

COMPLETED_AT = NOW + timedelta(minutes=10)
LAST = COMPLETED_AT + FEEDBACK_TIME - timedelta(microseconds=1)


def rate(found: OfferForFeedback, by: Any = None, at: Any = NOW + timedelta(hours=1), **said: Any) -> Changes:
    words = {"positive": True, "rating": 5, "comment": "Quick."} | said
    return found.give_feedback(by or actor(found.taker), **words, at=at)


@pytest.mark.parametrize("role", ["maker", "taker"])
def test_each_party_rates_the_other(role: str) -> None:
    found = OfferForFeedbackFactory()
    by, whom = (found.maker, found.taker) if role == "maker" else (found.taker, found.maker)
    changes = rate(found, actor(by), LAST, positive=False, rating=1, comment="Slow.")
    given = Feedback(found.offer.id, by.id, whom.id, False, 1, "Slow.", LAST)
    (notice,) = changes.notices
    assert changes == Changes(facts=(given,), notices=(notice,))
    assert (notice.trader_id, notice.kind, notice.is_mailed) == (whom.id, NoticeKind.FEEDBACK_GIVEN, False)
    assert notice.frame["message"] == f"{by.fullname} has rated your trade."


def test_that_the_other_party_has_rated_it_is_no_matter() -> None:
    found = OfferForFeedbackFactory()
    both = OfferForFeedback(found.offer, found.maker, found.taker, frozenset({found.maker.id}), NOW)
    assert rate(both).facts == rate(found).facts


def test_words_without_anything_to_see_are_none() -> None:
    (given,) = rate(OfferForFeedbackFactory(), comment="\u200b \n").facts
    assert isinstance(given, Feedback)
    assert given.comment == ""


@pytest.mark.parametrize("by", [Actor(uuid4()), Actor(uuid4(), is_staff=True), DESK])
def test_nobody_else_rates_it(by: Actor) -> None:
    for found in (OfferForFeedbackFactory(), OfferForFeedbackFactory(offer=OfferFactory())):
        with pytest.raises(errors.NotAuthorised) as refused:
            rate(found, by)
        assert refused.value.action == "feedback"


@pytest.mark.parametrize("state", [{}, {"paid": True}, {"disputed": True}, {"cancelled": True}, {"expired": True}])
def test_only_a_completed_offer_is_rated(state: dict[str, bool]) -> None:
    with pytest.raises(errors.OnlyCompletedCanBeRated):
        rate(OfferForFeedbackFactory(offer=OfferFactory(**state)))


def test_once_and_within_ninety_days() -> None:
    found = OfferForFeedbackFactory()
    over = LAST + timedelta(microseconds=1)
    with pytest.raises(errors.FeedbackIsOver) as refused:
        rate(found, at=over)
    assert refused.value.until == over
    assert over - COMPLETED_AT == timedelta(days=90)
    rated = OfferForFeedback(found.offer, found.maker, found.taker, frozenset({found.taker.id}), NOW)
    for at in (NOW, over):
        with pytest.raises(errors.AlreadyRated):
            rate(rated, at=at)


@pytest.mark.parametrize("rating", [1, 5])
def test_as_many_stars_as_there_are(rating: int) -> None:
    assert rate(OfferForFeedbackFactory(), rating=rating, comment="x" * 500).facts


def test_what_is_wrong_is_told_at_once_and_before_all_else() -> None:
    problems = (
        FieldProblem("rating", Problem.NOT_SO_MANY_STARS, 5),
        FieldProblem("comment", Problem.TOO_LONG, 500),
    )
    for rating in (0, 6):
        with pytest.raises(errors.InvalidFields) as refused:
            rate(OfferForFeedbackFactory(), Actor(uuid4()), rating=rating, comment="x" * 501)
        assert refused.value.problems == problems
    with pytest.raises(errors.InvalidFields) as refused:
        rate(OfferForFeedbackFactory(), rating=0)
    assert refused.value.problems == problems[:1]


def test_a_version_that_is_not_the_offer_s() -> None:
    found = OfferForFeedbackFactory()
    with pytest.raises(errors.VersionMismatch):
        found.give_feedback(actor(found.taker), True, 5, "", NOW, found.offer.version - 1)
    assert found.give_feedback(actor(found.taker), True, 5, "", NOW, found.offer.version).facts


def test_ratings_grow_by_what_is_said() -> None:
    said = [(True, 5), (True, 4), (False, 1)]
    ratings = Ratings()
    for positive, rating in said:
        (given,) = rate(OfferForFeedbackFactory(), positive=positive, rating=rating).facts
        assert isinstance(given, Feedback)
        ratings = ratings.with_one_more(given)
    assert ratings == Ratings(2, 1, 10, 3)
    assert str(ratings.average) == "3.33"
