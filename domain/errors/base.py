"""What every refusal and every fault is, and how wrong fields are told."""

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


# What was given -----------------------------------------------------------------------------------------------


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
    BELOW_COMMITTED = "below_committed"
    END_BEFORE_START = "end_before_start"
    END_IN_THE_PAST = "end_in_the_past"
    WORTH_TOO_SMALL = "worth_too_small"
    WORTH_TOO_LARGE = "worth_too_large"
    NOT_BELOW = "not_below"
    ONLY_IN_A_SPLIT = "only_in_a_split"
    LIMITS_CROSSED = "limits_crossed"
    AMOUNTS_DISAGREE = "amounts_disagree"
    AMOUNTS_DISAGREE_OUTSIDE = "amounts_disagree_outside"
    OWN_ONLY = "own_only"
    PRICE_HAS_CHANGED = "price_has_changed"
    NOT_PAYABLE_EXACTLY = "not_payable_exactly"
    SAME_PURSE = "same_purse"
    TAKEN = "taken"
    BAD_CHARACTERS = "bad_characters"
    NOT_A_URL = "not_a_url"
    NOT_HTTPS = "not_https"
    NOT_PUBLIC = "not_public"
    NOT_AN_EMAIL = "not_an_email"
    NOT_A_COUNTRY = "not_a_country"
    IN_THE_PAST = "in_the_past"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 (what is wrong)
    TOO_EASY = "too_easy"
    LIKE_THE_DESK = "like_the_desk"
    NOT_SO_MANY_STARS = "not_so_many_stars"
    NOT_SAVED = "not_saved"
    NOT_TOGETHER = "not_together"
    ANOTHER_METHOD = "another_method"
    NOT_ABOVE = "not_above"
    ONLY_ON_A_FIXED_AD = "only_on_a_fixed_ad"
    ONLY_ON_A_MARKET_AD = "only_on_a_market_ad"
    NO_MARKET_PRICES = "no_market_prices"
    NO_MARKET_PRICE = "no_market_price"


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
