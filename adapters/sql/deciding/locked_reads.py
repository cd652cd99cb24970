"""The locked reads as statements: on PostgreSQL one each, which locks offer, ad and accounts in that order.

PostgreSQL evaluates a WITH query that locks rows once and in the order in which the others need it: the ad is found
through the locked offer and the accounts through both. Within the accounts, ORDER BY stands below the locking, so
that rows are locked in the order of the sort. On SQLite the unit holds the only write lock there is; the compiler
leaves FOR UPDATE out, and the accounts are read by a statement of their own.

The last column on PostgreSQL is the moment, once everything is locked.

A sell ad is not locked for an offer: no coins move, and the write takes the amount from what is there then. So takers
of one ad wait for each other while it is written, and not while it is decided.

Who makes an offer or places an ad takes their own place before all locks, since what they have under way is counted
behind it: whatever else is locked is asked for only if the count is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    true,
    union_all,
)

from ..connections.moments import told_column
from ..freezing import frozen_column
from ..lists.counts import GIVEN, counted, live_ads_of, today_of
from ..schema import mapping as rows
from ..schema.apart import are_apart
from ..schema.next_id import next_id_on_sqlite
from ..schema.one_of import one_of
from ..schema.tables import (
    DESK_OWNER_ID,
    accounts,
    ads,
    chat_members,
    chats,
    disputes,
    endings,
    feedback,
    market_rates,
    offers,
    restrictions,
    traders,
)
from ..schema.types import BIG, Flag, Id
from .prepared import Prepared

_MAKER, _TAKER, _ASKING = traders.alias("maker"), traders.alias("taker"), traders.alias("asking")
# An IN over Python values is put together anew at each execution; this is compiled once.
_IN_ESCROW = or_(accounts.c.purse == literal_column("'p2p'"), accounts.c.purse == literal_column("'escrow'"))
_IS_BUY, _IS_SELL = (ads.c.ad_type == literal_column(f"'{kind}'") for kind in ("buy", "sell"))

_OFFER_ID, _AD_ID = bindparam("offer_id", type_=BIG), bindparam("ad_id", type_=BIG)
_TAKER_ID, _OWNER_ID = bindparam("taker_id", type_=Id), bindparam("owner_id", type_=Id)
_TRADER_ID = bindparam("trader_id", type_=Id)
_CURRENCY, _WITH_OUTSIDE = bindparam("currency", type_=Text()), bindparam("with_outside", type_=Flag)
_FOR_AD, _PRICED_IN = bindparam("for_ad", type_=Flag), bindparam("priced_in", type_=Text())


@dataclass(frozen=True, slots=True)
class LockedRead:
    """A locked read: the row, and the accounts, or members, that are locked with it."""

    row: Prepared
    accounts: Select[Any]

    @classmethod
    def of(cls, row: Select[Any], held: Select[Any]) -> LockedRead:
        """The row compiled once; the accounts are in it on PostgreSQL."""
        return cls(Prepared(row), held)


@dataclass(frozen=True, slots=True)
class LockedReads:
    """All of them, for one engine."""

    offer: LockedRead
    ad: LockedRead
    ad_for_offer: LockedRead
    wallet: LockedRead
    offer_for_feedback: Prepared
    chat: LockedRead


def locked_reads(*, postgresql: bool) -> LockedReads:
    """The statements for an engine; on PostgreSQL ``row`` has the accounts in it."""
    return LockedReads(
        offer=_offer(postgresql),
        ad=_ad(postgresql),
        ad_for_offer=_ad_for_offer(postgresql),
        wallet=_wallet(postgresql),
        offer_for_feedback=_offer_for_feedback(postgresql),
        chat=_chat(postgresql),
    )


def _accounts(*criteria: ColumnElement[bool]) -> Select[Any]:
    return select(accounts.c.owner, accounts.c.currency, accounts.c.purse, accounts.c.balance).where(*criteria)


def _held(*criteria: ColumnElement[bool]) -> Select[Any]:
    """Accounts, locked in the one order: owner, currency, purse."""
    ordered = _accounts(*criteria).order_by(accounts.c.owner, accounts.c.currency, accounts.c.purse)
    return ordered.with_for_update(key_share=True, of=accounts)


def _gathered(held: Select[Any], *more: Select[Any], postgresql: bool) -> list[ColumnElement[Any]]:
    """The accounts as one column of a row, which PostgreSQL sends as JSON anyway, and the moment by then.

    Elsewhere nothing: the accounts are read by themselves, and the store has another clock.
    """
    if not postgresql:
        return []
    locked = held.cte("locked_accounts")
    found = union_all(select(locked), *more).cte("held") if more else locked
    in_json = select(func.json_agg(func.row_to_json(found.table_valued()))).scalar_subquery()
    return [in_json.label("held"), told_column()]


def _counts(counts: FromClause, *, postgresql: bool) -> list[ColumnElement[Any]]:
    """What the trader has under way, of the function's row. Elsewhere nothing: it is counted by itself."""
    return rows.labelled(counts, "counted_") if postgresql else []


def _next_id(table: Any, *, postgresql: bool) -> ColumnElement[int]:
    """The id that a new row will get: of a sequence, or the highest plus one, since rows are never deleted."""
    if postgresql:
        return literal_column(f"nextval('{table.name}_id_seq')", BIG).label("next_id")
    return next_id_on_sqlite(table).label("next_id")


def _is_restricted(trader_id: Any, currency: Any) -> ColumnElement[bool]:
    return exists().where(restrictions.c.trader_id == trader_id, restrictions.c.crypto_currency == currency)


def _locked_ad() -> Any:
    return select(ads).where(ads.c.id == _AD_ID).with_for_update(key_share=True).cte("locked_ad")


def _offer(postgresql: bool) -> LockedRead:
    offer = select(offers).where(offers.c.id == _OFFER_ID).with_for_update(key_share=True).cte("locked_offer")
    ad = select(ads).where(ads.c.id == offer.c.ad_id).with_for_update(key_share=True, of=ads).cte("locked_ad")
    held = _held(
        one_of(accounts.c.owner, ad.c.maker_id, offer.c.taker_id, postgresql=postgresql),
        accounts.c.currency == ad.c.crypto_currency,
        _IN_ESCROW,
    )
    columns = [
        *rows.labelled(offer, "offer_"),
        *rows.labelled(ad, "ad_"),
        *rows.rate_columns(),
        *rows.trader_columns(_MAKER, "maker_"),
        *rows.trader_columns(_TAKER, "taker_"),
        *rows.labelled(disputes, "dispute_"),
        _is_restricted(ad.c.maker_id, ad.c.crypto_currency).label("maker_restricted"),
        *_gathered(held, postgresql=postgresql),
    ]
    row = (
        select(*columns)
        .select_from(offer)
        .join(ad, ad.c.id == offer.c.ad_id)
        .join(_MAKER, _MAKER.c.id == ad.c.maker_id)
        .join(_TAKER, _TAKER.c.id == offer.c.taker_id)
        .outerjoin(market_rates, rows.is_rate_of(ad))
        .outerjoin(disputes, rows.is_last_dispute_of(offer.c.id))
    )
    return LockedRead.of(row, held)


def _ad(postgresql: bool) -> LockedRead:
    ad = _locked_ad()
    held = _held(
        accounts.c.owner == ad.c.maker_id,
        accounts.c.currency == ad.c.crypto_currency,
        _IN_ESCROW,
    )
    columns = [
        *rows.labelled(ad, "ad_"),
        *rows.rate_columns(),
        *rows.trader_columns(_MAKER, "maker_"),
        frozen_column(),
        live_ads_of(ad.c.maker_id, today_of(GIVEN, postgresql=postgresql)).label("live_ads"),
        *_gathered(held, postgresql=postgresql),
    ]
    row = select(*columns).select_from(ad).join(_MAKER, _MAKER.c.id == ad.c.maker_id)
    return LockedRead.of(row.outerjoin(market_rates, rows.is_rate_of(ad)), held)


def _ad_for_offer(postgresql: bool) -> LockedRead:
    is_ad = ads.c.id == _AD_ID
    counts = select(counted(_TAKER_ID, true())).cte("counts")
    is_counted = [exists().select_from(counts)] if postgresql else []
    locked = select(ads).where(is_ad, _IS_BUY, *is_counted).with_for_update(key_share=True).cte("locked_ad")
    ad = union_all(select(locked), select(ads).where(is_ad, _IS_SELL)).cte("ad")
    of_taker = accounts.c.owner == _TAKER_ID
    # The purses of whoever takes from a sell ad are only looked at: is there one for the coins to come to?
    held = _held(of_taker, accounts.c.currency == locked.c.crypto_currency, _IN_ESCROW)
    seen = _accounts(of_taker, accounts.c.currency == ads.c.crypto_currency, _IN_ESCROW, is_ad, _IS_SELL)
    columns = [
        *rows.labelled(ad, "ad_"),
        *rows.rate_columns(),
        *rows.trader_columns(_MAKER, "maker_"),
        *rows.trader_columns(_TAKER, "taker_"),
        _is_restricted(ad.c.maker_id, ad.c.crypto_currency).label("maker_restricted"),
        _is_restricted(_TAKER_ID, ad.c.crypto_currency).label("taker_restricted"),
        are_apart(ad.c.maker_id, _TAKER_ID).label("is_blocked"),
        *_taker_record(ad),
        _next_id(offers, postgresql=postgresql),
        frozen_column(),
        *_counts(counts, postgresql=postgresql),
        *_gathered(held, seen, postgresql=postgresql),
    ]
    joined = select(*columns).select_from(ad).join(_MAKER, _MAKER.c.id == ad.c.maker_id)
    joined = joined.outerjoin(market_rates, rows.is_rate_of(ad))
    if postgresql:
        joined = joined.join(counts, true())
    either = _accounts(of_taker, accounts.c.currency == ads.c.crypto_currency, _IN_ESCROW, is_ad)
    return LockedRead.of(joined.outerjoin(_TAKER, _TAKER.c.id == _TAKER_ID), either)


def _wallet(postgresql: bool) -> LockedRead:
    outside = (accounts.c.owner == literal(DESK_OWNER_ID, Id)) & (accounts.c.purse == "outside")
    of_owner = accounts.c.owner == _OWNER_ID
    # What comes from outside takes the owner's place as well, behind which it is known whether they have gone.
    takes_place = or_(_FOR_AD, _WITH_OUTSIDE)
    counts = select(counted(_OWNER_ID, true())).where(takes_place).cte("counts")
    is_counted = [or_(not_(takes_place), exists().select_from(counts))] if postgresql else []
    held = _held(accounts.c.currency == _CURRENCY, or_(of_owner, outside & _WITH_OUTSIDE), *is_counted)
    columns = [
        *rows.trader_columns(_MAKER, "owner_"),
        *rows.rate_columns("market_"),
        _is_restricted(_OWNER_ID, _CURRENCY).label("restricted"),
        _next_id(ads, postgresql=postgresql),
        frozen_column(),
        *_counts(counts, postgresql=postgresql),
        *_gathered(held, postgresql=postgresql),
    ]
    is_rate = and_(market_rates.c.crypto_currency == _CURRENCY, market_rates.c.fiat_currency == _PRICED_IN)
    row = select(*columns).select_from(_MAKER).outerjoin(market_rates, is_rate)
    if postgresql:
        row = row.outerjoin(counts, true())
    return LockedRead.of(row.where(_MAKER.c.id == _OWNER_ID, _MAKER.c.deleted_at.is_(None), *is_counted), held)


def _taker_record(ad: Any) -> list[ColumnElement[Any]]:
    """How the taker's offers ended, counted only where the ad asks for it."""
    ended = select(func.count()).select_from(endings).where(endings.c.trader_id == _TAKER_ID)
    none: ColumnElement[int] = literal_column("0")
    asks_rate, asks_offers = ad.c.min_completion_rate > none, ad.c.min_completed_offers > none
    counted = (
        ("ended_offers", asks_rate, ended),
        ("completed_offers", asks_offers, ended.where(endings.c.is_completed)),
        ("at_fault", asks_rate, ended.where(endings.c.at_fault)),
    )
    return [
        case((asks, number.scalar_subquery()), else_=none).label(f"record_{name}") for name, asks, number in counted
    ]


def _offer_for_feedback(postgresql: bool) -> Prepared:
    """It locks nothing: a completed offer never changes, and the key of the fact is the guard."""
    columns = [
        *rows.labelled(offers, "offer_"),
        *rows.labelled(ads, "ad_"),
        *rows.trader_columns(_MAKER, "maker_"),
        *rows.trader_columns(_TAKER, "taker_"),
        *(_has_rated(party.c.id).label(name) for party, name in ((_MAKER, "maker_rated"), (_TAKER, "taker_rated"))),
        *([told_column()] if postgresql else []),
    ]
    joined = select(*columns).select_from(offers).join(ads, ads.c.id == offers.c.ad_id)
    with_parties = joined.join(_MAKER, _MAKER.c.id == ads.c.maker_id).join(_TAKER, _TAKER.c.id == offers.c.taker_id)
    return Prepared(with_parties.where(offers.c.id == _OFFER_ID))


def _has_rated(trader_id: Any) -> ColumnElement[bool]:
    return exists().where(feedback.c.offer_id == offers.c.id, feedback.c.by == trader_id)


def _chat(postgresql: bool) -> LockedRead:
    """Of all that is read here the chat and its members alone are locked, in that order."""
    chat = select(chats).where(chats.c.offer_id == _OFFER_ID).with_for_update(key_share=True).cte("locked_chat")
    in_it = select(chat_members).where(chat_members.c.offer_id == chat.c.offer_id).order_by(chat_members.c.trader_id)
    members = in_it.with_for_update(key_share=True, of=chat_members)
    columns = [
        *rows.labelled(chat, "chat_"),
        *rows.labelled(offers, "offer_"),
        *rows.labelled(ads, "ad_"),
        *rows.trader_columns(_MAKER, "maker_"),
        *rows.trader_columns(_TAKER, "taker_"),
        *rows.trader_columns(_ASKING, "trader_"),
        *rows.labelled(disputes, "dispute_"),
    ]
    if postgresql:
        locked = members.cte("locked_members")
        in_json = select(func.json_agg(func.row_to_json(locked.table_valued()))).scalar_subquery()
        columns += [in_json.label("members"), told_column()]
    row = (
        select(*columns)
        .select_from(offers)
        .join(ads, ads.c.id == offers.c.ad_id)
        .join(_MAKER, _MAKER.c.id == ads.c.maker_id)
        .join(_TAKER, _TAKER.c.id == offers.c.taker_id)
        .outerjoin(chat, chat.c.offer_id == offers.c.id)
        .outerjoin(_ASKING, _ASKING.c.id == _TRADER_ID)
        .outerjoin(disputes, rows.is_last_dispute_of(offers.c.id))
        .where(offers.c.id == _OFFER_ID)
    )
    return LockedRead.of(row, members)
