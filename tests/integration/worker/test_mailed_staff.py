"""Staff are mailed that disputes wait: each at most once an hour, whoever else works, and nothing is forgotten."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from adapters.worker.reminders import Reminders
from adapters.worker.sweeper import Sweeper
from domain import Trader
from domain.model.account_letters import AccountLetter
from domain.model.told_staff import MAIL_STAFF_AGAIN_AFTER, StaffMail
from domain.ports.store import Store
from tests.integration.conftest import NewStore
from tests.integration.desk import Desk
from tests.integration.races import at_once
from tests.integration.worker.test_told_staff import disputed


@pytest.fixture
def desk(store: Store) -> Desk:
    """A desk on each of the three engines."""
    return Desk(store)


def work(desk: Desk) -> int:
    """One round of the worker; how many mails it wrote."""
    Sweeper(desk.store).sweep_once()
    return Reminders(desk.store, desk.identifiers).remind_once()


def mailed(desk: Desk) -> list[tuple[UUID, str]]:
    """Who was mailed since this was asked last, and how many disputes they were told of."""
    found = desk.store.outbox.claim(uuid4(), 60, 100)
    assert all(desk.store.outbox.mark_sent(letter) for letter in found)
    ours = (letter for letter in found if letter.kind is AccountLetter.DISPUTES_WAITING)
    return sorted((letter.trader_id, str(letter.facts["waiting"])) for letter in ours)


def test_each_of_the_staff_is_mailed_at_once_and_only_once(desk: Desk) -> None:
    ada, ben, out = desk.staff(), desk.staff(), desk.staff()
    desk.suspend(out)
    disputed(desk)
    assert (work(desk), work(desk)) == (2, 0)
    assert mailed(desk) == sorted([(ada.id, "1"), (ben.id, "1")])


def test_what_is_opened_within_the_hour_is_mailed_when_it_is_over_in_one_mail(desk: Desk) -> None:
    ada = desk.staff()
    disputed(desk)
    assert work(desk) == 1
    mailed(desk)
    for _ in range(2):
        desk.clock.advance(minutes=20)
        disputed(desk)
        assert work(desk) == 0
    desk.clock.advance(minutes=20, microseconds=-1)
    assert (work(desk), mailed(desk)) == (0, [])
    desk.clock.advance(microseconds=1)
    assert (work(desk), mailed(desk)) == (1, [(ada.id, "3")])
    desk.clock.advance(minutes=60)
    assert work(desk) == 0, "they know of all that is open"
    disputed(desk)
    assert (work(desk), mailed(desk)) == (1, [(ada.id, "4")])


def test_nobody_is_mailed_of_a_dispute_of_their_own(desk: Desk) -> None:
    ada, ben = desk.staff(), desk.staff()
    offer = disputed(desk, taker=ada)
    assert (work(desk), mailed(desk)) == (1, [(ben.id, "1")])
    desk.release(offer)
    own, _ = disputed(desk, taker=ada), disputed(desk)
    assert (work(desk), mailed(desk)) == (1, [(ada.id, "1")])
    desk.release(own)


def test_what_the_desk_escalates_is_mailed_too(desk: Desk) -> None:
    ada = desk.staff()
    offer = desk.offer(desk.ad(desk.trader(usdt=10)), desk.trader())
    desk.pay(offer)
    desk.clock.advance(hours=24)
    desk.escalate(offer, timedelta(hours=24))
    assert (work(desk), mailed(desk)) == (1, [(ada.id, "1")])


def test_where_nothing_is_open_any_more_nobody_is_mailed_and_the_next_is_at_once(desk: Desk) -> None:
    ada = desk.staff()
    offer = disputed(desk)
    Sweeper(desk.store).sweep_once()
    desk.release(offer)
    assert (work(desk), mailed(desk)) == (0, [])
    disputed(desk)
    assert (work(desk), mailed(desk)) == (1, [(ada.id, "1")])


def test_staff_who_are_shut_out_or_gone_by_then_are_not_mailed(desk: Desk) -> None:
    ada, ben = desk.staff(), desk.staff()
    disputed(desk)
    Sweeper(desk.store).sweep_once()
    desk.suspend(ada)
    desk.write(lambda unit: unit.own_data.erase(ben, desk.clock.now()))
    assert work(desk) == 0
    desk.suspend(ada, suspended=False)
    assert (work(desk), mailed(desk)) == (1, [(ada.id, "1")])


def test_what_is_owed_is_kept_and_the_longest_owed_is_first(desk: Desk) -> None:
    one, other = desk.staff(), desk.staff()
    start = desk.clock.now()

    def due(limit: int = 9) -> list[UUID]:
        return list(desk.read(lambda unit: unit.staff_mails.due(start - MAIL_STAFF_AGAIN_AFTER, limit)))

    def lock(trader: Trader) -> StaffMail:
        return desk.write(lambda unit: unit.staff_mails.lock(trader.id))

    assert (due(), lock(one)) == ([], StaffMail(one.id))
    desk.write(lambda unit: unit.staff_mails.owe([other.id], start))
    desk.clock.advance(minutes=1)
    later = desk.clock.now()
    desk.write(lambda unit: unit.staff_mails.owe([other.id, one.id], later))
    assert (lock(other), lock(one)) == (StaffMail(other.id, start), StaffMail(one.id, later))
    assert (due(), due(1)) == ([other.id, one.id], [other.id])
    desk.write(lambda unit: unit.staff_mails.put_down(StaffMail(one.id)))
    assert (due(), lock(one)) == ([other.id], StaffMail(one.id))


@pytest.mark.parametrize("engine", ["memory", "sqlite", "postgres"])
def test_of_several_workers_one_mails(new_store: NewStore, engine: str) -> None:
    """Each of them tells of disputes of its own and mails, all at once: an hour has one mail all the same."""
    desk = Desk(new_store(engine))
    ada, ben = desk.staff(), desk.staff()
    for _ in range(6):
        disputed(desk)

    def work_hard() -> int:
        return sum(work(desk) for _ in range(3))

    written = sum(at_once([work_hard for _ in range(4)]))
    assert (written, [trader_id for trader_id, _ in mailed(desk)]) == (2, sorted([ada.id, ben.id]))
    desk.clock.advance(hours=1)
    assert sum(at_once([work_hard for _ in range(4)])) <= 2
    assert len(mailed(desk)) <= 2
