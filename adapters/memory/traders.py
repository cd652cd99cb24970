"""Who trades here, over dicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain.errors import Fault, FieldProblem, InvalidFields, Problem, TraderNotFound
from domain.model.changes import StaffAct
from domain.model.lifecycle import OfferState
from domain.model.trader import Profile, Ratings, Trader, Verified

from .facts import add_fact
from .tables import Tables, existing
from .unit import Session


def found_trader(tables: Tables, trader_id: UUID) -> Trader:
    """A trader. Raises ``TraderNotFound``."""
    trader = tables.traders.get(trader_id)
    if trader is None:
        raise TraderNotFound()
    return trader


def found_still_here(tables: Tables, trader_id: UUID) -> Trader:
    """A trader who has not gone. Raises ``TraderNotFound``."""
    if trader_id in tables.deleted:
        raise TraderNotFound()
    return found_trader(tables, trader_id)


def profile_of(tables: Tables, trader_id: UUID) -> Profile:
    """A trader with the public facts. Raises ``TraderNotFound``."""
    ratings = tables.ratings.get(trader_id) or Ratings()
    return Profile(found_trader(tables, trader_id), ratings, has_p2p=trader_id in tables.p2p_movers)


def restrictions_of(tables: Tables, trader_id: UUID) -> frozenset[str]:
    """The crypto currencies that a trader is barred from."""
    return tables.restrictions.get(trader_id) or frozenset()


def are_apart(tables: Tables, one: UUID, other: UUID) -> bool:
    """Whether one of the two has blocked the other."""
    return any({block.by, block.whom} == {one, other} for block in tables.blocks.values())


def has_trades(tables: Tables, trader_id: UUID) -> bool:
    """Whether a trader has a live ad, or is a party to an offer that is pending or paid."""
    own = {ad.id: ad for ad in tables.ads.values() if ad.maker_id == trader_id}
    return any(ad.is_live for ad in own.values()) or any(
        offer.state in (OfferState.PENDING, OfferState.PAID) and (offer.taker_id == trader_id or offer.ad_id in own)
        for offer in tables.offers.values()
    )


class MemoryTraders:
    """The port ``Traders``; emails are compared without case."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, trader: Trader, password_hash: str) -> None:
        """Keep a new trader."""
        tables = self._session.writing()
        if trader.email.casefold() in tables.trader_ids_by_email:
            raise InvalidFields((FieldProblem("email", Problem.TAKEN),))
        if trader.id in tables.traders:
            raise Fault(f"trader {trader.id} is there already")
        tables.traders.put(trader.id, trader)
        tables.password_hashes.put(trader.id, password_hash)
        tables.trader_ids_by_email.put(trader.email.casefold(), trader.id)

    def by_id(self, trader_id: UUID) -> Trader:
        """A trader."""
        with self._session.reading() as tables:
            return found_trader(tables, trader_id)

    def by_email(self, email: str) -> Trader:
        """A trader by email."""
        with self._session.reading() as tables:
            trader_id = tables.trader_ids_by_email.get(email.casefold())
            if trader_id is None:
                raise TraderNotFound()
            return found_trader(tables, trader_id)

    def password_hash(self, trader_id: UUID) -> str:
        """The hash to verify a password against."""
        with self._session.reading() as tables:
            password_hash = tables.password_hashes.get(trader_id)
            if password_hash is None:
                raise TraderNotFound()
            return password_hash

    def hold_password_hash(self, trader_id: UUID) -> str:
        """The same; whoever writes keeps all others from writing."""
        found_still_here(self._session.writing(), trader_id)
        return self.password_hash(trader_id)

    def set_password(self, trader_id: UUID, password_hash: str, at: datetime) -> None:
        """Replace the hash."""
        tables = self._session.writing()
        tables.traders.put(trader_id, replace(found_still_here(tables, trader_id), updated_at=at))
        tables.password_hashes.put(trader_id, password_hash)

    def set_email_verified(self, trader_id: UUID, at: datetime) -> None:
        """Note that the address is the trader's own."""
        tables = self._session.writing()
        trader = found_still_here(tables, trader_id)
        tables.traders.put(trader_id, replace(trader, email_verified=True, updated_at=at))

    def profile(self, trader_id: UUID) -> Profile:
        """A trader with the public facts."""
        with self._session.reading() as tables:
            return profile_of(tables, trader_id)

    def set_restricted(self, trader_id: UUID, crypto_currency: str, restricted: bool, act: StaffAct) -> None:
        """Bar a trader from one currency, or let them trade it again."""
        tables = self._session.writing()
        found_still_here(tables, trader_id)
        barred = restrictions_of(tables, trader_id)
        changed = barred | {crypto_currency} if restricted else barred - {crypto_currency}
        tables.restrictions.put(trader_id, changed)
        add_fact(tables, act)

    def set_suspended(self, trader_id: UUID, suspended: bool, act: StaffAct, *, end_trades: bool = False) -> None:
        """Shut a trader out, or let them in again."""
        tables = self._session.writing()
        found_still_here(tables, trader_id)
        if not suspended:
            tables.trades_to_end.remove(trader_id)
        elif end_trades:
            tables.trades_to_end.put(trader_id, act.at)
        trader = found_still_here(tables, trader_id)
        if trader.is_suspended and not suspended:
            for login in list(tables.logins.values()):
                if login.trader_id == trader_id and login.ended_at is None:
                    tables.logins.put(login.id, replace(login, ended_at=act.at))
        tables.traders.put(trader_id, replace(trader, is_suspended=suspended, updated_at=act.at))
        add_fact(tables, act)

    def are_trading(self, one: UUID, other: UUID, at: datetime) -> bool:
        """Whether two traders are the parties of a live offer."""
        with self._session.reading() as tables:
            live = (offer for offer in tables.offers.values() if offer.state.is_live)
            return any(
                {offer.taker_id, existing(tables.ads, offer.ad_id, "ad").maker_id} == {one, other}
                for offer in live
                if offer.state is not OfferState.PENDING or offer.deadline > at
            )

    def forget_endings(self, before: datetime) -> int:
        """Look no more at those of whom nothing is left to end."""
        tables = self._session.writing()
        done = [
            trader_id
            for trader_id, asked_at in tables.trades_to_end.items()
            if asked_at < before and not has_trades(tables, trader_id)
        ]
        for trader_id in done:
            tables.trades_to_end.remove(trader_id)
        return len(done)

    def set_verified(self, trader_id: UUID, verified: Verified, act: StaffAct) -> None:
        """Keep what of a trader is verified."""
        tables = self._session.writing()
        trader = found_still_here(tables, trader_id)
        tables.traders.put(trader_id, replace(trader, updated_at=act.at, **verified.said))
        add_fact(tables, act)

    def restrictions(self, trader_id: UUID) -> frozenset[str]:
        """The crypto currencies that a trader is barred from."""
        with self._session.reading() as tables:
            return restrictions_of(tables, trader_id)

    def newest(self, limit: int) -> Sequence[Trader]:
        """The traders who joined last."""
        with self._session.reading() as tables:
            joined = sorted(tables.traders.values(), key=lambda trader: trader.id)
        return sorted(joined, key=lambda trader: trader.created_at, reverse=True)[:limit]

    def count(self) -> int:
        """How many traders there are."""
        with self._session.reading() as tables:
            return len(tables.traders)
