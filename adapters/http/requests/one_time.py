"""The one-time password of a request, and how it is told that one is missing or wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from domain import errors
from domain.use_cases.one_time_passwords import GivenOtp

from ..replies.rejections import InvalidInput
from .request import DeskRequest

OTP_REQUIRED = "A one-time password is required."
OTP_WRONG = "The one-time password is wrong."


def given_otp(request: DeskRequest) -> GivenOtp:
    """What the body has of it."""
    otp: str | None = request.fields.get("otp")
    return GivenOtp(otp, request.unit.second_factors, request.services.authenticator)


@contextmanager
def otp_as_field(request: DeskRequest) -> Iterator[None]:
    """Tell of one that is missing or wrong as of any other field; a wrong one counts, though the answer is no."""
    try:
        yield
    except errors.OneTimePasswordRequired:
        raise InvalidInput([("otp", OTP_REQUIRED)]) from None
    except errors.OneTimePasswordWrong:
        request.commits_failure = True
        raise InvalidInput([("otp", OTP_WRONG)]) from None
