"""The worker asks for market prices, and all processes know them then."""

from __future__ import annotations

import logging
import os
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.prices.feeds import FilePrices
from adapters.worker.loops import WorkerLoops
from adapters.worker.pricer import UNKEPT_LIMIT, Pricer
from adapters.worker.sweeper import Sweeper
from domain import CommitUnknown, StoreUnavailable
from domain.model.prices import Answer
from domain.ports.delivery import Mailer
from tests.integration.desk import Desk
from tests.integration.http.faults import BreakableStore
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
    loops = WorkerLoops(Sweeper(desk.store), postman_of(desk, mailer), desk.identifiers, pricer=pricer, senders=1)
    loops.start()
    path.write_text('{"usdt": {"usd": "1.01"}}')
    until(lambda: desk.rates() == {("usdt", "usd"): Decimal("1.01")})
    assert loops.stop(10)


def say(desk: Desk, path: Path, usd: str) -> None:
    """Change the file, a second after it was changed last."""
    desk.clock.advance(seconds=1)
    path.write_text(f'{{"usdt": {{"usd": "{usd}"}}}}')
    said_at = desk.clock.now().timestamp()
    os.utime(path, (said_at, said_at))


@pytest.mark.parametrize("error", [StoreUnavailable("away"), CommitUnknown("broken")])
def test_a_change_of_the_file_is_not_lost_while_the_store_is_away(
    desk: Desk, tmp_path: Path, error: StoreUnavailable
) -> None:
    """The file says it once. Each of the three answers that make a jump is heard while the store is away."""
    path = tmp_path / "prices.json"
    store = BreakableStore(desk.store)  # type: ignore[arg-type]
    pricer = Pricer(store, FilePrices(path), desk.catalogue)
    say(desk, path, "1")
    assert pricer.ask_once() == 1
    for usd in ("2", "2.1", "2.2"):
        say(desk, path, usd)
        store.on_commit.append(error)
        with pytest.raises(StoreUnavailable):
            pricer.ask_once()
    said_at = desk.clock.now()
    desk.clock.advance(seconds=60)
    assert desk.rates() == {("usdt", "usd"): Decimal(1)}
    assert (pricer.ask_once(), pricer.ask_once()) == (3, 0)
    (rate,) = desk.read(lambda unit: unit.rates.all())
    assert (rate.rate, rate.at) == (Decimal("2.2"), said_at), "it is as old as the file"


def test_no_more_than_so_many_answers_are_held_for_a_store_that_is_away(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "prices.json"
    store = BreakableStore(desk.store)  # type: ignore[arg-type]
    pricer = Pricer(store, FilePrices(path), desk.catalogue)
    assert UNKEPT_LIMIT == 300
    for number in range(UNKEPT_LIMIT + 5):
        say(desk, path, f"1.{number:04}")
        store.on_begin.append(StoreUnavailable("away"))
        with pytest.raises(StoreUnavailable):
            pricer.ask_once()
    assert pricer.ask_once() == UNKEPT_LIMIT
    assert desk.rates() == {("usdt", "usd"): Decimal("1.0304")}


class Spoken:
    """A feed whose answers are of the moment at which they are heard."""

    ask_every = apart = timedelta(seconds=30)

    def __init__(self) -> None:
        self.said: list[str] = []

    def ask(self) -> Answer | None:
        return Answer({("usdt", "usd"): Decimal(self.said.pop(0))}) if self.said else None


def test_what_was_said_at_no_moment_of_its_own_is_asked_for_again(desk: Desk) -> None:
    """Kept later it would be told as of a moment at which nobody said it."""
    feed, store = Spoken(), BreakableStore(desk.store)  # type: ignore[arg-type]
    pricer = Pricer(store, feed, desk.catalogue)
    feed.said = ["1"]
    store.on_commit.append(StoreUnavailable("away"))
    with pytest.raises(StoreUnavailable):
        pricer.ask_once()
    assert pricer.ask_once() == 0
    assert desk.rates() == {}
    feed.said = ["1.1"]
    assert pricer.ask_once() == 1
    assert desk.rates() == {("usdt", "usd"): Decimal("1.1")}
