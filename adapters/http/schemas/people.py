"""What people know of each other."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from marshmallow import Schema

from .base import page_of
from .described import AMARA, MADE_AT, described
from .shown import (
    RememberedPart,
    Shown,
    ShownFlag,
    ShownId,
    ShownMoment,
    ShownNumber,
    ShownRate,
    ShownUuid,
    shown_part,
)
from .traders import ProfileSchema


class StatsSchema(Schema):
    """What somebody's past offers say of them, in both roles."""

    completed_offers = ShownNumber(
        "record.completed_offers", metadata=described("How many of their offers were completed.", 12)
    )
    completion_rate = ShownRate(
        "record.completion_rate",
        nullable=True,
        metadata=described(
            "How many percent of their ended offers did not end by their fault; null where none has ended.", "92.3"
        ),
    )
    median_minutes_to_pay = ShownRate(
        nullable=True,
        metadata=described("How long they take to pay as a buyer, over the last 100; null without any.", "4.5"),
    )
    median_minutes_to_release = ShownRate(
        nullable=True,
        metadata=described("How long they take to release as a seller, over the last 100; null without any.", "7.0"),
    )
    trading_since = ShownMoment(
        nullable=True, metadata=described("When the first offer of theirs was made; null before.", MADE_AT)
    )


class PublicRecordSchema(ProfileSchema):
    """The public profile, and what their past offers say of them."""

    stats = shown_part(StatsSchema, metadata=described("What their past offers say of them."))


class RaterSchema(Schema):
    """Who said it."""

    id = ShownUuid(metadata=described("The trader's id.", AMARA))
    fullname = Shown(metadata=described("The trader's name.", "Amara Nwosu"))


class FeedbackSchema(Schema):
    """What a party of a completed offer said of the other."""

    id = ShownId("given.offer_id", metadata=described("The id of the offer that it is about.", 2))
    positive = ShownFlag("given.positive", metadata=described("Thumbs up, or down.", True))
    rating = ShownNumber("given.rating", metadata=described("How many stars, from 1 to 5.", 5))
    comment = Shown("given.comment", metadata=described("The words, if there are any.", "Quick and friendly."))
    at = ShownMoment("given.at", metadata=described("When it was said.", MADE_AT))
    by = shown_part(RaterSchema, metadata=described("Who said it."))


def _same_feedback(view: Any) -> Hashable:
    return id(view.given), id(view.by)


FEEDBACK_PAGE = page_of("FeedbackPage", RememberedPart(FeedbackSchema, _same_feedback))
PROFILE_PAGE = page_of("ProfilePage", shown_part(ProfileSchema))
