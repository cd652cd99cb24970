"""The sentences about a single field. The domain says what is wrong with it; here it is put into words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from domain.errors import FieldProblem, Named, Problem
from domain.model.money import named_text

UNKNOWN_AD = 'Invalid pk "{}" - object does not exist.'

Bound = int | str | date | Named | tuple[str, ...] | None

CHOICES_TOLD_LIMIT = 12
"""So many choices are named; for more there is an address."""
CHOICES_PATH = "/p2p/settings/"


def _shown(bound: Bound) -> str:
    return named_text(bound) if isinstance(bound, Named) else str(bound)


def _crossed(problem: FieldProblem) -> str:
    if problem.field == "min_limit":
        return f"Ensure that the least an offer may be for is no more than {_shown(problem.bound)}."
    return f"Ensure that the most an offer may be for is no less than {_shown(problem.bound)}."


def _unknown_choice(problem: FieldProblem) -> str:
    if not isinstance(problem.bound, tuple):
        return "This is not a valid choice."
    if len(problem.bound) > CHOICES_TOLD_LIMIT:
        return f"This is not a valid choice; see {CHOICES_PATH} for the choices."
    return f"This is not a valid choice; the choices are {', '.join(problem.bound)}."


_SENTENCES: dict[Problem, str | Callable[[FieldProblem], str]] = {
    Problem.MISSING: "This field is required.",
    Problem.NOT_AN_AMOUNT: "A valid amount is required: digits, with at most one point between them.",
    Problem.EXPONENT: 'Write amounts without an exponent, as a string such as "0.0000001".',
    Problem.TOO_MANY_DIGITS: "Ensure that there are no more than {bound} digits before the decimal point.",
    Problem.TOO_MANY_DECIMALS: "Ensure that there are no more than {bound} decimal places.",
    Problem.ZERO: "Ensure that this amount is greater than zero.",
    Problem.TOO_LONG: "Ensure that this field has no more than {bound} characters.",
    Problem.TOO_SHORT: "Ensure that this field has at least {bound} characters.",
    Problem.UNKNOWN_CHOICE: _unknown_choice,
    Problem.OUT_OF_RANGE: "Ensure that this value is between 0 and {bound}.",
    Problem.BELOW_COMMITTED: "Ensure that this amount is no less than {bound}, which is sold or in live offers.",
    Problem.END_BEFORE_START: "The end date is before the start date.",
    Problem.END_IN_THE_PAST: "The end date is in the past.",
    Problem.WORTH_TOO_SMALL: "This amount is worth too little to be paid for; the least that is taken is {bound}.",
    Problem.WORTH_TOO_LARGE: "Ensure that this amount is worth no more than {bound} digits before the decimal point.",
    Problem.NOT_BELOW: "Ensure that this amount is less than {bound}.",
    Problem.ONLY_IN_A_SPLIT: "Only a split has this field.",
    Problem.LIMITS_CROSSED: _crossed,
    Problem.AMOUNTS_DISAGREE: "This does not agree with currency_amount and the price of the ad: {bound} is due.",
    Problem.AMOUNTS_DISAGREE_OUTSIDE: (
        "This does not agree with currency_amount and the price of the ad; the nearest amount that it takes is {bound}."
    ),
    Problem.OWN_ONLY: "This is for one's own ads: send {bound} with it.",
    Problem.PRICE_HAS_CHANGED: "The price of this ad is now {bound}.",
    Problem.NOT_PAYABLE_EXACTLY: "This cannot be paid exactly at the price of the ad; the nearest amount is {bound}.",
    Problem.SAME_PURSE: "Source and target are the same wallet.",
    Problem.TAKEN: "A trader with this email exists already.",
    Problem.BAD_CHARACTERS: "This has characters that are not allowed.",
    Problem.NOT_A_URL: "A valid address is required, such as https://bot.example.com/desk.",
    Problem.NOT_HTTPS: "The address must begin with https://.",
    Problem.NOT_PUBLIC: "This is not an address that anybody on the internet can reach.",
    Problem.NOT_AN_EMAIL: "A valid email address is required.",
    Problem.NOT_SO_MANY_STARS: "Ensure that this value is between 1 and {bound}.",
    Problem.IN_THE_PAST: "This moment is in the past.",
    Problem.WRONG_PASSWORD: "The password is wrong.",
    Problem.TOO_EASY: "This password is too easy to guess.",
    Problem.LIKE_THE_DESK: "This name could be taken for the desk's.",
    Problem.NOT_SAVED: lambda problem: UNKNOWN_AD.format(problem.bound),
    Problem.NOT_TOGETHER: "Give either a saved payment method or the fields that it stands for, and not both.",
    Problem.ANOTHER_METHOD: "This is not the payment method of the ad.",
    Problem.NOT_ABOVE: "Ensure that this value is no more than {bound}.",
    Problem.ONLY_ON_A_FIXED_AD: "An ad that follows the market has price_margin in its place.",
    Problem.ONLY_ON_A_MARKET_AD: "Only an ad that follows the market has this field.",
    Problem.NO_MARKET_PRICES: "This desk has no market prices.",
    Problem.NO_MARKET_PRICE: "There is no market price for {bound}.",
    Problem.NOT_A_COUNTRY: "A country code of two letters is required, as ISO 3166-1 has it.",
}


def sentence(problem: FieldProblem) -> str:
    """What is wrong with a field, without the field's name."""
    wording = _SENTENCES[problem.problem]
    return wording.format(bound=_shown(problem.bound)) if isinstance(wording, str) else wording(problem)


def field_message(name: str, text: str) -> str:
    """A sentence behind the name of its field, as every message about a field is written."""
    return f"({name}) {text}"


def problems_message(problems: tuple[FieldProblem, ...]) -> str:
    """All the problems in one message, in the order in which they are given."""
    return " ".join(field_message(problem.field, sentence(problem)) for problem in problems)


def moment_text(moment: datetime) -> str:
    """A moment as every answer shows it: ISO 8601 in UTC, with microseconds and offset."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
