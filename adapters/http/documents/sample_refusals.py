"""One instance of every refusal, with plausible facts: what the API document shows of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal

from domain import errors
from domain.errors import FieldProblem, Named, Problem, Refusal

from ..replies.refusals import ANSWERS
from ..schemas.described import MADE_AT

_REQUIRED = FieldProblem("crypto_currency", Problem.MISSING)

_WITH_FACTS: Mapping[type[Refusal], Refusal] = {
    type(refusal): refusal
    for refusal in (
        errors.InvalidFields((_REQUIRED,)),
        errors.RestrictedFromTrading("usdt"),
        errors.TooManyAttempts(45),
        errors.InsufficientBalance("p2p", "trx"),
        errors.BalanceTooLarge("trx"),
        errors.UnknownAd(0),
        errors.NotYourAd("close"),
        errors.AdAlready("paused"),
        errors.AdHasEnded("closed"),
        errors.AdNotOpen("paused"),
        errors.ShortOfRequirements(5, 90, True),
        errors.TooManyLiveAds(50),
        errors.TooManyLiveOffers(20),
        errors.TooManyWebhooks(5),
        errors.TooManyKeys(20),
        errors.TooManyBlocks(1000),
        errors.TooManyPaymentMethods(50),
        errors.AccountInUse(("coins", "live ads")),
        errors.TooManyUnpaid(datetime.fromisoformat(MADE_AT)),
        errors.TooManyCancelled(datetime.fromisoformat(MADE_AT)),
        errors.BelowMinimum(Named(Decimal(100), "usd", 2), Named(Decimal("0.5"), "trx")),
        errors.AboveMaximum(Named(Decimal(2000), "usd", 2), Named(Decimal(10), "trx")),
        errors.NotEnoughAvailable(Named(Decimal(90), "trx"), Named(Decimal(90), "trx")),
        errors.NotAuthorised("release"),
        errors.VersionMismatch(2),
        errors.AlreadyCancelled("release"),
        errors.FeedbackIsOver(datetime(2026, 6, 2, 12, 30, tzinfo=UTC)),
        errors.DisputeTooEarly(datetime(2024, 10, 7, 9, 37, tzinfo=UTC)),
        errors.ReferenceReused("tx:abc"),
        errors.ChatClosed(),
        errors.ChatIsReadOnly(),
        errors.TooManyAttachments(20),
        errors.NotAnAttachment(),
        errors.UnreadablePicture(),
        errors.PictureTooLarge(40),
    )
}

SAMPLES: Mapping[type[Refusal], Refusal] = {kind: _WITH_FACTS.get(kind) or kind() for kind in ANSWERS}
"""Those without facts need no line of their own."""

_OF_AN_ACTION: Mapping[type[Refusal], Callable[[str], Refusal]] = {
    errors.NotYourAd: errors.NotYourAd,
    errors.NotAuthorised: errors.NotAuthorised,
    errors.AlreadyCancelled: errors.AlreadyCancelled,
    errors.NotDisputed: errors.NotDisputed,
    errors.AdAlready: lambda word: errors.AdAlready("pending" if word == "resume" else "paused"),
    errors.InsufficientBalance: lambda word: errors.InsufficientBalance("main" if word == "transfer" else "p2p", "trx"),
}


def sample_of(kind: type[Refusal], word: str) -> Refusal:
    """A refusal as the operation has it that its path calls ``word``: its words may depend on what was tried."""
    of_the_action = _OF_AN_ACTION.get(kind)
    return SAMPLES[kind] if of_the_action is None else of_the_action(word)
