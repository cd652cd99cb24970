"""The desk's own stores, as the test kit wants them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import pytest
import transaction

from domain import DESK, NumberedNotice, StaffAct, Trader
from domain.ports.store import Store, Unit
from domain.testing import Books, Capabilities, SettableClock
from domain.testing.contracts.conftest import capabilities, desk, failing_store

__all__ = ["capabilities", "desk", "failing_store"]

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class RunningStore:
    """A store whose units join a transaction manager's transaction, which is begun and ended here."""

    store: Store

    def run(self, work: Callable[[Unit], Answer], *, writes: bool) -> Answer:
        manager = transaction.TransactionManager(explicit=True)
        answer: Answer = manager.run(lambda: work(self.store.unit(manager, writes=writes)), tries=3)
        return answer

    def add_trader(self, trader: Trader) -> None:
        self.run(lambda unit: unit.traders.add(trader, "not a hash"), writes=True)

    def restrict(self, trader_id: UUID, currency: str, restricted: bool) -> None:
        def work(unit: Unit) -> None:
            act = StaffAct(DESK.id, unit.now(), "trader.restrict", f"trader:{trader_id}:{currency}")
            unit.traders.set_restricted(trader_id, currency, restricted, act)

        self.run(work, writes=True)

    def notices(self, trader_id: UUID) -> list[NumberedNotice]:
        return list(self.store.tail.after(trader_id, 0, 1000))


@pytest.fixture
def books(engine: str, store: Store) -> Books:
    """Empty books on each engine in turn."""
    clock: SettableClock = store.clock  # type: ignore[attr-defined]
    running = RunningStore(store)
    can = Capabilities(many_writers=engine == "postgres", tells_in_flight=engine == "postgres")
    return Books(running, clock, running.add_trader, running.restrict, running.notices, can)
