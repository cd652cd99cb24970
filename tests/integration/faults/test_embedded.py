"""The embedded desk, ``p2p serve`` on SQLite: killed at random moments, and raced by fifty."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from tests.integration.faults.rig.books import Books
from tests.integration.faults.rig.burst import burst
from tests.integration.faults.rig.client import Request
from tests.integration.faults.rig.load import Load, Market
from tests.integration.faults.rig.population import Population
from tests.integration.faults.rig.processes import DeskProcess
from tests.integration.faults.rig.run import Run, by_form, milliseconds

CALLS = 50


@pytest.fixture
def embedded_url(folder: Path, migrate: Callable[[str], None]) -> str:
    url = f"sqlite:///{folder}/desk.sqlite3"
    migrate(url)
    return url


def test_what_is_acknowledged_outlives_the_process(run: Run, embedded_url: str, folder: Path) -> None:
    with Population(embedded_url) as people:
        market = Market.open(people, 8)
    rises: list[float] = []
    with DeskProcess("serve", {"P2P_DATABASE_URL": embedded_url}, folder) as desk, Load(market, desk.http_port, run):
        for _ in run.rounds(2, 20):
            time.sleep(run.random.uniform(0.5, 2))
            desk.kill()
            began = time.monotonic()
            desk.start()
            rises.append(time.monotonic() - began)
    run.figures["milliseconds to rise"] = milliseconds(rises)
    with closing(Books(embedded_url)) as books:
        market.expected.check(books, run)
        books.check_all(run)
    run.conclude()


def test_fifty_equal_calls_have_one_effect(run: Run, embedded_url: str, folder: Path) -> None:
    with Population(embedded_url) as people:
        maker, taker = people.person(100), people.person()
        ad = people.sell_ad(maker, 100)
        offers = [people.offer(ad, taker, 2) for _ in range(by_form(1, 50))]
    with DeskProcess("serve", {"P2P_DATABASE_URL": embedded_url}, folder) as desk:
        for offer in offers:
            answers = burst(desk.http_port, [Request(maker, f"/p2p/offer/release/{offer.id}/")] * CALLS, run)
            told = Counter(answer.message for answer in answers)
            due = {"Funds have been released successfully": 1, "Funds have already been released": CALLS - 1}
            run.check(told == due, f"{told}")
            run.count("rounds")
    sold = Decimal(2) * len(offers)
    with closing(Books(embedded_url)) as books:
        books.check_purses(run, {(maker.id, "escrow"): 100 - sold, (taker.id, "p2p"): sold})
        books.check_all(run)
    run.conclude()
