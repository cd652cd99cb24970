"""What runs out is ended by itself, each once, and nothing keeps anything else waiting."""

import contextlib
import logging
import sqlite3
import threading
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from adapters.worker.sweeper import BATCH, FORGET_LIMIT, Sweeper
from domain import AdStatus, DisputeKind, OfferState
from domain.errors import NotDueYet
from domain.ports.admission import RequestKey, StoredAnswer
from domain.ports.logins import Login
from domain.ports.store import Store, Unit
from tests.integration.conftest import NewStore
from tests.integration.desk import Desk
from tests.integration.races import at_once


@pytest.fixture
def desk(store: Store) -> Desk:
    """A desk on each of the three engines."""
    return Desk(store)


def available(desk: Desk, ad_id: int) -> Decimal:
    return desk.read(lambda unit: unit.readers.ad(ad_id)).ad.available


def test_an_unpaid_offer_ends_at_its_deadline_and_not_before(desk: Desk) -> None:
    ad = desk.sell_ad(10)
    offer, paid = desk.offer(ad, desk.trader(), 2), desk.offer(ad, desk.trader(), 3)
    desk.pay(paid)
    sweeper = Sweeper(desk.store)
    desk.clock.set(offer.deadline - timedelta(microseconds=1))
    assert sweeper.sweep_once() == 0
    desk.clock.set(offer.deadline)
    assert sweeper.sweep_once() == 1
    assert desk.state_of(offer) is OfferState.EXPIRED
    assert desk.state_of(paid) is OfferState.PAID
    assert available(desk, ad.id) == 7
    assert sweeper.sweep_once() == 0


@pytest.mark.abuse("D11")
def test_what_was_paid_too_long_ago_is_disputed_and_nobody_s_money_moves(desk: Desk) -> None:
    ad, day = desk.sell_ad(10), timedelta(days=1)
    offer, released = desk.offer(ad, desk.trader(), 2), desk.offer(ad, desk.trader(), 3)
    for paid in (offer, released):
        desk.pay(paid)
    sweeper = Sweeper(desk.store, day)
    desk.clock.advance(hours=24, microseconds=-1)
    assert sweeper.sweep_once() == 0
    desk.release(released)
    desk.clock.advance(microseconds=1)
    assert Sweeper(desk.store).sweep_once() == 0
    assert sweeper.sweep_once() == 1
    view = desk.read(lambda unit: unit.readers.offer(offer.id))
    assert view.dispute is not None
    assert (view.offer.state, view.dispute.kind, view.dispute.opened_by) == (
        OfferState.DISPUTED, DisputeKind.NO_ANSWER, None,
    )  # fmt: skip
    assert desk.state_of(released) is OfferState.COMPLETED
    assert available(desk, ad.id) == 5
    assert sweeper.sweep_once() == 0


@pytest.mark.abuse("D11")
def test_a_withdrawn_dispute_gives_the_seller_their_time_anew(desk: Desk) -> None:
    offer, day = desk.offer(desk.sell_ad(10), desk.trader(), 2), timedelta(days=1)
    desk.pay(offer)
    sweeper = Sweeper(desk.store, day)
    desk.clock.advance(hours=20)
    desk.dispute(offer)
    desk.clock.advance(hours=20)
    assert sweeper.sweep_once() == 0
    desk.withdraw_dispute(offer)
    desk.clock.advance(hours=23)
    assert sweeper.sweep_once() == 0
    desk.clock.advance(hours=1)
    assert sweeper.sweep_once() == 1


@pytest.mark.abuse("D12")
def test_an_escalation_is_decided_by_what_is_so_under_the_lock(desk: Desk) -> None:
    """What was due when it was looked up may have been disputed, withdrawn or released meanwhile."""
    day = timedelta(days=1)
    offers = [desk.offer(desk.sell_ad(10), desk.trader(), 2) for _ in range(2)]
    for offer in offers:
        desk.pay(offer)
    desk.clock.advance(days=1)
    due = desk.read(lambda unit: unit.readers.due_escalations(desk.clock.now() - day, 10))
    assert set(due) >= {offer.id for offer in offers}
    desk.release(offers[0])
    desk.dispute(offers[1])
    desk.withdraw_dispute(offers[1])
    for offer in offers:
        with pytest.raises(NotDueYet):
            desk.escalate(offer, day)


@pytest.mark.abuse("D12")
def test_an_expiry_is_decided_by_what_is_so_under_the_lock(desk: Desk) -> None:
    """What was looked up as due may have been paid or cancelled meanwhile, and may not be due by the store's clock."""
    ad, taker = desk.sell_ad(10), desk.trader()
    paid, cancelled, pending = (desk.offer(ad, taker, 2) for _ in range(3))
    ahead = desk.clock.now() + timedelta(minutes=30)
    due = desk.read(lambda unit: unit.readers.due_offers(ahead, 10))
    assert set(due) == {paid.id, cancelled.id, pending.id}
    desk.pay(paid)
    desk.cancel(cancelled)
    for offer in (paid, cancelled, pending):
        with pytest.raises(NotDueYet):
            desk.expire(offer)
    assert desk.state_of(pending) is OfferState.PENDING
    desk.clock.advance(minutes=30)
    for offer in (paid, cancelled):
        with pytest.raises(NotDueYet):
            desk.expire(offer)
    desk.expire(pending)
    states = [desk.state_of(offer) for offer in (paid, cancelled, pending)]
    assert states == [OfferState.PAID, OfferState.CANCELLED, OfferState.EXPIRED]
    assert available(desk, ad.id) == 8


def test_several_sweepers_escalate_each_offer_once(desk: Desk) -> None:
    ad, taker, day = desk.sell_ad(100), desk.trader(), timedelta(days=1)
    for _ in range(10):
        desk.pay(desk.offer(ad, taker, 1))
    desk.clock.advance(days=1)
    sweepers = [Sweeper(desk.store, day) for _ in range(3)]
    counts: list[int] = []
    at_once([lambda sweeper=sweeper: counts.append(sweeper.sweep_once()) for sweeper in sweepers])  # type: ignore[misc]
    assert sum(counts) == 10


def test_an_ad_ends_after_its_last_day(desk: Desk) -> None:
    ad = desk.sell_ad(10, end_date=desk.clock.now().date())
    endless = desk.sell_ad(10)
    sweeper = Sweeper(desk.store)
    assert sweeper.sweep_once() == 0
    desk.clock.advance(days=1)
    assert sweeper.sweep_once() == 1
    assert desk.read(lambda unit: unit.readers.ad(ad.id)).ad.status is AdStatus.EXPIRED
    assert desk.read(lambda unit: unit.readers.ad(endless.id)).ad.status is AdStatus.PENDING


def test_more_than_a_batch_is_ended_in_one_sweep(desk: Desk) -> None:
    ad, taker = desk.sell_ad(1000), desk.trader()
    for _ in range(BATCH + 5):
        desk.offer(ad, taker, 1)
    desk.clock.advance(minutes=30)
    assert Sweeper(desk.store).sweep_once() == BATCH + 5


@pytest.mark.abuse("D12")
def test_several_sweepers_end_each_offer_once(desk: Desk) -> None:
    ad, taker = desk.sell_ad(100), desk.trader()
    for _ in range(20):
        desk.offer(ad, taker, 1)
    desk.clock.advance(minutes=30)
    ended: list[int] = []
    sweepers = [Sweeper(desk.store) for _ in range(3)]
    threads = [threading.Thread(target=lambda each=each: ended.append(each.sweep_once())) for each in sweepers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(ended) == 20
    assert available(desk, ad.id) == 100


@pytest.mark.abuse("E9")
def test_answers_kept_for_repeats_go_after_a_day(desk: Desk) -> None:
    trader = desk.trader()
    key = RequestKey(trader.id, "again", b"x" * 32)
    answer = StoredAnswer(key.fingerprint, 200, b"{}", None)
    desk.write(lambda unit: unit.admission.record(key, answer, desk.clock.now()))
    sweeper = Sweeper(desk.store)
    desk.clock.advance(hours=23, minutes=59)
    sweeper.sweep_once()
    assert desk.write(lambda unit: unit.admission.admit(trader.id, uuid4(), key).answer) == answer
    desk.clock.advance(hours=1)
    sweeper.sweep_once()
    assert forgotten(desk) == 0
    desk.write(lambda unit: unit.admission.record(key, answer, desk.clock.now()))


def forgotten(desk: Desk) -> int:
    """How many answers older than a day the sweeper has left."""
    return desk.write(lambda unit: unit.admission.forget(desk.clock.now() - timedelta(hours=24), 100))


def test_logins_and_tickets_go_when_they_expire(desk: Desk) -> None:
    trader, now = desk.trader(), desk.clock.now()
    login = Login(uuid4(), trader.id, uuid4(), now, now + timedelta(days=14))
    desk.write(lambda unit: unit.logins.open(login))
    desk.write(lambda unit: unit.logins.add_ticket(b"x" * 32, login.id, now + timedelta(minutes=1)))
    Sweeper(desk.store).sweep_once()
    assert desk.read(lambda unit: unit.logins.by_id(login.id)) == login
    at = desk.clock.advance(days=14)
    Sweeper(desk.store).sweep_once()
    assert desk.read(lambda unit: unit.logins.by_id(login.id)) is None
    assert desk.write(lambda unit: unit.logins.forget(at, 100)) == 0


def test_what_is_forgotten_goes_a_small_part_a_sweep(desk: Desk) -> None:
    """So that what is due is ended in between, however much there is to forget."""
    trader, now = desk.trader(), desk.clock.now()
    login = Login(uuid4(), trader.id, uuid4(), now, now + timedelta(days=14))

    def add_tickets(unit: Unit, first: int) -> None:
        for number in range(first, first + 100):
            unit.logins.add_ticket(number.to_bytes(32), login.id, now + timedelta(minutes=1))

    desk.write(lambda unit: unit.logins.open(login))
    for first in range(0, 2 * FORGET_LIMIT, 100):
        desk.write(lambda unit, first=first: add_tickets(unit, first))
    sweeper = Sweeper(desk.store)
    at = desk.clock.advance(minutes=1)
    sweeper.sweep_once()
    left: list[int] = []
    desk.undo(lambda unit: left.append(unit.logins.forget(at, 10_000)))
    assert left == [FORGET_LIMIT]
    sweeper.sweep_once()
    sweeper.sweep_once()
    assert desk.write(lambda unit: unit.logins.forget(at, 10_000)) == 0


def test_letters_are_forgotten_once_they_were_sent_so_long_ago_and_not_where_they_are_kept(desk: Desk) -> None:
    outbox, kept = desk.store.outbox, timedelta(days=90)
    for _ in range(3):
        desk.offer(desk.sell_ad(10), desk.trader(), 2)
    assert len(outbox.mark_sent(*outbox.claim(uuid4(), 60, 10))) == 3
    desk.clock.advance(days=89)
    Sweeper(desk.store, letters_kept=kept).sweep_once()
    desk.clock.advance(days=2)
    Sweeper(desk.store).sweep_once()
    old = desk.clock.now() - kept
    # Those of before, but for what the sweeps told since, of offers that ended.
    outbox.mark_sent(*outbox.claim(uuid4(), 60, 100))
    Sweeper(desk.store, letters_kept=kept).sweep_once()
    assert outbox.forget(old, 100) == 0


def empty_escrow(database: Path, owner_id: UUID) -> None:
    """Spoil the books, so that what an offer holds cannot be given back."""
    nothing = f"{0:018}.{0:020}"
    with contextlib.closing(sqlite3.connect(database)) as connection:
        changed = connection.execute(
            "UPDATE accounts SET balance = ? WHERE purse = 'escrow' AND replace(owner, '-', '') = ?",
            (nothing, owner_id.hex),
        )
        assert changed.rowcount == 1
        connection.commit()


def test_a_row_that_cannot_be_ended_keeps_no_other_waiting(
    new_store: NewStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk(new_store("sqlite"))
    spoiled, sound = desk.buy_ad(10), desk.buy_ad(10)
    takers = [desk.trader(usdt=10), desk.trader(usdt=10)]
    stuck, free = desk.offer(spoiled, takers[0], 2), desk.offer(sound, takers[1], 2)
    empty_escrow(tmp_path / "0.sqlite3", takers[0].id)
    desk.clock.advance(minutes=30)
    sweeper = Sweeper(desk.store)
    with caplog.at_level(logging.ERROR):
        assert sweeper.sweep_once() == 1
        assert sweeper.sweep_once() == 0
    assert desk.state_of(free) is OfferState.EXPIRED
    assert [record.getMessage() for record in caplog.records] == [
        f"The offer {stuck.id} could not be ended; it is tried again later."
    ]
    caplog.clear()
    desk.clock.advance(minutes=1)
    with caplog.at_level(logging.ERROR):
        assert sweeper.sweep_once() == 0
    assert len(caplog.records) == 1


def test_what_was_due_is_told_by_its_id(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    ad = desk.sell_ad(10, end_date=(desk.clock.now() + timedelta(days=2)).date())
    offer = desk.offer(ad, desk.trader(), 2)
    desk.clock.advance(minutes=30)
    with caplog.at_level(logging.INFO):
        Sweeper(desk.store).sweep_once()
        Sweeper(desk.store).sweep_once()
    told = [vars(record) for record in caplog.records if record.name == "adapters.worker.sweeper"]
    assert [(record["levelname"], record["offer_id"]) for record in told] == [("INFO", offer.id)]
    caplog.clear()
    desk.clock.advance(days=60)
    with caplog.at_level(logging.INFO):
        Sweeper(desk.store).sweep_once()
    assert [vars(record)["ad_id"] for record in caplog.records] == [ad.id]
