"""How a desk is as a whole, on every store: what holds escrow, what waits, what is late, and what was checked."""

from __future__ import annotations

from decimal import Decimal

from domain.ports.vitals import LedgerCheck, Vitals
from tests.integration.desk import Desk

SMALLEST = Decimal(1).scaleb(-20)


def test_an_empty_desk(desk: Desk) -> None:
    assert desk.store.vitals() == Vitals(
        at=desk.clock.now(), is_frozen=False, escrow={}, oldest_letter=None, overdue=None, checked=None
    )


def test_escrow_is_the_exact_sum_of_all_purses(desk: Desk) -> None:
    first, second = desk.trader(usdt=100, fine=Decimal(1) + SMALLEST), desk.trader(usdt=100, fine=7)
    desk.ad(first, crypto_amount=Decimal(30))
    ad = desk.ad(second, crypto_amount=Decimal(12))
    desk.ad(first, crypto_currency="fine", crypto_amount=Decimal(1) + SMALLEST)
    desk.ad(second, crypto_currency="fine", crypto_amount=Decimal(3))
    assert desk.store.vitals().escrow == {"usdt": Decimal(42), "fine": Decimal(4) + SMALLEST}
    offer = desk.offer(ad, first, Decimal(2))
    desk.pay(offer)
    desk.release(offer)
    assert desk.store.vitals().escrow["usdt"] == Decimal(40)


def test_the_oldest_letter_is_of_those_that_are_to_be_sent(desk: Desk) -> None:
    began = desk.clock.now()
    desk.offer(desk.sell_ad(10), desk.trader(), 1)
    later = desk.clock.advance(minutes=5)
    desk.offer(desk.sell_ad(10), desk.trader(), 1)
    assert desk.store.vitals().oldest_letter == began
    outbox = desk.store.outbox
    first = outbox.claim(desk.identifiers.new(), 60, 1)[0]
    assert desk.store.vitals().oldest_letter == began
    outbox.park(first, "no such mailbox")
    while desk.store.vitals().oldest_letter == began:
        (letter,) = outbox.claim(desk.identifiers.new(), 60, 1)
        outbox.mark_sent(letter)
    assert desk.store.vitals().oldest_letter == later


def test_overdue_is_the_first_deadline_that_passed(desk: Desk) -> None:
    ad = desk.sell_ad(10)
    first = desk.offer(ad, desk.trader(), 1)
    desk.clock.advance(minutes=1)
    second = desk.offer(ad, desk.trader(), 1)
    paid = desk.offer(ad, desk.trader(), 1)
    desk.pay(paid)
    desk.clock.set(first.deadline)
    assert desk.store.vitals().overdue == first.deadline
    desk.expire(first)
    assert desk.store.vitals().overdue is None
    desk.clock.set(second.deadline)
    assert desk.store.vitals().overdue == second.deadline


def test_the_last_check_counts(desk: Desk) -> None:
    desk.store.note_check(3)
    desk.clock.advance(hours=1)
    desk.store.note_check(0)
    assert desk.store.vitals().checked == LedgerCheck(desk.clock.now(), 0)


def test_whether_it_is_frozen(desk: Desk) -> None:
    desk.freeze()
    assert desk.store.vitals().is_frozen
    desk.freeze(frozen=False)
    assert not desk.store.vitals().is_frozen
