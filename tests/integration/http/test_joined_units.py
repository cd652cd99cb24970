"""Units that are a part of somebody else's transaction, as Pyramid has one for each request; on every store."""

from decimal import Decimal
from typing import Any

import pytest
import transaction
from transaction.interfaces import DoomedTransaction, TransientError

from domain import ConcurrentChange, Purse
from domain.ports.store import Store
from tests.factories import TraderFactory
from tests.integration.desk import Desk, joined
from tests.integration.wakers import RecordingWaker


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


class FailsToVote:
    """A data manager of somebody else, that joins the same transaction and turns the commit down."""

    transaction_manager = None

    def abort(self, transaction: Any) -> None: ...

    tpc_begin = commit = tpc_finish = tpc_abort = abort

    def tpc_vote(self, transaction: Any) -> None:
        raise OSError("the disk of the other one is full")

    def sortKey(self) -> str:  # noqa: N802
        return "~ after every other"


def test_a_commit_that_another_data_manager_turns_down_rolls_back_and_lets_the_next_one_in(
    desk: Desk, waker: RecordingWaker
) -> None:
    trader = desk.trader(usdt=10)
    manager, unit = desk.open_unit()
    unit.book.lock_wallet(trader.id, "usdt")
    unit.traders.add(TraderFactory(), "hash")
    manager.get().join(FailsToVote())
    with pytest.raises(OSError, match="disk"):
        manager.commit()
    manager.abort()
    assert desk.read(lambda other: other.traders.count()) == 1
    desk.transfer(trader, Decimal(1), Purse.P2P, Purse.MAIN)
    assert waker.nudges == []


def test_a_doomed_transaction_does_not_commit(desk: Desk) -> None:
    manager, unit = desk.open_unit()
    unit.traders.add(TraderFactory(), "hash")
    manager.doom()
    with pytest.raises(DoomedTransaction):
        manager.commit()
    manager.abort()
    assert desk.read(lambda other: other.traders.count()) == 0


def test_what_a_guard_raises_is_tried_again_by_the_transaction_manager(desk: Desk) -> None:
    desk.trader(usdt=10)
    maker = desk.traders[0]
    ad = desk.ad(maker)
    stale = desk.write(lambda unit: unit.book.lock_ad(ad.id)).close(maker.id, desk.clock.now())
    desk.pause(ad)
    manager = transaction.TransactionManager(explicit=True)
    tried = []

    def work() -> None:
        tried.append(None)
        joined(desk.store, manager).book.apply(stale)

    with pytest.raises(ConcurrentChange):
        manager.run(work, tries=3)
    assert len(tried) == 3


def test_what_a_guard_raises_says_so_by_itself(desk: Desk) -> None:
    """pyramid_retry asks the error or the data manager, while the transaction is still there."""
    desk.trader(usdt=10)
    maker = desk.traders[0]
    ad = desk.ad(maker)
    stale = desk.write(lambda unit: unit.book.lock_ad(ad.id)).close(maker.id, desk.clock.now())
    desk.pause(ad)
    manager, unit = desk.open_unit()
    with pytest.raises(ConcurrentChange) as caught:
        unit.book.apply(stale)
    assert isinstance(caught.value, TransientError) or manager._retryable(caught.type, caught.value)
    manager.abort()
