"""Traders: joining, logging in, and what others see of them."""

from __future__ import annotations

from marshmallow import Schema, fields

from domain.use_cases.register_trader import (
    EMAIL_LENGTH_LIMIT,
    FULLNAME_LENGTH_LIMIT,
    PASSWORD_LENGTH_LEAST,
    PASSWORD_LENGTH_LIMIT,
    email_problem,
    password_problem,
)

from .base import InputSchema, page_of
from .described import JUDE, MADE_AT, TOKEN, described
from .fields import AnyEmail, Country, Email, Password, Text, Token, Truth
from .one_time_passwords import otp_field
from .shown import Shown, ShownFlag, ShownMean, ShownMoment, ShownNumber, ShownUnless, ShownUuid, shown_part

TOKEN_LENGTH_LIMIT = 2048


class RegistrationSchema(InputSchema):
    """Who wants to join."""

    email = Email(
        required=True,
        problem=email_problem,
        length_limit=EMAIL_LENGTH_LIMIT,
        metadata=described("Where letters go and what logs in; upper and lower case are the same.", "jude@example.com"),
    )
    fullname = Text(
        required=True,
        length_limit=FULLNAME_LENGTH_LIMIT,
        is_bounded=True,
        metadata=described("The name that others see.", "Jude Okafor"),
    )
    password = Password(
        required=True,
        problem=password_problem,
        length_limit=PASSWORD_LENGTH_LIMIT,
        metadata=described(
            "What logs in, kept to the letter; only its hash is stored.",
            "correct horse battery staple",
            minLength=PASSWORD_LENGTH_LEAST,
        ),
    )
    country = Country(metadata=described("The country of residence, ISO 3166-1 alpha-2, in upper or lower case.", "NG"))


class CredentialsSchema(InputSchema):
    """Who wants to log in. Nothing is said of the shape of either, only whether the two are right."""

    email = AnyEmail(required=True, metadata=described("The address that was registered.", "jude@example.com"))
    password = Password(
        required=True, metadata=described("The password that was registered.", "correct horse battery staple")
    )
    otp = otp_field()
    cookie = Truth(
        metadata=described(
            "For pages of the desk's own: whether the refresh token is given as the cookie `p2p_refresh`, which no "
            "script can read, in place of in the answer.",
            False,
        )
    )


class RefreshSchema(InputSchema):
    """A refresh token to exchange; without one that of the cookie is."""

    refresh = Token(
        length_limit=TOKEN_LENGTH_LIMIT,
        metadata=described("The refresh token of the last answer; each is exchanged once.", TOKEN),
    )


class LogoutSchema(InputSchema):
    """The login's refresh token, which is proof enough where there is no access token, or none that is still good."""

    refresh = Text(
        length_limit=TOKEN_LENGTH_LIMIT, metadata=described("The refresh token of the login that is to end.", TOKEN)
    )


class TokensSchema(Schema):
    """What a login gives out. ``expires_in`` is the access token's life in seconds.

    ``refresh`` is null where it was given as a cookie.
    """

    access = Shown(metadata=described("The access token, for the `Authorization` header.", TOKEN))
    refresh = Shown(
        nullable=True,
        metadata=described(
            "The refresh token, to be exchanged for the next pair; null where it is in the cookie.", TOKEN
        ),
    )
    expires_in = ShownNumber(metadata=described("How long the access token is good, in seconds.", 1800))


class LoginSchema(Schema):
    """One login of the caller's."""

    id = ShownUuid("login.id", metadata=described("The login's id.", "0b7f7d8e-52c5-4d0e-9a5d-3f0d7a1c6e24"))
    created_at = ShownMoment("login.created_at", metadata=described("When it was opened.", MADE_AT))
    last_used_at = ShownMoment(
        "login.used_at",
        nullable=True,
        metadata=described("When it last gave out tokens; null for one that is older than this is kept.", MADE_AT),
    )
    address = Shown(
        "login.address", metadata=described("From which address it was opened; empty where unknown.", "192.0.2.7")
    )
    client = Shown(
        "login.client",
        metadata=described("The program that opened it, as it calls itself; empty where it does not.", "curl/8.5.0"),
    )
    is_current = ShownFlag("is_current", metadata=described("Whether this is the login that asks.", True))


LOGIN_PAGE = page_of("LoginPage", fields.Nested(LoginSchema))


class TicketSchema(Schema):
    """A ticket for one websocket, and how many seconds it is good for."""

    ticket = Shown(
        metadata=described(
            "The ticket, to be sent as the websocket's `token`.", "l8Gd3mCqYx0VnS5rWb2HkT9eUo7JzPa1FiQ4LwXcR6M"
        )
    )
    expires_in = ShownNumber(metadata=described("How long the ticket is good, in seconds.", 60))


class RatingsSchema(Schema):
    """What others said of a trader. ``averate_rating`` is the customer's document's key; both keys say the same."""

    positive_feedback_count = ShownNumber(metadata=described("How many found the trader good.", 12))
    negative_feedback_count = ShownNumber(metadata=described("How many did not.", 1))
    averate_rating = ShownMean(
        "average", metadata=described("The mean of all ratings, from 1 to 5; 0 where there are none.", 4.75)
    )
    average_rating = ShownMean("average", metadata=described("The same once more, under its proper spelling.", 4.75))


class ProfileSchema(Schema):
    """The public profile: nothing else of a trader leaves the desk."""

    id = ShownUuid("trader.id", metadata=described("The trader's id.", JUDE))
    fullname = Shown("trader.fullname", metadata=described("The trader's name.", "Jude Okafor"))
    country = Shown(
        "trader.country",
        nullable=True,
        metadata=described("The country of residence, ISO 3166-1 alpha-2; null where none was given.", "NG"),
    )
    email_verified = ShownFlag(
        "trader.email_verified", metadata=described("Whether the email address was verified.", True)
    )
    phone_number_verified = ShownFlag(
        "trader.phone_number_verified", metadata=described("Whether the phone number was verified.", False)
    )
    country_verified = ShownFlag(
        "trader.country_verified", metadata=described("Whether the country was verified.", False)
    )
    has_kyc = ShownFlag("trader.has_kyc", metadata=described("Whether the trader proved their identity.", False))
    has_p2p = ShownFlag("has_p2p", metadata=described("Whether the p2p wallet was ever used.", True))
    is_active = ShownUnless(
        "trader.is_suspended", metadata=described("Whether the trader may trade: not while suspended.", True)
    )
    created_at = ShownMoment("trader.created_at", metadata=described("When the trader joined.", MADE_AT))
    ratings = shown_part(RatingsSchema, metadata=described("What others said of the trader."))


class MeSchema(ProfileSchema):
    """A trader's own profile."""

    email = Shown("trader.email", metadata=described("Where letters go and what logs in.", "jude@example.com"))
    is_staff = ShownFlag("trader.is_staff", metadata=described("Whether the trader is staff of the desk.", False))
    updated_at = ShownMoment("trader.updated_at", metadata=described("When the profile last changed.", MADE_AT))
