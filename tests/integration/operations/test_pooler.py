"""pgbouncer before the database: by session it does, and what does not is refused before anything begins."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from adapters.sql.audit.verify import verify
from adapters.sql.connections.engine import STEADY_PLANS, open_engine, own_transaction
from adapters.sql.connections.notify import NotifyWaker, WakeListener
from adapters.sql.connections.poolers import SESSIONS, check_pooler
from adapters.sql.connections.session import PINNED
from domain import Purse
from domain.errors import StoreUnavailable
from tests.integration.operations.pgbouncer import pooler
from tests.integration.running import KEY, PASSWORD, Cli
from tests.integration.serving import Addresses, Serving, ask
from tests.integration.sql.conftest import NewDesk
from tests.integration.sql.waiting import wait_until
from tests.integration.wakers import RecordingWaker

REFUSED = [
    ({"pool_mode": "transaction"}, "set pool_mode = session"),
    ({"pool_mode": "statement"}, "set pool_mode = session"),
    ({"ignore_startup_parameters": "extra_float_digits"}, "ignore_startup_parameters has to name them"),
    ({"server_reset_query": ""}, "set server_reset_query = DISCARD ALL"),
    ({"default_pool_size": "2"}, f"too few sessions for {SESSIONS} connections"),
]  # fmt: skip


@pytest.fixture
def pooled_url(database_url: str) -> Iterator[str]:
    with pooler(database_url) as url:
        yield url


def cli_on(url: str, folder: Path) -> Cli:
    return Cli(folder, DATABASE_URL=url, SECRET_KEY=KEY, MAIL_URL="file:var/mail", RATE_LIMITS="off")


def test_it_is_seen_whether_there_is_one(database_url: str, pooled_url: str) -> None:
    assert check_pooler(database_url) is False
    assert check_pooler(pooled_url) is True


def test_every_session_is_told_through_it(pooled_url: str) -> None:
    engine = open_engine(pooled_url)
    with ExitStack() as stack:
        connections = [stack.enter_context(own_transaction(engine, writes=False)) for _ in range(3)]
        for connection in connections:
            shown = {name: connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in PINNED | STEADY_PLANS}
            assert shown == PINNED | STEADY_PLANS
    engine.dispose()


def test_options_of_the_address_would_get_lost(pooled_url: str) -> None:
    with pytest.raises(StoreUnavailable, match="does not hand on the options of P2P_DATABASE_URL"):
        check_pooler(f"{pooled_url}?options=-csynchronous_commit%3Dremote_apply")


def test_a_desk_trades_through_it(pooled_url: str, open_desk: NewDesk) -> None:
    desk = open_desk(pooled_url, pool_size=4)
    jude, amara = desk.trader(usdt=100), desk.trader()
    ad = desk.ad(jude)
    # Far more than it takes to have statements prepared.
    for _ in range(10):
        offer = desk.offer(ad, amara, Decimal(1))
        desk.pay(offer)
        desk.release(offer)
    desk.transfer(amara, Decimal(3), Purse.P2P, Purse.MAIN)
    assert verify(pooled_url) == []


def test_wake_ups_are_heard_through_it(pooled_url: str) -> None:
    heard, trader_id = RecordingWaker(), uuid4()
    listener = WakeListener(pooled_url, heard.wake)
    listener.start()
    try:
        with closing(NotifyWaker(pooled_url)) as waker:

            def is_heard() -> bool:
                waker.wake([trader_id])
                return trader_id in heard.woken

            wait_until(is_heard)
    finally:
        listener.stop()


def test_the_roles_run_through_it(pooled_url: str, tmp_path: Path) -> None:
    cli, addresses = cli_on(pooled_url, tmp_path), Addresses()
    cli.done("migrate")
    cli.done("trader", "add", "jude@example.com", "--fullname", "Jude", "--password", PASSWORD)
    with ExitStack() as stack:
        roles = [stack.enter_context(Serving(cli, role, **addresses.settings)) for role in ("http", "ws", "worker")]
        roles[0].wait_until_ready(addresses.http)
        roles[1].wait_for("Listening on")
        roles[2].wait_for("The worker is at work.")
        assert ask(addresses.http, "GET", "/readyz?writes=1")[0] == 200
        assert "a pooler stands before it" in cli.run("doctor").stdout
        assert [role.stop() for role in roles] == [0, 0, 0]
        assert not any("Traceback" in role.said for role in roles)


@pytest.mark.parametrize(("settings", "said"), REFUSED, ids=["transaction", "statement", "options", "reset", "size"])
def test_what_keeps_no_sessions_is_refused(
    database_url: str, tmp_path: Path, settings: dict[str, str], said: str
) -> None:
    with pooler(database_url, **settings) as url:
        with pytest.raises(StoreUnavailable, match=said):
            check_pooler(url)
        cli = cli_on(url, tmp_path)
        for command in ("http", "ws", "worker", "migrate"):
            assert cli.refused(command).startswith("The database cannot be used: the pooler before it")


def test_it_is_refused_while_others_trade_through_it(database_url: str, tmp_path: Path) -> None:
    """Then the sessions are handed out in another order each time."""
    with pooler(database_url, pool_mode="transaction") as url, ExitStack() as stack:
        ended = threading.Event()
        threads = [threading.Thread(target=_ask_on, args=(url, ended)) for _ in range(3)]
        for thread in threads:
            thread.start()
        stack.callback(lambda: [thread.join() for thread in threads])
        stack.callback(ended.set)
        for _ in range(5):
            with pytest.raises(StoreUnavailable, match="pool_mode = session"):
                check_pooler(url)


def _ask_on(url: str, ended: threading.Event) -> None:
    """As a program would that such a pooler is made for."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with closing(psycopg.connect(plain, autocommit=True, prepare_threshold=None)) as connection:
        while not ended.is_set():
            connection.execute("SELECT pg_sleep(0.001)")
