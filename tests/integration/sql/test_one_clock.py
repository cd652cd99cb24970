"""PostgreSQL's clock decides, whatever a process's own says: what a lock kept waiting, and processes that are off."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from webtest import TestApp

import domain
from adapters.http.app import make_app
from adapters.websocket.authentication import Authenticator
from adapters.websocket.handshake import Asked
from adapters.worker.sweeper import Sweeper
from config.container import Container
from config.settings import read_settings
from domain import Actor, Offer, OfferState
from domain.errors import ClockIsOff, PaymentWindowPassed
from domain.ports.store import Unit
from domain.use_cases.open_login import open_login
from tests.integration.desk import Desk
from tests.integration.faults.rig.population import Population, ShiftedClock
from tests.integration.faults.rig.processes import SECRET_KEY
from tests.integration.sql.conftest import administrator
from tests.integration.sql.waiting import wait_for_waiters, wait_until

OFF = timedelta(minutes=45)


@pytest.fixture
def people(database_url: str) -> Iterator[Population]:
    """A desk that goes by the database's clock."""
    with Population(database_url) as population:
        yield population


@pytest.fixture
def desk(people: Population) -> Desk:
    return people.desk


def held_up(database_url: str, lock: str, meanwhile: str, work: Callable[[], Any]) -> tuple[Any, datetime]:
    """What comes of work that waits for a lock until another has done something under it; and when that was."""
    with closing(administrator(database_url)) as holder, closing(administrator(database_url)) as aside:
        with ThreadPoolExecutor(1) as pool, holder.transaction():
            holder.execute(lock)
            future = pool.submit(work)
            wait_for_waiters(aside, 1)
            holder.execute(meanwhile)
            released = holder.execute("SELECT clock_timestamp()").fetchone()
        assert released is not None
        return future.result, released[0]


NOTHING = "SELECT 1"
READS: dict[str, tuple[str, Callable[[Unit, Offer, Offer], Any]]] = {
    "offer": ("SELECT FROM offers WHERE id = {sell} FOR UPDATE", lambda unit, sell, _: unit.book.lock_offer(sell.id)),
    "offer, by its ad": (
        "SELECT FROM ads WHERE id = {sell_ad} FOR UPDATE",
        lambda unit, sell, _: unit.book.lock_offer(sell.id),
    ),
    "offer, by a purse": (
        "SELECT FROM accounts WHERE owner = '{maker}' FOR UPDATE",
        lambda unit, sell, _: unit.book.lock_offer(sell.id),
    ),
    "ad": ("SELECT FROM ads WHERE id = {sell_ad} FOR UPDATE", lambda unit, sell, _: unit.book.lock_ad(sell.ad_id)),
    "ad, by a purse": (
        "SELECT FROM accounts WHERE owner = '{maker}' FOR UPDATE",
        lambda unit, sell, _: unit.book.lock_ad(sell.ad_id),
    ),
    "ad for an offer": (
        "SELECT FROM ads WHERE id = {buy_ad} FOR UPDATE",
        lambda unit, _, buy: unit.book.ad_for_offer(buy.ad_id, buy.taker_id),
    ),
    "ad for an offer, by a purse": (
        "SELECT FROM accounts WHERE owner = '{taker}' FOR UPDATE",
        lambda unit, _, buy: unit.book.ad_for_offer(buy.ad_id, buy.taker_id),
    ),
    "wallet": (
        "SELECT FROM accounts WHERE owner = '{taker}' FOR UPDATE",
        lambda unit, _, buy: unit.book.lock_wallet(buy.taker_id, "usdt"),
    ),
}


@pytest.mark.parametrize("name", READS)
def test_a_locked_read_tells_the_moment_after_its_locks(desk: Desk, database_url: str, name: str) -> None:
    maker, taker = desk.trader(usdt=10), desk.trader(usdt=10)
    sell, buy = desk.offer(desk.ad(maker), taker), desk.offer(desk.ad(maker, ad_type=domain.AdType.BUY), taker)
    lock, read = READS[name]
    lock = lock.format(sell=sell.id, sell_ad=sell.ad_id, buy_ad=buy.ad_id, maker=maker.id, taker=taker.id)
    result, released = held_up(database_url, lock, NOTHING, lambda: desk.attempt(lambda unit: read(unit, sell, buy)))
    assert result().at >= released


@pytest.mark.abuse("D12")
def test_a_deadline_that_came_while_the_lock_was_waited_for_has_passed(desk: Desk, database_url: str) -> None:
    taker = desk.trader()
    offer = desk.offer(desk.sell_ad(), taker)
    pay = lambda unit: domain.indicate_payment(offer.id, Actor(taker.id), book=unit.book)  # noqa: E731
    result, _ = held_up(
        database_url,
        f"SELECT FROM offers WHERE id = {offer.id} FOR UPDATE",
        f"UPDATE offers SET deadline = clock_timestamp() WHERE id = {offer.id}",
        lambda: desk.attempt(pay),
    )
    with pytest.raises(PaymentWindowPassed):
        result()


# Processes that are off ---------------------------------------------------------------------------------------------


class OffProcess:
    """The parts of a process on the database, whose own clock a test moves."""

    def __init__(self, database_url: str, folder: Path, shift: timedelta) -> None:
        given = {"DATABASE_URL": database_url, "SECRET_KEY": SECRET_KEY, "MAIL_URL": "memory:"}
        self.clock = ShiftedClock(shift)
        settings = read_settings({f"P2P_{name}": value for name, value in given.items()}, folder)
        self.container = Container(settings)
        self.container.clock = self.clock

    def set_right(self) -> None:
        self.clock.shift = timedelta(0)


@pytest.fixture(params=[OFF, -OFF], ids=["ahead", "behind"])
def off(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[OffProcess]:
    process = OffProcess(database_url, tmp_path, request.param)
    yield process
    process.container.close()


def test_a_worker_that_is_off_sweeps_nothing_until_it_is_right(
    off: OffProcess, people: Population, caplog: pytest.LogCaptureFixture
) -> None:
    desk = people.desk
    # The ad is an hour old as well: shortly after midnight, an hour ago was another day, on which it had to be open.
    hour_ago = people.at(ShiftedClock(timedelta(hours=-1)))
    ad, taker = hour_ago.sell_ad(), desk.trader()
    fresh = desk.offer(ad, taker)
    overdue = hour_ago.offer(ad, taker)
    loops = off.container.worker_loops()
    with caplog.at_level(logging.WARNING):
        loops.start()
        try:
            wait_until(lambda: "The clock of this process is" in caplog.text)
            with pytest.raises(ClockIsOff):
                Sweeper(off.container.store).sweep_once()
            assert off.container.store.outbox.waiting(1)[0].attempts == 0
            assert (desk.state_of(fresh), desk.state_of(overdue)) == (OfferState.PENDING, OfferState.PENDING)
            desk.pay(fresh)
            off.set_right()
            wait_until(lambda: desk.state_of(overdue) is OfferState.EXPIRED)
        finally:
            assert loops.stop(30.0)
    assert desk.state_of(fresh) is OfferState.PAID
    said = [record.getMessage() for record in caplog.records if "clock of this process" in record.getMessage()]
    assert len(said) == 2
    assert "agrees with the database's again" in said[1]
    assert "The store is away" not in caplog.text


def test_what_a_process_that_is_off_cannot_judge_is_answered_503(off: OffProcess, people: Population) -> None:
    container, desk = off.container, people.desk
    buyer = desk.trader()
    offer = desk.offer(desk.sell_ad(), buyer)
    pair = desk.write(
        lambda unit: open_login(
            buyer,
            logins=unit.logins,
            tokens=container.tokens,
            at=unit.now(),
            identifiers=container.identifiers,
            lifetimes=container.lifetimes,
        )
    )
    app = TestApp(make_app(container.services()))
    headers = {"Authorization": f"Bearer {pair.access}"}
    newcomer = {"email": "jude@desk.example", "fullname": "Jude", "password": "correct horse battery staple"}
    calls: dict[str, Callable[[], Any]] = {
        "me": lambda: app.get("/auth/me/", headers=headers, expect_errors=True),
        "paid": lambda: app.post(f"/p2p/offer/paid/{offer.id}/", headers=headers, expect_errors=True),
        "register": lambda: app.post_json("/auth/register/", newcomer, expect_errors=True),
        "refresh": lambda: app.post_json("/auth/token/refresh/", {"refresh": pair.refresh}, expect_errors=True),
        "readyz": lambda: app.get("/readyz", expect_errors=True),
    }
    for name, call in calls.items():
        answer = call()
        assert (name, answer.status_int) == (name, 503)
        assert int(answer.headers["Retry-After"]) > 0
    assert app.get("/healthz").status_int == 200
    assert f"p2p_clock_offset_seconds {'-' if off.clock.shift < timedelta(0) else ''}2" in app.get("/metrics").text
    asked = Asked(pair.access, None)
    with pytest.raises(ClockIsOff):
        Authenticator(container.store, container.tokens).admit(asked)
    off.set_right()
    for name, call in calls.items():
        assert (name, call().status_int) == (name, 200)
    assert Authenticator(container.store, container.tokens).admit(asked).trader_id == buyer.id
    assert desk.state_of(offer) is OfferState.PAID


def test_the_clock_that_comes_with_an_admission_costs_no_statement(people: Population) -> None:
    """Moments of two reads of one unit follow each other, as the database tells them."""
    taker = people.desk.trader(usdt=1)

    def moments(unit: Unit) -> list[datetime]:
        admitted = unit.admission.admit(taker.id, uuid4())
        return [admitted.at, unit.book.lock_wallet(taker.id, "usdt").at, unit.now()]

    told = people.desk.write(moments)
    assert told == sorted(set(told))


def test_a_store_that_is_given_a_clock_goes_by_it(people: Population) -> None:
    ahead = people.at(ShiftedClock(OFF))
    theirs, ours = (each.read(lambda unit: unit.now()) for each in (ahead, people.desk))
    assert theirs - ours > OFF - timedelta(minutes=5)
