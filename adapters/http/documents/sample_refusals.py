"""One instance of every refusal, with plausible facts: what the API document shows of each."""

from __future__ import annotations

from collections.abc import Mapping
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
