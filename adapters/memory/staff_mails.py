"""Mails to staff about disputes, over dicts. A unit that writes has the whole database to itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain.model.lifecycle import OfferState
from domain.model.told_staff import StaffMail

from .tables import existing
from .unit import Session


class MemoryStaffMails:
    """The port ``StaffMails``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def owe(self, staff: Iterable[UUID], at: datetime) -> None:
        """Note that each of these is to be mailed."""
        tables = self._session.writing()
        for trader_id in staff:
            existing(tables.traders, trader_id, "trader")
            kept = tables.staff_mails.get(trader_id) or StaffMail(trader_id)
            if kept.owed_since is None:
                tables.staff_mails.put(trader_id, replace(kept, owed_since=at))

    def due(self, mailed_before: datetime, limit: int) -> Sequence[UUID]:
        """Those of the staff who are owed a mail, and whose last is old enough."""
        with self._session.reading() as tables:
            owed = [
                (mail.owed_since, mail.trader_id)
                for mail in tables.staff_mails.values()
                if mail.owed_since is not None and (mail.mailed_at is None or mail.mailed_at <= mailed_before)
            ]
            traders = {trader_id: existing(tables.traders, trader_id, "trader") for _, trader_id in owed}
        writable = [key for key in sorted(owed) if traders[key[1]].is_staff and not traders[key[1]].is_suspended]
        return [trader_id for _, trader_id in writable[:limit]]

    def lock(self, trader_id: UUID) -> StaffMail:
        """What is kept of one."""
        return self._session.writing().staff_mails.get(trader_id) or StaffMail(trader_id)

    def waiting(self, trader_id: UUID) -> int:
        """How many disputes are open that this trader is no party of."""
        with self._session.reading() as tables:
            disputed = [offer for offer in tables.offers.values() if offer.state is OfferState.DISPUTED]
            return sum(
                trader_id not in (offer.taker_id, existing(tables.ads, offer.ad_id, "ad").maker_id)
                for offer in disputed
            )

    def put_down(self, mail: StaffMail) -> None:
        """Keep what came of one."""
        self._session.writing().staff_mails.put(mail.trader_id, mail)
