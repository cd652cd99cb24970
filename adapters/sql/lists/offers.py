"""Offers to look at: one, a trader's, everybody's, and those in dispute."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy import true as always
from sqlalchemy.engine import Connection
from sqlalchemy.engine import Row as SqlRow

from domain.errors import OfferNotFound
from domain.model.dispute import DisputeKind
from domain.model.facts import fact_of
from domain.model.feedback import Feedback
from domain.model.lifecycle import LIVE_STATES, AdType, OfferState, Role
from domain.model.offer import HistoryItem
from domain.ports.readers import OfferQuery, OfferView, Page

from ..schema import mapping as rows
from ..schema.one_of import among
from ..schema.tables import ads, disputes, endings, feedback, offer_history, offers, traders
from ..schema.types import BIG, Flag, Id, Moment
from .cursors import BEYOND_ALL_IDS, make_cursor, page, read_cursor, row_id
from .parts import Part, Parts
from .statements import Statement, kept_compiled

_MAKER, _TAKER = traders.alias("maker"), traders.alias("taker")

# What whoever asks has said of the other party; nobody asks where it is of no concern.
_IS_OWN_FEEDBACK = and_(feedback.c.offer_id == offers.c.id, feedback.c.by == bindparam("reader", type_=Id))
_FROM_OFFERS = (
    offers.join(ads, ads.c.id == offers.c.ad_id)
    .join(_MAKER, _MAKER.c.id == ads.c.maker_id)
    .join(_TAKER, _TAKER.c.id == offers.c.taker_id)
    .outerjoin(disputes, rows.is_last_dispute_of(offers.c.id))
    .outerjoin(feedback, _IS_OWN_FEEDBACK)
)
# An offer is in dispute just as long as one on it is open, and those that are open have an index in this order.
_FROM_DISPUTES = (
    disputes.join(offers, offers.c.id == disputes.c.offer_id)
    .join(ads, ads.c.id == offers.c.ad_id)
    .join(_MAKER, _MAKER.c.id == ads.c.maker_id)
    .join(_TAKER, _TAKER.c.id == offers.c.taker_id)
)
# What is read of an ad for an offer on it that is from before offers kept it.
_KEPT_WITH_AD = [
    ads.c[name].label(f"ad_{name}")
    for name in (
        "ad_type", "price_per_unit", "payment_method", "bank_account_name", "bank_account_number", "bank_name",
        "payment_details",
    )
]  # fmt: skip
_OF_AN_OFFER = (
    Part(_FROM_DISPUTES, [*rows.labelled(offers, "offer_"), *_KEPT_WITH_AD], rows.offer_from),
    Part(ads, rows.labelled(ads, "ad_"), rows.ad_from),
    Part(_MAKER, rows.profile_columns(_MAKER, "maker_"), lambda row: rows.profile_from(row, "maker_")),
    Part(_TAKER, rows.profile_columns(_TAKER, "taker_"), lambda row: rows.profile_from(row, "taker_")),
    Part(disputes, rows.labelled(disputes, "dispute_"), rows.dispute_from),
)
_PARTS_IN_DISPUTE = Parts(*_OF_AN_OFFER)
_PARTS = Parts(*_OF_AN_OFFER, Part(feedback, rows.labelled(feedback, "feedback_"), lambda row: _feedback(row)))
_ENGINES = ("postgresql", "sqlite")
_OFFERS = {on: select(*_PARTS.columns(postgresql=on == "postgresql")).select_from(_FROM_OFFERS) for on in _ENGINES}
_IN_DISPUTE = {
    on: select(*_PARTS_IN_DISPUTE.columns(postgresql=on == "postgresql"))
    .select_from(_FROM_DISPUTES)
    .where(disputes.c.resolved_at.is_(None))
    .order_by(disputes.c.opened_at, disputes.c.offer_id)
    for on in _ENGINES
}
_HISTORY = [offer_history.c.version, offer_history.c.state, offer_history.c.at, offer_history.c.by]
# The history comes as more rows of the same statement, so that a detail is one round trip.
_OFFER_WITH_HISTORY = {
    on: Statement(
        statement.add_columns(*(column.label("history_" + column.name) for column in _HISTORY))
        .join(offer_history, offer_history.c.offer_id == offers.c.id)
        .where(offers.c.id == bindparam("offer_id", type_=BIG))
        .order_by(offer_history.c.version)
    )
    for on, statement in _OFFERS.items()
}
_ROWS_WANTED, _BEFORE = bindparam("rows_wanted", type_=BIG), bindparam("before", type_=BIG)
_AT, _AD_ID = bindparam("at", type_=Moment), bindparam("ad_id", type_=BIG)
_TRADER = bindparam("trader_id", type_=Id)
# Written as the partial indexes have it, by which the planners know them.
_IS_LIVE = literal_column("offers.state IN ('pending', 'paid', 'disputed')", Flag)
Party = tuple[Literal["maker", "taker"], AdType | None]
"""A way to be a party: by a side of the ad, of any type or of one."""


class Way(NamedTuple):
    """In which way offers are asked for: all that decides which conditions there are.

    ``parties`` are those that the trader is in the ``role``, and None where offers of everybody are asked for.
    """

    engine: str
    parties: tuple[Party, ...] | None
    role: str | None
    state: OfferState | None
    has_ad: bool
    has_reference: bool


def one_offer(connection: Connection, offer_id: int, reader: UUID | None) -> OfferView:
    """One offer with its history. Raises ``OfferNotFound``."""
    statement = _OFFER_WITH_HISTORY[connection.dialect.name]
    found = statement.rows(connection, {"offer_id": offer_id, "reader": reader})
    if not found:
        raise OfferNotFound()
    history = tuple(
        HistoryItem(row.history_version, OfferState(row.history_state), row.history_at, row.history_by) for row in found
    )
    return _views(connection, _PARTS, found[:1], history)[0]


def offers_of(connection: Connection, query: OfferQuery, cursor: str | None, limit: int) -> Page[OfferView]:
    """A trader's offers, or everybody's, newest first. Raises ``BadCursor``."""
    before = BEYOND_ALL_IDS if cursor is None else read_cursor("offers", cursor, row_id)
    parties = None if query.trader_id is None else _parties(query)
    if parties is not None and not parties:
        return Page([])
    has_ad, has_reference = query.ad_id is not None, query.client_reference is not None
    way = Way(connection.dialect.name, parties, query.role, query.state, has_ad, has_reference)
    statement = _newest(way)
    values = {
        "reader": query.trader_id,
        "trader_id": query.trader_id,
        "before": before,
        "rows_wanted": limit + 1,
        "at": query.at,
        "ad_id": query.ad_id,
        "client_reference": query.client_reference,
    }
    found = _views(connection, _PARTS, statement.rows(connection, values))
    return page(found, limit, lambda view: make_cursor("offers", view.offer.id))


def offers_in_dispute(
    connection: Connection, cursor: str | None, limit: int, handled_by: UUID | None, kind: DisputeKind | None
) -> Page[OfferView]:
    """Offers in dispute, oldest dispute first. Raises ``BadCursor``."""
    values: dict[str, Any] = {"rows_wanted": limit + 1, "handled_by": handled_by}
    if cursor is not None:
        values["opened_at"], values["offer_id"] = read_cursor("disputes", cursor, _dispute_key)
    statement = _disputed(connection.dialect.name, cursor is not None, handled_by is not None, kind)
    found = _views(connection, _PARTS_IN_DISPUTE, statement.rows(connection, values))
    return page(found, limit, _dispute_cursor)


@kept_compiled
def _newest(way: Way) -> Statement:
    if way.parties is None:
        own = union_all(*(_newest_of_all(way, stored) for stored in _stored(way.state)))
    elif way.has_ad or way.has_reference or way.role == "taker":
        own = union_all(*(_newest_ids(way, *party) for party in way.parties))
    else:
        own = union_all(*_newest_ended(way), *(_newest_live(way, *party) for party in way.parties if _may_live(way)))
    is_own = among(offers.c.id, own, postgresql=way.engine == "postgresql")
    return Statement(_OFFERS[way.engine].where(is_own).order_by(offers.c.id.desc()).limit(_ROWS_WANTED))


@kept_compiled
def _disputed(engine: str, is_behind: bool, is_handled: bool, kind: DisputeKind | None) -> Statement:
    statement = _IN_DISPUTE[engine]
    if is_behind:
        behind = tuple_(bindparam("opened_at", type_=Moment), bindparam("offer_id", type_=BIG))
        statement = statement.where(tuple_(disputes.c.opened_at, disputes.c.offer_id) > behind)
    if is_handled:
        statement = statement.where(disputes.c.handled_by == bindparam("handled_by", type_=Id))
    if kind is not None:
        statement = statement.where(disputes.c.kind == _word(kind.value))
    return Statement(statement.limit(_ROWS_WANTED))


def _word(value: str) -> ColumnElement[str]:
    # Written into the statement: an index of a part of a table is used only where the part is known.
    return literal_column(f"'{value}'")


def _views(
    connection: Connection, parts: Parts, found: Sequence[SqlRow[Any]], history: tuple[HistoryItem, ...] = ()
) -> list[OfferView]:
    made = parts.found(found, postgresql=connection.dialect.name == "postgresql")
    return [
        OfferView(offer, ad, maker, taker, history, dispute, next(iter(given), None))
        for offer, ad, maker, taker, dispute, *given in made
    ]


def _feedback(row: rows.Row) -> Feedback | None:
    """What the reader has said, or None where the outer join found none."""
    if row["feedback_offer_id"] is None:
        return None
    return fact_of(Feedback, {column.name: row[f"feedback_{column.name}"] for column in feedback.c}, {})


def _parties(query: OfferQuery) -> tuple[Party, ...]:
    """The ways in which the trader is a party in the role that is asked for, each for an index of its own.

    Each is the side of the ad that the trader is on, and the type of ad on which that side has the role. An offer's
    reference is its taker's, so that whoever asks by one is asking as that.
    """
    parties = _parties_in_role(query.role)
    return parties if query.client_reference is None else tuple(party for party in parties if party[0] == "taker")


def _parties_in_role(role: str | None) -> tuple[Party, ...]:
    match role:
        case "maker" | "taker" as side:
            return ((side, None),)
        case "buyer":
            return (("maker", AdType.BUY), ("taker", AdType.SELL))
        case "seller":
            return (("maker", AdType.SELL), ("taker", AdType.BUY))
    return (("maker", None), ("taker", None))


def _stored(state: OfferState | None) -> tuple[OfferState | None, ...]:
    """The states that offers of the state which is asked for may be kept in, each for the index to be looked up by."""
    return (OfferState.EXPIRED, OfferState.PENDING) if state is OfferState.EXPIRED else (state,)


def _newest_of_all(way: Way, stored: OfferState | None) -> Select[Any]:
    """The ids of the newest offers of everybody, in one state as it is kept, or in any."""
    statement = select(offers.c.id).where(offers.c.id < _BEFORE)
    if way.has_ad:
        statement = statement.where(offers.c.ad_id == _AD_ID)
    if way.state is not None and stored is not None:
        # Written into the statement, so that a state which few offers are in is looked for by its index.
        statement = statement.where(offers.c.state == _word(stored.value), _is_in_state(way.state))
    return select(statement.order_by(offers.c.id.desc()).limit(_ROWS_WANTED).subquery().c.id)


def _newest_ids(way: Way, side: str, ad_type: AdType | None) -> Select[Any]:
    """The ids of the newest offers of a trader in one way, by an index in just this order: a taker's, or an ad's."""
    newest = _of_party(way, side, ad_type).order_by(offers.c.id.desc())
    return select(newest.limit(_ROWS_WANTED).subquery().c.id)


def _newest_live(way: Way, side: str, ad_type: AdType | None) -> Select[Any]:
    """The ids of the newest live offers of a trader in one way: there are few of them, and they have indexes."""
    if side == "maker" and way.engine == "postgresql":
        # Ad by ad: else the planner may go through the live offers of everybody.
        of_ad = _as_asked(way, select(offers.c.id)).where(_IS_LIVE, offers.c.ad_id == ads.c.id).correlate(ads)
        newest = of_ad.order_by(offers.c.id.desc()).limit(_ROWS_WANTED).lateral()
        own = select(newest.c.id).select_from(ads.join(newest, always())).where(ads.c.maker_id == _TRADER)
        own = own if ad_type is None else own.where(ads.c.ad_type == ad_type.value)
    else:
        own = _of_party(way, side, ad_type).where(_IS_LIVE)
    # An OFFSET keeps the planner from going through everybody's offers, newest first, until it has found enough of
    # those that are the trader's, of which there may be none.
    found = own.offset(0).subquery()
    return select(select(found.c.id).order_by(found.c.id.desc()).limit(_ROWS_WANTED).subquery().c.id)


def _may_live(way: Way) -> bool:
    """Whether live offers may be among them: a pending one past its deadline has expired."""
    return way.state is None or way.state in LIVE_STATES or way.state is OfferState.EXPIRED


def _newest_ended(way: Way) -> list[Select[Any]]:
    """The ids of the newest offers of a trader that have ended, each part in the order of one index.

    Whoever makes ads may have very many offers on them, and only of those that ended is it kept whose they were.
    """
    if way.state in LIVE_STATES:
        return []
    roles = [Role(way.role)] if way.role in ("buyer", "seller") else [Role.BUYER, Role.SELLER]
    return [_newest_ended_in(way, role, is_timed) for role in roles for is_timed in (True, False)]


def _newest_ended_in(way: Way, role: Role, is_timed: bool) -> Select[Any]:
    statement = select(endings.c.offer_id.label("id")).where(
        endings.c.trader_id == _TRADER,
        endings.c.role == _word(role.value),
        endings.c.is_timed == literal(is_timed, Flag),
        endings.c.offer_id < _BEFORE,
    )
    if way.state is not None:
        statement = statement.where(endings.c.is_completed == literal(way.state is OfferState.COMPLETED, Flag))
    if way.role == "maker" or way.state in (OfferState.CANCELLED, OfferState.EXPIRED):
        statement = statement.join(offers, offers.c.id == endings.c.offer_id)
    if way.role == "maker":
        statement = statement.where(offers.c.taker_id != _TRADER)
    if way.state in (OfferState.CANCELLED, OfferState.EXPIRED):
        statement = statement.where(offers.c.state == _word(way.state.value))
    return select(statement.order_by(endings.c.offer_id.desc()).limit(_ROWS_WANTED).subquery().c.id)


def _of_party(way: Way, side: str, ad_type: AdType | None) -> Select[Any]:
    """The ids of the offers of a trader who is a party in one way, as far as they are asked for."""
    statement = _as_asked(way, select(offers.c.id))
    if side == "maker" or ad_type is not None:
        statement = statement.join(ads, ads.c.id == offers.c.ad_id)
    if ad_type is not None:
        statement = statement.where(ads.c.ad_type == ad_type.value)
    return statement.where((offers.c.taker_id if side == "taker" else ads.c.maker_id) == _TRADER)


def _as_asked(way: Way, statement: Select[Any]) -> Select[Any]:
    """With the conditions that offers are asked for by, whoever's they are."""
    if way.has_ad:
        statement = statement.where(offers.c.ad_id == _AD_ID)
    if way.state is not None:
        statement = statement.where(_is_in_state(way.state))
    if way.has_reference:
        statement = statement.where(offers.c.client_reference == bindparam("client_reference"))
    return statement.where(offers.c.id < _BEFORE)


def _is_in_state(state: OfferState) -> ColumnElement[bool]:
    """Whether an offer is in the state at a moment: a pending one past its deadline has expired."""
    stored: ColumnElement[bool] = offers.c.state == state.value
    if state is OfferState.PENDING:
        return and_(stored, offers.c.deadline > _AT)
    if state is OfferState.EXPIRED:
        return or_(stored, and_(offers.c.state == "pending", offers.c.deadline <= _AT))
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
