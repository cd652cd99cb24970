"""Refusals of people and their money: who asks, who they are, and what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .base import Refusal

# Who asks -------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class RestrictedFromTrading(Refusal):
    """Staff have barred this trader from new ads and offers in one crypto currency."""

    code: ClassVar[str] = "restricted_from_trading"
    crypto_currency: str


class WrongCredentials(Refusal):
    """No trader has this email and password. Which of the two is wrong is not told."""

    code = "wrong_credentials"


class LoginEnded(Refusal):
    """The login was logged out of, has run out, or its refresh token was used twice."""

    code = "login_ended"


class WrongCode(Refusal):
    """The code was mistyped, used before, tried too often, or is too old."""

    code = "wrong_code"


class OneTimePasswordRequired(Refusal):
    """The trader has turned one-time passwords on, and none was given."""

    code = "otp_required"


class OneTimePasswordWrong(Refusal):
    """The one-time password is none of this moment, or was used before, and no recovery code that is left."""

    code = "otp_wrong"


class OtpOnAlready(Refusal):
    """One-time passwords are on already."""

    code = "otp_on_already"


class OtpIsOff(Refusal):
    """One-time passwords are not on."""

    code = "otp_is_off"


class AlreadyVerified(Refusal):
    """The address was verified before."""

    code = "already_verified"


class KeyNotFound(Refusal):
    """There is no such key of this trader's, or it has ended."""

    code = "key_not_found"


class LoginNotFound(Refusal):
    """There is no such login of this trader's, or it has ended."""

    code = "login_not_found"


class TraderSuspended(Refusal):
    """Staff have suspended this trader."""

    code = "suspended"


class StaffOnly(Refusal):
    """The act is reserved for staff."""

    code = "staff_only"


class BlockingOneself(Refusal):
    """Nobody can be blocked by themselves."""

    code = "blocking_oneself"


class Blocked(Refusal):
    """One of the two has blocked the other; which of them is not told."""

    code = "blocked"


class Frozen(Refusal):
    """Staff have frozen the desk: nothing new begins. What is under way goes on to its end."""

    code = "frozen"


class TraderNotFound(Refusal):
    """There is no such trader."""

    code = "trader_not_found"


class PaymentMethodNotFound(Refusal):
    """There is no such saved payment method of the caller's."""

    code = "payment_method_not_found"


# Money ---------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class InsufficientBalance(Refusal):
    """The purse that pays holds less than is asked."""

    code: ClassVar[str] = "insufficient_balance"
    purse: str
    crypto_currency: str


@dataclass(eq=False)
class BalanceTooLarge(Refusal):
    """A balance would reach 10^18, the most that an account can hold."""

    code: ClassVar[str] = "balance_too_large"
    crypto_currency: str


@dataclass(eq=False)
class ReferenceReused(Refusal):
    """Another deposit or withdrawal is known by this reference, with other facts: one of the two would be lost."""

    code: ClassVar[str] = "reference_reused"
    reference: str
