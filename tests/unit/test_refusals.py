"""Every refusal that the model has is raised by something, has a code of its own, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from domain import (
    NO_LIMITS,
    Attachment,
    Chat,
    Limits,
    LockedChat,
    Member,
    OfferProposal,
    Refusal,
    Requirements,
    Ruling,
    TraderCounts,
    errors,
    every_refusal,
)
from domain.model.arbitration import Arbitration
from tests.factories import (
    CATALOGUE,
    NOW,
    AdForOfferFactory,
    AdTermsFactory,
    BankDetailsFactory,
    DisputeFactory,
    LockedAdFactory,
    LockedOfferFactory,
    LockedWalletFactory,
    OfferFactory,
    OfferForFeedbackFactory,
    TraderFactory,
    actor,
)

LATE = NOW + timedelta(hours=1)


def posting(terms: dict[str, Any] | None = None, **wallet: Any) -> None:
    LockedWalletFactory(**wallet).post_ad(AdTermsFactory(**terms or {}), CATALOGUE, NOW, 30)


def making(amount: str = "2", limits: Limits = NO_LIMITS, **locked: Any) -> None:
    proposal = OfferProposal(Decimal(amount), None, BankDetailsFactory())
    AdForOfferFactory(**locked).make_offer(proposal, NOW, CATALOGUE, limits)


def on_an_own_ad() -> None:
    jude = TraderFactory()
    making(maker=jude, taker=jude)


def moving(action: str, role: str, at: Any = NOW, version: int | None = None, **locked: Any) -> None:
    offer = LockedOfferFactory(**locked)
    getattr(offer, action)(actor(getattr(offer, role)), at, version)


def pausing(by: Any = None, **locked: Any) -> None:
    ad = LockedAdFactory(**locked)
    ad.pause(by or ad.maker.id, NOW)


def expiring(**locked: Any) -> None:
    LockedOfferFactory(**locked).expire(NOW)


def disputing(role: str = "taker", **locked: Any) -> None:
    offer = LockedOfferFactory(**locked)
    offer.open_dispute(actor(getattr(offer, role)), "No money", NOW)


def judging(role: str | None = None, **locked: Any) -> None:
    offer = LockedOfferFactory(maker__staff=True, **locked)
    judge = getattr(offer, role) if role else TraderFactory(staff=True)
    offer.resolve(actor(judge), "buyer", "So.", NOW)


def disputing_early() -> None:
    offer = LockedOfferFactory(paid=True)
    at = NOW + timedelta(minutes=14)
    offer.open_dispute(actor(offer.buyer), "Nothing came.", at, dispute_after=timedelta(minutes=10))


def approving() -> None:
    Arbitration(LockedOfferFactory(disputed=True), actor(TraderFactory(staff=True))).approve("So.")


def approving_ones_own() -> None:
    locked, judge = LockedOfferFactory(disputed=True), actor(TraderFactory(staff=True))
    proposed = Arbitration(locked, judge).resolve(Ruling("buyer", "So."), {"btc": Decimal(0)})
    assert proposed.dispute is not None
    Arbitration(replace(locked, dispute=proposed.dispute.after), judge).approve("So.")


def rating(at: Any = NOW, **locked: Any) -> None:
    found = OfferForFeedbackFactory(**locked)
    found.give_feedback(actor(found.taker), True, 5, "", at)


def rating_twice() -> None:
    taker = TraderFactory()
    rating(taker=taker, rated_by=frozenset({taker.id}))


def chatting(by: Any, at: Any = NOW, attached: int | None = None, **locked: Any) -> None:
    offer = LockedOfferFactory(**locked)
    who = getattr(offer, by) if isinstance(by, str) else by
    chat = None if attached is None else Chat(offer.offer.id).having(Member(who.id, attached=attached))
    asked = LockedChat(chat, offer.offer, offer.ad, offer.maker, offer.taker, who, at, DisputeFactory())
    if chat is None:
        asked.write(actor(who), "Hello.", at)
    else:
        asked.send(actor(who), Attachment(uuid4(), "receipt.pdf", "application/pdf", 9), at)


PROVOKED: dict[type[Refusal], Callable[[], None]] = {
    errors.InvalidFields: lambda: posting({"crypto_amount": None}),
    errors.RestrictedFromTrading: lambda: posting(is_restricted=True),
    errors.InsufficientBalance: lambda: posting(p2p=Decimal(0)),
    errors.BalanceTooLarge: lambda: posting(escrow=Decimal("999999999999999999")),
    errors.NotYourAd: lambda: pausing(by=TraderFactory().id),
    errors.AdAlready: lambda: pausing(paused=True),
    errors.AdHasEnded: lambda: pausing(closed=True),
    errors.AdNotOpen: lambda: making(ad__paused=True),
    errors.OwnAd: on_an_own_ad,
    errors.ShortOfRequirements: lambda: making(ad__requirements=Requirements(1)),
    errors.Frozen: lambda: making(is_frozen=True),
    errors.AddressNotVerified: lambda: making(limits=Limits(verified_only=True)),
    errors.Blocked: lambda: making(is_blocked=True),
    errors.BelowMinimum: lambda: making(ad__min_limit=Decimal(1000)),
    errors.AboveMaximum: lambda: making(ad__max_limit=Decimal(100)),
    errors.NotEnoughAvailable: lambda: making(ad__reserved=Decimal(9)),
    errors.TooManyLiveAds: lambda: Limits(live_ads=1).check_new_ad(TraderCounts(live_ads=1)),
    errors.TooManyLiveOffers: lambda: Limits(live_offers=1).check_new_offer(TraderCounts(live_offers=1), NOW),
    errors.TooManyUnpaid: lambda: Limits(unpaid=1).check_new_offer(TraderCounts(unpaid=(NOW,)), NOW),
    errors.TooManyCancelled: lambda: Limits(cancelled=1).check_new_offer(TraderCounts(cancelled=(NOW,)), NOW),
    errors.NotAuthorised: lambda: moving("indicate_payment", "seller"),
    errors.VersionMismatch: lambda: moving("indicate_payment", "buyer", version=9),
    errors.AlreadyMarkedPaid: lambda: moving("indicate_payment", "buyer", paid=True),
    errors.AlreadyCancelled: lambda: moving("cancel", "taker", cancelled=True),
    errors.OnlyPendingCanBeCancelled: lambda: moving("cancel", "taker", paid=True),
    errors.PaymentWindowPassed: lambda: moving("indicate_payment", "buyer", at=LATE),
    errors.AlreadyReleased: lambda: moving("release_funds", "seller", completed=True),
    errors.OfferHasExpired: lambda: moving("release_funds", "seller", at=LATE),
    errors.OnlyPaidCanBeReturned: lambda: moving("return_offer", "buyer"),
    errors.OnlyPaidCanBeDisputed: disputing,
    errors.AlreadyDisputed: lambda: disputing(disputed=True),
    errors.NotDisputed: judging,
    errors.DisputeTooEarly: disputing_early,
    errors.NothingToApprove: approving,
    errors.SomebodyElseMustApprove: approving_ones_own,
    errors.NotDueYet: expiring,
    errors.OnlyCompletedCanBeRated: lambda: rating(offer=OfferFactory(paid=True)),
    errors.AlreadyRated: rating_twice,
    errors.FeedbackIsOver: lambda: rating(at=NOW + timedelta(days=91)),
    errors.ArbiterIsParty: lambda: judging("maker", disputed=True),
    errors.ArbiterIsApart: lambda: judging(disputed=True, arbiter_is_apart=True),
    errors.ChatClosed: lambda: chatting("maker", at=NOW + timedelta(days=31), completed=True),
    errors.ChatIsReadOnly: lambda: chatting(TraderFactory(staff=True), completed=True),
    errors.TooManyAttachments: lambda: chatting("taker", attached=20),
}

# Raised by a port or by whoever drives the use cases, and tested there: what is not found, and who asks.
BEYOND_THE_MODEL = {
    errors.AdNotFound,
    errors.UnknownAd,
    errors.OfferNotFound,
    errors.TraderNotFound,
    errors.BlockingOneself,
    errors.PaymentMethodNotFound,
    errors.ReferenceReused,
    errors.WrongCredentials,
    errors.LoginEnded,
    errors.LoginNotFound,
    errors.WebhookNotFound,
    errors.AccountInUse,
    errors.TooManyWebhooks,
    errors.TooManyKeys,
    errors.TooManyBlocks,
    errors.TooManyPaymentMethods,
    errors.KeyNotFound,
    errors.WrongCode,
    errors.OneTimePasswordRequired,
    errors.OneTimePasswordWrong,
    errors.OtpOnAlready,
    errors.OtpIsOff,
    errors.AlreadyVerified,
    errors.TooManyAttempts,
    errors.SuspenderIsParty,
    errors.TraderSuspended,
    errors.StaffOnly,
    errors.NotAnAttachment,
    errors.UnreadablePicture,
    errors.PictureTooLarge,
}


def test_no_refusal_is_left_out() -> None:
    assert PROVOKED.keys() | BEYOND_THE_MODEL == set(every_refusal())
    assert not PROVOKED.keys() & BEYOND_THE_MODEL


@pytest.mark.parametrize("kind", PROVOKED, ids=lambda kind: kind.code)
def test_every_refusal_is_raised_by_something(kind: type[Refusal]) -> None:
    with pytest.raises(Refusal) as refused:
        PROVOKED[kind]()
    assert type(refused.value) is kind


def test_every_refusal_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in every_refusal()]
    assert len(set(codes)) == len(codes)
    assert "refused" not in codes


def test_a_refusal_names_its_facts() -> None:
    refused = errors.InsufficientBalance("p2p", "usdt")
    assert str(refused) == "insufficient_balance (crypto_currency='usdt', purse='p2p')"
    assert str(errors.OwnAd()) == "own_ad"


def test_every_refusal_tells_apart_two_of_its_kind() -> None:
    """A refusal is an exception and compares by identity, though it is a dataclass: tracebacks need its hash."""
    assert errors.AlreadyCancelled("paid") != errors.AlreadyCancelled("paid")
    assert len({errors.AlreadyCancelled("paid"), errors.AlreadyCancelled("paid")}) == 2


def test_a_block_is_told_before_the_ad_is_looked_at_and_after_a_restriction() -> None:
    with pytest.raises(errors.Blocked):
        making(is_blocked=True, ad__paused=True)
    with pytest.raises(errors.RestrictedFromTrading):
        making(is_blocked=True, taker_is_restricted=True)
    with pytest.raises(errors.InvalidFields):
        making(amount="0", is_blocked=True)
