"""Who is told what about an event, and in which words a frame says it.

A notice is what one trader is told about one event. Its frame and its facts are fixed when the event happens, so
that what is told is what was true. ``notices_for`` is the contract's table of tellings.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from .ad import Ad, Closure, day_of
from .events import Event, EventKind
from .lifecycle import AdType, OfferState
from .money import amount_text
from .offer import Dispute, Offer, account_is_given
from .texts import has_visible_character
from .trader import Trader

FrameValue = str | int | Decimal
Fact = str | int | bool | None


class NoticeKind(StrEnum):
    """The ``type`` of a frame."""

    AD_INTEREST = "ad_interest"
    AUTO_REPLY = "auto_reply"
    PAYMENT_INDICATION = "payment_indication"
    OFFER_CANCEL = "offer_cancel"
    FUNDS_RELEASED = "funds_released"
    OFFER_EXPIRED = "offer_expired"
    OFFER_DISPUTED = "offer_disputed"
    DISPUTE_RESOLVED = "dispute_resolved"


@dataclass(frozen=True, slots=True)
class Notice:
    """What one trader is told. ``frame`` is the websocket message; ``is_mailed`` says whether a letter goes too."""

    trader_id: UUID
    kind: NoticeKind
    offer_id: int
    offer_version: int
    frame: Mapping[str, FrameValue]
    facts: Mapping[str, Fact]
    is_mailed: bool = True


@dataclass(frozen=True, slots=True)
class NumberedNotice:
    """A notice as it is kept: numbered from 1 without gaps for each trader, in the order of the commits."""

    trader_id: UUID
    number: int
    kind: NoticeKind
    frame: Mapping[str, FrameValue]
    created_at: datetime


def frame_text(frame: Mapping[str, FrameValue], number: int | None = None) -> str:
    """A frame as JSON. Decimals are numbers that print exactly, with at least one decimal and no exponent.

    ``number`` adds the key ``notice``, as a client that asked for a replay is promised.
    """
    values = dict(frame) if number is None else {**frame, "notice": number}
    # The standard encoder turns a Decimal away, and a float would lose digits of it.
    parts = (
        f"{json.dumps(key)}: {_number(value) if isinstance(value, Decimal) else json.dumps(value)}"
        for key, value in values.items()
    )
    return "{" + ", ".join(parts) + "}"


def _number(value: Decimal) -> str:
    return amount_text(value, 1)


def parse_frame(text: str) -> dict[str, FrameValue]:
    """Read back what ``frame_text`` wrote, decimals exactly."""
    frame: dict[str, FrameValue] = json.loads(text, parse_float=Decimal)
    return frame


def notices_for(
    event: Event,
    offer: Offer,
    ad: Ad,
    maker: Trader,
    taker: Trader,
    dispute: Dispute | None = None,
    closure: Closure | None = None,
) -> tuple[Notice, ...]:
    """Who is told what about this event, given offer and ad as they are after it. Pure, and complete.

    ``closure`` is why the ad takes no new offers now; only who is told that an offer was cancelled is told of it.
    """
    # Past its end date an ad has ended, whether or not it was swept: nobody is to be told that it is open again.
    facts = _facts(offer, ad.as_of(day_of(event.at)), maker, taker, dispute)
    buyer, seller = (taker, maker) if ad.ad_type is AdType.SELL else (maker, taker)
    telling = _Telling(offer, ad, buyer, facts)
    tell = telling.tell
    match event.kind:
        case EventKind.MADE:
            wants = "buyer" if ad.ad_type is AdType.SELL else "seller"
            interest = f"You have an interested {wants} on your p2p ad"
            told = (tell(maker, NoticeKind.AD_INTEREST, interest, ad_id=ad.id),)
            if not has_visible_character(ad.auto_reply_message):
                return told
            return (*told, tell(taker, NoticeKind.AUTO_REPLY, ad.auto_reply_message, ad_id=ad.id))
        case EventKind.PAID:
            what = "P2P advertisement" if ad.ad_type is AdType.SELL else "offer"
            claim = f"{buyer.fullname} has claimed to have made payment regarding your {what}."
            return (tell(seller, NoticeKind.PAYMENT_INDICATION, claim),)
        case EventKind.CANCELLED:
            cancelled = f"{taker.fullname} has cancelled their offer regarding your P2P advertisement."
            facts["ad_closure"] = closure.value if closure else None
            return (tell(maker, NoticeKind.OFFER_CANCEL, cancelled),)
        case EventKind.RELEASED:
            return (telling.funds_released(is_mailed=True),)
        case EventKind.EXPIRED:
            late = "The time to pay for this offer has passed, and the offer has expired."
            return tuple(tell(party, NoticeKind.OFFER_EXPIRED, late) for party in (maker, taker))
        case EventKind.DISPUTED:
            by = buyer if event.by == buyer.id else seller
            opened = f"{by.fullname} has opened a dispute on this offer."
            return tuple(tell(party, NoticeKind.OFFER_DISPUTED, opened) for party in (maker, taker))
    assert event.kind is EventKind.RESOLVED
    winner = "buyer" if offer.state is OfferState.COMPLETED else "seller"
    outcome = f"The dispute on this offer has been resolved in favour of the {winner}."
    both = tuple(tell(party, NoticeKind.DISPUTE_RESOLVED, outcome) for party in (maker, taker))
    return (*both, telling.funds_released(is_mailed=False)) if winner == "buyer" else both


@dataclass(frozen=True, slots=True)
class _Telling:
    """What the notices of one event have in common."""

    offer: Offer
    ad: Ad
    buyer: Trader
    facts: Mapping[str, Fact]

    def tell(
        self, whom: Trader, kind: NoticeKind, message: str, *, is_mailed: bool = True, **more: FrameValue
    ) -> Notice:
        """One notice. Its facts say which of the two reads it, since a letter to a seller is no letter to a buyer."""
        frame: dict[str, FrameValue] = {"message": message, "type": kind.value, **more}
        if kind is not NoticeKind.FUNDS_RELEASED:
            frame["offer_id"] = self.offer.id
        facts = {**self.facts, "reader": "buyer" if whom is self.buyer else "seller"}
        return Notice(whom.id, kind, self.offer.id, self.offer.version, frame, facts, is_mailed)

    def funds_released(self, *, is_mailed: bool) -> Notice:
        """What the buyer who gets the coins is told."""
        amount, code = self.offer.currency_amount, self.ad.crypto.code
        kind, message = NoticeKind.FUNDS_RELEASED, "Funds have been released"
        return self.tell(self.buyer, kind, message, is_mailed=is_mailed, amount=amount, crypto_currency=code)


def _facts(offer: Offer, ad: Ad, maker: Trader, taker: Trader, dispute: Dispute | None) -> dict[str, Fact]:
    """What letters may say. Account numbers are masked to their last four characters, and no other details told."""
    is_sell = ad.ad_type is AdType.SELL
    return {
        "offer_id": offer.id,
        "ad_id": ad.id,
        "ad_type": ad.ad_type.value,
        "ad_is_live": ad.is_live,
        "maker": maker.fullname,
        "taker": taker.fullname,
        "buyer": (taker if is_sell else maker).fullname,
        "seller": (maker if is_sell else taker).fullname,
        "crypto_currency": ad.crypto.code,
        "currency_amount": amount_text(offer.currency_amount),
        "fiat_currency": ad.fiat.code,
        "fiat_amount": amount_text(offer.fiat_amount, ad.fiat.decimals),
        "price_per_unit": amount_text(ad.price_per_unit, ad.fiat.decimals),
        "payment_method": ad.payment_method,
        "auto_reply_message": ad.auto_reply_message,
        "account_is_given": account_is_given(ad, offer),
        "payment_reference": offer.payment_reference,
        "bank_account_name": offer.bank.account_name,
        "bank_account_number": offer.bank.masked_account_number,
        "bank_name": offer.bank.bank_name,
        "deadline": offer.deadline.isoformat(timespec="minutes"),
        "state": offer.state.value,
        "dispute_opened_by": _dispute_opener(dispute, maker, taker),
        "dispute_reason": dispute.reason if dispute else None,
        "dispute_note": dispute.note if dispute else None,
        "in_favour_of": dispute.in_favour_of if dispute else None,
    }


def _dispute_opener(dispute: Dispute | None, maker: Trader, taker: Trader) -> str | None:
    if dispute is None:
        return None
    return (maker if dispute.opened_by == maker.id else taker).fullname
