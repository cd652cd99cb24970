"""Refusals of trading: ads, offers and disputes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from .base import Named, Refusal

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
    """Only its maker may edit, pause, resume or close an ad."""

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
    action: str = ""


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


@dataclass(eq=False)
class ShortOfRequirements(Refusal):
    """The taker falls short of what the ad asks for; each fact is what was asked, where that is what is missing."""

    code: ClassVar[str] = "short_of_requirements"
    min_completed_offers: int | None
    min_completion_rate: int | None
    requires_kyc: bool


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
    """The offer, or whatever else it is, has moved on since the caller read it."""

    code: ClassVar[str] = "version_mismatch"
    version: int
    what: str = "offer"


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


@dataclass(eq=False)
class NotDisputed(Refusal):
    """There is no open dispute. ``action`` is what was tried with it."""

    code: ClassVar[str] = "not_disputed"
    action: str = "resolve"


class OnlyCompletedCanBeRated(Refusal):
    """Feedback is about a trade that was done, so the offer must be completed."""

    code = "only_completed_can_be_rated"


class AlreadyRated(Refusal):
    """The caller has rated this offer before; what was said of it stays."""

    code = "already_rated"


@dataclass(eq=False)
class FeedbackIsOver(Refusal):
    """The time to rate this offer has passed; ``until`` is the moment at which it did."""

    code: ClassVar[str] = "feedback_is_over"
    until: datetime


class NotDueYet(Refusal):
    """The deadline or end date has not come, so nothing expires."""

    code = "not_due_yet"


class ArbiterIsParty(Refusal):
    """Nobody judges a dispute of their own. Source: docs/contract/accounts.md, "The arbiter is no party"."""

    code = "arbiter_is_party"


class ArbiterIsApart(Refusal):
    """Nobody judges a dispute of somebody they are kept from; by whom is not told.

    Source: docs/contract/accounts.md, "The arbiter is no party".
    """

    code = "arbiter_is_apart"


class SuspenderIsParty(Refusal):
    """Nobody shuts out whom they trade with. Source: docs/contract/accounts.md, "The arbiter is no party"."""

    code = "suspender_is_party"
