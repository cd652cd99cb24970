"""The same answers on every store, what a request costs there, and equal requests that meet."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Barrier, Thread
from typing import Any

import pytest
import transaction
from sqlalchemy import Engine, create_engine, event
from webtest import TestResponse

from adapters.http.app import make_app
from adapters.http.requests.idempotency import Asked
from adapters.http.server.bodies import Body
from domain.ports.admission import RequestKey
from domain.ports.store import Store
from domain.ports.tokens import TokenType
from tests.integration.conftest import NewStore
from tests.integration.http.conformance import CheckedApp
from tests.integration.http.desk import Caller, Desk, ad_body, offer_body, told
from tests.integration.http.exchanges import Story
from tests.postgres import Server

# Each store numbers ads and offers, and marks the places in its lists, in its own way.
ITS_OWN = {"id", "ad", "ad_id", "offer_id", "reference", "path", "next", "Location"}


def without_its_own(value: Any) -> Any:
    """An exchange without what each store may give its own names."""
    if isinstance(value, list):
        return [without_its_own(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: without_its_own(item) if key not in ITS_OWN or item is None or isinstance(item, dict) else "its own"
        for key, item in value.items()
    }


def test_every_store_gives_the_same_answers(store: Store) -> None:
    assert without_its_own(Story(store).play()) == without_its_own(Story().play())


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are sent to a database meanwhile, but for those that begin and end a transaction."""
    statements: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def on_postgres(new_store: NewStore) -> Desk:
    return Desk(store=new_store("postgres"))


def test_a_write_is_at_most_four_statements_key_and_token_included(on_postgres: Desk) -> None:
    jude, amara = on_postgres.trader("Jude", trx="1000"), on_postgres.trader("Amara", trx="1000")
    ad = jude.ad()
    offers = [amara.offer(ad) for _ in range(3)]
    calls: list[tuple[Caller, str, Any]] = [
        (jude, "/p2p/ad/", ad_body()),
        (amara, "/p2p/offer/create/", offer_body(ad)),
        (amara, f"/p2p/offer/paid/{offers[0]}/", None),
        (jude, f"/p2p/offer/release/{offers[0]}/", None),
        (amara, f"/p2p/offer/cancel/{offers[1]}/", None),
    ]
    for number, (caller, path, body) in enumerate(calls):
        with counted() as statements:
            assert caller.post(path, body, idempotency_key=f"key {number}").status_int == 200
        assert len(statements) <= 4, (path, statements)


def test_a_read_is_two_statements(on_postgres: Desk) -> None:
    jude, amara = on_postgres.trader("Jude", trx="1000"), on_postgres.trader("Amara", trx="1000")
    ad = jude.ad()
    details = [f"/p2p/ad/detail/{ad}", f"/p2p/offer/detail/{amara.offer(ad)}"]
    # What was read of the notices is told beside them, which takes a third: see test_lists.
    for path in ["/auth/me/", *details, "/p2p/ad/", "/p2p/offer/", "/wallet/", "/wallet/history/"]:
        with counted() as statements:
            assert amara.get(path).status_int == 200
        assert len(statements) == 2, (path, statements)


def test_a_service_page_asks_the_store_nothing(on_postgres: Desk) -> None:
    with counted() as statements:
        for path in ("/healthz", "/docs/", "/openapi.json"):
            assert on_postgres.app.get(path).status_int == 200
    assert statements == []


def test_figures_ask_it_how_many_letters_wait_and_nothing_else(on_postgres: Desk) -> None:
    with counted() as statements:
        assert 'p2p_letters_waiting{state="queued"} 0.0' in on_postgres.app.get("/metrics").text
    assert len(statements) == 2, statements
    assert all("letters" in statement for statement in statements)


def test_whoever_waits_for_a_write_holds_no_connection(on_postgres: Desk) -> None:
    """One writes for all that ask at that moment, and needs a connection that they would hold."""
    held = list[int]()
    engine: Any = on_postgres.store._engine  # type: ignore[attr-defined]

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "heartbeat" in statement:
            held.append(engine.pool.checkedout())

    event.listen(engine, "before_cursor_execute", note)
    assert on_postgres.app.get("/readyz?writes=1").json == {"status": "ready"}
    assert held
    assert set(held) == {1}, "whoever writes has the only one"


@pytest.mark.parametrize("state", ["40001", "23505", "57014", "22003"])
def test_a_write_that_is_refused_at_the_end_gives_its_connection_back(
    on_postgres: Desk, state: str, cluster: Server
) -> None:
    """Each try at once, and not when the collector of garbage comes by to find what pyramid_tm has left."""
    jude, amara = on_postgres.trader("Jude", trx="1000"), on_postgres.trader("Amara")
    ad = jude.ad()
    engine = on_postgres.store._engine  # type: ignore[attr-defined]
    # The desk's role does not own the tables.
    owner = create_engine(cluster.url(str(engine.url.database)))
    with owner.begin() as connection:
        connection.exec_driver_sql(f"""CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$""")
        connection.exec_driver_sql(
            "CREATE TRIGGER refuse BEFORE INSERT ON offers FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    gc.disable()
    try:
        for number in range(3):
            answer = amara.post("/p2p/offer/create/", offer_body(ad), idempotency_key=f"key {number}")
            assert answer.status_int == (500 if state == "22003" else 503)
            assert engine.pool.checkedout() == 0
    finally:
        gc.enable()
        with owner.begin() as connection:
            connection.exec_driver_sql("DROP FUNCTION refuse() CASCADE")
        owner.dispose()
    assert amara.post("/p2p/offer/create/", offer_body(ad), idempotency_key="key 1").status_int == 200


def test_while_the_first_request_runs_its_double_is_refused(on_postgres: Desk) -> None:
    jude = on_postgres.trader("Jude", trx="1000")
    now, path = on_postgres.clock.now(), "/p2p/offer/paid/1/"
    claims = on_postgres.services.tokens.verify(jude.token, TokenType.ACCESS, now)
    assert claims is not None
    key = RequestKey(jude.trader.id, "one", Asked("POST", path, Body()).fingerprint)
    running = transaction.TransactionManager(explicit=True)
    running.begin()
    on_postgres.store.joined_unit(running, writes=True).admission.admit(jude.trader.id, claims.login_id, key)
    message = "The first request with this Idempotency-Key is still running"
    assert told(jude.post(path, idempotency_key="one")) == (409, message)
    running.abort()
    assert told(jude.post(path, idempotency_key="one")) == (400, "Offer not found")


@pytest.mark.abuse("E1")
def test_of_equal_requests_at_once_one_has_an_effect(store: Store) -> None:
    desk = Desk(store=store)
    jude = desk.trader("Jude", trx="1000")
    app, count = make_app(desk.services), 8
    together, answers = Barrier(count), list[TestResponse]()

    def send() -> None:
        # A TestApp keeps cookies and belongs to one thread; the application under it is everybody's.
        caller = Caller(CheckedApp(app), jude.trader, jude.token)
        together.wait()
        answers.append(caller.post("/p2p/ad/", ad_body(), idempotency_key="one"))

    threads = [Thread(target=send) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    good = [answer for answer in answers if answer.status_int == 200]
    assert {answer.status_int for answer in answers} <= {200, 409}
    assert len({answer.body for answer in good}) == len({answer.headers["Location"] for answer in good}) == 1
    assert [answer.headers.get("Idempotent-Replayed") for answer in good].count(None) == 1
    assert jude.p2p() == 900
