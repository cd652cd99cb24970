"""kill -9 at each system call of a write: after it the write is done or not, and its key tells which, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.integration.faults.rig.books import Books
from tests.integration.faults.rig.client import Answer, Client, Request
from tests.integration.faults.rig.keyless_routes import KEYLESS
from tests.integration.faults.rig.population import Population, ShiftedClock
from tests.integration.faults.rig.processes import DeskProcess, started, threads_of, until
from tests.integration.faults.rig.routes import KEYED, Prepare, Prepared
from tests.integration.faults.rig.run import IS_SOAK, Run
from tests.integration.faults.rig.strace import CALLS, calls_in, strace_or_skip, waiting_threads, watched

POINTS = 4
"""So many of the calls of a write are tried in a short run: each time others, by the seed."""
DEATH_SECONDS = 1.0
SWEEP_CALLS = range(1, 17)
"""A sweep with one offer to expire makes about so many calls of each kind."""
TELLING_CALLS = range(1, 41)
"""A round in which staff are told of a dispute and mailed makes about so many."""

ROUTES = KEYED | KEYLESS
SHORT = ("release", "make offer", "send file", "make key")
"""The rest of the routes have their turn in the long form."""


class Victims:
    """Two ``p2p http`` of one process each: while one rises again, the other answers and is killed next."""

    def __init__(self, first: DeskProcess, second: DeskProcess, folder: Path) -> None:
        self._pair = [first, second]
        self.files = folder / "var" / "files"
        self.log = folder / "strace.log"

    def next(self) -> tuple[DeskProcess, DeskProcess]:
        """Who is to be killed, alive and with its work done before; and who will be asked after that."""
        self._pair.reverse()
        victim, witness = self._pair
        until(lambda: victim.children(), "the killed process is replaced")
        return victim, witness

    def warm_up(self, victim: DeskProcess, people: Population, run: Run) -> int:
        """Have the process open its connections, so that what is counted is the write alone."""
        person = people.person()
        with closing(Client(victim.http_port, run)) as client:
            assert client.get("/wallet/", person).status == 200
        (child,) = victim.children()
        return child


@pytest.fixture(scope="module")
def victims(shared_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victims]:
    strace_or_skip()
    folder = tmp_path_factory.mktemp("victims")
    settings = {"P2P_DATABASE_URL": shared_url}
    with started(DeskProcess("http", settings, folder), DeskProcess("http", settings, folder)) as (first, second):
        yield Victims(first, second, folder)


@pytest.mark.abuse("E4")
@pytest.mark.parametrize("route", ROUTES if IS_SOAK else SHORT)
def test_a_write_that_dies_is_done_once(
    run: Run, victims: Victims, population: Population, books: Books, route: str
) -> None:
    prepare, sent_before = ROUTES[route], files_in(books)
    points = points_of(run, victims, population, books, prepare)
    if not IS_SOAK:
        points = sorted(run.random.sample(points, min(POINTS, len(points))))
    outcomes: Counter[str] = Counter()
    for call, number in points:
        outcomes[die_at(run, victims, population, books, prepare, f"{call}:signal=SIGKILL:when={number}")] += 1
        run.count("rounds")
    run.figures |= {"route": route, "points": len(points), "outcomes": dict(outcomes)}
    if IS_SOAK:
        seen = {"nothing happened", "done and not answered"}
        run.check(seen <= set(outcomes), f"the points are not those between which a write is done: {outcomes}")
    # What other tests sent before lies in the folders of their desks.
    for file in files_in(books) - sent_before:
        run.check((victims.files / file).is_file(), f"file {file} is not there, and its message is")
    # The shared database also has what other tests wrote by clocks of their own.
    books.check_all(run, by_one_clock=False)
    run.conclude()


def files_in(books: Books) -> set[str]:
    """The files that messages are of."""
    return {str(file) for (file,) in books.rows("SELECT file FROM chat_messages WHERE file IS NOT NULL")}


def points_of(run: Run, victims: Victims, people: Population, books: Books, prepare: Prepare) -> list[tuple[str, int]]:
    """The system calls of one write that is left in peace."""
    victim, _ = victims.next()
    prepared = prepare(people)
    child = victims.warm_up(victim, people, run)
    with watched(waiting_threads(child), victims.log, "-e", f"trace={CALLS}"):
        answer = send(run, victim, prepared.request)
    assert answer is not None
    assert answer.status == 200, answer.body
    run.check(prepared.effects(books) == 1, "the count of effects does not count")
    return calls_in(victims.log)


def die_at(run: Run, victims: Victims, people: Population, books: Books, prepare: Prepare, injected: str) -> str:
    """One write under the axe, and what came of it: told by the database, and then by asking again with the key."""
    victim, witness = victims.next()
    prepared = prepare(people)
    child = victims.warm_up(victim, people, run)
    call = injected.partition(":")[0]
    with watched(waiting_threads(child), victims.log, "-e", f"trace={call}", "-e", f"inject={injected}"):
        answer = send(run, victim, prepared.request)
        wait_for_death(child)
    is_dead = child not in victim.children()
    effects = prepared.effects(books)
    run.check(effects in (0, 1), f"{injected}: {effects} effects of a request that died")
    run.check(answer is None or answer.status != 200 or effects == 1, f"{injected}: acknowledged and lost")
    with closing(Client(witness.http_port, run)) as client:
        again = client.resolve(prepared.request)
    check_again(run, prepared, again, effects, injected)
    has_key = prepared.request.key is not None
    run.check(not has_key or answer is None or answer.body == again.body, f"{injected}: the second answer differs")
    due = 1 + (prepared.adds and effects)
    run.check(prepared.effects(books) == due, f"{injected}: {prepared.effects(books)} effects in the end")
    if not is_dead:
        return "not reached"
    if answer is not None:
        return "answered"
    run.count("unknown", effects)
    return "done and not answered" if effects else "nothing happened"


def check_again(run: Run, prepared: Prepared, again: Answer, effects: int, injected: str) -> None:
    """What whoever asks again is told: by the key that it was done, and without one what is true by now."""
    due = prepared.again if effects else 200
    run.check(again.status == due, f"{injected}: asked again, the answer is {again.status} {again.body!r}")
    is_replayed = prepared.request.key is not None and effects == 1
    run.check(again.is_replayed == is_replayed, f"{injected}: {effects} effects, replayed {again.is_replayed}")


def send(run: Run, victim: DeskProcess, request: Request) -> Answer | None:
    with closing(Client(victim.http_port, run)) as client:
        return client.send(request)


def wait_for_death(child: int) -> None:
    """The kill may come a moment after the answer, or not at all where the write made fewer calls this time."""
    try:
        until(lambda: not threads_of(child), "it is dead", DEATH_SECONDS)
    except AssertionError:
        return


def test_a_worker_that_dies_expires_an_offer_once(
    run: Run, shared_url: str, population: Population, books: Books, folder: Path
) -> None:
    strace_or_skip()
    maker, taker = population.person(100), population.person()
    hour_ago = population.at(ShiftedClock(-timedelta(hours=1)))
    ad = population.sell_ad(maker, 100, by=hour_ago)
    chosen = [f"{call}:signal=SIGKILL:when={number}" for call in ("sendto", "recvfrom") for number in SWEEP_CALLS]
    run.random.shuffle(chosen)
    outcomes: Counter[str] = Counter()
    for number in run.rounds(1, len(chosen)):
        injected = chosen[number]
        with DeskProcess("worker", {"P2P_DATABASE_URL": shared_url}, folder) as worker:
            sweeper = sweeping_thread(worker, folder / "strace.log")
            call = injected.partition(":")[0]
            with watched([sweeper], folder / "strace.log", "-e", f"trace={call}", "-e", f"inject={injected}"):
                offer = hour_ago.offer(ad, population.traders[taker.id], 1)
                until(lambda worker=worker: worker.has_ended, "the worker is killed")
            outcomes[books.state(offer.id)] += 1
        with DeskProcess("worker", {"P2P_DATABASE_URL": shared_url}, folder):
            until(lambda offer=offer: books.state(offer.id) == "expired", "another worker expires the offer")
    run.figures["found"] = dict(outcomes)
    if IS_SOAK:
        run.check(set(outcomes) == {"pending", "expired"}, f"the points are on one side of the expiry: {outcomes}")
    ((available,),) = books.rows("SELECT available FROM ads WHERE id = :id", id=ad.id)
    run.check(available == 100, f"{available} of 100 are back on the ad")
    books.check_all(run, by_one_clock=False)
    run.conclude()


MAILS = "SELECT count(*) FROM letters WHERE trader_id = :staff AND kind = 'disputes_waiting'"
TOLD = "SELECT count(*) FROM notices WHERE trader_id = :staff AND offer_id = :offer"


def test_a_worker_that_dies_tells_and_mails_staff_once(
    run: Run, shared_url: str, population: Population, books: Books, folder: Path
) -> None:
    strace_or_skip()
    maker, taker = population.person(100), population.person()
    ad = population.sell_ad(maker, 100)
    chosen = [f"{call}:signal=SIGKILL:when={number}" for call in ("sendto", "recvfrom") for number in TELLING_CALLS]
    run.random.shuffle(chosen)
    found: Counter[str] = Counter()
    for number in run.rounds(1, len(chosen)):
        injected, staff = chosen[number], population.person(is_staff=True)
        with DeskProcess("worker", {"P2P_DATABASE_URL": shared_url}, folder) as worker:
            sweeper = sweeping_thread(worker, folder / "strace.log")
            call = injected.partition(":")[0]
            with watched([sweeper], folder / "strace.log", "-e", f"trace={call}", "-e", f"inject={injected}"):
                offer = population.offer(ad, taker)
                population.desk.pay(offer)
                population.desk.dispute(offer)
                until(lambda worker=worker: worker.has_ended, "the worker is killed")
        asked = {"staff": staff.id, "offer": offer.id}
        told, mails = (count_of(books, query, asked) for query in (TOLD, MAILS))
        found["mailed" if mails else "told" if told else "nothing happened"] += 1
        run.check(mails <= told <= 1, f"{injected}: told {told} times, and {mails} mails")
        with DeskProcess("worker", {"P2P_DATABASE_URL": shared_url}, folder):
            until(lambda asked=asked: count_of(books, MAILS, asked) == 1, "another worker mails")
        told, mails = (count_of(books, query, asked) for query in (TOLD, MAILS))
        run.check((told, mails) == (1, 1), f"{injected}: told {told} times, and {mails} mails in the end")
    run.figures["found"] = dict(found)
    books.check_all(run, by_one_clock=False)
    run.conclude()


def count_of(books: Books, query: str, asked: Mapping[str, object]) -> int:
    used = {name: value for name, value in asked.items() if f":{name}" in query}
    ((count,),) = books.rows(query, **used)
    return int(count)


def sweeping_thread(worker: DeskProcess, log: Path) -> int:
    """The thread that asks which offers are due, while nothing is."""
    with watched(threads_of(worker.pid), log, "-e", "trace=sendto", "-s", "64"):
        until(lambda: "FROM offers" in log.read_text(encoding="utf-8"), "the worker sweeps")
    line = next(line for line in log.read_text(encoding="utf-8").splitlines() if "FROM offers" in line)
    return int(line.split()[0])
