"""One instance of every refusal, with plausible facts: what the API document shows of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from domain import errors
from domain.errors import FieldProblem, Named, Problem, Refusal

_REQUIRED = FieldProblem("crypto_currency", Problem.MISSING)

SAMPLES: Mapping[type[Refusal], Refusal] = {
    type(refusal): refusal
    for refusal in (
        errors.InvalidFields((_REQUIRED,)),
        errors.RestrictedFromTrading("usdt"),
        errors.WrongCredentials(),
        errors.LoginEnded(),
        errors.TraderSuspended(),
        errors.StaffOnly(),
        errors.TraderNotFound(),
        errors.InsufficientBalance("p2p", "trx"),
        errors.BalanceTooLarge("trx"),
        errors.AdNotFound(),
        errors.UnknownAd(0),
        errors.NotYourAd("close"),
        errors.AdAlready("paused"),
        errors.AdHasEnded("closed"),
        errors.AdNotOpen("paused"),
        errors.OfferNotFound(),
        errors.OwnAd(),
        errors.BelowMinimum(Named(Decimal(100), "usd", 2), Named(Decimal("0.5"), "trx")),
        errors.AboveMaximum(Named(Decimal(2000), "usd", 2), Named(Decimal(10), "trx")),
        errors.NotEnoughAvailable(Named(Decimal(90), "trx"), Named(Decimal(90), "trx")),
        errors.NotAuthorised("release"),
        errors.VersionMismatch(2),
        errors.AlreadyMarkedPaid(),
        errors.AlreadyCancelled("release"),
        errors.OnlyPendingCanBeCancelled(),
        errors.PaymentWindowPassed(),
        errors.AlreadyReleased(),
        errors.OfferHasExpired(),
        errors.OnlyPaidCanBeDisputed(),
        errors.AlreadyDisputed(),
        errors.NotDisputed(),
        errors.NotDueYet(),
        errors.ArbiterIsParty(),
        errors.ReferenceReused("tx:abc"),
    )
}

_OF_AN_ACTION: Mapping[type[Refusal], Callable[[str], Refusal]] = {
    errors.NotYourAd: errors.NotYourAd,
    errors.NotAuthorised: errors.NotAuthorised,
    errors.AlreadyCancelled: errors.AlreadyCancelled,
    errors.AdAlready: lambda word: errors.AdAlready("pending" if word == "resume" else "paused"),
    errors.InsufficientBalance: lambda word: errors.InsufficientBalance("main" if word == "transfer" else "p2p", "trx"),
}


def sample_of(kind: type[Refusal], word: str) -> Refusal:
    """A refusal as the operation has it that its path calls ``word``: its words may depend on what was tried."""
    of_the_action = _OF_AN_ACTION.get(kind)
    return SAMPLES[kind] if of_the_action is None else of_the_action(word)
