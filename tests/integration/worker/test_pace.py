"""Letters in rations: where, how many, and who does not wait for it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest

from adapters.system.identifiers import RandomIdentifiers
from adapters.worker.hand import HELD, Hand
from adapters.worker.loops import WorkerLoops
from adapters.worker.pace import RATION, Pace
from adapters.worker.postman import Postman
from adapters.worker.sweeper import Sweeper
from domain import NoticeKind
from domain.ports.delivery import Letter, Mailer
from tests.integration.desk import Desk
from tests.integration.mail.server import Server
from tests.integration.waiting import until, within

SOMEBODY = UUID(int=1)
OTHER, URGENT = NoticeKind.AD_INTEREST, NoticeKind.FUNDS_RELEASED


def letters(*kinds: NoticeKind) -> list[Letter]:
    at = datetime(2026, 11, 30, tzinfo=UTC)
    return [
        Letter(number, uuid4(), 1, kind, "jude@desk.example", "Jude", f"<{number}@desk.example>", {}, at, 1)
        for number, kind in enumerate(kinds)
    ]


def pace(*, wanted: bool, written: bool) -> Pace:
    made = Pace(lambda: wanted)
    if written:
        made.others_write()
    return made


@pytest.mark.parametrize(("wanted", "written"), [(False, False), (False, True), (True, False)])
def test_letters_go_as_fast_as_they_can(wanted: bool, written: bool) -> None:
    """On an idle desk however busy its machine is, and on a machine with time to spare however busy the desk is."""
    free = pace(wanted=wanted, written=written)
    assert free.most(HELD) == HELD
    assert free.goes_on(letters(*[OTHER] * HELD), HELD)
    assert not free.goes_on(letters(*[OTHER] * (HELD - 1)), HELD)
    assert not free.goes_on([], HELD)


def test_letters_go_in_rations_beside_requests_that_want_the_processors() -> None:
    bounded = pace(wanted=True, written=True)
    assert bounded.most(RATION - 1) == RATION - 1
    bounded.others_write()
    assert bounded.most(HELD) == RATION
    assert not bounded.goes_on(letters(*[OTHER] * RATION), RATION)


def test_urgent_letters_are_no_ration() -> None:
    bounded = pace(wanted=True, written=True)
    assert bounded.most(HELD) == RATION
    assert bounded.goes_on(letters(*[URGENT] * RATION), RATION)
    assert not bounded.goes_on(letters(*[URGENT] * (RATION - 1), OTHER), RATION)


def test_rations_end_when_nobody_writes_any_more() -> None:
    bounded = pace(wanted=True, written=True)
    assert [bounded.most(HELD), bounded.most(HELD)] == [RATION, HELD]
    assert bounded.goes_on(letters(*[OTHER] * HELD), HELD)


def test_it_is_asked_each_time_so_that_what_is_told_is_of_now() -> None:
    asked: list[None] = []
    asking = Pace(lambda: asked.append(None) is None)
    for _ in range(3):
        asking.most(HELD)
    assert len(asked) == 3


class Claims(Postman):
    """Keeps how many letters were asked for, and which were had."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.asked: list[int] = []
        self.had: list[list[NoticeKind]] = []

    def claim(self, limit: int) -> Sequence[Letter]:
        claimed = super().claim(limit)
        if claimed:
            self.asked.append(limit)
            self.had.append([letter.kind for letter in claimed if isinstance(letter.kind, NoticeKind)])
        return claimed


def sent(desk: Desk, server: Server, mailer: Mailer, number: int, *, written: bool) -> Claims:
    """The claims of a worker that others keep from the processors, after so many letters."""
    postman = Claims(desk.store.outbox, mailer, RandomIdentifiers())

    def wanted() -> bool:
        if written:
            loops.wake([SOMEBODY])
        return True

    loops = WorkerLoops(Sweeper(desk.store), postman, desk.identifiers, pace=Pace(wanted))
    loops.wake([SOMEBODY] if written else ())
    loops.start()
    try:
        until(lambda: len(server.received) == number)
    finally:
        loops.stop(10.0)
    return postman


def test_a_backlog_goes_in_rations_while_others_write(desk: Desk, server: Server, mailer: Mailer) -> None:
    for _ in range(3 * RATION):
        desk.offer(desk.sell_ad(10), desk.trader(), 1)
    claims = sent(desk, server, mailer, 3 * RATION, written=True)
    assert max(claims.asked) == RATION
    assert len(claims.had) >= 3


def test_a_backlog_goes_by_the_handful_where_nobody_writes(desk: Desk, server: Server, mailer: Mailer) -> None:
    for _ in range(3 * RATION):
        desk.offer(desk.sell_ad(10), desk.trader(), 1)
    claims = sent(desk, server, mailer, 3 * RATION, written=False)
    assert claims.asked[0] == HELD
    assert len(claims.had) == 1


def test_urgent_letters_go_before_any_ration_is_spent(desk: Desk, server: Server, mailer: Mailer) -> None:
    offers = [desk.offer(desk.sell_ad(10), desk.trader(), 1) for _ in range(2 * RATION)]
    for offer in offers:
        desk.pay(offer)
    claims = sent(desk, server, mailer, 4 * RATION, written=True)
    assert claims.had[:2] == [[NoticeKind.PAYMENT_INDICATION] * RATION] * 2


def test_behind_a_ration_is_a_pause_and_behind_a_full_hand_is_none() -> None:
    for is_more in (True, False):
        hand = Hand()
        hand.hold(letters(OTHER), is_more=is_more)
        assert hand.take() is not None
        hand.sent()
        gathering = Thread(target=hand.gather, args=(3600.0,))
        gathering.start()
        if is_more:
            until(lambda thread=gathering: not thread.is_alive())  # type: ignore[misc]
        else:
            assert not within(lambda thread=gathering: not thread.is_alive(), 0.2)  # type: ignore[misc]
            hand.end()
            gathering.join()
