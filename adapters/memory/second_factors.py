"""What is kept of authenticators, over dicts. A unit that writes has the whole database to itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain.ports.second_factors import SecondFactor

from .traders import found_still_here
from .unit import Session, StaleRow


class MemorySecondFactors:
    """The port ``SecondFactors``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lock(self, trader_id: UUID) -> SecondFactor | None:
        """A trader's, or None."""
        return self._session.writing().second_factors.get(trader_id)

    def begin(self, factor: SecondFactor) -> None:
        """Keep one that is not confirmed."""
        tables = self._session.writing()
        found_still_here(tables, factor.trader_id)
        before = tables.second_factors.get(factor.trader_id)
        if before is not None and before.confirmed_at is not None:
            raise StaleRow(f"the authenticator of {factor.trader_id} is confirmed by now")
        tables.second_factors.put(factor.trader_id, factor)

    def put_down(self, factor: SecondFactor) -> None:
        """Keep what came of one."""
        self._session.writing().second_factors.put(factor.trader_id, factor)

    def confirm(self, factor: SecondFactor, at: datetime) -> None:
        """Have one count."""
        self.put_down(factor)
        self._turn(factor.trader_id, True, at)

    def remove(self, trader_id: UUID, at: datetime) -> None:
        """Forget one."""
        self._session.writing().second_factors.remove(trader_id)
        self._turn(trader_id, False, at)

    def _turn(self, trader_id: UUID, is_on: bool, at: datetime) -> None:
        tables = self._session.writing()
        trader = found_still_here(tables, trader_id)
        tables.traders.put(trader_id, replace(trader, has_totp=is_on, updated_at=at))
