"""Lists and details on a database. Nothing here takes a lock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.engine import Connection

from domain.model.changes import StaffAct
from domain.model.dispute import DisputeKind
from domain.model.facts import AnyFact
from domain.model.ledger import Entry, Purse
from domain.model.limits import TraderCounts
from domain.model.notices import NumberedNotice
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
from ..schema.tables import accounts, ads, audit_trail, disputes, offers
from ..schema.types import Id, Moment, word
from . import board, disputes_to_tell, journal
from .counts import counts_of
from .cursors import BEYOND_ALL_IDS, make_cursor, page, read_cursor, row_id
from .facts import facts_of
from .offers import offers_in_dispute, offers_of, one_offer
from .tail import notices_after
from .told import told_of_offer
from .traders import traders_of

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
        return one_offer(self._connection, offer_id, reader)

    def offers(self, query: OfferQuery, cursor: str | None, limit: int) -> Page[OfferView]:
        """A trader's offers, or everybody's, newest first."""
        return offers_of(self._connection, query, cursor, limit)

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
        return offers_in_dispute(self._connection, cursor, limit, handled_by, kind)

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
