"""An offer as one caller sees it now: what they may do, where the buyer pays, and what happens by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from domain.model.ad import Ad
from domain.model.lifecycle import Action, AdType, OfferState, Role, allowed_actions, roles_of
from domain.model.offer import BankDetails, Dispute, HistoryItem, Offer
from domain.model.trader import Profile, Trader
from domain.ports.readers import OfferView

from .schemas.shown import moment_text
from .wording import amount_text

MARK_FIRST = "Mark the offer as paid first, and send the money then: until it is marked, the seller can cancel."


@dataclass(frozen=True, slots=True)
class AllowedAction:
    """One thing that the caller may do now."""

    action: str
    method: str
    path: str
    effect: str


@dataclass(frozen=True, slots=True)
class PayTo:
    """Where the buyer is to pay."""

    bank: BankDetails
    payment_details: str


@dataclass(frozen=True, slots=True)
class ShownOffer:
    """An offer with its parties by what they do; the rest is for details only."""

    offer: Offer
    ad: Ad
    buyer: Profile
    seller: Profile
    dispute: Dispute | None = None
    history: tuple[HistoryItem, ...] = ()
    pay_to: PayTo | None = None
    allowed_actions: tuple[AllowedAction, ...] = ()
    at_deadline: str | None = None


def listed(view: OfferView, at: datetime) -> ShownOffer:
    """An offer as an item of a list. Past its deadline it has expired, though nobody swept it yet."""
    offer = replace(view.offer, state=view.offer.state_at(at))
    is_sell = view.ad.ad_type is AdType.SELL
    buyer, seller = (view.taker, view.maker) if is_sell else (view.maker, view.taker)
    return ShownOffer(offer, view.ad, buyer, seller, view.dispute)


def detailed(view: OfferView, caller: Trader, at: datetime) -> ShownOffer:
    """An offer with all that a party, or staff, may see of it."""
    shown = listed(view, at)
    return replace(
        shown,
        history=view.history,
        pay_to=_pay_to(shown),
        allowed_actions=_allowed(shown, roles(view, caller)),
        at_deadline=_at_deadline(shown),
    )


def roles(view: OfferView, caller: Trader) -> frozenset[Role]:
    """What the caller is to the offer; nothing for strangers. Staff who are a party are a party."""
    is_maker, is_taker = (caller.id == profile.trader.id for profile in (view.maker, view.taker))
    of_a_party = roles_of(view.ad.ad_type, is_maker=is_maker, is_taker=is_taker)
    return of_a_party or (frozenset({Role.STAFF}) if caller.is_staff else frozenset())


def _pay_to(shown: ShownOffer) -> PayTo | None:
    """The account to pay to, while the offer lives: a maker who sells gave it with the ad, a taker with the offer."""
    offer, ad = shown.offer, shown.ad
    if not offer.state.is_live:
        return None
    if ad.ad_type is AdType.BUY:
        return PayTo(offer.bank, MARK_FIRST if offer.state is OfferState.PENDING else "")
    return PayTo(ad.bank, ad.payment_details) if ad.bank or ad.payment_details else None


def _allowed(shown: ShownOffer, of_caller: frozenset[Role]) -> tuple[AllowedAction, ...]:
    actions = allowed_actions(shown.offer.state, of_caller)
    # The two ways to resolve a dispute are one call with two choices.
    found = {_path(action, shown.offer.id): action for action in reversed(actions)}
    return tuple(
        AllowedAction(_word(action), "POST", path, _effect(action, shown)) for path, action in reversed(found.items())
    )


def _word(action: Action) -> str:
    return "resolve" if action in (Action.RESOLVE_FOR_BUYER, Action.RESOLVE_FOR_SELLER) else action.value


def _path(action: Action, offer_id: int) -> str:
    word = _word(action)
    return f"/admin/dispute/resolve/{offer_id}/" if word == "resolve" else f"/p2p/offer/{word}/{offer_id}/"


def _effect(action: Action, shown: ShownOffer) -> str:
    """What comes of an action, in one sentence or two."""
    amount = f"{amount_text(shown.offer.currency_amount)} {shown.ad.crypto.code}"
    back = "return to the ad" if shown.ad.ad_type is AdType.SELL else "return to your p2p wallet"
    match action:
        case Action.PAID:
            says = "Tells the seller that you pay; from then on the offer can neither be cancelled nor expire."
            return f"{says} {MARK_FIRST}" if shown.ad.ad_type is AdType.BUY else says
        case Action.CANCEL:
            return f"Ends the offer; the {amount} {back}."
        case Action.RELEASE:
            paid = shown.offer.has_indicated_paid
            risk = "" if paid else " The buyer has not said that the money was sent: do it at your own risk."
            return f"Gives the {amount} to the buyer, for good.{risk}"
        case Action.DISPUTE:
            return "Asks staff to decide who gets the escrow; needs a reason."
        case _:
            return f"Gives the {amount} to the buyer, or back to the seller, as in_favour_of says."


def _at_deadline(shown: ShownOffer) -> str | None:
    """What the desk does by itself when the time to pay is over; nothing but for a pending offer."""
    if shown.offer.state is not OfferState.PENDING:
        return None
    to = "the ad" if shown.ad.ad_type is AdType.SELL else "the seller's p2p wallet"
    when = moment_text(shown.offer.deadline)
    return f"Unless it is marked as paid before {when}, the offer expires and its crypto returns to {to}."
