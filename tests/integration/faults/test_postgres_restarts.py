"""PostgreSQL restarts in immediate mode, again and again, under clients that go on: nothing acknowledged is lost."""

from __future__ import annotations

import time
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.integration.faults.rig.books import Books
from tests.integration.faults.rig.load import Load, Market
from tests.integration.faults.rig.population import Population, ShiftedClock
from tests.integration.faults.rig.processes import DeskProcess, started, until
from tests.integration.faults.rig.run import Run, by_form, milliseconds
from tests.integration.websocket.client import Client as Socket
from tests.postgres import Cluster

SERVES_AGAIN_SECONDS = 15.0
"""Far more than the two seconds that are promised, since the machine that tests may be busy: the figure tells."""


@pytest.mark.abuse("E4")
def test_what_is_acknowledged_outlives_postgres(
    run: Run, own_cluster: Cluster, own_database: str, folder: Path
) -> None:
    clients = by_form(8, 16)
    with ExitStack() as stack:
        population = stack.enter_context(Population(own_database))
        market = Market.open(population, clients)
        settings = {"P2P_DATABASE_URL": own_database}
        http, websocket, worker = stack.enter_context(
            started(
                DeskProcess("http", {**settings, "P2P_HTTP_WORKERS": "2"}, folder),
                DeskProcess("ws", settings, folder),
                DeskProcess("worker", settings, folder),
            )
        )
        with Load(market, http.http_port, run) as load:
            back = restart_again_and_again(run, own_cluster, load)
        run.figures["milliseconds to the first success"] = milliseconds(back)
        run.figures["slowest request"] = milliseconds([load.slowest])["max"]
        books = stack.enter_context(closing(Books(own_database)))
        check_the_worker(run, own_cluster, population, market, books)
        check_the_websocket(run, own_cluster, population, market, websocket)
        for process in (http, websocket, worker):
            run.check("Traceback" not in process.log(), f"{process.role} met an error that it does not know")
        market.expected.check(books, run)
        books.check_all(run, by_one_clock=False)
    run.conclude()


def restart_again_and_again(run: Run, cluster: Cluster, load: Load) -> list[float]:
    """The seconds from each return of PostgreSQL to the first write that was acknowledged."""
    back = []
    for _ in run.rounds(4, 100):
        time.sleep(run.random.uniform(0.5, 2))
        cluster.restart("immediate")
        returned = time.monotonic()
        back.append(load.seconds_to_success(returned, SERVES_AGAIN_SECONDS))
        run.check(back[-1] < SERVES_AGAIN_SECONDS, "the desk does not serve again")
    return back


def check_the_worker(run: Run, cluster: Cluster, population: Population, market: Market, books: Books) -> None:
    """An offer that came due while PostgreSQL was away expires once it is back, by the worker of before."""
    maker, taker = population.person(1), population.person()
    hour_ago = population.at(ShiftedClock(-timedelta(hours=1)))
    ad = population.sell_ad(maker, 1, by=hour_ago)
    cluster.stop("immediate")
    cluster.start()
    offer = hour_ago.offer(ad, population.traders[taker.id], 1)
    waited = until(lambda: books.state(offer.id) == "expired", "the worker works again", SERVES_AGAIN_SECONDS)
    run.figures["milliseconds until it expired"] = round(waited * 1000)
    market.expected.purses[maker.id, "escrow"] += 1
    market.expected.states[offer.id] = "expired"


def check_the_websocket(
    run: Run, cluster: Cluster, population: Population, market: Market, process: DeskProcess
) -> None:
    """A socket that was open, or is opened again where it was closed, is told of all there was, and of what is new."""
    maker, taker = population.person(2), population.person()
    ad = population.sell_ad(maker, 2)
    first = population.offer(ad, taker)
    url = f"ws://127.0.0.1:{process.websocket_port}/ws/p2p/?token={maker.token}&since="
    socket = Socket(f"{url}0")
    socket.expect(1)
    cluster.restart("immediate")
    began = time.monotonic()
    second = population.offer(ad, taker)
    until(lambda: socket.code is not None or len(socket.frames) == 2, "the websocket tells", SERVES_AGAIN_SECONDS)
    told = socket.messages
    if socket.code is not None:
        told += Socket(f"{url}{len(told)}").expect(2 - len(told))
    run.figures["milliseconds until the websocket told"] = round((time.monotonic() - began) * 1000)
    socket.close()
    numbers, offers = [frame["notice"] for frame in told], [frame["offer_id"] for frame in told]
    run.check((numbers, offers) == ([1, 2], [first.id, second.id]), f"the websocket told {told}")
    market.expected.purses[maker.id, "escrow"] += 2
    market.expected.states |= {first.id: "pending", second.id: "pending"}
