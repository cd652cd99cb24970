"""The worker asks for market prices, and all processes know them then."""

from __future__ import annotations

import logging
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.prices.feeds import FilePrices
from adapters.worker.loops import WorkerLoops
from adapters.worker.pricer import Pricer
from adapters.worker.sweeper import Sweeper
from domain.ports.delivery import Mailer
from tests.integration.desk import Desk
from tests.integration.waiting import until
from tests.integration.worker.conftest import postman_of


def test_what_the_feed_says_is_kept(desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "prices.json"
    pricer = Pricer(desk.store, FilePrices(path), desk.catalogue)
    with caplog.at_level(logging.INFO):
        assert (pricer.ask_once(), pricer.ask_once()) == (0, 0)
        path.write_text('{"usdt": {"usd": "1.01"}, "gold": {"usd": "1"}}')
        assert (pricer.ask_once(), pricer.ask_once()) == (1, 0)
    assert desk.rates() == {("usdt", "usd"): Decimal("1.01")}
    said = [record.getMessage() for record in caplog.records if "market prices" in record.getMessage()]
    assert len(said) == 2, "it is told of once, and so is that it is over"


def test_a_change_of_the_file_is_seen_within_two_seconds(desk: Desk, tmp_path: Path, mailer: Mailer) -> None:
    path = tmp_path / "prices.json"
    feed = FilePrices(path)
    assert feed.ask_every <= timedelta(seconds=2)
    pricer = Pricer(desk.store, feed, desk.catalogue)
    loops = WorkerLoops(Sweeper(desk.store), postman_of(desk, mailer), pricer=pricer, senders=1)
    loops.start()
    path.write_text('{"usdt": {"usd": "1.01"}}')
    until(lambda: desk.rates() == {("usdt", "usd"): Decimal("1.01")})
    assert loops.stop(10)
