"""The worker as it runs: at once when it is woken, on time when it is not, and through the absences of its store."""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any
from uuid import UUID

import pytest

from adapters.system.identifiers import RandomIdentifiers
from adapters.worker.loops import LATE_SECONDS, SENDERS_LATE_SECONDS, WorkerLoops
from adapters.worker.sweeper import Sweeper
from domain import NoticeKind, OfferState
from domain.ports.delivery import Letter, Mailer
from domain.ports.store import Store
from tests.clock import SettableClock
from tests.integration.conftest import NewStore
from tests.integration.desk import Desk
from tests.integration.mail.server import SILENCE, Server
from tests.integration.waiting import PATIENCE_SECONDS, until, within
from tests.integration.wakers import RecordingWaker
from tests.integration.webhooks.test_loop import loop_of
from tests.integration.worker.conftest import postman_of
from tests.postgres import Cluster

Start = Callable[..., WorkerLoops]


@pytest.fixture
def start(mailer: Mailer, waker: RecordingWaker) -> Iterator[Start]:
    """A function that starts a worker, woken by the commits of its store."""
    started: list[WorkerLoops] = []

    def run(desk: Desk, **options: Any) -> WorkerLoops:
        identifiers = options.pop("identifiers", desk.identifiers)
        loops = WorkerLoops(Sweeper(desk.store), postman_of(desk, mailer), identifiers, **options)
        waker.then = loops.wake
        started.append(loops)
        loops.start()
        return loops

    yield run
    for loops in started:
        loops.stop(5.0)


def test_a_letter_goes_out_when_the_worker_is_woken(desk: Desk, server: Server, start: Start) -> None:
    # A sweep an hour: nothing but the nudge can have sent it.
    start(desk, sweep_every_seconds=3600.0)
    desk.offer(desk.sell_ad(10), desk.trader(), 2)
    until(lambda: len(server.received) == 1)


def test_a_lost_nudge_is_made_up_for(desk: Desk, server: Server, start: Start, waker: RecordingWaker) -> None:
    start(desk, sweep_every_seconds=0.05)
    waker.then = lambda _: None
    desk.offer(desk.sell_ad(10), desk.trader(), 2)
    until(lambda: len(server.received) == 1)


class Noted(RandomIdentifiers):
    """Knows which ids it has given."""

    def __init__(self) -> None:
        self.given: set[UUID] = set()

    def new(self) -> UUID:
        self.given.add(given := super().new())
        return given


def test_what_runs_out_is_ended_and_told(desk: Desk, server: Server, start: Start) -> None:
    sweeps = Noted()
    start(desk, sweep_every_seconds=0.05, identifiers=sweeps)
    offer = desk.offer(desk.sell_ad(10), desk.trader(), 2)
    until(lambda: len(server.received) == 1)
    desk.clock.advance(minutes=30)
    # The maker is told of both, the taker of the end.
    until(lambda: len(server.received) == 3)
    assert desk.state_of(offer) is OfferState.EXPIRED
    told = desk.read(lambda unit: unit.readers.told_of_offer(offer.id))
    causes = [notice.request_id for notice in told if notice.kind is NoticeKind.OFFER_EXPIRED]
    assert causes[0] in sweeps.given, "a sweep has an id of its own"
    assert causes == [causes[0]] * 2


@pytest.mark.abuse("I8")
def test_one_letter_that_hangs_keeps_no_other_waiting(
    new_store: NewStore, server: Server, start: Start, mailer: Mailer
) -> None:
    desk = Desk(new_store("memory"))
    taker, ad = desk.trader(), desk.sell_ad(1000)
    silenced = iter([True])
    server.script.decide = lambda step, _: SILENCE if step == "rcpt" and next(silenced, False) else None
    start(desk, senders=2, sweep_every_seconds=3600.0)
    for _ in range(10):
        desk.offer(ad, taker, 1)
    until(lambda: len(server.received) == 9)


def test_ten_letters_leave_by_several_hands_once_each(desk: Desk, server: Server, start: Start) -> None:
    taker, ad = desk.trader(), desk.sell_ad(1000)
    for _ in range(10):
        desk.offer(ad, taker, 1)
    start(desk)
    start(desk)
    until(lambda: not desk.store.outbox.waiting(100))
    assert len({mail.message["Message-ID"] for mail in server.received}) == len(server.received) == 10


def test_stopping_lets_what_is_under_way_finish(desk: Desk, server: Server, start: Start) -> None:
    loops = start(desk)
    taker, ad = desk.trader(), desk.sell_ad(1000)
    for _ in range(20):
        desk.offer(ad, taker, 1)
    assert loops.stop(10.0)
    left = desk.store.outbox.waiting(100)
    assert {item.state for item in left} <= {"queued"}
    assert len(left) + len(server.received) == 20


def test_stopping_waits_for_no_mail_server_for_ever(new_store: NewStore, server: Server, start: Start) -> None:
    desk, is_asked = Desk(new_store("memory")), Event()

    def say_nothing(step: str, _: object) -> str | None:
        if step != "rcpt":
            return None
        is_asked.set()
        return SILENCE

    server.script.decide = say_nothing
    loops = start(desk, senders=1)
    desk.offer(desk.sell_ad(10), desk.trader(), 2)
    # A letter that is only claimed is handed back, and nobody waits for it.
    assert is_asked.wait(PATIENCE_SECONDS)
    assert not loops.stop(0.05)


class Held:
    """A mailer that is held up until it is let go."""

    def __init__(self) -> None:
        self.has_begun, self.may_go_on = Event(), Event()

    def send(self, letter: Letter) -> None:
        self.has_begun.set()
        self.may_go_on.wait(PATIENCE_SECONDS)

    def rest(self) -> None:
        pass


def test_webhooks_are_told_to_stop_before_a_letter_that_hangs_is_waited_for(new_store: NewStore) -> None:
    desk, mailer, others = Desk(new_store("memory")), Held(), set(threading.enumerate())
    webhooks = loop_of(desk)
    loops = WorkerLoops(Sweeper(desk.store), postman_of(desk, mailer), desk.identifiers, webhooks=webhooks, senders=1)
    loops.start()
    desk.offer(desk.sell_ad(10), desk.trader(), 2)
    loops.wake()
    assert mailer.has_begun.wait(PATIENCE_SECONDS)
    (looking,) = (thread for thread in set(threading.enumerate()) - others if thread.name == "webhooks")
    stopping = threading.Thread(target=loops.stop, args=(PATIENCE_SECONDS,))
    stopping.start()
    looking.join(PATIENCE_SECONDS / 2)
    assert not looking.is_alive()
    assert stopping.is_alive(), "the letter is still waited for"
    mailer.may_go_on.set()
    stopping.join()


class Rounds:
    """Counts how often each loop says that it goes round, and knows when it is late."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.late: dict[str, float] = {}

    def watch(self, name: str, seconds: float) -> Callable[[], None]:
        self.late[name] = seconds
        return lambda: self.counts.update([name])


def test_its_loops_say_that_they_go_round(desk: Desk, start: Start) -> None:
    rounds = Rounds()
    start(desk, sweep_every_seconds=0.01, watch=rounds.watch)
    assert rounds.late == {"sweeper": LATE_SECONDS, "letters": LATE_SECONDS, "senders": SENDERS_LATE_SECONDS}
    until(lambda: min(rounds.counts[name] for name in rounds.late) > 10)


def test_a_sweep_that_stands_still_says_nothing_more(desk: Desk, start: Start) -> None:
    rounds, may_go_on = Rounds(), Event()
    start(desk, sweep_every_seconds=0.01, watch=rounds.watch, beside=(lambda _: may_go_on.wait(60),))
    until(lambda: rounds.counts["sweeper"] == 1)
    assert not within(lambda: rounds.counts["sweeper"] > 1, 0.3)
    may_go_on.set()
    until(lambda: rounds.counts["sweeper"] > 2)


def test_a_sweep_with_much_to_do_goes_on(desk: Desk) -> None:
    sweeper, rounds = Sweeper(desk.store), Rounds()
    sweeper.going_on = rounds.watch("sweeper", LATE_SECONDS)
    for _ in range(3):
        desk.offer(desk.sell_ad(10), desk.trader(), 2)
    desk.clock.advance(minutes=31)
    assert sweeper.sweep_once() == 3
    assert rounds.counts["sweeper"] == 3


def test_what_is_done_beside_a_sweep_goes_on_while_it_has_much_to_do(desk: Desk, start: Start) -> None:
    rounds, may_end = Rounds(), Event()

    def much(going_on: Callable[[], None]) -> None:
        while not may_end.is_set():
            going_on()
            may_end.wait(0.001)

    start(desk, sweep_every_seconds=0.01, watch=rounds.watch, beside=(much,))
    try:
        until(lambda: rounds.counts["sweeper"] > 10)
    finally:
        may_end.set()


def test_stopping_what_was_never_started_is_harmless(new_store: NewStore, mailer: Mailer) -> None:
    desk = Desk(new_store("memory"))
    assert WorkerLoops(Sweeper(desk.store), postman_of(desk, mailer), desk.identifiers).stop(1.0)


def test_the_worker_outlives_a_restart_of_postgresql(
    migrate: Callable[[str], None],
    server: Server,
    start: Start,
    waker: RecordingWaker,
    caplog: pytest.LogCaptureFixture,
) -> None:
    from adapters.sql.store import SqlStore

    with Cluster(max_connections=20) as cluster, caplog.at_level(logging.INFO, logger="adapters.worker"):
        url = cluster.url(cluster.new_database())
        migrate(url)
        clock = SettableClock()
        store: Store = SqlStore(url, waker=waker, message_id_domain="desk.example", clock=clock)
        desk = Desk(store)
        loops = start(desk, sweep_every_seconds=0.1)
        ad, taker = desk.sell_ad(10), desk.trader()
        desk.offer(ad, taker, 1)
        until(lambda: len(server.received) == 1)
        cluster.stop("immediate")
        until(lambda: "The store is away" in caplog.text)
        cluster.start()
        until(lambda: "The store answers again" in caplog.text)
        late = desk.offer(ad, taker, 1)
        desk.clock.advance(minutes=30)
        until(lambda: desk.state_of(late) is OfferState.EXPIRED)
        until(lambda: not store.outbox.waiting(10))
        assert loops.stop(10.0)
        store.close()
    # Of five threads that ask ten times a second, the last to be answered may speak after the first that was not.
    assert caplog.text.count("The store is away") <= 2
