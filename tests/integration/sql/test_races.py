"""What two units of work see of each other on PostgreSQL, where one statement locks and reads."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import psycopg
import pytest

import domain
from adapters.sql.verify import verify
from domain import Actor, Offer, OfferState
from tests.integration.desk import Desk
from tests.integration.sql.conftest import administrator
from tests.integration.sql.waiting import wait_for_waiters


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
