"""Every refusal of the domain, with the status and the words that HTTP has for it.

Words that the customer's document has are kept to the letter, and those failures are 400; others have the status that
says what they are (docs/contract/http.md, "Statuses"). A test finds every refusal here, and every row told over HTTP
or explained.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from domain import errors
from domain.errors import Refusal
from domain.model.ad import Closure
from domain.model.lifecycle import Action
from domain.model.money import named_text
from domain.model.offer_for_feedback import FEEDBACK

from .rejections import COME_BACK_LATER, PROTECTED_BY_BEARER, NotAFile
from .wording import UNKNOWN_AD, field_message, moment_text, problems_message


@dataclass(frozen=True, slots=True)
class Answer:
    """How a refusal is told. The words are a sentence, or a function of the refusal's facts.

    ``about`` are the fields that such a sentence is always about.
    """

    status: int
    words: str | Callable[[Any], str]
    about: tuple[str, ...] = ()

    def message(self, refusal: Refusal) -> str:
        """The sentence for one refusal."""
        return self.words if isinstance(self.words, str) else self.words(refusal)

    def fields(self, refusal: Refusal) -> tuple[str, ...]:
        """The fields that the sentence is about, each once, in its order."""
        if isinstance(refusal, errors.InvalidFields):
            return tuple(dict.fromkeys(problem.field for problem in refusal.problems))
        return self.about

    def headers(self, refusal: Refusal) -> tuple[tuple[str, str], ...]:
        """What the status asks for beside the body."""
        if isinstance(refusal, errors.TooManyAttempts):
            return (("Retry-After", str(refusal.seconds)),)
        return {401: (PROTECTED_BY_BEARER,), 503: (COME_BACK_LATER,)}.get(self.status, ())


_UNAUTHORISED: Mapping[str, str] = {
    Action.INDICATE_PAYMENT: "You are not authorized to indicate payment on this offer",
    Action.RELEASE_FUNDS: "You are not authorized to release funds on this trade",
    Action.OPEN_DISPUTE: "You are not authorized to open a dispute on this offer",
    FEEDBACK: "You are not authorized to rate this offer",
    Action.WITHDRAW_DISPUTE: "You are not authorized to withdraw this dispute",
}
_NOT_OPEN = {
    Closure.PAUSED: "This ad is paused",
    Closure.COMPLETED: "This ad is completed",
    Closure.CLOSED: "This ad is closed",
    Closure.EXPIRED: "This ad expired at the end of {day}",
    Closure.NOT_STARTED: "This ad is not open before {day}",
    Closure.MAKER_RESTRICTED: "This ad is not open to new offers",
    Closure.NOT_TRADED: "This ad is not open to new offers: what it is about is no longer traded here",
    Closure.PRICE_UNKNOWN: "This ad is not open: the market's price is not known at the moment",
}


def _not_authorised(refusal: errors.NotAuthorised) -> str:
    return _UNAUTHORISED.get(refusal.action, f"You are not authorized to {refusal.action} this offer")


def _already_cancelled(refusal: errors.AlreadyCancelled) -> str:
    return "This offer is already cancelled" if refusal.action == Action.CANCEL else "Offer is already cancelled"


def _not_disputed(refusal: errors.NotDisputed) -> str:
    if refusal.action == Action.WITHDRAW_DISPUTE:
        return "This offer is not in dispute"
    return "There is no open dispute on this offer"


def _not_open(refusal: errors.AdNotOpen) -> str:
    return _NOT_OPEN[Closure(refusal.reason)].format(day=refusal.since_or_until)


def _insufficient(refusal: errors.InsufficientBalance) -> str:
    if refusal.purse == "p2p":
        return "Insufficient p2p balance, please move some funds to your p2p wallet"
    return f"Insufficient {refusal.purse} balance"


def _short(refusal: errors.ShortOfRequirements) -> str:
    asked = []
    if refusal.min_completed_offers is not None:
        number = refusal.min_completed_offers
        asked.append(f"at least {number} completed offer{'' if number == 1 else 's'}")
    if refusal.min_completion_rate is not None:
        asked.append(f"a completion rate of at least {refusal.min_completion_rate} %")
    if refusal.requires_kyc:
        asked.append("a verified identity")
    return f"This ad asks for {', '.join(asked)}"


def _unknown_ad(refusal: errors.UnknownAd) -> str:
    return field_message("ad", UNKNOWN_AD.format(refusal.ad_id))


def _too_many(most: int, what: str) -> str:
    return f"You have {most} live {what if most == 1 else what + 's'}, the most that is allowed"


def _below(refusal: errors.BelowMinimum) -> str:
    said = f"This ad takes no offers below {named_text(refusal.min_limit)}"
    if refusal.is_rest and refusal.nearest is not None:
        return f"{said}, but for all that is left: {named_text(refusal.nearest)}"
    return said + _nearest(refusal.nearest)


def _above(refusal: errors.AboveMaximum) -> str:
    return f"This ad takes no offers above {named_text(refusal.max_limit)}" + _nearest(refusal.nearest)


def _not_enough(refusal: errors.NotEnoughAvailable) -> str:
    if refusal.nearest is None:
        return "Nothing that can be paid for is available on this ad now"
    said = f"Only {named_text(refusal.available)} is available on this ad"
    return said if refusal.nearest == refusal.available else said + _nearest(refusal.nearest)


def _nearest(nearest: errors.Named | None) -> str:
    """What would be taken instead, so that nobody has to find it out by trying."""
    if nearest is None:
        return ", and nothing can be taken from it now"
    return f"; the nearest amount that it takes is {named_text(nearest)}"


ANSWERS: Mapping[type[Refusal], Answer] = {
    errors.InvalidFields: Answer(400, lambda refusal: problems_message(refusal.problems)),
    # Who asks.
    errors.RestrictedFromTrading: Answer(
        400,
        lambda refusal: f"You have been restricted from trading {refusal.crypto_currency}, please contact support",
    ),
    errors.AddressNotVerified: Answer(400, "Verify your email address first"),
    errors.WrongCredentials: Answer(401, "Email or password is wrong"),
    errors.LoginEnded: Answer(401, "This login has ended, please log in again"),
    errors.TraderSuspended: Answer(403, "Your account is suspended, please contact support"),
    errors.StaffOnly: Answer(403, "This is for staff only"),
    errors.OneTimePasswordRequired: Answer(401, "A one-time password is required"),
    errors.OneTimePasswordWrong: Answer(401, "The one-time password is wrong"),
    errors.OtpOnAlready: Answer(400, "One-time passwords are on already"),
    errors.OtpIsOff: Answer(400, "One-time passwords are off"),
    errors.WrongCode: Answer(400, "The code is wrong or has expired"),
    errors.AlreadyVerified: Answer(400, "Your email address is verified already"),
    errors.TooManyAttempts: Answer(429, lambda refusal: f"Too many attempts; try again in {refusal.seconds} s"),
    errors.KeyNotFound: Answer(404, "Key not found"),
    errors.AccountInUse: Answer(
        400, lambda refusal: f"You still have {', '.join(refusal.holds)}: end and withdraw all of it first"
    ),
    errors.WebhookNotFound: Answer(404, "Webhook not found"),
    errors.LoginNotFound: Answer(404, "Login not found"),
    errors.PaymentMethodNotFound: Answer(404, "Payment method not found"),
    errors.BlockingOneself: Answer(400, "You cannot block yourself"),
    errors.Blocked: Answer(400, "You cannot trade with this trader"),
    errors.Frozen: Answer(503, "The desk is frozen for the moment"),
    errors.TraderNotFound: Answer(404, "Trader not found"),
    # Money.
    errors.InsufficientBalance: Answer(400, _insufficient),
    errors.BalanceTooLarge: Answer(
        400, lambda refusal: f"A balance of {refusal.crypto_currency} would have more than 18 digits before the point"
    ),
    # Webhooks.
    errors.TooManyWebhooks: Answer(400, lambda refusal: f"You have {refusal.most} webhooks, the most that is allowed"),
    # What one may have.
    errors.TooManyKeys: Answer(400, lambda refusal: f"You have {refusal.most} keys, the most that is allowed"),
    errors.TooManyBlocks: Answer(400, lambda refusal: f"You have {refusal.most} blocks, the most that is allowed"),
    errors.TooManyPaymentMethods: Answer(
        400, lambda refusal: f"You have {refusal.most} payment methods, the most that is allowed"
    ),
    # Ads.
    errors.AdNotFound: Answer(404, "Ad not found"),
    errors.UnknownAd: Answer(400, _unknown_ad, about=("ad",)),
    errors.NotYourAd: Answer(403, lambda refusal: f"You are not authorized to {refusal.action} this ad"),
    errors.AdAlready: Answer(
        400, lambda refusal: f"This ad is already {'open' if refusal.status == 'pending' else refusal.status}"
    ),
    errors.AdHasEnded: Answer(
        400, lambda refusal: "This ad has ended" + (f": it is {refusal.status}" if not refusal.action else "")
    ),
    errors.AdNotOpen: Answer(400, _not_open),
    errors.TooManyLiveAds: Answer(400, lambda refusal: _too_many(refusal.most, "ad")),
    # Offers.
    errors.OfferNotFound: Answer(400, "Offer not found"),
    errors.ShortOfRequirements: Answer(400, _short),
    errors.OwnAd: Answer(400, "You cannot make an offer on your own ad"),
    errors.TooManyLiveOffers: Answer(400, lambda refusal: _too_many(refusal.most, "offer")),
    errors.TooManyUnpaid: Answer(
        400,
        lambda refusal: (
            f"Too many of your offers expired unpaid; you can make offers again from {moment_text(refusal.until)} on"
        ),
    ),
    errors.TooManyCancelled: Answer(
        400,
        lambda refusal: (
            f"You have cancelled too many offers; you can make offers again from {moment_text(refusal.until)} on"
        ),
    ),
    errors.BelowMinimum: Answer(400, _below),
    errors.AboveMaximum: Answer(400, _above),
    errors.NotEnoughAvailable: Answer(400, _not_enough),
    errors.NotAuthorised: Answer(400, _not_authorised),
    errors.VersionMismatch: Answer(
        412, lambda refusal: f"The {refusal.what} is not as you have seen it: its version is {refusal.version}"
    ),
    errors.AlreadyMarkedPaid: Answer(400, "Offer has already been marked as paid"),
    errors.AlreadyCancelled: Answer(400, _already_cancelled),
    errors.OnlyPendingCanBeCancelled: Answer(400, "You can only cancel a pending offer"),
    errors.PaymentWindowPassed: Answer(400, "The time to pay for this offer has passed"),
    errors.AlreadyReleased: Answer(400, "Funds have already been released"),
    errors.OfferHasExpired: Answer(400, "This offer has expired"),
    errors.OnlyPaidCanBeReturned: Answer(400, "You can only return a paid offer"),
    errors.OnlyPaidCanBeDisputed: Answer(400, "You can only dispute an offer that is marked as paid"),
    errors.AlreadyDisputed: Answer(400, "This offer is already disputed"),
    errors.NotDisputed: Answer(400, _not_disputed),
    errors.DisputeTooEarly: Answer(
        400, lambda refusal: f"A dispute can be opened from {moment_text(refusal.possible_from)} on"
    ),
    errors.NothingToApprove: Answer(400, "There is nothing to approve"),
    errors.SomebodyElseMustApprove: Answer(403, "Somebody else must approve this"),
    errors.OnlyCompletedCanBeRated: Answer(400, "You can only rate a completed offer"),
    errors.AlreadyRated: Answer(400, "You have already rated this offer"),
    errors.FeedbackIsOver: Answer(400, lambda refusal: f"Feedback was possible until {moment_text(refusal.until)}"),
    errors.NotDueYet: Answer(400, "This is not due yet"),
    errors.ReferenceReused: Answer(400, "This reference is that of another movement"),
    errors.ArbiterIsParty: Answer(403, "You cannot resolve a dispute of your own"),
    errors.ArbiterIsApart: Answer(403, "Somebody else must judge this dispute"),
    errors.SuspenderIsParty: Answer(403, "You cannot suspend a party to an offer of your own"),
    # Chats.
    errors.NotAnAttachment: Answer(415, NotAFile.message),
    errors.UnreadablePicture: Answer(400, "This picture cannot be read"),
    errors.PictureTooLarge: Answer(400, lambda refusal: f"A picture may have {refusal.megapixels} megapixels at most"),
    errors.ChatClosed: Answer(400, "This chat is closed"),
    errors.ChatIsReadOnly: Answer(400, "Staff write in this chat only while the offer is in dispute"),
    errors.TooManyAttachments: Answer(
        400, lambda refusal: f"You have sent {refusal.most} files in this chat, the most that is allowed"
    ),
}
