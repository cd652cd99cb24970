"""What two units of work see of each other on PostgreSQL, where one statement locks and reads."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any
from uuid import uuid4

import psycopg
import pytest

import domain
from adapters.sql.verify import verify
from domain import Actor, Offer, OfferState
from domain.ports.admission import Admitted, RequestKey, StoredAnswer
from domain.ports.logins import Login
from tests.integration.desk import Desk
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
    domain.open_dispute(offer.id, Actor(buyer), "No coins came.", book=unit.book, clock=desk.clock)
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
    assert verify(url) == []


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
    assert unit.admission.admit(login.trader_id, login.id, now, key).answer is None
    domain.indicate_payment(offer.id, Actor(login.trader_id), book=unit.book, clock=desk.clock)
    unit.admission.record(key, ANSWER, now)

    def again(unit: Any) -> Admitted:
        admitted = unit.admission.admit(login.trader_id, login.id, now, key)
        if admitted.answer is None:
            domain.indicate_payment(offer.id, Actor(login.trader_id), book=unit.book, clock=desk.clock)
        return admitted

    with ThreadPoolExecutor(1) as pool:
        aside.execute("SELECT pg_advisory_lock(%s)", (GATE,))
        admitted = pool.submit(desk.write, again)
        wait_for_waiters(aside, 1)
        first.commit()
        aside.execute("SELECT pg_advisory_unlock(%s)", (GATE,))
        assert admitted.result().answer == ANSWER
