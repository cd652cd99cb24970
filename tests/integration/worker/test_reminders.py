"""Whoever has not read a message for ten minutes is mailed, once, and nobody who fails keeps another waiting."""

import logging
from uuid import UUID, uuid4

import pytest

from adapters.system.identifiers import RandomIdentifiers
from adapters.worker.reminders import Reminders
from domain import NoticeKind
from domain.ports.store import Store
from tests.integration.desk import Desk
from tests.integration.races import at_once


@pytest.fixture
def desk(store: Store) -> Desk:
    """A desk on each of the three engines."""
    return Desk(store)


def mailed(desk: Desk) -> list[UUID]:
    found = desk.store.outbox.claim(uuid4(), 60, 100)
    return [letter.trader_id for letter in found if letter.kind is NoticeKind.CHAT_MESSAGE]


def test_what_is_unread_is_mailed_once(desk: Desk) -> None:
    jude, amara = desk.trader(usdt=100), desk.trader()
    offer = desk.offer(desk.ad(jude), amara)
    desk.say(offer, amara)
    reminders = Reminders(desk.store, desk.identifiers)
    desk.clock.advance(minutes=10, microseconds=-1)
    assert reminders.remind_once() == 0
    desk.clock.advance(microseconds=1)
    assert sum(at_once([Reminders(desk.store, desk.identifiers).remind_once for _ in range(3)])) == 1
    assert reminders.remind_once() == 0
    assert mailed(desk) == [jude.id]


class UnluckyIdentifiers(RandomIdentifiers):
    """A source of ids that fails the first time that it is asked."""

    def __init__(self) -> None:
        self._calls = 0

    def new(self) -> UUID:
        self._calls += 1
        if self._calls == 1:
            raise RuntimeError("no id today")
        return super().new()


def test_one_that_fails_keeps_no_other_waiting(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    jude, amara = desk.trader(usdt=100), desk.trader()
    ad = desk.ad(jude)
    for _ in range(2):
        desk.say(desk.offer(ad, amara), amara)
    desk.clock.advance(minutes=10)
    reminders = Reminders(desk.store, UnluckyIdentifiers())
    with caplog.at_level(logging.ERROR):
        assert reminders.remind_once() == 1
    assert "it is tried again later" in caplog.text
    rounds: list[None] = []
    assert reminders.remind_once(lambda: rounds.append(None)) == 0
    assert rounds == []
    desk.clock.advance(minutes=1, microseconds=1)
    assert reminders.remind_once(lambda: rounds.append(None)) == 1
    assert rounds == [None]
    assert mailed(desk) == [jude.id, jude.id]
