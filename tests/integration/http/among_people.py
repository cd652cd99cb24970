"""Refusals of what people say of each other, ask of each other and want of each other, provoked on a scene."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from webtest import TestResponse

from domain import errors
from domain.errors import Refusal

Provoke = Callable[[Any], TestResponse]
"""What provokes a refusal on the scene of ``test_refusals``."""


def rated(by: str, *moves: str, days: int = 0, times: int = 1) -> Provoke:
    """Somebody rates an offer to which these moves have happened, so many days ago."""

    def provoke(scene: Any) -> TestResponse:
        offer = scene.offer(*moves)
        scene.desk.clock.advance(days=days)
        caller = scene._again(getattr(scene, by))
        said = {"positive": True, "rating": 5}
        return [caller.post(f"/p2p/offer/feedback/{offer}/", said) for _ in range(times)][-1]

    return provoke


def blocked(scene: Any) -> TestResponse:
    """An offer of somebody who was blocked."""
    scene.jude.post(f"/p2p/block/{scene.amara.id}/")
    answer: TestResponse = scene.make()
    return answer


def short_of(**asked: Any) -> Provoke:
    """An offer on an ad that asks for what the taker has not."""

    def provoke(scene: Any) -> TestResponse:
        scene.ad = scene.jude.ad(**asked)
        answer: TestResponse = scene.make()
        return answer

    return provoke


ALL_ASKED = {"min_completed_offers": 2, "min_completion_rate": 90, "requires_kyc": True}
AMONG_PEOPLE: list[tuple[type[Refusal], int, str, Provoke]] = [
    (errors.NotAuthorised, 400, "You are not authorized to rate this offer", rated("eve", "release")),
    (errors.OnlyCompletedCanBeRated, 400, "You can only rate a completed offer", rated("amara", "paid")),
    (errors.AlreadyRated, 400, "You have already rated this offer", rated("amara", "release", times=2)),
    (errors.FeedbackIsOver, 400, "Feedback was possible until 2026-05-31T12:00:00.123456+00:00",
     rated("jude", "release", days=90)),
    (errors.ShortOfRequirements, 400, "This ad asks for at least 5 completed offers",
     short_of(min_completed_offers=5)),
    (errors.ShortOfRequirements, 400, "This ad asks for at least 1 completed offer", short_of(min_completed_offers=1)),
    (errors.ShortOfRequirements, 400,
     "This ad asks for at least 2 completed offers, a completion rate of at least 90 %, a verified identity",
     short_of(**ALL_ASKED)),
    (errors.Blocked, 400, "You cannot trade with this trader", blocked),
    (errors.PaymentMethodNotFound, 404, "Payment method not found",
     lambda scene: scene.eve.delete("/p2p/payment-method/999/")),
    (errors.BlockingOneself, 400, "You cannot block yourself",
     lambda scene: scene.eve.post(f"/p2p/block/{scene.eve.id}/")),
]  # fmt: skip
