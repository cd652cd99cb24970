"""Keys of programs."""

from __future__ import annotations

from marshmallow import Schema, fields

from domain.ports.keys import Scope
from domain.use_cases.api_keys import KEY_NAME_LENGTH_LIMIT

from .base import InputSchema, page_of
from .described import MADE_AT, described
from .fields import Choices, Moment, Text
from .one_time_passwords import otp_field
from .shown import Shown, ShownChoice, ShownMoment, ShownUuid, shown_list

_TEXT = "p2pk_bxwqUn0OS4-aRAxdHz4rcT8smhB8G0qOi1dfH28NLEQ3W0mYbT0a5nGp3QkXy9vE2hJ7sLdN4uRfC8tZoViP"


class KeyBodySchema(InputSchema):
    """A key that is to be made."""

    name = Text(
        required=True,
        length_limit=KEY_NAME_LENGTH_LIMIT,
        is_bounded=True,
        metadata=described("What its owner calls the program.", "My bot"),
    )
    scopes = Choices(
        Scope, required=True, metadata=described("What the program may do; none holds another.", ["read", "trade"])
    )
    expires_at = Moment(
        metadata=described("Until when it is good; without one, until it is ended.", "2126-01-01T00:00:00+00:00")
    )
    otp = otp_field()


class KeySchema(Schema):
    """A key, without its text."""

    id = ShownUuid("key.id", metadata=described("The key's id.", "3f2c9a10-7c1b-4a8e-8b57-5f1f6f0d2c44"))
    name = Shown("key.name", metadata=described("What its owner calls the program.", "My bot"))
    scopes = shown_list(
        ShownChoice(Scope, metadata=described("One thing that it may do.", "read")),
        metadata=described("What the program may do."),
    )
    created_at = ShownMoment("key.created_at", metadata=described("When it was made.", MADE_AT))
    expires_at = ShownMoment(
        "key.expires_at",
        nullable=True,
        metadata=described("Until when it is good; null where that is until it is ended.", None),
    )


class MadeKeySchema(KeySchema):
    """A key that was just made, with its text."""

    key = Shown("text", metadata=described("The key, to be sent as `Authorization: Bearer`.", _TEXT))


KEY_PAGE = page_of("KeyPage", fields.Nested(KeySchema))
