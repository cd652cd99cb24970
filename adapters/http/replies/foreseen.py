"""What would come of a deed: what it changes, who is told, and a sentence (docs/contract/http.md, "Dry runs")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from domain.model.ad import Ad
from domain.model.changes import Changes
from domain.model.ledger import Posting
from domain.model.lifecycle import Action, AdType, Role
from domain.model.locked_offer import LockedOffer
from domain.model.money import EXACT, money_text
from domain.model.notices import NOTICE_KINDS, Notice
from domain.model.offer import Offer
from domain.model.parties import Actor, trading_role

from .presentation import ASK_FIRST, effect_of
from .wording import moment_text


class Decided(Protocol):
    """What a decision was made on, and what it would write."""

    @property
    def read(self) -> Any:
        """The last locked read."""
        ...

    @property
    def changes(self) -> Changes:
        """What was not written."""
        ...


@dataclass(frozen=True, slots=True)
class ForeseenPosting:
    """What one purse would gain or lose; ``whose`` is ``buyer``, ``seller`` or ``desk``."""

    whose: str
    purse: str
    crypto_currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ForeseenNotice:
    """Who would be told, as what they are to the offer, by which frame, and whether by mail."""

    whom: str
    type: str
    mail: bool


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would come of a deed."""

    state: str
    postings: tuple[ForeseenPosting, ...]
    told: tuple[ForeseenNotice, ...]
    effect: str


def foreseen(name: str, word: str, decided: Decided, by: Actor) -> Foreseen:
    """What would come of the operation of this name, whose path has this word."""
    read, changes = decided.read, decided.changes
    sides = _sides(read, changes)
    offer, ad = changes.offer, changes.ad
    if offer is not None:
        state = offer.after.state.value
    else:
        state = ad.after.status.value if ad is not None else read.offer.state.value
    postings = tuple(_posting(posting, sides) for entry in changes.entries for posting in entry.postings)
    told = tuple(_told(notice, sides) for notice in changes.notices)
    return Foreseen(state, postings, told, _effect(name, word, read, changes, by))


def _sides(read: Any, changes: Changes) -> Mapping[Role, UUID]:
    """Who is who: the two parties of an offer, or the owner of an ad, who is one of them."""
    if changes.offer is None and changes.ad is not None:
        own = changes.ad.after
        return {Role.MAKER: own.maker_id, trading_role(own.ad_type, Role.MAKER): own.maker_id}
    sides = {Role.MAKER: read.maker.id, Role.TAKER: read.taker.id}
    ad = getattr(read, "ad", None)
    if ad is not None:
        sides |= {trading_role(ad.ad_type, side): party for side, party in tuple(sides.items())}
    return sides


def _posting(posting: Posting, sides: Mapping[Role, UUID]) -> ForeseenPosting:
    account = posting.account
    roles = (role for role in (Role.BUYER, Role.SELLER) if sides.get(role) == account.owner)
    whose = "desk" if account.owner is None else next(roles).value
    return ForeseenPosting(whose, account.purse.value, account.currency, posting.signed)


def _told(notice: Notice, sides: Mapping[Role, UUID]) -> ForeseenNotice:
    """Whoever is told, by the name that the kind of notice has for them."""
    names = NOTICE_KINDS[notice.kind].to or (Role.MAKER, Role.TAKER)
    whom = next(role for role in names if sides.get(role) == notice.trader_id)
    return ForeseenNotice(whom.value, notice.kind.value, notice.is_mailed)


def _effect(name: str, word: str, read: Any, changes: Changes, by: Actor) -> str:
    if isinstance(read, LockedOffer):
        return effect_of(Action(word), read.offer, read.ad, read.parties, by, read.at)
    if changes.offer is not None:
        return _of_offer(changes.offer.after, read.ad)
    if changes.ad is not None:
        return _OF_ADS[name].format(coins=_of_coins(changes.ad.before, changes.ad.after))
    return "Everybody sees on the other's profile what you say, for good."


_OF_ADS: Mapping[str, str] = {
    "create_ad": "Places the ad, which takes offers from its start on; {coins}.",
    "edit_ad": "Changes the ad, and no live offer; {coins}.",
    "pause_ad": "The ad takes no new offers until you resume it; live offers go on.",
    "resume_ad": "The ad takes new offers again.",
    "close_ad": "Ends the ad, for good, and live offers go on; {coins}.",
}


def _of_coins(before: Ad | None, after: Ad) -> str:
    """What goes into escrow or returns from it: on a sell ad what it has on offer."""
    held = Decimal(0) if before is None else before.available
    difference = EXACT.subtract(after.available, held) if after.ad_type is AdType.SELL else Decimal(0)
    if not difference:
        return "no coins move"
    amount = money_text(difference.copy_abs(), after.crypto.code)
    return f"{amount} go from your p2p wallet into escrow" if difference > 0 else f"{amount} return to your p2p wallet"


def _of_offer(offer: Offer, ad: Ad) -> str:
    amount = money_text(offer.currency_amount, ad.crypto.code)
    fiat, until = money_text(offer.fiat_amount, ad.fiat.code, ad.fiat.decimals), moment_text(offer.deadline)
    if ad.ad_type is AdType.SELL:
        ask_first = "" if offer.pay_to.is_enough else f" {ASK_FIRST}"
        return f"Holds {amount} of the ad for you; you have until {until} to pay {fiat} and to say so.{ask_first}"
    return f"{amount} go from your p2p wallet into escrow; the buyer has until {until} to pay {fiat} and to say so."
