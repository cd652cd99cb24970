"""What must be true of every desk at every moment, as far as a book alone can show it.

The names are those of docs/contract/books.md, "What is checked".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from ... import Account, Ad, AdType, Entry, EntryKind, LockedOffer, Offer, OfferState, Purse, Side
from ...model.money import EXACT
from ..desk import BookDesk

NOTHING = Decimal(0)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum."""
    result = NOTHING
    for amount in amounts:
        result = EXACT.add(result, amount)
    return result


def check_books(desk: BookDesk) -> None:
    """Raise ``AssertionError`` for the first thing that is not right."""
    ads = [desk.ad_now(ad_id) for ad_id in desk.ads]
    offers = [desk.offer_now(offer_id) for offer_id in desk.offers]
    kept = balances(desk)
    check_conservation(desk, kept, offers)
    check_escrow(kept, ads, [(locked.ad, locked.offer) for locked in offers])
    for ad in ads:
        check_parts(ad, [locked.offer for locked in offers if locked.ad.id == ad.id])
    for locked in offers:
        check_end(desk, locked)
    check_notices(desk)


def balances(desk: BookDesk) -> dict[Account, Decimal]:
    """The balances of all traders in all currencies, and of what is outside."""
    found: dict[Account, Decimal] = {}
    for trader in desk.traders:
        for code in desk.catalogue.crypto:
            found |= desk.wallet(trader, code).balances
    return found


def check_conservation(desk: BookDesk, kept: dict[Account, Decimal], offers: list[LockedOffer]) -> None:
    """Nothing is below zero but what is outside, and what is here came from there; fees are what was posted to them."""
    assert all(balance >= 0 for account, balance in kept.items() if account.purse is not Purse.OUTSIDE), kept
    for code in desk.catalogue.crypto:
        fees = (fee_posted(desk, locked) for locked in offers if locked.ad.crypto.code == code)
        held = (balance for account, balance in kept.items() if account.currency == code)
        assert total((*held, *fees)) == 0, (code, kept)


def fee_posted(desk: BookDesk, locked: LockedOffer) -> Decimal:
    """What the desk took with the end of an offer."""
    reference, kinds = f"offer:{locked.offer.id}", (EntryKind.RELEASE, EntryKind.SPLIT)
    entries = [desk.write(lambda book, kind=kind: book.posted(kind, reference)) for kind in kinds]
    postings = [posting for entry in entries if entry is not None for posting in entry.postings]
    return total(posting.amount for posting in postings if posting.account.purse is Purse.FEES)


def check_escrow(kept: Mapping[Account, Decimal], ads: Iterable[Ad], offers: Iterable[tuple[Ad, Offer]]) -> None:
    """V5: a trader's escrow is what their sell ads have not sold, and their live offers on buy ads."""
    expected: dict[Account, Decimal] = defaultdict(Decimal)
    for ad in ads:
        if ad.ad_type is AdType.SELL:
            account = Account(ad.maker_id, ad.crypto.code, Purse.ESCROW)
            expected[account] = total((expected[account], ad.available, ad.reserved))
    for ad, offer in offers:
        if ad.ad_type is AdType.BUY and offer.state.is_live:
            account = Account(offer.taker_id, ad.crypto.code, Purse.ESCROW)
            expected[account] = EXACT.add(expected[account], offer.currency_amount)
    held = {account: balance for account, balance in kept.items() if account.purse is Purse.ESCROW and balance}
    assert held == {account: balance for account, balance in expected.items() if balance}


def check_parts(ad: Ad, offers: Sequence[Offer]) -> None:
    """V8: an ad's reserve is its live offers, and what it sold its completed ones."""
    live = (offer.currency_amount for offer in offers if offer.state.is_live)
    completed = (offer.currency_amount for offer in offers if offer.state is OfferState.COMPLETED)
    assert (ad.reserved, ad.sold) == (total(live), total(completed)), ad
    assert ad.is_live or ad.available == 0, ad


def check_end(desk: BookDesk, locked: LockedOffer) -> None:
    """Coins leave escrow once, for the whole amount, to whom the end says."""
    offer, reference = locked.offer, f"offer:{locked.offer.id}"
    kinds = (EntryKind.OFFER_ESCROW, EntryKind.RELEASE, EntryKind.REFUND, EntryKind.SPLIT)
    posted = {kind: desk.write(lambda book, kind=kind: book.posted(kind, reference)) for kind in kinds}
    moved = {kind: entry for kind, entry in posted.items() if entry is not None}
    assert (EntryKind.OFFER_ESCROW in moved) == (locked.ad.ad_type is AdType.BUY), offer
    assert all(entry.postings[0].amount == offer.currency_amount for entry in moved.values())
    paid_out = moved.keys() - {EntryKind.OFFER_ESCROW}
    if EntryKind.SPLIT in paid_out:
        assert (offer.state, paid_out) == (OfferState.COMPLETED, {EntryKind.SPLIT}), offer
        check_split(locked, moved[EntryKind.SPLIT])
    elif offer.state is OfferState.COMPLETED:
        assert paid_out == {EntryKind.RELEASE}, offer
        check_release(locked, moved[EntryKind.RELEASE])
    elif offer.state.is_live:
        assert paid_out == set(), offer
    else:
        assert paid_out <= {EntryKind.REFUND}, offer
        assert paid_out or locked.ad.ad_type is AdType.SELL, offer
    assert (offer.ended_at is None) == offer.state.is_live, offer


def check_release(locked: LockedOffer, entry: Entry) -> None:
    """The buyer gets the amount, but for the fee that the offer keeps."""
    offer, crypto = locked.offer, locked.ad.crypto
    credited = {posting.account: posting.amount for posting in entry.postings if posting.side is Side.CREDIT}
    fee = offer.fee(crypto)
    fees = {Account(None, crypto.code, Purse.FEES): fee} if fee else {}
    assert credited == {Account(locked.buyer.id, crypto.code, Purse.P2P): offer.received(crypto)} | fees, offer


def check_split(locked: LockedOffer, entry: Entry) -> None:
    """The whole amount leaves the seller's escrow, and each gets a part of it, as was ruled; the buyer's pays."""
    assert locked.dispute is not None and locked.dispute.buyer_amount is not None, locked.offer
    crypto, whole, part = locked.ad.crypto, locked.offer.currency_amount, locked.dispute.buyer_amount
    fee = locked.offer.fee(crypto, part)
    fees = [(Account(None, crypto.code, Purse.FEES), fee)] if fee else []
    assert [(posting.account, posting.signed) for posting in entry.postings] == [
        (Account(locked.seller.id, crypto.code, Purse.ESCROW), whole.copy_negate()),
        (Account(locked.buyer.id, crypto.code, Purse.P2P), locked.offer.received(crypto, part)),
        (Account(locked.seller.id, crypto.code, Purse.P2P), EXACT.subtract(whole, part)),
        *fees,
    ], locked.offer


def check_notices(desk: BookDesk) -> None:
    """Each trader's notices are numbered from 1 without a gap."""
    for trader in desk.traders:
        told = desk.books.notices(trader.id)
        assert [notice.number for notice in told] == list(range(1, len(told) + 1)), trader
        assert {notice.trader_id for notice in told} <= {trader.id}, trader
