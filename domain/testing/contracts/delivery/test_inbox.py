"""The port ``Inbox``: up to where a trader has read what they were told."""

from decimal import Decimal
from uuid import UUID

import pytest

from ....errors import TraderNotFound
from ....use_cases.mark_read import mark_read
from ...identifiers import fresh_id
from ...store_desk import StoreDesk


@pytest.fixture
def told(desk: StoreDesk) -> UUID:
    """A maker who was told of three offers."""
    jude, amara = desk.trader(usdt=100), desk.trader()
    ad = desk.ad(jude, crypto_amount=Decimal(100))
    for _ in range(3):
        desk.offer(ad, amara)
    return jude.id


def read_up_to(desk: StoreDesk, trader_id: UUID) -> int:
    return desk.read(lambda unit: unit.inbox.read_up_to(trader_id))


def mark(desk: StoreDesk, trader_id: UUID, up_to: int) -> int:
    return desk.write(lambda unit: mark_read(trader_id, up_to, inbox=unit.inbox))


def test_at_first_nothing_is_read(desk: StoreDesk, told: UUID) -> None:
    assert read_up_to(desk, told) == 0
    assert read_up_to(desk, fresh_id()) == 0


def test_what_was_read_is_kept(desk: StoreDesk, told: UUID) -> None:
    assert mark(desk, told, 2) == 2
    assert read_up_to(desk, told) == 2


def test_what_was_read_stays_read(desk: StoreDesk, told: UUID) -> None:
    mark(desk, told, 2)
    assert mark(desk, told, 1) == 2
    assert mark(desk, told, 0) == 2


def test_nobody_has_read_what_they_were_not_told(desk: StoreDesk, told: UUID) -> None:
    assert mark(desk, told, 10**18 - 1) == 3
    assert read_up_to(desk, told) == 3


def test_one_trader_reads_for_nobody_else(desk: StoreDesk, told: UUID) -> None:
    other = desk.trader()
    mark(desk, told, 3)
    assert read_up_to(desk, other.id) == 0


def test_a_stranger_has_no_inbox(desk: StoreDesk) -> None:
    with pytest.raises(TraderNotFound):
        mark(desk, fresh_id(), 1)


def test_a_new_notice_is_unread(desk: StoreDesk, told: UUID) -> None:
    mark(desk, told, 3)
    desk.offer(desk.ad(desk.trader(usdt=10)), desk.trader())
    assert read_up_to(desk, told) == 3
