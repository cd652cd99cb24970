"""What two units of work see of each other on PostgreSQL, where one statement locks and reads."""

import os
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from decimal import Decimal
from typing import Any
from uuid import uuid4

import psycopg
import pytest

import domain
from adapters.sql.audit.verify import verify
from adapters.sql.connections.failures import TryAgain
from domain import Actor, AdType, Money, Offer, OfferProposal, OfferState, Purse, Trader
from domain.errors import NotEnoughAvailable
from domain.ports.admission import Admitted, RequestKey, StoredAnswer
from domain.ports.logins import Login
from domain.ports.store import Unit
from tests.factories import BankDetailsFactory
from tests.integration.desk import Desk
from tests.integration.races import WORKERS, at_once
from tests.integration.sql.conftest import administrator
from tests.integration.sql.waiting import wait_for_waiters

ANSWER = StoredAnswer(b"fingerprint", 200, b"{}", None)


@pytest.fixture(params=["postgres"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def aside(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection past the desk."""
    with closing(administrator(url)) as connection:
        yield connection


@pytest.fixture
def offer(desk: Desk) -> Offer:
    return desk.offer(desk.sell_ad(), desk.trader())


@pytest.mark.parametrize("then", ["release", "resolve"])
def test_a_dispute_that_was_opened_while_the_next_move_waited_for_the_offer(
    desk: Desk, url: str, aside: psycopg.Connection[Any], offer: Offer, then: str
) -> None:
    """The dispute's row is younger than the moment that the waiting statement sees, and must be ended all the same."""
    desk.pay(offer)
    buyer, _ = desk.parties(offer)
    manager, unit = desk.open_unit()
    domain.open_dispute(offer.id, Actor(buyer), "No coins came.", book=unit.book)
    moves = {"release": lambda: desk.release(offer), "resolve": lambda: desk.resolve(offer, staff, "seller")}
    staff = desk.staff()
    with ThreadPoolExecutor(1) as pool:
        moved = pool.submit(moves[then])
        wait_for_waiters(aside, 1)
        manager.commit()
        moved.result()
    view = desk.read(lambda unit: unit.readers.offer(offer.id))
    assert view.dispute is not None
    assert view.dispute.in_favour_of == ("buyer" if then == "release" else "seller")
    assert view.offer.state is (OfferState.COMPLETED if then == "release" else OfferState.CANCELLED)
    assert verify(url, desk.clock) == []


PROPOSAL = OfferProposal(Decimal(3), None, BankDetailsFactory())


def test_takers_of_a_sell_ad_do_not_wait_for_each_other_to_decide(desk: Desk, url: str) -> None:
    """Both decide on the ad as it was before either has written, and both get what they were told."""
    ad, takers = desk.sell_ad(), [desk.trader(), desk.trader()]
    units = [desk.open_unit() for _ in takers]
    decided = [
        unit.book.ad_for_offer(ad.id, taker.id).make_offer(PROPOSAL, desk.clock.now(), desk.catalogue)
        for (_, unit), taker in zip(units, takers, strict=True)
    ]
    for (manager, unit), changes in zip(units, decided, strict=True):
        unit.book.apply(changes)
        manager.commit()
    now = desk.read(lambda unit: unit.readers.ad(ad.id)).ad
    assert (now.available, now.reserved, now.version) == (ad.available - 6, 6, ad.version + 2)
    assert now.trade_started_at == desk.clock.now()
    assert verify(url, desk.clock) == []


@pytest.mark.abuse("D6")
def test_takers_of_the_last_coins_of_a_sell_ad(desk: Desk, url: str) -> None:
    """Whoever writes second finds too little left, looks again, and is told so."""
    ad, taker = desk.sell_ad(5), desk.trader()
    manager, unit = desk.open_unit()
    late = unit.book.ad_for_offer(ad.id, taker.id).make_offer(PROPOSAL, desk.clock.now(), desk.catalogue)
    desk.offer(ad, desk.trader(), 3)
    with pytest.raises(TryAgain):
        unit.book.apply(late)
    manager.abort()
    with pytest.raises(NotEnoughAvailable):
        desk.offer(ad, taker, 3)
    assert desk.read(lambda unit: unit.readers.ad(ad.id)).ad.available == 2
    assert verify(url, desk.clock) == []


def test_takers_of_a_buy_ad_wait_for_each_other(desk: Desk, aside: psycopg.Connection[Any]) -> None:
    """There coins of the taker move, and a wallet has its locks behind the ad's."""
    ad, taker = desk.buy_ad(), desk.trader(usdt=10)
    manager, unit = desk.open_unit()
    unit.book.ad_for_offer(ad.id, taker.id)
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(desk.offer, ad, desk.trader(usdt=10), 3)
        wait_for_waiters(aside, 1)
        manager.abort()
        assert second.result().currency_amount == 3


GATE = 8_314
SLOW_TRADERS = f"""
    ALTER TABLE traders RENAME TO kept_traders;
    CREATE FUNCTION pass_gate() RETURNS boolean LANGUAGE sql AS
        'SELECT pg_advisory_lock_shared({GATE}); SELECT pg_advisory_unlock_shared({GATE})';
    CREATE VIEW traders AS
        SELECT kept_traders.* FROM kept_traders CROSS JOIN LATERAL (SELECT pass_gate() OFFSET 0) AS gate
"""
"""Whoever reads a trader waits at a gate, after the moment that the statement sees has been chosen."""


def test_a_key_whose_lock_is_won_behind_the_moment_that_the_statement_sees(
    desk: Desk, aside: psycopg.Connection[Any], offer: Offer
) -> None:
    """The first request commits between the second's snapshot and the second's lock: its answer must be seen."""
    now = desk.clock.now()
    login = Login(uuid4(), offer.taker_id, uuid4(), now, now.replace(year=now.year + 1))
    desk.write(lambda unit: unit.logins.open(login))
    key = RequestKey(offer.taker_id, "one key", ANSWER.fingerprint)
    aside.execute(SLOW_TRADERS)
    first, unit = desk.open_unit()
    assert unit.admission.admit(login.trader_id, login.id, key).answer is None
    domain.indicate_payment(offer.id, Actor(login.trader_id), book=unit.book)
    unit.admission.record(key, ANSWER, now)

    def again(unit: Any) -> Admitted:
        admitted = unit.admission.admit(login.trader_id, login.id, key)
        if admitted.answer is None:
            domain.indicate_payment(offer.id, Actor(login.trader_id), book=unit.book)
        return admitted

    with ThreadPoolExecutor(1) as pool:
        aside.execute("SELECT pg_advisory_lock(%s)", (GATE,))
        admitted = pool.submit(desk.write, again)
        wait_for_waiters(aside, 1)
        first.commit()
        aside.execute("SELECT pg_advisory_unlock(%s)", (GATE,))
        assert admitted.result().answer == ANSWER


OFFERS_A_THREAD = 200 if os.environ.get("P2P_SOAK") == "1" else 12


@pytest.mark.abuse("D8")
@pytest.mark.soak
def test_crossed_offers_of_four_traders_in_many_threads(desk: Desk, url: str, aside: psycopg.Connection[Any]) -> None:
    """Everybody buys of everybody, in both kinds of ads: no deadlock is met, no number is missing, no coin is lost."""
    traders = [desk.trader(usdt=1_000_000) for _ in range(4)]
    ads = [
        desk.ad(maker, ad_type=kind, crypto_amount=Decimal(10_000), auto_reply_message="Welcome.")
        for maker in traders
        for kind in (AdType.SELL, AdType.BUY)
    ]
    settled: list[int] = []

    def trade(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(OFFERS_A_THREAD):
            ad = chance.choice(ads)
            taker = chance.choice([trader for trader in traders if trader.id != ad.maker_id])
            offer = desk.offer(ad, taker, chance.randrange(1, 5))
            if chance.random() < 0.5:
                desk.pay(offer)
                desk.release(offer)
            else:
                chance.choice([desk.release, desk.cancel])(offer)
            settled.append(offer.id)

    at_once([lambda seed=seed: trade(seed) for seed in range(WORKERS)])
    # Whoever met a store that was too busy has begun anew, so that there may be more.
    assert len(set(settled)) >= WORKERS * OFFERS_A_THREAD
    row = aside.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").fetchone()
    assert row == (0,)
    assert verify(url, desk.clock) == []


def test_one_account_is_opened_by_many_at_once(desk: Desk, url: str) -> None:
    """Nobody can lock a row that is not there: all but one meet its key, and find the account when they look again."""
    trader = desk.trader()
    at_once([lambda: desk.attempt(deposit_to(desk, trader), tries=WORKERS + 1)] * WORKERS)
    (purses,) = desk.read(lambda unit: unit.readers.wallet(trader.id))
    assert purses.main == WORKERS
    assert verify(url, desk.clock) == []


def deposit_to(desk: Desk, trader: Trader) -> Callable[[Unit], bool]:
    def work(unit: Unit) -> bool:
        named = {"book": unit.book, "catalogue": desk.catalogue}
        return domain.deposit_funds(trader.id, Money(Decimal(1), "usdt"), Purse.MAIN, str(uuid4()), **named)

    return work


def test_equal_requests_at_once_have_one_effect(desk: Desk, url: str) -> None:
    """Each either finds the key in flight, or the first one's answer; none is refused for what the first one did."""
    ad, taker = desk.sell_ad(), desk.trader()
    now = desk.clock.now()
    login = Login(uuid4(), taker.id, uuid4(), now, now.replace(year=now.year + 1))
    desk.write(lambda unit: unit.logins.open(login))
    for number in range(10):
        key = RequestKey(taker.id, f"key {number}", ANSWER.fingerprint)
        offer = desk.offer(ad, taker, 1)

        def request(unit: Unit, key: RequestKey = key, offer: Offer = offer) -> str:
            admitted = unit.admission.admit(taker.id, login.id, key)
            if admitted.in_flight:
                return "in flight"
            if admitted.answer is None:
                domain.indicate_payment(offer.id, Actor(taker.id), book=unit.book)
                unit.admission.record(key, ANSWER, now)
                return "done"
            return "replayed"

        answers = at_once([lambda request=request: desk.write(request)] * WORKERS)
        assert answers.count("done") == 1
        assert set(answers) <= {"done", "in flight", "replayed"}
    assert verify(url, desk.clock) == []
