"""A PostgreSQL that answers every question and commits nothing: reading goes on, and writing is said to be off."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
import pytest

from domain import Trader
from domain.errors import CommitUnknown, StoreUnavailable
from domain.ports.store import Unit
from tests.integration.desk import Desk
from tests.integration.races import at_once
from tests.integration.sql.failing.transfers import Transfers
from tests.integration.sql.waiting import wait_until
from tests.postgres import Cluster

LONGEST_SECONDS = 8.0
"""Two waits for an answer, on a busy machine."""


@contextmanager
def set_to(server: Cluster, setting: str) -> Iterator[None]:
    """A setting of the whole server, changed while it runs."""
    name = setting.partition(" ")[0]
    with closing(server.connect()) as connection:
        for change in (f"ALTER SYSTEM SET {setting}", "SELECT pg_reload_conf()"):
            connection.execute(change)
        try:
            yield
        finally:
            for change in (f"ALTER SYSTEM RESET {name}", "SELECT pg_reload_conf()"):
                connection.execute(change)


@contextmanager
def no_standby(server: Cluster) -> Iterator[None]:
    """Every COMMIT waits for a standby that is not there."""
    with set_to(server, "synchronous_standby_names = 'nobody'"), closing(server.connect()) as connection:
        wait_until(lambda: connection.execute("SHOW synchronous_standby_names").fetchone() == ("nobody",))
        yield


def check_fails(desk: Desk) -> str:
    began = time.monotonic()
    with pytest.raises(StoreUnavailable) as raised:
        desk.store.check_writes()
    assert time.monotonic() - began < LONGEST_SECONDS
    return str(raised.value)


def can_write(desk: Desk) -> bool:
    try:
        desk.store.check_writes()
    except StoreUnavailable:
        return False
    return True


def is_moved(transfers: Transfers) -> Callable[[], bool]:
    def move() -> bool:
        try:
            transfers.transfer()
        except StoreUnavailable:
            return False
        return True

    return move


@pytest.mark.parametrize("whose", ["database", "server"])
def test_a_database_that_is_read_only(
    desk: Desk, trader: Trader, server: Cluster, url: str, aside: psycopg.Connection[Any], whose: str
) -> None:
    wait_until(lambda: can_write(desk))
    name = url.rpartition("/")[2]
    if whose == "database":
        aside.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        desk.store._engine.dispose()  # type: ignore[attr-defined]
        wait_until(lambda: not can_write(desk))
        assert "read-only" in check_fails(desk)
        desk.store.ping()
    else:
        with set_to(server, "default_transaction_read_only = on"):
            wait_until(lambda: not can_write(desk))
            assert "read-only" in check_fails(desk)
            desk.store.ping()
        wait_until(lambda: can_write(desk))
    assert desk.read(lambda unit: unit.traders.by_id(trader.id)) == trader


@pytest.mark.abuse("I7")
def test_a_standby_that_is_gone(
    desk: Desk, trader: Trader, transfers: Transfers, server: Cluster, aside: psycopg.Connection[Any]
) -> None:
    """The first writers wait in vain and no others, whoever asks how often; and nobody who only reads."""
    transfers.transfer()
    wait_until(lambda: can_write(desk))

    def waiting() -> int:
        row = aside.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'SyncRep'"
        ).fetchone()
        assert row is not None
        return int(row[0])

    with no_standby(server):
        with pytest.raises(CommitUnknown):
            transfers.transfer()
        assert waiting() == 1
        for _ in range(4):
            wait_until(lambda: isinstance(attempt(transfers), StoreUnavailable))
            at_once([lambda: attempt(transfers)] * 4)
            # Between two trials of a silent server nobody is let in; here it is not silent.
            wait_until(lambda: reads(desk, trader))
            assert not can_write(desk)
        # The transfer, and at most one beat, behind whose lock all later ones stand.
        assert waiting() <= 2
        assert check_fails(desk)
    wait_until(lambda: can_write(desk))
    wait_until(is_moved(transfers))
    assert transfers.moved() == 3
    assert waiting() == 0


def attempt(transfers: Transfers) -> object:
    try:
        return transfers.transfer()
    except StoreUnavailable as error:
        return error


def reads(desk: Desk, trader: Trader) -> bool:
    try:
        return desk.read(lambda unit: unit.traders.by_id(trader.id)) == trader
    except StoreUnavailable:
        return False


def test_what_the_database_does_is_counted(desk: Desk, transfers: Transfers, server: Cluster) -> None:
    figures = desk.store.figures.registry  # type: ignore[attr-defined]

    def refusing(circuit: str) -> float | None:
        return figures.get_sample_value("p2p_database_refusing", {"circuit": circuit})  # type: ignore[no-any-return]

    in_use: list[float | None] = []
    assert figures.get_sample_value("p2p_database_connections_limit") == 4
    transfers.transfer(lambda _: in_use.append(figures.get_sample_value("p2p_database_connections_in_use")))
    assert in_use == [1]
    assert figures.get_sample_value("p2p_database_connections_in_use") == 0
    assert (refusing("any"), refusing("commit")) == (0, 0)
    with no_standby(server):
        with pytest.raises(CommitUnknown):
            transfers.transfer()
        assert (refusing("any"), refusing("commit")) == (1, 1)
    wait_until(lambda: isinstance(attempt(transfers), type(None)))
    assert (refusing("any"), refusing("commit")) == (0, 0)

    def disconnect(unit: Unit) -> None:
        if not retried:
            retried.append(True)
            unit.connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")  # type: ignore[attr-defined]

    retried: list[bool] = []
    transfers.transfer(disconnect, only_first=False)
    assert figures.get_sample_value("p2p_database_retries_total") == 1
