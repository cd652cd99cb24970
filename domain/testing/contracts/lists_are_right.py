"""What must be true of every desk at every moment, read through the readers.

The names are those of docs/contract/books.md, "What is checked". Traders that a test added past the desk are not looked
at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import TypeVar

from ... import (
    MOVES,
    Account,
    Ad,
    AdType,
    BoardQuery,
    Entry,
    EntryKind,
    EntryQuery,
    OfferQuery,
    OfferState,
    OfferView,
    Page,
    Purse,
    Side,
    Unit,
)
from ...model.money import EXACT, fee_of
from ..books import Tier
from ..store_desk import StoreDesk
from .books_are_right import check_escrow, check_parts

Item = TypeVar("Item")
Query = TypeVar("Query")
PAGE = 100


def every(read: Callable[[str | None], Page[Item]]) -> Iterator[Item]:
    """All items of a list, page by page. Raises ``AssertionError`` where a page leads back to one before it."""
    cursors: list[str | None] = [None]
    while True:
        page = read(cursors[-1])
        yield from page.items
        if page.next is None:
            return
        assert page.next not in cursors, "a list that never ends"
        cursors.append(page.next)


def listed(read: Callable[[Query, str | None, int], Page[Item]], query: Query) -> Iterator[Item]:
    """All items of a list that are asked for."""
    return every(lambda cursor: read(query, cursor, PAGE))


def check_invariants(desk: StoreDesk) -> None:
    """Raise ``AssertionError`` for the first invariant that does not hold."""
    ads, offers, entries, held = desk.read(
        lambda unit: (ads_of(desk, unit), offers_of(desk, unit), entries_of(desk, unit), held_by(desk, unit))
    )
    codes = sorted({account.currency for account in held})
    kept = held | {Account(None, code, Purse.OUTSIDE): what for code, what in desk.outside_of(codes).items()}
    check_entries(entries)
    check_balances(kept, entries)
    check_escrow(kept, ads.values(), [(view.ad, view.offer) for view in offers.values()])
    for ad in ads.values():
        check_parts(ad, [view.offer for view in offers.values() if view.ad.id == ad.id])
    for view in offers.values():
        check_history(view)
        check_end(view, entries)
    check_notices(desk)


def ads_of(desk: StoreDesk, unit: Unit) -> Mapping[int, Ad]:
    today = desk.clock.now().date()
    queries = [BoardQuery(today, desk.catalogue, mine=trader.id) for trader in desk.traders]
    return {view.ad.id: view.ad for query in queries for view in listed(unit.readers.board, query)}


def offers_of(desk: StoreDesk, unit: Unit) -> Mapping[int, OfferView]:
    queries = [OfferQuery(trader.id, desk.clock.now()) for trader in desk.traders]
    ids = {view.offer.id for query in queries for view in listed(unit.readers.offers, query)}
    return {offer_id: unit.readers.offer(offer_id) for offer_id in ids}


def entries_of(desk: StoreDesk, unit: Unit) -> Mapping[tuple[EntryKind, str], Entry]:
    queries = [EntryQuery(trader.id) for trader in desk.traders]
    found = (entry for query in queries for entry in listed(unit.readers.entries, query))
    return {(entry.kind, entry.reference): entry for entry in found}


def all_that_is_seen(desk: StoreDesk) -> object:
    """All that a trader can see of the desk, and what is to be sent to them."""
    ids = [trader.id for trader in desk.traders]
    return desk.read(
        lambda unit: (
            ads_of(desk, unit),
            offers_of(desk, unit),
            entries_of(desk, unit),
            [unit.readers.wallet(owner) for owner in ids],
            [unit.readers.notices(owner, 0, 1000) for owner in ids],
            list(desk.store.outbox.waiting(1000)) if Tier.DELIVERY in desk.books.tiers else [],
        )
    )


def check_entries(entries: Mapping[tuple[EntryKind, str], Entry]) -> None:
    """V1: debits equal credits in each entry and currency, and every amount is above zero."""
    for entry in entries.values():
        totals: dict[str, Decimal] = defaultdict(Decimal)
        for posting in entry.postings:
            assert posting.amount > 0, entry
            signed = posting.amount if posting.side is Side.CREDIT else posting.amount.copy_negate()
            totals[posting.account.currency] = EXACT.add(totals[posting.account.currency], signed)
        assert not any(totals.values()), entry


def check_balances(balances: Mapping[Account, Decimal], entries: Mapping[tuple[EntryKind, str], Entry]) -> None:
    """V2, V3, V4: a balance is the sum of its postings and never negative, and what is here came from outside."""
    rebuilt: Mapping[Account, Decimal]
    rebuilt = defaultdict(Decimal)
    for entry in entries.values():
        for posting in entry.postings:
            signed = posting.amount if posting.side is Side.CREDIT else posting.amount.copy_negate()
            rebuilt[posting.account] = EXACT.add(rebuilt[posting.account], signed)
    # What the desk has taken has no balance but the sum of its postings.
    rebuilt = {account: balance for account, balance in rebuilt.items() if account.purse is not Purse.FEES}
    kept = {account: balance for account, balance in balances.items() if balance or account in rebuilt}
    assert kept == {account: balance for account, balance in rebuilt.items() if balance or account in kept}
    assert all(balance >= 0 for account, balance in kept.items() if account.purse is not Purse.OUTSIDE)


def held_by(desk: StoreDesk, unit: Unit) -> dict[Account, Decimal]:
    """The balances of all traders."""
    return {
        Account(trader.id, purses.currency, purse): getattr(purses, purse.value)
        for trader in desk.traders
        for purses in unit.readers.wallet(trader.id)
        for purse in (Purse.MAIN, Purse.P2P, Purse.ESCROW)
    }


def check_history(view: OfferView) -> None:
    """V7: an offer's history is a path of the lifecycle table, one version a move."""
    states = [item.state for item in view.history]
    assert [item.version for item in view.history] == list(range(1, view.offer.version + 1)), view
    assert (states[0], states[-1]) == (OfferState.PENDING, view.offer.state), view
    steps = {(state, move.to) for (state, _), move in MOVES.items()}
    assert set(pairwise(states)) <= steps, view


def check_end(view: OfferView, entries: Mapping[tuple[EntryKind, str], Entry]) -> None:
    """V6, as far as the journal shows it: coins leave escrow once, for the whole amount, to whom the end says.

    What reaches the buyer pays the fee that the offer keeps.
    """
    offer = view.offer
    reference = f"offer:{offer.id}"
    moved = {kind: entries[kind, reference] for kind in EntryKind if (kind, reference) in entries}
    assert (EntryKind.OFFER_ESCROW in moved) == (view.ad.ad_type is AdType.BUY), view
    paid_out = {kind for kind in moved if kind is not EntryKind.OFFER_ESCROW}
    crypto, escrow = view.ad.crypto, Account(view.parties.seller.id, view.ad.crypto.code, Purse.ESCROW)
    for kind in paid_out:
        debited = [(each.account, each.amount) for each in moved[kind].postings if each.side is Side.DEBIT]
        assert debited == [(escrow, offer.currency_amount)], view
    if offer.state is OfferState.COMPLETED:
        is_split = EntryKind.SPLIT in paid_out
        assert paid_out == {EntryKind.SPLIT if is_split else EntryKind.RELEASE}, view
        part = view.dispute.buyer_amount if is_split and view.dispute is not None else offer.currency_amount
        assert part is not None, view
        fee = fee_of(part, offer.fee_percent, crypto)
        shares = {
            Account(view.parties.buyer.id, crypto.code, Purse.P2P): EXACT.subtract(part, fee),
            Account(view.parties.seller.id, crypto.code, Purse.P2P): EXACT.subtract(offer.currency_amount, part),
            Account(None, crypto.code, Purse.FEES): fee,
        }
        (entry,) = (moved[kind] for kind in paid_out)
        credited = {each.account: each.amount for each in entry.postings if each.side is Side.CREDIT}
        assert credited == {account: share for account, share in shares.items() if share}, view
    elif offer.state.is_live:
        assert paid_out == set(), view
    else:
        assert paid_out <= {EntryKind.REFUND}, view
        assert paid_out or view.ad.ad_type is AdType.SELL, view
    assert (offer.ended_at is None) == offer.state.is_live, view


def check_notices(desk: StoreDesk) -> None:
    """V9: each trader's notices are numbered from 1 without a gap, for the readers as for whoever delivers them."""
    ids = [trader.id for trader in desk.traders]
    read = desk.read(lambda unit: {owner: list(unit.readers.notices(owner, 0, 100_000)) for owner in ids})
    for owner in ids:
        assert [notice.number for notice in read[owner]] == list(range(1, len(read[owner]) + 1)), owner
        assert read[owner] == list(desk.books.notices(owner)), owner
    if Tier.DELIVERY in desk.books.tiers:
        assert desk.store.tail.last_numbers(ids) == {owner: len(notices) for owner, notices in read.items()}
