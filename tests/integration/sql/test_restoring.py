"""A database that is brought back to an earlier point gives nothing out again that was given out since."""

import sqlite3
from contextlib import closing
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import make_url, select

from adapters.sql.audit.verify import verify
from adapters.sql.connections.engine import open_engine, own_transaction
from adapters.sql.restoring import NUMBERS_A_SECOND, NUMBERS_LEAST, move_on
from adapters.sql.schema.tables import ads, entries, letters, offers
from domain import Trader
from tests.clock import SettableClock
from tests.integration.desk import Desk
from tests.integration.sql.conftest import NewDesk
from tests.integration.webhooks.hooks import added
from tests.postgres import Server

IDS = {"offers": offers.c.id, "ads": ads.c.id, "entries": entries.c.id, "letters": letters.c.message_id}
Given = dict[str, set[Any]]


def given_out(url: str) -> Given:
    """The numbers and Message-IDs of all that there is."""
    engine = open_engine(url)
    try:
        with own_transaction(engine, writes=False) as connection:
            return {name: set(connection.execute(select(column)).scalars()) for name, column in IDS.items()}
    finally:
        engine.dispose()


def copy_of(request: pytest.FixtureRequest, url: str, folder: Path, name: str) -> str:
    """A copy of a database that nobody uses at the moment."""
    if url.startswith("sqlite"):
        target = folder / f"{name}.sqlite3"
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as source, closing(sqlite3.connect(target)) as to:
            source.backup(to)
        return f"sqlite:///{target}"
    cluster: Server = request.getfixturevalue("cluster")
    made = cluster.new_database(make_url(url).database)
    request.addfinalizer(partial(cluster.drop_database, made))
    return cluster.url(made)


def trade(desk: Desk, jude: Trader, amara: Trader) -> None:
    """One trade that gives out a number of each kind, and mails both."""
    desk.deposit(jude, Decimal(10))
    offer = desk.offer(desk.ad(jude), amara)
    desk.pay(offer)
    desk.release(offer)


class Copies:
    """Two who trade, on one copy of their desk after the other."""

    def __init__(self, request: pytest.FixtureRequest, folder: Path, open_desk: NewDesk) -> None:
        self._request, self._folder, self._open = request, folder, open_desk
        self.clock = SettableClock()
        self.traders: list[Trader] = []

    def copy(self, url: str, name: str) -> str:
        return copy_of(self._request, url, self._folder, name)

    def trade(self, url: str, times: int = 2) -> Given:
        """Trade there, and tell what that gave out."""
        before = given_out(url)
        desk = self._open(url, clock=self.clock)
        self.traders = self.traders or [desk.trader(), desk.trader()]
        for _ in range(times):
            trade(desk, *self.traders)
        desk.store.close()
        return {name: found - before[name] for name, found in given_out(url).items()}


@pytest.fixture
def copies(request: pytest.FixtureRequest, tmp_path: Path, open_desk: NewDesk) -> Copies:
    return Copies(request, tmp_path, open_desk)


def shared(*given: Given) -> Given:
    """What was given out more than once."""
    every = [(name, each) for one in given for name in IDS for each in one[name]]
    return {name: {each for of, each in every if of == name and every.count((name, each)) > 1} for name in IDS}


NOTHING = {name: set() for name in IDS}


def test_nothing_is_given_out_twice(copies: Copies, url: str) -> None:
    copies.trade(url)
    backup = copies.copy(url, "backup")
    copies.clock.advance(minutes=5)
    lost = copies.trade(url)
    assert all(lost.values())
    # Without it, all of it comes again.
    careless = copies.trade(copies.copy(backup, "careless"))
    assert all(shared(lost, careless).values())
    restored = copies.copy(backup, "restored")
    by = move_on(restored, copies.clock)
    assert by == NUMBERS_LEAST + 300 * NUMBERS_A_SECOND
    again = copies.trade(restored)
    assert shared(lost, again) == NOTHING
    assert verify(restored, copies.clock) == []
    # To a point before the first restore: what came after that one is lost as well.
    copies.clock.advance(minutes=5)
    once_more = copies.copy(backup, "once_more")
    assert move_on(once_more, copies.clock) == NUMBERS_LEAST + 600 * NUMBERS_A_SECOND
    assert shared(lost, again, copies.trade(once_more)) == NOTHING


def test_notices_keep_their_numbers_without_a_gap(copies: Copies, url: str) -> None:
    copies.trade(url)
    move_on(url, copies.clock)
    copies.trade(url)
    assert verify(url, copies.clock) == []


def test_a_letter_that_was_written_before_keeps_its_message_id(copies: Copies, url: str) -> None:
    """It may have been sent since, and whoever has it is to see that both are one."""
    copies.trade(url)
    before = given_out(url)["letters"]
    move_on(url, copies.clock)
    assert given_out(url)["letters"] == before


def test_a_webhook_hears_of_what_was_told_before_under_the_same_id(
    copies: Copies, url: str, open_desk: NewDesk
) -> None:
    desk = open_desk(url, clock=copies.clock)
    jude, amara = desk.trader(), desk.trader()
    added(desk, jude)
    trade(desk, jude, amara)
    ids = [next_message_id(desk)]
    copies.clock.advance(hours=1)
    move_on(url, copies.clock)
    ids.append(next_message_id(desk))
    assert ids[0] == ids[1]


def next_message_id(desk: Desk) -> str:
    """Of what a webhook is sent next, claimed by somebody who dies."""
    desk.clock.advance(minutes=30)
    [delivery] = desk.store.webhook_queue.claim(UUID(int=7), 60, 10, 10, None)
    return delivery.message_id


def test_an_empty_desk_and_twice_in_one_second(url: str) -> None:
    clock = SettableClock()
    assert move_on(url, clock) == move_on(url, clock) == NUMBERS_LEAST
