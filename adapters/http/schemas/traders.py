"""Traders: joining, logging in, and what others see of them."""

from __future__ import annotations

from marshmallow import Schema, fields

from domain.use_cases.register_trader import (
    EMAIL_LENGTH_LIMIT,
    FULLNAME_LENGTH_LIMIT,
    PASSWORD_LENGTH_LEAST,
    PASSWORD_LENGTH_LIMIT,
    password_problem,
)

from .base import InputSchema
from .fields import Country, Email, Password, Text, Token
from .shown import Shown, ShownFlag, ShownMean, ShownMoment, ShownNumber, ShownUuid, shown_part

TOKEN_LENGTH_LIMIT = 2048


class RegistrationSchema(InputSchema):
    """Who wants to join."""

    email = Email(required=True, length_limit=EMAIL_LENGTH_LIMIT, is_bounded=True)
    fullname = Text(required=True, length_limit=FULLNAME_LENGTH_LIMIT, is_bounded=True)
    password = Password(
        required=True,
        problem=password_problem,
        length_limit=PASSWORD_LENGTH_LIMIT,
        metadata={"minLength": PASSWORD_LENGTH_LEAST},
    )
    country = Country()


class CredentialsSchema(InputSchema):
    """Who wants to log in. Nothing is said of the shape of either, only whether the two are right."""

    email = Password(required=True)
    password = Password(required=True)


class RefreshSchema(InputSchema):
    """A refresh token to exchange."""

    refresh = Token(required=True, length_limit=TOKEN_LENGTH_LIMIT)


class LogoutSchema(InputSchema):
    """The login's refresh token, which is proof enough where there is no access token, or none that is still good."""

    refresh = Text(length_limit=TOKEN_LENGTH_LIMIT)


class TokensSchema(Schema):
    """What a login gives out. ``expires_in`` is the access token's life in seconds."""

    access = Shown()
    refresh = Shown()
    expires_in = ShownNumber()


class TicketSchema(Schema):
    """A ticket for one websocket, and how many seconds it is good for."""

    ticket = Shown()
    expires_in = ShownNumber()


class RatingsSchema(Schema):
    """What others said of a trader. ``averate_rating`` is the customer's document's key; both keys say the same."""

    positive_feedback_count = ShownNumber()
    negative_feedback_count = ShownNumber()
    averate_rating = ShownMean("average")
    average_rating = ShownMean("average")


class ProfileSchema(Schema):
    """The public profile: nothing else of a trader leaves the desk."""

    id = ShownUuid("trader.id")
    fullname = Shown("trader.fullname")
    country = Shown("trader.country", nullable=True)
    email_verified = ShownFlag("trader.email_verified")
    phone_number_verified = ShownFlag("trader.phone_number_verified")
    country_verified = ShownFlag("trader.country_verified")
    has_kyc = ShownFlag("trader.has_kyc")
    has_p2p = ShownFlag("has_p2p")
    is_active = fields.Function(
        lambda profile: not profile.trader.is_suspended, metadata={"type": "boolean"}, dump_only=True, required=True
    )
    created_at = ShownMoment("trader.created_at")
    ratings = shown_part(RatingsSchema)


class MeSchema(ProfileSchema):
    """A trader's own profile."""

    email = Shown("trader.email")
    is_staff = ShownFlag("trader.is_staff")
    updated_at = ShownMoment("trader.updated_at")
