"""What a process without the API tells of itself."""

import pytest
from prometheus_client import CollectorRegistry
from webtest import TestApp

from adapters.http.metrics import WaitingLetters
from adapters.http.status import StatusApplication
from adapters.worker.figures import SENT, LetterFigures
from domain.errors import StoreUnavailable
from tests.integration.http.desk import Desk, new_store, told
from tests.integration.http.faults import BreakableStore
from tests.integration.http.test_figures import samples


@pytest.fixture
def store() -> BreakableStore:
    return BreakableStore(new_store())


@pytest.fixture
def late() -> list[str]:
    return []


@pytest.fixture
def app(store: BreakableStore, late: list[str]) -> TestApp:
    figures = LetterFigures()
    figures.count(SENT)
    return TestApp(StatusApplication(store, lambda: tuple(late), (figures.registry,), (WaitingLetters(store),)))


def test_it_is_alive_whatever_else_is(app: TestApp, store: BreakableStore, late: list[str]) -> None:
    late.append("sweeper")
    store.on_begin.append(StoreUnavailable("no connection"))
    assert app.get("/healthz").json == app.get("/healthz/").json == {"status": "ok"}


def test_it_is_ready_while_store_and_loops_are(app: TestApp, store: BreakableStore, late: list[str]) -> None:
    assert app.get("/readyz").json == {"status": "ready"}
    store.on_begin.append(StoreUnavailable("no connection"))
    answer = app.get("/readyz", expect_errors=True)
    assert told(answer) == (503, "The desk is not ready")
    assert (answer.headers["Retry-After"], answer.headers["Error-Code"]) == ("2", "unavailable")
    late.append("sweeper")
    assert app.get("/readyz", expect_errors=True).status_int == 503
    late.clear()
    assert app.get("/readyz").status_int == 200


@pytest.mark.parametrize("query", ["writes=1", "writes", "probe=a&writes=1"])
def test_it_is_ready_to_write_while_the_store_is(app: TestApp, store: BreakableStore, query: str) -> None:
    assert app.get(f"/readyz?{query}").json == {"status": "ready"}
    store.on_write.append(StoreUnavailable("read-only"))
    assert app.get("/readyz").status_int == app.get("/readyz?written=1").status_int == 200
    assert app.get(f"/readyz?{query}", expect_errors=True).status_int == 503


def test_its_figures_are_those_of_its_process(app: TestApp) -> None:
    text = app.get("/metrics").text
    assert samples(text, "p2p_letters_total")["sent"] == 1
    assert samples(text, "p2p_letters_waiting") == {"queued": 0, "parked": 0}


def test_nothing_else_is_there(app: TestApp) -> None:
    assert told(app.get("/wallet/", expect_errors=True)) == (404, "There is nothing at this address")
    answer = app.post("/readyz", expect_errors=True)
    assert told(answer) == (405, "POST is not allowed here")
    assert answer.headers["Allow"] == "GET, HEAD"
    assert app.head("/readyz").body == b""


def test_what_cannot_be_told_is_no_traceback(store: BreakableStore) -> None:
    class Broken(CollectorRegistry):
        def collect(self) -> None:  # type: ignore[override]
            raise ValueError("a figure that is none")

    answer = TestApp(StatusApplication(store, tuple, (Broken(),))).get("/metrics", expect_errors=True)
    assert told(answer) == (500, "The desk could not answer")


def test_the_api_is_not_ready_while_a_loop_of_its_process_is_late(desk: Desk, late: list[str]) -> None:
    app = desk.with_services(late=lambda: tuple(late))
    assert app.get("/readyz").status_int == 200
    late.append("notices")
    assert told(app.get("/readyz", expect_errors=True)) == (503, "The desk is not ready")
