"""Every way the desk says no.

A refusal is an expected answer, not a fault: it is raised before anything has been written, it has a stable
``code`` and it carries the facts that a caller needs to explain it. How it is worded is the business of whoever
talks to people; no sentence of a wire format is kept here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar


class Refusal(Exception):
    """The desk will not do what was asked. Nothing has changed."""

    code: ClassVar[str] = "refused"

    def __str__(self) -> str:
        """The code and the facts, for logs and for the tracebacks of an embedding program."""
        facts = ", ".join(f"{name}={value!r}" for name, value in sorted(vars(self).items()))
        return f"{self.code} ({facts})" if facts else self.code


class Fault(Exception):
    """Something that must not happen did. The unit of work must be rolled back."""


class ConcurrentChange(Fault):
    """A guarded row was not as the locked read saw it. Trying the whole unit again is safe."""


class StoreUnavailable(Fault):
    """The store does not answer, is full, or has no connection to spare. Nothing was committed; come back later."""


class ClockIsOff(StoreUnavailable):
    """This process's clock and the store's are too far apart to let this process decide anything by the time.

    Nothing was done; it can be, by a process whose clock is right, or by this one once its clock is.
    """


class CommitUnknown(StoreUnavailable):
    """The connection was lost while committing: the unit may have happened or not.

    It must not be tried again blindly; a request that carried an idempotency key can be sent again by its client.
    """


class Unbalanced(Fault):
    """A journal entry's debits and credits differ, or a posting is not positive."""


@dataclass(frozen=True, slots=True)
class Named:
    """An amount of a currency as a refusal names it; it is written with at least so many ``decimals``.

    Fiat is written with its own decimals, crypto with as many as it needs.
    """

    amount: Decimal
    currency: str
    decimals: int = 0


# What was given ------------------------------------------------------------------------------------------------


class Problem(StrEnum):
    """What can be wrong with one field."""

    MISSING = "missing"
    NOT_AN_AMOUNT = "not_an_amount"
    EXPONENT = "exponent"
    TOO_MANY_DIGITS = "too_many_digits"
    TOO_MANY_DECIMALS = "too_many_decimals"
    ZERO = "zero"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    UNKNOWN_CHOICE = "unknown_choice"
    OUT_OF_RANGE = "out_of_range"
    END_BEFORE_START = "end_before_start"
    END_IN_THE_PAST = "end_in_the_past"
    WORTH_TOO_SMALL = "worth_too_small"
    WORTH_TOO_LARGE = "worth_too_large"
    LIMITS_CROSSED = "limits_crossed"
    AMOUNTS_DISAGREE = "amounts_disagree"
    AMOUNTS_DISAGREE_OUTSIDE = "amounts_disagree_outside"
    NOT_PAYABLE_EXACTLY = "not_payable_exactly"
    SAME_PURSE = "same_purse"
    TAKEN = "taken"
    BAD_CHARACTERS = "bad_characters"
    NOT_AN_EMAIL = "not_an_email"
    NOT_A_COUNTRY = "not_a_country"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field, what is wrong with it, and the bound, value or choices it should have had, if there are any."""

    field: str
    problem: Problem
    bound: int | str | date | Named | tuple[str, ...] | None = None


@dataclass(eq=False)
class InvalidFields(Refusal):
    """One or more fields are wrong; in the order in which the caller's schema has them."""

    code: ClassVar[str] = "invalid_fields"
    problems: tuple[FieldProblem, ...]


# Who asks ------------------------------------------------------------------------------------------------------


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


class LoginNotFound(Refusal):
    """There is no such login of this trader's, or it has ended."""

    code = "login_not_found"


class TraderSuspended(Refusal):
    """Staff have suspended this trader."""

    code = "suspended"


class StaffOnly(Refusal):
    """The act is reserved for staff."""

    code = "staff_only"


class TraderNotFound(Refusal):
    """There is no such trader."""

    code = "trader_not_found"


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


# Ads -----------------------------------------------------------------------------------------------------------


class AdNotFound(Refusal):
    """There is no such ad."""

    code = "ad_not_found"


@dataclass(eq=False)
class UnknownAd(Refusal):
    """An offer names an ad that does not exist."""

    code: ClassVar[str] = "unknown_ad"
    ad_id: int


@dataclass(eq=False)
class NotYourAd(Refusal):
    """Only its maker may pause, resume or close an ad."""

    code: ClassVar[str] = "not_your_ad"
    action: str


@dataclass(eq=False)
class AdAlready(Refusal):
    """The ad already is in the state that was asked for."""

    code: ClassVar[str] = "ad_already"
    status: str


@dataclass(eq=False)
class AdHasEnded(Refusal):
    """The ad is completed, closed or expired, and nothing brings it back."""

    code: ClassVar[str] = "ad_has_ended"
    status: str


@dataclass(eq=False)
class AdNotOpen(Refusal):
    """The ad takes no new offers now; ``reason`` is one of the words of ``model.ad.Closure``."""

    code: ClassVar[str] = "ad_not_open"
    reason: str
    since_or_until: date | None = None


# Offers --------------------------------------------------------------------------------------------------------


class OfferNotFound(Refusal):
    """There is no such offer, or it is none of the caller's."""

    code = "offer_not_found"


class OwnAd(Refusal):
    """A trader may not make an offer on an ad of their own."""

    code = "own_ad"


@dataclass(eq=False)
class BelowMinimum(Refusal):
    """The offer is worth less than the ad takes.

    ``nearest`` is the nearest amount that would be taken now, in the unit that was asked in; None where there is none.
    ``is_rest`` says that it is all that is left, which is taken though it is under the ad's least.
    """

    code: ClassVar[str] = "below_minimum"
    min_limit: Named
    nearest: Named | None
    is_rest: bool = False


@dataclass(eq=False)
class AboveMaximum(Refusal):
    """The offer is worth more than the ad takes; ``nearest`` is as with ``BelowMinimum``."""

    code: ClassVar[str] = "above_maximum"
    max_limit: Named
    nearest: Named | None


@dataclass(eq=False)
class NotEnoughAvailable(Refusal):
    """The offer asks for more crypto than the ad still has; ``nearest`` is as with ``BelowMinimum``."""

    code: ClassVar[str] = "not_enough_available"
    available: Named
    nearest: Named | None


@dataclass(eq=False)
class NotAuthorised(Refusal):
    """The caller has not the role that this action needs."""

    code: ClassVar[str] = "not_authorised"
    action: str


@dataclass(eq=False)
class VersionMismatch(Refusal):
    """The offer has moved on since the caller read it."""

    code: ClassVar[str] = "version_mismatch"
    version: int


class AlreadyMarkedPaid(Refusal):
    """The buyer has indicated payment before."""

    code = "already_marked_paid"


@dataclass(eq=False)
class AlreadyCancelled(Refusal):
    """The offer is cancelled; ``action`` is what was tried."""

    code: ClassVar[str] = "already_cancelled"
    action: str


class OnlyPendingCanBeCancelled(Refusal):
    """The offer has left ``pending``, or its deadline has passed."""

    code = "only_pending_can_be_cancelled"


class PaymentWindowPassed(Refusal):
    """The deadline for paying has passed."""

    code = "payment_window_passed"


class AlreadyReleased(Refusal):
    """The escrow of this offer has reached the buyer before."""

    code = "already_released"


class OfferHasExpired(Refusal):
    """The offer's deadline passed without a payment."""

    code = "offer_has_expired"


class OnlyPaidCanBeReturned(Refusal):
    """Before it is marked as paid an offer is cancelled or expires, and after its end there is nothing to give up."""

    code = "only_paid_can_be_returned"


class OnlyPaidCanBeDisputed(Refusal):
    """A dispute is about a payment, so the offer must be marked as paid."""

    code = "only_paid_can_be_disputed"


class AlreadyDisputed(Refusal):
    """A dispute on this offer is open."""

    code = "already_disputed"


class NotDisputed(Refusal):
    """There is no open dispute to resolve."""

    code = "not_disputed"


class NotDueYet(Refusal):
    """The deadline or end date has not come, so nothing expires."""

    code = "not_due_yet"


class ArbiterIsParty(Refusal):
    """Nobody judges a dispute of their own. Source: docs/contract/accounts.md, "The arbiter is no party"."""

    code = "arbiter_is_party"


def _leaves(kind: type[Refusal]) -> list[type[Refusal]]:
    found = [] if kind is Refusal else [kind]
    for child in kind.__subclasses__():
        found += _leaves(child)
    return found


def every_refusal() -> tuple[type[Refusal], ...]:
    """All refusals there are, so that whoever words them can prove that none was forgotten."""
    return tuple(kind for kind in _leaves(Refusal) if kind.__module__ == __name__)
