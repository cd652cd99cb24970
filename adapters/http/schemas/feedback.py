"""What people say of each other."""

from __future__ import annotations

from domain.model.feedback import COMMENT_LENGTH_LIMIT, STARS

from .base import InputSchema
from .described import described
from .fields import Text, Truth, Whole


class FeedbackBodySchema(InputSchema):
    """What a party says of the other."""

    positive = Truth(required=True, metadata=described("Thumbs up, or down.", True))
    rating = Whole(
        required=True, least=1, most=STARS, metadata=described("How many stars, where five are the best.", 5)
    )
    comment = Text(
        lines=True,
        length_limit=COMMENT_LENGTH_LIMIT,
        is_bounded=True,
        load_default="",
        metadata=described("Some words for everybody to read.", "Quick and friendly."),
    )
