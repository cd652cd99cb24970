"""Lists and details over dicts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from domain.errors import AdNotFound, Fault, OfferNotFound
from domain.model.ad import Ad
from domain.model.changes import StaffAct
from domain.model.dispute import Dispute, DisputeKind
from domain.model.events import Event
from domain.model.facts import AnyFact
from domain.model.feedback import Feedback
from domain.model.ledger import Account, Entry, EntryKind, Purse
from domain.model.lifecycle import OfferState, Role
from domain.model.limits import TraderCounts
from domain.model.notices import About, NoticeKind, NumberedNotice
from domain.model.offer import HistoryItem, Offer
from domain.model.parties import Actor, Parties
from domain.model.searching import is_found_by
from domain.model.trader import Profile, Trader
from domain.ports.readers import (
    AdView,
    BoardQuery,
    EntryQuery,
    NumberedAct,
    OfferQuery,
    OfferView,
    Page,
    Purses,
    Told,
    TraderQuery,
)

from .board import board
from .counts import counts_of
from .cursors import make_moment_cursor, page, read_moment_cursor
from .facts import dispute_of, facts_of, numbered_facts_of
from .outbox import notices_after
from .rates import priced
from .tables import Tables, existing
from .told import told_of_offer
from .traders import profile_of
from .unit import Session


class MemoryReaders:
    """The port ``Readers``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def ad(self, ad_id: int) -> AdView:
        """One ad."""
        with self._session.reading() as tables:
            ad = tables.ads.get(ad_id)
            if ad is None:
                raise AdNotFound()
            return _ad_view(tables, priced(tables, ad))

    def board(self, query: BoardQuery, cursor: str | None, limit: int) -> Page[AdView]:
        """Ads that take offers today, or one's own."""
        with self._session.reading() as tables:
            found = board(tables, query, cursor, limit)
            return Page([_ad_view(tables, ad) for ad in found.items], found.next)

    def offer(self, offer_id: int, reader: UUID | None = None) -> OfferView:
        """One offer with its history."""
        with self._session.reading() as tables:
            offer = tables.offers.get(offer_id)
            if offer is None:
                raise OfferNotFound()
            return _offer_view(tables, offer, reader, with_history=True)

    def offers(self, query: OfferQuery, cursor: str | None, limit: int) -> Page[OfferView]:
        """A trader's offers, newest first."""
        with self._session.reading() as tables:
            found = page(
                ((row_id, offer) for row_id, offer in tables.offers.items() if _is_listed(tables, offer, query)),
                lambda row_id, _: -row_id,
                of_list="offers",
                find=tables.offers.get,
                cursor=cursor,
                limit=limit,
            )
            return Page([_offer_view(tables, offer, query.trader_id) for offer in found.items], found.next)

    def traders(self, query: TraderQuery, cursor: str | None, limit: int) -> Page[Profile]:
        """Who trades here, who joined last first."""
        before = None if cursor is None else read_moment_cursor("traders", cursor)
        with self._session.reading() as tables:
            listed = sorted(
                ((trader.created_at, trader.id) for trader in tables.traders.values() if _is_sought(trader, query)),
                reverse=True,
            )
            behind = [key for key in listed if before is None or key < before]
            shown = behind[:limit]
            more = make_moment_cursor("traders", *shown[-1]) if len(behind) > limit else None
            return Page([profile_of(tables, trader_id) for _, trader_id in shown], more)

    def counts(self, trader_id: UUID, at: datetime) -> TraderCounts:
        """What a trader has under way."""
        with self._session.reading() as tables:
            return counts_of(tables, trader_id, at)

    def wallet(self, trader_id: UUID) -> Sequence[Purses]:
        """What a trader holds, by currency code."""
        with self._session.reading() as tables:
            held = {account: balance for account, balance in tables.balances.items() if account.owner == trader_id}

        def balance(currency: str, purse: Purse) -> Decimal:
            return held.get(Account(trader_id, currency, purse), Decimal(0))

        return [
            Purses(code, balance(code, Purse.MAIN), balance(code, Purse.P2P), balance(code, Purse.ESCROW))
            for code in sorted({account.currency for account in held})
        ]

    def entries(self, query: EntryQuery, cursor: str | None, limit: int) -> Page[Entry]:
        """The journal entries that touch a trader, newest first."""
        with self._session.reading() as tables:
            return page(
                ((row_id, entry) for row_id, entry in tables.entries.items() if _is_asked_for(entry, query)),
                lambda row_id, _: -row_id,
                of_list="entries",
                find=tables.entries.get,
                cursor=cursor,
                limit=limit,
            )

    def told_of_offer(self, offer_id: int) -> Sequence[Told]:
        """Who was told what of an offer."""
        with self._session.reading() as tables:
            return told_of_offer(tables, offer_id)

    def entries_of_offer(self, offer_id: int) -> Sequence[Entry]:
        """What moved for an offer by itself."""
        with self._session.reading() as tables:
            keys = [(kind, f"offer:{offer_id}") for kind in EntryKind]
            ids = sorted(entry_id for key in keys if (entry_id := tables.entry_ids.get(key)) is not None)
            return [existing(tables.entries, entry_id, "entry") for entry_id in ids]

    def notices(self, trader_id: UUID, since: int, limit: int) -> Sequence[NumberedNotice]:
        """A trader's notices after a number, in order."""
        with self._session.reading() as tables:
            return notices_after(tables, trader_id, since, limit)

    def disputes(
        self, cursor: str | None, limit: int, *, handled_by: UUID | None = None, kind: DisputeKind | None = None
    ) -> Page[OfferView]:
        """Offers in dispute, oldest dispute first; all, or those that somebody looks at, or of a kind."""

        def is_asked_for(row_id: int) -> bool:
            dispute = _dispute(tables, row_id)
            return handled_by in (None, dispute.handled_by) and kind in (None, dispute.kind)

        with self._session.reading() as tables:
            disputed = (
                (row_id, offer) for row_id, offer in tables.offers.items() if offer.state is OfferState.DISPUTED
            )
            found = page(
                ((row_id, offer) for row_id, offer in disputed if is_asked_for(row_id)),
                lambda row_id, _: (_dispute(tables, row_id).opened_at, row_id),
                of_list="disputes",
                find=lambda row_id: tables.offers.get(row_id) if dispute_of(tables, row_id) is not None else None,
                cursor=cursor,
                limit=limit,
            )
            return Page([_offer_view(tables, offer) for offer in found.items], found.next)

    def facts(self, kind: type[AnyFact], key: tuple[object, ...], limit: int) -> Sequence[AnyFact]:
        """The facts of a kind whose key begins with these values."""
        with self._session.reading() as tables:
            return facts_of(tables, kind, key, limit)

    def staff_acts(self, cursor: str | None, limit: int) -> Page[NumberedAct]:
        """The audit trail, newest first."""
        with self._session.reading() as tables:
            acts = {number: NumberedAct(number, act) for number, act in numbered_facts_of(tables, StaffAct).items()}
            return page(
                acts.items(), lambda row_id, _: -row_id, of_list="acts", find=acts.get, cursor=cursor, limit=limit
            )

    def has_act(self, by: UUID, act: str, subject: str, since: datetime) -> bool:
        """Whether there is such a line of the audit trail."""
        with self._session.reading() as tables:
            lines = numbered_facts_of(tables, StaffAct).values()
            return any((line.by, line.act, line.subject) == (by, act, subject) and line.at >= since for line in lines)

    def due_offers(self, at: datetime, limit: int) -> Sequence[int]:
        """Ids of unpaid offers whose deadline has come, the longest overdue first."""
        with self._session.reading() as tables:
            due = [
                (offer.deadline, offer.id)
                for offer in tables.offers.values()
                if offer.state is OfferState.PENDING and offer.deadline <= at
            ]
        return [row_id for _, row_id in sorted(due)[:limit]]

    def due_escalations(self, paid_before: datetime, limit: int) -> Sequence[int]:
        """Ids of offers that have been paid since this moment or longer, the longest first."""
        with self._session.reading() as tables:
            paid = [offer for offer in tables.offers.values() if offer.state is OfferState.PAID]
            due = [(since, offer.id) for offer in paid if (since := _paid_since(tables, offer)) <= paid_before]
        return [row_id for _, row_id in sorted(due)[:limit]]

    def disputes_to_tell(self, limit: int) -> Sequence[int]:
        """Ids of the offers in dispute of which nobody of the staff was told, the longest first."""
        with self._session.reading() as tables:
            disputed = [offer for offer in tables.offers.values() if offer.state is OfferState.DISPUTED]
            due = [
                (_dispute(tables, offer.id).opened_at, offer.id)
                for offer in disputed
                if _told_of_dispute(tables, offer.id) <= set(_party_ids(tables, offer))
            ]
        return [row_id for _, row_id in sorted(due)[:limit]]

    def staff_to_tell(self, offer_id: int) -> Sequence[UUID]:
        """Who of the staff was not told that this offer is in dispute."""
        with self._session.reading() as tables:
            offer = tables.offers.get(offer_id)
            if offer is None or offer.state is not OfferState.DISPUTED:
                return []
            others = {*_told_of_dispute(tables, offer_id), *_party_ids(tables, offer)}
            staff = [each.id for each in tables.traders.values() if each.is_staff and not each.is_suspended]
        return sorted(set(staff) - others)

    def ads_to_end(self, limit: int) -> Sequence[int]:
        """Ids of the live ads of those whose trades staff want ended."""
        with self._session.reading() as tables:
            due = [ad.id for ad in tables.ads.values() if ad.is_live and ad.maker_id in tables.trades_to_end]
        return sorted(due)[:limit]

    def offers_to_end(self, at: datetime, limit: int) -> Sequence[int]:
        """Ids of the offers that such a trader is a party to."""
        with self._session.reading() as tables:
            due = [
                offer.id
                for offer in tables.offers.values()
                if offer.state_at(at) in (OfferState.PENDING, OfferState.PAID)
                and (
                    offer.taker_id in tables.trades_to_end
                    or existing(tables.ads, offer.ad_id, "ad").maker_id in tables.trades_to_end
                )
            ]
        return sorted(due)[:limit]

    def due_ads(self, today: date, limit: int) -> Sequence[int]:
        """Ids of live ads whose end date is over, the longest over first."""
        with self._session.reading() as tables:
            due = [
                (ad.end_date, ad.id)
                for ad in tables.ads.values()
                if ad.is_live and ad.end_date is not None and ad.is_past_end(today)
            ]
        return [row_id for _, row_id in sorted(due)[:limit]]


def _party_ids(tables: Tables, offer: Offer) -> tuple[UUID, UUID]:
    return offer.taker_id, existing(tables.ads, offer.ad_id, "ad").maker_id


def _told_of_dispute(tables: Tables, offer_id: int) -> set[UUID]:
    """Who was told of the last dispute on an offer."""
    about = About(offer_id, _dispute(tables, offer_id).version)
    rows = tables.notices.values()
    return {row.trader_id for row in rows if (row.kind, row.about) == (NoticeKind.OFFER_DISPUTED, about)}


def _ad_view(tables: Tables, ad: Ad) -> AdView:
    return AdView(ad, profile_of(tables, ad.maker_id))


def _offer_view(tables: Tables, offer: Offer, reader: UUID | None = None, *, with_history: bool = False) -> OfferView:
    ad = existing(tables.ads, offer.ad_id, "ad")
    given = facts_of(tables, Feedback, (offer.id, reader), 1)
    return OfferView(
        offer=offer,
        ad=ad,
        maker=profile_of(tables, ad.maker_id),
        taker=profile_of(tables, offer.taker_id),
        history=_history(tables, offer.id) if with_history else (),
        dispute=dispute_of(tables, offer.id),
        feedback=given[0] if given else None,
    )


def _history(tables: Tables, offer_id: int) -> tuple[HistoryItem, ...]:
    events = facts_of(tables, Event, (offer_id,), None)
    return tuple(HistoryItem(event.version, event.state, event.at, event.by) for event in events)


def _dispute(tables: Tables, offer_id: int) -> Dispute:
    dispute = dispute_of(tables, offer_id)
    if dispute is None:
        raise Fault(f"offer {offer_id} is disputed and has no dispute")
    return dispute


def _paid_since(tables: Tables, offer: Offer) -> datetime:
    dispute = dispute_of(tables, offer.id)
    since = offer.paid_at if dispute is None else dispute.resolved_at
    if since is None:
        raise Fault(f"offer {offer.id} is paid, and nobody knows since when")
    return since


def _is_listed(tables: Tables, offer: Offer, query: OfferQuery) -> bool:
    return (
        (query.trader_id is None or _is_party(tables, offer, query.trader_id, query.role))
        and (query.state is None or offer.state_at(query.at) is query.state)
        and (query.ad_id is None or offer.ad_id == query.ad_id)
        and (query.client_reference is None or _gave_reference(offer, query))
    )


def _is_party(tables: Tables, offer: Offer, trader_id: UUID, role: str | None) -> bool:
    ad = existing(tables.ads, offer.ad_id, "ad")
    roles = Parties(ad.ad_type, Actor(ad.maker_id), Actor(offer.taker_id)).roles_of(Actor(trader_id))
    return bool(roles) if role is None else Role(role) in roles


def _is_sought(trader: Trader, query: TraderQuery) -> bool:
    return is_found_by(trader, query.words) and (trader.is_suspended or not query.is_suspended)


def _gave_reference(offer: Offer, query: OfferQuery) -> bool:
    return offer.taker_id == query.trader_id and offer.client_reference == query.client_reference


def _is_asked_for(entry: Entry, query: EntryQuery) -> bool:
    if (query.since is not None and entry.at < query.since) or (query.until is not None and entry.at > query.until):
        return False
    return any(
        account.owner == query.trader_id
        and query.crypto_currency in (None, account.currency)
        and query.purse in (None, account.purse)
        for account in (posting.account for posting in entry.postings)
    )
