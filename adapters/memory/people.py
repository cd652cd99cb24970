"""What people are to each other, over dicts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.model.endings import Ending
from domain.model.feedback import Feedback
from domain.model.lifecycle import Role
from domain.model.track_record import TIMED_OFFERS, PublicRecord, Stats, TrackRecord
from domain.model.trader import Profile
from domain.ports.people import FeedbackView, Rater
from domain.ports.readers import Page

from .cursors import page
from .facts import facts_of
from .tables import BlockRow, Tables, existing
from .traders import found_still_here, profile_of
from .unit import Session

_LAST = datetime.max.replace(tzinfo=UTC)


def track_record_of(tables: Tables, trader_id: UUID) -> TrackRecord:
    """How a trader's offers ended."""
    endings = _endings_of(tables, trader_id)
    completed, at_fault = (sum(getattr(each, name) for each in endings) for name in ("is_completed", "at_fault"))
    return TrackRecord(len(endings), completed, at_fault)


class MemoryPeople:
    """The port ``People``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def public_record(self, trader_id: UUID) -> PublicRecord:
        """A trader as others see them."""
        with self._session.reading() as tables:
            found_still_here(tables, trader_id)
            profile = profile_of(tables, trader_id)
            to_pay, to_release = (_times(tables, trader_id, role) for role in (Role.BUYER, Role.SELLER))
            stats = Stats(track_record_of(tables, trader_id), to_pay, to_release, _since(tables, trader_id))
            return PublicRecord.of(profile, stats)

    def track_record(self, trader_id: UUID) -> TrackRecord:
        """How a trader's offers ended."""
        with self._session.reading() as tables:
            return track_record_of(tables, trader_id)

    def block(self, by: UUID, whom: UUID, at: datetime) -> None:
        """Note that a trader has blocked another."""
        tables = self._session.writing()
        found_still_here(tables, whom)
        existing(tables.traders, by, "trader")
        if not any((block.by, block.whom) == (by, whom) for block in tables.blocks.values()):
            tables.blocks.put(tables.take_id("blocks"), BlockRow(by, whom, at))

    def count_blocks_locked(self, trader_id: UUID) -> int:
        """How many others a trader has blocked; nobody else writes meanwhile."""
        tables = self._session.writing()
        found_still_here(tables, trader_id)
        return sum(block.by == trader_id for block in tables.blocks.values())

    def is_kept_from(self, trader_id: UUID, parties: Collection[UUID], before: datetime) -> bool:
        """Whether a trader has blocked one of these, or was blocked by one before."""
        with self._session.reading() as tables:
            return any(
                (block.by == trader_id and block.whom in parties)
                or (block.whom == trader_id and block.by in parties and block.at < before)
                for block in tables.blocks.values()
            )

    def unblock(self, by: UUID, whom: UUID) -> None:
        """Forget that a trader has blocked another."""
        tables = self._session.writing()
        found_still_here(tables, whom)
        own = [row_id for row_id, block in tables.blocks.items() if (block.by, block.whom) == (by, whom)]
        for block_id in own:
            tables.blocks.remove(block_id)

    def blocked_by(self, trader_id: UUID, cursor: str | None, limit: int) -> Page[Profile]:
        """Whom a trader has blocked, the last one first."""
        with self._session.reading() as tables:
            own = {block_id: block.whom for block_id, block in tables.blocks.items() if block.by == trader_id}
            found = page(
                own.items(),
                lambda block_id, _: -block_id,
                of_list="blocks",
                find=lambda block_id: own.get(block_id) or trader_id,
                cursor=cursor,
                limit=limit,
            )
            return Page([profile_of(tables, whom) for whom in found.items], found.next)

    def feedback_about(self, trader_id: UUID, cursor: str | None, limit: int) -> Page[FeedbackView]:
        """What was said of a trader, the newest first."""
        with self._session.reading() as tables:
            found_still_here(tables, trader_id)
            about = {given.offer_id: given for given in facts_of(tables, Feedback, (), None) if given.whom == trader_id}
            found = page(
                about.items(),
                lambda offer_id, given: (_LAST - given.at, -offer_id),
                of_list="feedback",
                find=about.get,
                cursor=cursor,
                limit=limit,
            )
            return Page([FeedbackView(given, _rater(tables, given.by)) for given in found.items], found.next)


def _rater(tables: Tables, trader_id: UUID) -> Rater:
    return Rater(trader_id, existing(tables.traders, trader_id, "trader").fullname)


def _endings_of(tables: Tables, trader_id: UUID) -> list[Ending]:
    return [ending for ending in facts_of(tables, Ending, (), None) if ending.trader_id == trader_id]


def _times(tables: Tables, trader_id: UUID, role: Role) -> tuple[timedelta, ...]:
    """How long the trader took for each of the last offers that tell it, the newest first."""
    timed = [each.offer_id for each in _endings_of(tables, trader_id) if each.role is role and each.is_timed]
    found = []
    for offer_id in sorted(timed, reverse=True)[:TIMED_OFFERS]:
        offer = existing(tables.offers, offer_id, "offer")
        begin, end = (offer.created_at, offer.paid_at) if role is Role.BUYER else (offer.paid_at, offer.ended_at)
        assert begin is not None and end is not None
        found.append(end - begin)
    return tuple(found)


def _since(tables: Tables, trader_id: UUID) -> datetime | None:
    as_taker = (offer.created_at for offer in tables.offers.values() if offer.taker_id == trader_id)
    as_maker = (ad.trade_started_at for ad in tables.ads.values() if ad.maker_id == trader_id and ad.trade_started_at)
    return min((*as_taker, *as_maker), default=None)
