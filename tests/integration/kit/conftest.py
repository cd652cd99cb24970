"""The desk's own stores, as the test kit wants them."""

from uuid import UUID

import pytest

from domain import DESK, MarketRate, NumberedNotice, StaffAct, Store, Trader, Unit
from domain.testing import Books, Capabilities, SettableClock
from domain.testing.contracts.conftest import capabilities, desk, failing_store

__all__ = ["capabilities", "desk", "failing_store"]


@pytest.fixture
def books(engine: str, store: Store) -> Books:
    """Empty books on each engine in turn."""
    clock: SettableClock = store.clock  # type: ignore[attr-defined]

    def add_trader(trader: Trader) -> None:
        store.run(lambda unit: unit.traders.add(trader, "not a hash"), writes=True)

    def restrict(trader_id: UUID, currency: str, restricted: bool) -> None:
        def work(unit: Unit) -> None:
            act = StaffAct(DESK.id, unit.now(), "trader.restrict", f"trader:{trader_id}:{currency}")
            unit.traders.set_restricted(trader_id, currency, restricted, act)

        store.run(work, writes=True)

    def notices(trader_id: UUID) -> list[NumberedNotice]:
        return list(store.tail.after(trader_id, 0, 1000))

    def keep_rate(rate: MarketRate) -> None:
        store.run(lambda unit: unit.rates.keep([rate]), writes=True)

    can = Capabilities(many_writers=engine == "postgres", tells_in_flight=engine == "postgres")
    return Books(store, clock, add_trader, restrict, notices, can, keep_rate)
