"""Who is told what about an event of an offer, by what ``NOTICE_KINDS`` says of it.

Source: docs/contract/notices.md, "Who is told what".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from .ad import Ad, Closure
from .days import day_of
from .dispute import Dispute
from .events import Event
from .feedback import Feedback
from .frames import FrameValue
from .lifecycle import AdType, EventKind, OfferState, Role
from .money import EXACT, amount_text
from .notices import NOTICE_KINDS, About, FactValue, Notice, NoticeKind
from .offer import Offer
from .parties import Parties, trading_role
from .texts import has_visible_character
from .trader import Trader


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
    facts = facts_of_offer(offer, ad.as_of(day_of(event.at)), maker, taker, dispute)
    if event.kind is EventKind.CANCELLED:
        facts["ad_closure"] = closure.value if closure else None
    parties = Parties(ad.ad_type, maker, taker)
    telling = _Telling(event, offer, ad, parties.buyer, facts, dispute)
    by_role = {Role.MAKER: maker, Role.TAKER: taker, Role.BUYER: parties.buyer, Role.SELLER: parties.seller}
    others = (taker,) if event.by == maker.id else (maker,)
    return tuple(
        telling.tell(whom, kind)
        for kind, row in NOTICE_KINDS.items()
        if event.kind in row.of and telling.is_told(kind)
        for whom in (tuple(by_role[role] for role in row.to) or others)
    )


def told_of_feedback(given: Feedback, offer: Offer, by: Trader) -> Notice:
    """What the other party is told once somebody, ``by``, has rated the offer."""
    kind = NoticeKind.FEEDBACK_GIVEN
    message = NOTICE_KINDS[kind].message.format(fullname=by.fullname)
    frame: Mapping[str, FrameValue] = {"message": message, "type": kind.value, "offer_id": offer.id}
    facts: dict[str, FactValue] = {
        "offer_id": offer.id,
        "fullname": by.fullname,
        "positive": given.positive,
        "rating": given.rating,
    }
    return Notice(given.whom, kind, frame, facts, given.at, About(offer.id, offer.version), is_mailed=False)


@dataclass(frozen=True, slots=True)
class _Telling:
    """What the notices of one event have in common."""

    event: Event
    offer: Offer
    ad: Ad
    buyer: Trader
    facts: Mapping[str, FactValue] = field(repr=False)
    dispute: Dispute | None

    def is_told(self, kind: NoticeKind) -> bool:
        """Whether there is anything to tell: an ad may have no text, and a verdict may leave the buyer nothing."""
        if kind is NoticeKind.AUTO_REPLY:
            return has_visible_character(self.ad.auto_reply_message)
        return kind is not NoticeKind.FUNDS_RELEASED or self.offer.state is OfferState.COMPLETED

    def tell(self, whom: Trader, kind: NoticeKind) -> Notice:
        """One notice. Its facts say which of the two reads it, since a letter to a seller is no letter to a buyer."""
        row, offer = NOTICE_KINDS[kind], self.offer
        known: Mapping[str, FrameValue] = {
            "ad_id": self.ad.id,
            "offer_id": offer.id,
            "amount": self._received(),
            "crypto_currency": self.ad.crypto.code,
        }
        message = row.message.format_map({**self.facts, **self._words()})
        frame = {"message": message, "type": kind.value, **{key: known[key] for key in row.frame}}
        facts = {**self.facts, "reader": "buyer" if whom is self.buyer else "seller"}
        # Who gets the coins by a verdict reads so in the letter about the verdict.
        is_mailed = row.is_mailed and (kind, self.event.kind) != (NoticeKind.FUNDS_RELEASED, EventKind.DISPUTE_RESOLVED)
        return Notice(whom.id, kind, frame, facts, self.event.at, About(offer.id, offer.version), is_mailed)

    def _words(self) -> Mapping[str, str]:
        """The words of messages that are no facts."""
        is_sell = self.ad.ad_type is AdType.SELL
        return {
            "counterparty": trading_role(self.ad.ad_type, Role.TAKER).value,
            "advertised": "P2P advertisement" if is_sell else "offer",
            "outcome": self._outcome(),
            "dispute_opened": self._dispute_opened(),
        }

    def _received(self) -> Decimal:
        """What the buyer has got, once the offer is completed: its amount, or the part of it that a split gave."""
        part = self.dispute.buyer_amount if self.dispute else None
        return self.offer.received(self.ad.crypto, part)

    def _outcome(self) -> str:
        """How a dispute ended, behind the words that it did."""
        winner = self.dispute.in_favour_of if self.dispute else None
        return ": the escrow was split" if winner == "split" else f" in favour of the {winner}"

    def _dispute_opened(self) -> str:
        """That a dispute was opened: by whom, or why where the desk did it by itself."""
        opener = self.facts["dispute_opened_by"]
        reason = self.dispute.reason if self.dispute else ""
        return f"{opener} has opened a dispute on this offer." if opener else reason


def facts_of_offer(offer: Offer, ad: Ad, maker: Trader, taker: Trader, dispute: Dispute | None) -> dict[str, FactValue]:
    """What letters may say. Account numbers are masked to their last four characters, and no other details told."""
    parties = Parties(ad.ad_type, maker, taker)
    return {
        "offer_id": offer.id,
        "ad_id": ad.id,
        "ad_type": ad.ad_type.value,
        "ad_is_live": ad.is_live,
        "maker": maker.fullname,
        "taker": taker.fullname,
        "buyer": parties.buyer.fullname,
        "seller": parties.seller.fullname,
        "crypto_currency": ad.crypto.code,
        "currency_amount": amount_text(offer.currency_amount),
        "received_amount": amount_text(offer.received(ad.crypto, dispute.buyer_amount if dispute else None)),
        "fiat_currency": ad.fiat.code,
        "fiat_amount": amount_text(offer.fiat_amount, ad.fiat.decimals),
        "price_per_unit": amount_text(offer.price_per_unit, ad.fiat.decimals),
        "payment_method": offer.payment_method,
        "auto_reply_message": ad.auto_reply_message,
        "account_is_given": offer.pay_to.is_enough,
        "payment_reference": offer.payment_reference,
        "bank_account_name": offer.bank.account_name,
        "bank_account_number": offer.bank.masked_account_number,
        "bank_name": offer.bank.bank_name,
        "deadline": offer.deadline.isoformat(timespec="minutes"),
        "state": offer.state.value,
        "dispute_opened_by": _dispute_opener(dispute, maker, taker),
        "dispute_kind": dispute.kind.value if dispute else None,
        "dispute_reason": dispute.reason if dispute else None,
        "dispute_note": dispute.note if dispute else None,
        "in_favour_of": dispute.in_favour_of if dispute else None,
        **_parts_of_a_split(offer, dispute),
    }


def _parts_of_a_split(offer: Offer, dispute: Dispute | None) -> dict[str, FactValue]:
    """What each got where the escrow was split; otherwise nothing is said of it."""
    if dispute is None or dispute.buyer_amount is None:
        return {}
    rest = EXACT.subtract(offer.currency_amount, dispute.buyer_amount)
    return {"buyer_amount": amount_text(dispute.buyer_amount), "seller_amount": amount_text(rest)}


def _dispute_opener(dispute: Dispute | None, maker: Trader, taker: Trader) -> str | None:
    if dispute is None or dispute.opened_by is None:
        return None
    return (maker if dispute.opened_by == maker.id else taker).fullname
