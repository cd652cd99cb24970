"""What is the memory store's own, beside the contracts that it shares with the databases."""

from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest

from adapters.memory.rows import Rows
from adapters.memory.store import MemoryStore
from adapters.memory.tables import check_amount
from domain import AdChange, Changes, Fault
from domain.errors import StoreUnavailable, TraderNotFound
from domain.model.changes import StaffAct
from domain.ports.logins import Login
from tests.clock import SettableClock
from tests.factories import TraderFactory
from tests.integration.desk import Desk, joined
from tests.integration.wakers import RecordingWaker


@pytest.fixture
def desk() -> Desk:
    named = {"waker": RecordingWaker(), "message_id_domain": "desk.example", "clock": SettableClock()}
    return Desk(MemoryStore(**named, patience_seconds=0.01))


def test_a_draft_shows_its_own_rows_over_those_below() -> None:
    base: Rows[int, str] = Rows()
    for key, row in ((1, "one"), (2, "two"), (3, "three")):
        base.put(key, row)
    draft = Rows(base)
    draft.put(4, "four")
    draft.put(2, "second")
    draft.remove(1)
    draft.remove(9)
    assert list(draft.items()) == [(2, "second"), (3, "three"), (4, "four")]
    assert (draft.get(1), draft.get(2), len(draft), 1 in draft, 4 in draft) == (None, "second", 3, False, True)
    assert list(base.values()) == ["one", "two", "three"]
    draft.merge()
    assert list(base.items()) == [(2, "second"), (3, "three"), (4, "four")]


def test_a_row_that_was_removed_can_be_written_again() -> None:
    base: Rows[int, str] = Rows()
    base.put(1, "one")
    draft = Rows(base)
    draft.remove(1)
    draft.put(1, "first")
    draft.merge()
    assert list(base.items()) == [(1, "first")]


def test_a_writer_that_waits_for_too_long_gives_up(desk: Desk) -> None:
    manager, unit = desk.open_unit()
    unit.traders.add(TraderFactory(), "hash")
    with pytest.raises(StoreUnavailable):
        desk.add(TraderFactory())
    manager.abort()
    desk.add(TraderFactory())


def test_units_of_one_transaction_are_one(desk: Desk) -> None:
    trader = TraderFactory()
    manager, unit = desk.open_unit()
    unit.traders.add(trader, "hash")
    again = joined(desk.store, manager)
    assert again.traders.by_id(trader.id) == trader
    manager.commit()
    manager.begin()
    assert unit.traders.count() == 1
    manager.abort()


def test_a_unit_that_only_reads_cannot_write(desk: Desk) -> None:
    trader = desk.trader()
    with pytest.raises(Fault):
        desk.read(lambda unit: unit.traders.add(TraderFactory(), "hash"))
    with pytest.raises(Fault):
        desk.read(lambda unit: unit.book.lock_wallet(trader.id, "usdt"))


def test_what_would_point_at_nothing_is_a_fault(desk: Desk) -> None:
    trader = desk.trader()
    now = desk.clock.now()
    nowhere = Login(uuid4(), uuid4(), uuid4(), now, now)
    with pytest.raises(TraderNotFound):
        desk.write(lambda unit: unit.logins.open(nowhere))
    with pytest.raises(Fault):
        desk.write(lambda unit: unit.logins.add_ticket(b"digest", uuid4(), now))
    act = StaffAct(uuid4(), now, "trader.suspend", "trader")
    with pytest.raises(Fault):
        desk.write(lambda unit: unit.traders.set_suspended(trader.id, True, act))


def test_what_is_there_already_is_a_fault(desk: Desk) -> None:
    trader = desk.trader()
    now = desk.clock.now()
    login = Login(uuid4(), trader.id, uuid4(), now, now)
    desk.write(lambda unit: unit.logins.open(login))
    desk.write(lambda unit: unit.logins.add_ticket(b"digest", login.id, now))
    with pytest.raises(Fault):
        desk.write(lambda unit: unit.logins.open(login))
    with pytest.raises(Fault):
        desk.write(lambda unit: unit.logins.add_ticket(b"digest", login.id, now))
    with pytest.raises(Fault):
        desk.add(replace(trader, email="other@desk.example"))


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-1", "1000000000000000000", "0.000000000000000000001"])
def test_an_amount_that_no_database_would_take(amount: str) -> None:
    with pytest.raises(Fault):
        check_amount(Decimal(amount))


def test_an_ad_with_an_amount_that_no_database_would_take(desk: Desk) -> None:
    ad = desk.sell_ad()
    with pytest.raises(Fault):
        desk.apply(Changes(ad=AdChange(ad, replace(ad, price_per_unit=Decimal("NaN"), version=2))))
