"""The worker looks at the desk from time to time, and whoever asks for figures reads nothing of the store."""

from __future__ import annotations

from typing import Any

import pytest
from prometheus_client import generate_latest

from adapters.worker.vitals import LOOK_EVERY_SECONDS, VitalsWatch
from domain.errors import StoreUnavailable
from tests.clock import Seconds
from tests.integration.conftest import NewStore
from tests.integration.desk import Desk


@pytest.fixture
def desk(new_store: NewStore) -> Desk:
    return Desk(new_store("memory"))


def lines(watch: VitalsWatch) -> list[str]:
    return [line for line in generate_latest(watch.registry).decode().splitlines() if not line.startswith("#")]


def test_what_was_seen_is_told_until_the_next_look(desk: Desk, seconds: Seconds) -> None:
    watch = VitalsWatch(desk.store, seconds)
    assert lines(watch) == []
    watch.look_once()
    at = desk.clock.now().timestamp()
    seen = [
        f"p2p_looked_timestamp_seconds {at}",
        "p2p_frozen 0.0",
        "p2p_letters_oldest_seconds 0.0",
        "p2p_expiry_overdue_seconds 0.0",
    ]
    assert sorted(map(normal, lines(watch))) == sorted(map(normal, seen))
    offer = desk.offer(desk.sell_ad(10), desk.trader(), 2)
    desk.freeze()
    desk.clock.set(offer.deadline)
    desk.clock.advance(seconds=90)
    desk.store.note_check(2)
    seconds.now += LOOK_EVERY_SECONDS - 1
    watch.look_once()
    assert sorted(map(normal, lines(watch))) == sorted(map(normal, seen))
    seconds.now += 1
    watch.look_once()
    found = dict(map(normal, lines(watch)))
    age = (desk.clock.now() - offer.created_at).total_seconds()
    now = desk.clock.now().timestamp()
    assert found == {
        "p2p_looked_timestamp_seconds": now,
        "p2p_frozen": 1,
        'p2p_escrow_held{currency="usdt"}': 10,
        "p2p_letters_oldest_seconds": age,
        "p2p_expiry_overdue_seconds": 90,
        "p2p_ledger_checked_timestamp_seconds": now,
        "p2p_ledger_broken": 2,
    }


def normal(line: str) -> tuple[str, float]:
    name, _, value = line.rpartition(" ")
    return name, float(value)


def test_while_the_store_is_away_it_looks_again_each_time(desk: Desk, seconds: Seconds) -> None:
    class Away:
        def vitals(self) -> Any:
            raise StoreUnavailable("no connection")

    watch = VitalsWatch(Away(), seconds)  # type: ignore[arg-type]
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            watch.look_once()
    assert lines(watch) == []
