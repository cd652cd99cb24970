"""A desk with a long past: its books can be checked, and none of its hot queries goes through all of it."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import create_engine

from adapters.sql.audit.verify import verify
from adapters.sql.store import SqlStore
from tests.clock import NOON, SettableClock
from tests.integration.desk import Desk
from tests.integration.sql.big_desk import Size, copy_desk, count_postings, fill, trader_id
from tests.integration.sql.conftest import administrator
from tests.integration.sql.scene import hot
from tests.integration.sql.touched import rows_touched, scans, statements_of
from tests.integration.wakers import RecordingWaker
from tests.postgres import Server

SMALL = Size(traders=500, ads=5000, offers_an_ad=2)
MOST_ROWS = 500
"""What may be read for a page of fifty of somebody with 40 offers; there are 10,000 offers, and more of the rest."""
MILLION = Size(traders=2000, ads=32_000, offers_an_ad=10)

IS_SOAK = os.environ.get("P2P_SOAK") == "1"


@pytest.fixture(scope="module")
def small(cluster: Server, template_database: str) -> Iterator[str]:
    name = cluster.new_database(template_database)
    fill(cluster.url(name), SMALL)
    yield cluster.url(name)
    cluster.drop_database(name)


@pytest.fixture(scope="module")
def embedded(small: str, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The same desk on SQLite."""
    copied = tmp_path_factory.mktemp("big") / "desk.sqlite3"
    copied.write_bytes(sqlite_template.read_bytes())
    copy_desk(small, f"sqlite:///{copied}")
    return f"sqlite:///{copied}"


@pytest.fixture
def open_store() -> Iterator[Callable[[str], Desk]]:
    stores: list[SqlStore] = []

    def make(url: str) -> Desk:
        stores.append(SqlStore(url, waker=RecordingWaker(), message_id_domain="desk.example", clock=SettableClock()))
        return Desk(stores[-1])

    yield make
    for store in stores:
        store.close()


def test_the_big_desk_is_healthy_on_both_engines(small: str, embedded: str) -> None:
    assert count_postings(small) > 2 * SMALL.offers
    assert verify(small, SettableClock(NOON + timedelta(days=30))) == []
    assert verify(embedded, SettableClock(NOON + timedelta(days=30))) == []


@pytest.mark.abuse("I5")
def test_no_hot_query_of_postgresql_goes_through_the_past(small: str, open_store: Callable[[str], Desk]) -> None:
    desk = open_store(small)
    found = {}
    with closing(administrator(small)) as aside:
        for name, work in hot(desk, UUID(trader_id(7))).items():
            asked = statements_of(desk, work)
            found[name] = max(rows_touched(aside, one, generic=plan) for one in asked for plan in (False, True))
    assert {name: rows for name, rows in found.items() if rows > MOST_ROWS} == {}


def test_counting_goes_through_no_past(small: str) -> None:
    """What a function reads is in no plan, but the server counts the rows."""
    with closing(administrator(small)) as aside, aside.transaction(force_rollback=True):
        aside.execute("SELECT trader_counts(%s, %s, true)", (trader_id(7), NOON + timedelta(days=30)))
        read = aside.execute(
            "SELECT relname, seq_scan, seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables"
            " WHERE relname = ANY (%s)",
            (["ads", "offers", "offer_history"],),
        ).fetchall()
    assert {name: rows for name, scans, rows in read if scans or rows > MOST_ROWS} == {}
    assert len(read) == 3


@pytest.mark.abuse("I5")
def test_no_hot_query_of_sqlite_goes_through_the_past(embedded: str, open_store: Callable[[str], Desk]) -> None:
    desk = open_store(embedded)
    found = {}
    engine = create_engine(embedded)
    with engine.connect() as aside:
        for name, work in hot(desk, UUID(trader_id(7))).items():
            found[name] = [step for one in statements_of(desk, work) for step in scans(aside, one)]
    engine.dispose()
    assert {name: steps for name, steps in found.items() if steps} == {}


@pytest.mark.soak
@pytest.mark.skipif(not IS_SOAK, reason="it has no short form: the desk above is checked at every run")
def test_a_million_postings_are_checked_in_ten_seconds(
    cluster: Server, template_database: str, sqlite_template: Path, tmp_path: Path
) -> None:
    """An operator checks every night. The figure for SQLite is printed, and promised by nobody."""
    name = cluster.new_database(template_database)
    url = cluster.url(name)
    fill(url, MILLION)
    seconds = timed_check(url, "postgresql")
    copied = tmp_path / "desk.sqlite3"
    copied.write_bytes(sqlite_template.read_bytes())
    copy_desk(url, f"sqlite:///{copied}")
    cluster.drop_database(name)
    timed_check(f"sqlite:///{copied}", "sqlite")
    assert seconds < 10


def timed_check(url: str, engine: str) -> float:
    """How long the check of a healthy desk takes, printed."""
    begun = time.monotonic()
    assert verify(url, SettableClock(NOON + timedelta(days=365))) == []
    seconds = time.monotonic() - begun
    print(f"\nledger verify of {MILLION} on {engine}: {seconds:.1f} s", flush=True)
    return seconds
