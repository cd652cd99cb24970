"""The book over dicts: what decisions are made on. The one writer's place stands for every lock."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from domain.errors import AdNotFound, OfferNotFound, UnknownAd
from domain.model.ad_for_offer import AdForOffer
from domain.model.changes import Changes
from domain.model.feedback import Feedback
from domain.model.ledger import Account, Balances, Entry, EntryKind, Purse
from domain.model.limits import TraderCounts
from domain.model.locked_ad import LockedAd
from domain.model.locked_chat import LockedChat
from domain.model.locked_offer import LockedOffer
from domain.model.locked_wallet import LockedWallet
from domain.model.offer_for_feedback import OfferForFeedback
from domain.ports.clock import Clock

from .counts import counts_of, live_ads_of
from .facts import dispute_of, facts_of
from .freezing import is_frozen
from .people import track_record_of
from .rates import priced, quote_of
from .tables import Tables, existing
from .traders import are_apart, found_still_here, found_trader, restrictions_of
from .unit import Session
from .writing import write

_TRADING = (Purse.P2P, Purse.ESCROW)


def _balances(tables: Tables, accounts: Iterable[Account]) -> Balances:
    """The balances of those of the accounts that exist."""
    found = ((account, tables.balances.get(account)) for account in accounts)
    return {account: balance for account, balance in found if balance is not None}


def _purses(owner_id: UUID, currency: str, *purses: Purse) -> tuple[Account, ...]:
    return tuple(Account(owner_id, currency, purse) for purse in purses)


class MemoryBook:
    """The port ``Book``."""

    def __init__(self, session: Session, message_id_domain: str, clock: Clock) -> None:
        self._session = session
        self._message_id_domain = message_id_domain
        self._clock = clock

    def lock_wallet(
        self,
        owner_id: UUID,
        currency: str,
        *,
        with_outside: bool = False,
        for_ad: bool = False,
        priced_in: str | None = None,
    ) -> LockedWallet:
        """A trader's purses in one currency; the desk's account of what is outside, and counts, where asked for."""
        tables = self._session.writing()
        owner = found_still_here(tables, owner_id)
        outside = (Account(None, currency, Purse.OUTSIDE),) if with_outside else ()
        accounts = (*_purses(owner_id, currency, Purse.MAIN, *_TRADING), *outside)
        is_restricted = currency in restrictions_of(tables, owner_id)
        balances, at = _balances(tables, accounts), self._clock.now()
        counts = counts_of(tables, owner_id, at) if for_ad else TraderCounts()
        next_id = tables.next_id("ads")
        market = None if priced_in is None else quote_of(tables, (currency, priced_in))
        return LockedWallet(owner, currency, is_restricted, balances, next_id, at, counts, is_frozen(tables), market)

    def lock_ad(self, ad_id: int) -> LockedAd:
        """An ad with its maker's purses."""
        tables = self._session.writing()
        ad = tables.ads.get(ad_id)
        if ad is None:
            raise AdNotFound()
        maker = existing(tables.traders, ad.maker_id, "trader")
        balances = _balances(tables, _purses(maker.id, ad.crypto.code, *_TRADING))
        at = self._clock.now()
        return LockedAd(priced(tables, ad), maker, balances, at, live_ads_of(tables, maker.id, at), is_frozen(tables))

    def ad_for_offer(self, ad_id: int, taker_id: UUID) -> AdForOffer:
        """An ad with the taker's purses in its currency."""
        tables = self._session.writing()
        ad = tables.ads.get(ad_id)
        if ad is None:
            raise UnknownAd(ad_id)
        taker, at = found_trader(tables, taker_id), self._clock.now()
        return AdForOffer(
            ad=priced(tables, ad),
            maker=existing(tables.traders, ad.maker_id, "trader"),
            taker=taker,
            maker_is_restricted=ad.crypto.code in restrictions_of(tables, ad.maker_id),
            taker_is_restricted=ad.crypto.code in restrictions_of(tables, taker_id),
            balances=_balances(tables, _purses(taker_id, ad.crypto.code, *_TRADING)),
            next_offer_id=tables.next_id("offers"),
            at=at,
            is_blocked=are_apart(tables, ad.maker_id, taker_id),
            taker_counts=counts_of(tables, taker_id, at),
            record=track_record_of(tables, taker_id),
            is_frozen=is_frozen(tables),
        )

    def lock_offer(self, offer_id: int) -> LockedOffer:
        """An offer with its ad, its dispute and both parties' purses."""
        tables = self._session.writing()
        offer = tables.offers.get(offer_id)
        if offer is None:
            raise OfferNotFound()
        ad = existing(tables.ads, offer.ad_id, "ad")
        maker = existing(tables.traders, ad.maker_id, "trader")
        taker = existing(tables.traders, offer.taker_id, "trader")
        accounts = (*_purses(maker.id, ad.crypto.code, *_TRADING), *_purses(taker.id, ad.crypto.code, *_TRADING))
        is_restricted = ad.crypto.code in restrictions_of(tables, maker.id)
        balances, dispute = _balances(tables, accounts), dispute_of(tables, offer_id)
        ad = priced(tables, ad)
        return LockedOffer(offer, ad, maker, taker, balances, self._clock.now(), dispute, is_restricted)

    def offer_for_feedback(self, offer_id: int) -> OfferForFeedback:
        """An offer with its parties, and who of them has rated it."""
        tables = self._session.writing()
        offer = tables.offers.get(offer_id)
        if offer is None:
            raise OfferNotFound()
        ad = existing(tables.ads, offer.ad_id, "ad")
        maker = existing(tables.traders, ad.maker_id, "trader")
        taker = existing(tables.traders, offer.taker_id, "trader")
        rated_by = frozenset(given.by for given in facts_of(tables, Feedback, (offer_id,), None))
        return OfferForFeedback(offer, maker, taker, rated_by, self._clock.now())

    def lock_chat(self, offer_id: int, trader_id: UUID) -> LockedChat:
        """The chat of an offer, for a trader."""
        tables = self._session.writing()
        offer = tables.offers.get(offer_id)
        if offer is None:
            raise OfferNotFound()
        trader = found_trader(tables, trader_id)
        ad = existing(tables.ads, offer.ad_id, "ad")
        maker = existing(tables.traders, ad.maker_id, "trader")
        taker = existing(tables.traders, offer.taker_id, "trader")
        chat, dispute = tables.chats.get(offer_id), dispute_of(tables, offer_id)
        return LockedChat(chat, offer, ad, maker, taker, trader, self._clock.now(), dispute)

    def posted(self, kind: EntryKind, reference: str) -> Entry | None:
        """The entry of this kind and reference, where the journal has it."""
        with self._session.reading() as tables:
            entry_id = tables.entry_ids.get((kind, reference))
            return None if entry_id is None else tables.entries.get(entry_id)

    def apply(self, changes: Changes) -> None:
        """Write a decision."""
        write(self._session, changes, self._message_id_domain)
