"""Letters that were forgotten leave books in which nothing is missing, and others that are missing are missed."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from adapters.sql.audit.verify import verify
from adapters.sql.connections.engine import open_engine
from tests.integration.desk import Desk

pytestmark = pytest.mark.parametrize("engine", ["sqlite", "postgres"], indirect=True)


@pytest.fixture
def forget(desk: Desk) -> Callable[[], int]:
    """Trade, send all letters, and forget those of the day before."""

    def done() -> int:
        outbox, ad = desk.store.outbox, desk.sell_ad()
        for _ in range(2):
            offer = desk.offer(ad, desk.trader(), 1)
            desk.pay(offer)
            desk.release(offer)
            outbox.mark_sent(*outbox.claim(uuid4(), 60, 100))
            desk.clock.advance(days=1)
        return outbox.forget(desk.clock.now() - timedelta(days=1, hours=1), 100)

    return done


def test_the_books_are_right_without_them(desk: Desk, url: str, forget: Callable[[], int]) -> None:
    assert forget() == 3
    assert verify(url, desk.clock) == []


def test_a_letter_that_was_not_forgotten_is_missed(desk: Desk, url: str, forget: Callable[[], int]) -> None:
    forget()
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM letters WHERE id = (SELECT min(id) FROM letters)")
    engine.dispose()
    assert "every notice that is mailed has its letter" in "\n".join(verify(url, desk.clock))
