"""Lists and details on a database. Nothing here takes a lock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, literal, or_, select, tuple_, union_all
from sqlalchemy.engine import Connection

from domain import errors
from domain.model.changes import StaffAct
from domain.model.dispute import DisputeKind
from domain.model.facts import AnyFact, fact_of
from domain.model.feedback import Feedback
from domain.model.ledger import Entry, Purse
from domain.model.lifecycle import AdType, OfferState
from domain.model.limits import TraderCounts
from domain.model.notices import NumberedNotice
from domain.model.offer import HistoryItem
from domain.model.trader import Profile
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

from .. import trades_to_end
from ..connections.replica import Replica
from ..schema import mapping as rows
from ..schema.one_of import among
from ..schema.tables import accounts, ads, audit_trail, disputes, feedback, offer_history, offers, traders
from ..schema.types import BIG, Id, Moment, word
from . import board, disputes_to_tell, journal
from .counts import counts_of
from .cursors import BEYOND_ALL_IDS, make_cursor, page, read_cursor, row_id
from .facts import facts_of
from .tail import notices_after
from .told import told_of_offer
from .traders import traders_of

_MAKER, _TAKER = traders.alias("maker"), traders.alias("taker")

_OF_AN_OFFER = [
    *rows.labelled(offers, "offer_"),
    *rows.labelled(ads, "ad_"),
    *rows.profile_columns(_MAKER, "maker_"),
    *rows.profile_columns(_TAKER, "taker_"),
    *rows.labelled(disputes, "dispute_"),
]
# What whoever asks has said of the other party; nobody asks where it is of no concern.
_IS_OWN_FEEDBACK = and_(feedback.c.offer_id == offers.c.id, feedback.c.by == bindparam("reader", type_=Id))
_OFFERS: Select[tuple[object, ...]] = (
    select(*_OF_AN_OFFER, *rows.labelled(feedback, "feedback_"))
    .select_from(offers)
    .join(ads, ads.c.id == offers.c.ad_id)
    .join(_MAKER, _MAKER.c.id == ads.c.maker_id)
    .join(_TAKER, _TAKER.c.id == offers.c.taker_id)
    .outerjoin(disputes, rows.is_last_dispute_of(offers.c.id))
    .outerjoin(feedback, _IS_OWN_FEEDBACK)
)
# An offer is in dispute just as long as one on it is open, and those that are open have an index in this order.
_IN_DISPUTE: Select[tuple[object, ...]] = (
    select(*_OF_AN_OFFER)
    .select_from(disputes)
    .join(offers, offers.c.id == disputes.c.offer_id)
    .join(ads, ads.c.id == offers.c.ad_id)
    .join(_MAKER, _MAKER.c.id == ads.c.maker_id)
    .join(_TAKER, _TAKER.c.id == offers.c.taker_id)
    .where(disputes.c.resolved_at.is_(None))
    .order_by(disputes.c.opened_at, disputes.c.offer_id)
)
_HISTORY = [offer_history.c.version, offer_history.c.state, offer_history.c.at, offer_history.c.by]
# The history comes as more rows of the same statement, so that a detail is one round trip.
_OFFER_WITH_HISTORY = (
    _OFFERS.add_columns(*(column.label("history_" + column.name) for column in _HISTORY))
    .join(offer_history, offer_history.c.offer_id == offers.c.id)
    .where(offers.c.id == bindparam("offer_id"))
    .order_by(offer_history.c.version)
)
_PAID_SINCE = func.coalesce(disputes.c.resolved_at, offers.c.paid_at)
# Those that were paid later than that are left out by their index, and those that came back later by the dispute.
_LONG_PAID = (
    select(offers.c.id)
    .select_from(offers)
    .outerjoin(disputes, rows.is_last_dispute_of(offers.c.id))
    .where(
        offers.c.state == word("paid"),
        offers.c.paid_at <= bindparam("paid_before", type_=Moment),
        bindparam("paid_before", type_=Moment) >= _PAID_SINCE,
    )
    .order_by(_PAID_SINCE, offers.c.id)
)
_DUE_OFFERS = (
    select(offers.c.id)
    .where(offers.c.state == word("pending"), offers.c.deadline <= bindparam("at", type_=Moment))
    .order_by(offers.c.deadline, offers.c.id)
)
_HAS_ACT = select(
    exists().where(
        audit_trail.c.subject == bindparam("subject"),
        audit_trail.c.at >= bindparam("since", type_=Moment),
        audit_trail.c.act == bindparam("act"),
        audit_trail.c.by == bindparam("by", type_=Id),
    )
)
# The first part has a bound too, so that it is read as all others are, whatever the planner knows of the table.
_ACTS = select(audit_trail).where(audit_trail.c.id < bindparam("before")).order_by(audit_trail.c.id.desc())


class SqlReaders:
    """The port ``Readers``."""

    def __init__(self, connection: Connection, replica: Replica | None = None) -> None:
        self._connection = connection
        self._replica = replica

    def ad(self, ad_id: int) -> AdView:
        """One ad."""
        return board.one_ad(self._connection, ad_id)

    def board(self, query: BoardQuery, cursor: str | None, limit: int) -> Page[AdView]:
        """Ads that take offers today, or one's own."""
        if self._replica is None or query.mine is not None:
            return board.board(self._connection, query, cursor, limit)
        return self._replica.read(self._connection, lambda connection: board.board(connection, query, cursor, limit))

    def offer(self, offer_id: int, reader: UUID | None = None) -> OfferView:
        """One offer with its history."""
        found = self._connection.execute(_OFFER_WITH_HISTORY, {"offer_id": offer_id, "reader": reader}).mappings().all()
        if not found:
            raise errors.OfferNotFound()
        history = tuple(
            HistoryItem(row["history_version"], OfferState(row["history_state"]), row["history_at"], row["history_by"])
            for row in found
        )
        return _offer_view(found[0], history, _feedback(found[0]))

    def offers(self, query: OfferQuery, cursor: str | None, limit: int) -> Page[OfferView]:
        """A trader's offers, or everybody's, newest first."""
        before = BEYOND_ALL_IDS if cursor is None else read_cursor("offers", cursor, row_id)
        if query.trader_id is None:
            own = union_all(*(_newest_of_all(query, stored, before, limit + 1) for stored in _stored(query)))
        else:
            parties = _parties(query)
            if not parties:
                return Page([])
            own = union_all(*(_newest_ids(query, *party, before, limit + 1) for party in parties))
        is_own = among(offers.c.id, own, postgresql=self._connection.dialect.name == "postgresql")
        statement = _OFFERS.where(is_own).order_by(offers.c.id.desc()).limit(limit + 1)
        own_rows = self._connection.execute(statement, {"reader": query.trader_id}).mappings()
        found = [_offer_view(row, (), _feedback(row)) for row in own_rows]
        return page(found, limit, lambda view: make_cursor("offers", view.offer.id))

    def traders(self, query: TraderQuery, cursor: str | None, limit: int) -> Page[Profile]:
        """Who trades here, who joined last first."""
        return traders_of(self._connection, query, cursor, limit)

    def counts(self, trader_id: UUID, at: datetime) -> TraderCounts:
        """What a trader has under way."""
        return counts_of(self._connection, trader_id, at)

    def wallet(self, trader_id: UUID) -> Sequence[Purses]:
        """What a trader holds, by currency code."""
        statement = (
            select(accounts.c.currency, accounts.c.purse, accounts.c.balance)
            .where(accounts.c.owner == trader_id)
            .order_by(accounts.c.currency)
        )
        held: dict[str, dict[str, Decimal]] = {}
        for currency, purse, balance in self._connection.execute(statement):
            held.setdefault(currency, {})[purse] = balance
        nothing = Decimal(0)
        return [
            Purses(code, *(purses.get(purse.value, nothing) for purse in (Purse.MAIN, Purse.P2P, Purse.ESCROW)))
            for code, purses in sorted(held.items())
        ]

    def entries(self, query: EntryQuery, cursor: str | None, limit: int) -> Page[Entry]:
        """The journal entries that touch a trader, newest first."""
        return journal.entries_of(self._connection, query, cursor, limit)

    def told_of_offer(self, offer_id: int) -> Sequence[Told]:
        """Who was told what of an offer."""
        return told_of_offer(self._connection, offer_id)

    def entries_of_offer(self, offer_id: int) -> Sequence[Entry]:
        """What moved for an offer by itself."""
        return journal.entries_named(self._connection, f"offer:{offer_id}")

    def notices(self, trader_id: UUID, since: int, limit: int) -> Sequence[NumberedNotice]:
        """A trader's notices after a number, in order."""
        return notices_after(self._connection, trader_id, since, limit)

    def disputes(
        self, cursor: str | None, limit: int, *, handled_by: UUID | None = None, kind: DisputeKind | None = None
    ) -> Page[OfferView]:
        """Offers in dispute, oldest dispute first; all, or those that somebody looks at, or of a kind."""
        statement = _IN_DISPUTE
        if cursor is not None:
            opened_at, offer_id = read_cursor("disputes", cursor, _dispute_key)
            behind = tuple_(literal(opened_at, Moment), literal(offer_id, BIG))
            statement = statement.where(tuple_(disputes.c.opened_at, disputes.c.offer_id) > behind)
        if handled_by is not None:
            statement = statement.where(disputes.c.handled_by == handled_by)
        if kind is not None:
            statement = statement.where(disputes.c.kind == word(kind.value))
        found = [_offer_view(row) for row in self._connection.execute(statement.limit(limit + 1)).mappings()]
        return page(found, limit, _dispute_cursor)

    def facts(self, kind: type[AnyFact], key: tuple[object, ...], limit: int) -> Sequence[AnyFact]:
        """The facts of a kind whose key begins with these values."""
        return facts_of(self._connection, kind, key, limit)

    def staff_acts(self, cursor: str | None, limit: int) -> Page[NumberedAct]:
        """The audit trail, newest first."""
        before = BEYOND_ALL_IDS if cursor is None else read_cursor("acts", cursor, row_id)
        found = self._connection.execute(_ACTS.limit(limit + 1), {"before": before})
        acts = [NumberedAct(row.id, StaffAct(row.by, row.at, row.act, row.subject, row.note)) for row in found]
        return page(acts, limit, lambda line: make_cursor("acts", line.id))

    def has_act(self, by: UUID, act: str, subject: str, since: datetime) -> bool:
        """Whether there is such a line of the audit trail."""
        asked = {"by": by, "act": act, "subject": subject, "since": since}
        return bool(self._connection.execute(_HAS_ACT, asked).scalar_one())

    def due_offers(self, at: datetime, limit: int) -> Sequence[int]:
        """Ids of unpaid offers whose deadline has come, the longest overdue first."""
        return list(self._connection.execute(_DUE_OFFERS.limit(limit), {"at": at}).scalars())

    def due_escalations(self, paid_before: datetime, limit: int) -> Sequence[int]:
        """Ids of offers that have been paid since this moment or longer, the longest first."""
        return list(self._connection.execute(_LONG_PAID.limit(limit), {"paid_before": paid_before}).scalars())

    def disputes_to_tell(self, limit: int) -> Sequence[int]:
        """Ids of the offers in dispute of which nobody of the staff was told, the longest first."""
        return disputes_to_tell.disputes_to_tell(self._connection, limit)

    def staff_to_tell(self, offer_id: int) -> Sequence[UUID]:
        """Who of the staff was not told that this offer is in dispute."""
        return disputes_to_tell.staff_to_tell(self._connection, offer_id)

    def ads_to_end(self, limit: int) -> Sequence[int]:
        """Ids of the live ads of those whose trades staff want ended."""
        return trades_to_end.ads_to_end(self._connection, limit)

    def offers_to_end(self, at: datetime, limit: int) -> Sequence[int]:
        """Ids of the offers that such a trader is a party to."""
        return trades_to_end.offers_to_end(self._connection, at, limit)

    def due_ads(self, today: date, limit: int) -> Sequence[int]:
        """Ids of live ads whose end date is over, the longest over first."""
        statement = (
            select(ads.c.id)
            .where(ads.c.status.in_([word("pending"), word("paused")]), ads.c.end_date < today)
            .order_by(ads.c.end_date, ads.c.id)
            .limit(limit)
        )
        return list(self._connection.execute(statement).scalars())


def _offer_view(row: rows.Row, history: tuple[HistoryItem, ...] = (), given: Feedback | None = None) -> OfferView:
    return OfferView(
        offer=rows.offer_from(row),
        ad=rows.ad_from(row),
        maker=rows.profile_from(row, "maker_"),
        taker=rows.profile_from(row, "taker_"),
        history=history,
        dispute=rows.dispute_from(row),
        feedback=given,
    )


def _feedback(row: rows.Row) -> Feedback | None:
    """What the reader has said, or None where the outer join found none."""
    if row["feedback_offer_id"] is None:
        return None
    return fact_of(Feedback, {column.name: row[f"feedback_{column.name}"] for column in feedback.c}, {})


def _parties(query: OfferQuery) -> list[tuple[Literal["maker", "taker"], AdType | None]]:
    """The ways in which the trader is a party in the role that is asked for, each for an index of its own.

    Each is the side of the ad that the trader is on, and the type of ad on which that side has the role. An offer's
    reference is its taker's, so that whoever asks by one is asking as that.
    """
    ways = _ways(query)
    return ways if query.client_reference is None else [way for way in ways if way[0] == "taker"]


def _ways(query: OfferQuery) -> list[tuple[Literal["maker", "taker"], AdType | None]]:
    match query.role:
        case "maker" | "taker" as side:
            return [(side, None)]
        case "buyer":
            return [("maker", AdType.BUY), ("taker", AdType.SELL)]
        case "seller":
            return [("maker", AdType.SELL), ("taker", AdType.BUY)]
    return [("maker", None), ("taker", None)]


def _stored(query: OfferQuery) -> tuple[OfferState | None, ...]:
    """The states that offers of the state which is asked for may be kept in, each for the index to be looked up by."""
    return (OfferState.EXPIRED, OfferState.PENDING) if query.state is OfferState.EXPIRED else (query.state,)


def _newest_of_all(query: OfferQuery, stored: OfferState | None, before: int, limit: int) -> Select[Any]:
    """The ids of the newest offers of everybody, in one state as it is kept, or in any."""
    statement = select(offers.c.id).where(offers.c.id < before)
    if query.ad_id is not None:
        statement = statement.where(offers.c.ad_id == query.ad_id)
    if query.state is not None and stored is not None:
        # Written into the statement, so that a state which few offers are in is looked for by its index.
        statement = statement.where(offers.c.state == word(stored.value), _is_in_state(query.state, query.at))
    return select(statement.order_by(offers.c.id.desc()).limit(limit).subquery().c.id)


def _newest_ids(query: OfferQuery, side: str, ad_type: AdType | None, before: int, limit: int) -> Select[Any]:
    """The ids of the newest offers of a trader who is a party in one way."""
    statement = select(offers.c.id)
    if side == "maker" or ad_type is not None:
        statement = statement.join(ads, ads.c.id == offers.c.ad_id)
    if ad_type is not None:
        statement = statement.where(ads.c.ad_type == ad_type.value)
    if query.ad_id is not None:
        statement = statement.where(offers.c.ad_id == query.ad_id)
    if query.state is not None:
        statement = statement.where(_is_in_state(query.state, query.at))
    if query.client_reference is not None:
        statement = statement.where(offers.c.client_reference == query.client_reference)
    statement = statement.where(offers.c.id < before)
    party = offers.c.taker_id if side == "taker" else ads.c.maker_id
    statement = statement.where(party == query.trader_id)
    if side == "taker" or query.ad_id is not None:
        # A taker's offers, and those on one ad, have an index in just this order.
        newest = statement.order_by(offers.c.id.desc())
    else:
        # An OFFSET keeps the planner from going through everybody's offers, newest first, until it has found enough
        # of those on this trader's ads, of which there may be none.
        own = statement.offset(0).subquery()
        newest = select(own.c.id).order_by(own.c.id.desc())
    return select(newest.limit(limit).subquery().c.id)


def _is_in_state(state: OfferState, at: datetime) -> ColumnElement[bool]:
    """Whether an offer is in the state at a moment: a pending one past its deadline has expired."""
    stored: ColumnElement[bool] = offers.c.state == state.value
    if state is OfferState.PENDING:
        return and_(stored, offers.c.deadline > at)
    if state is OfferState.EXPIRED:
        return or_(stored, and_(offers.c.state == "pending", offers.c.deadline <= at))
    return stored


def _dispute_key(parts: list[str]) -> tuple[datetime, int]:
    text, offer_id = parts
    opened_at = datetime.fromisoformat(text)
    if opened_at.utcoffset() != timedelta(0):
        raise ValueError(text)
    return opened_at, row_id([offer_id])


def _dispute_cursor(view: OfferView) -> str:
    assert view.dispute is not None
    return make_cursor("disputes", view.dispute.opened_at.isoformat(), view.offer.id)
