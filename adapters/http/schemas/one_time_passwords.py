"""One-time passwords: turning them on and off, and giving one."""

from __future__ import annotations

from marshmallow import Schema

from domain.use_cases.one_time_passwords import OTP_LENGTH_LIMIT

from .base import InputSchema
from .described import described
from .fields import Password, Text
from .shown import Shown, ShownFlag, shown_list

_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 (an example)


def otp_field(*, required: bool = False) -> Text:
    """A one-time password, or a recovery code in its place."""
    return Text(
        required=required,
        length_limit=OTP_LENGTH_LIMIT,
        is_bounded=True,
        metadata=described("The six digits that the authenticator shows, or a recovery code in their place.", "287082"),
    )


class OtpSchema(InputSchema):
    """A one-time password, for those who have turned them on."""

    otp = otp_field()


class ConfirmSchema(InputSchema):
    """The first one-time password, which shows that the authenticator has the secret."""

    otp = otp_field(required=True)


class DisableSchema(InputSchema):
    """What proves who one is, once more."""

    password = Password(
        required=True, metadata=described("The password that there is.", "correct horse battery staple")
    )
    otp = otp_field()


class AuthenticatorSchema(Schema):
    """What an authenticator takes in. It counts once it is confirmed."""

    secret = Shown("secret", metadata=described("The secret, in Base32, to be typed.", _SECRET))
    uri = Shown(
        "uri",
        metadata=described(
            "The secret as authenticators take it in.",
            f"otpauth://totp/P2P%20desk:jude%40example.com?secret={_SECRET}&issuer=P2P%20desk",
        ),
    )
    qr = Shown("qr", metadata=described("The same as a picture to be scanned, in SVG.", "<svg>…</svg>"))


class ConfirmedTotpSchema(Schema):
    """What gets one in without the authenticator."""

    recovery_codes = shown_list(
        Shown(metadata=described("A code.", "mfrg-gzdf-mztw-q2lk")),
        metadata=described("Ten codes, each good once in place of a one-time password; they are nowhere kept."),
    )


class FactorSchema(Schema):
    """Whether one-time passwords are on."""

    is_on = ShownFlag("is_on", metadata=described("Whether they are asked for.", False))
