"""What a desk does with notices and letters, and what it forgets, costs the same however much was told before."""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import median

import pytest

from adapters.sql.store import SqlStore
from adapters.worker.sweeper import FORGET_LIMIT
from tests.clock import SettableClock
from tests.integration.desk import Desk
from tests.integration.faults.rig.run import IS_SOAK, Run, by_form
from tests.integration.sql.steps_of_told import NOW, PAGE, Read, Steps, what_is_read
from tests.integration.sql.told_desk import Past, fill_told
from tests.integration.wakers import RecordingWaker
from tests.postgres import Server

LITTLE = Past(notices=10_000, others=10_000)
MUCH = by_form(Past(notices=50_000, others=30_000), Past(notices=1_000_000, others=200_000))
ROWS_OF_A_STEP = 2 * FORGET_LIMIT + 1
"""What is forgotten in a step is found and deleted, and one more row is the newest. Tickets go with their logins."""
DEEPER = 1.5
"""So many times as many pages are read at most where indexes are deeper, and ``PAGE`` more: with many others' notices
between them, those of one trader stand on a page each."""
TIMES = 9
"""So often is a step done for its time, in turns at both desks."""


@pytest.fixture(scope="module")
def at(cluster: Server, template_database: str) -> Iterator[dict[Past, Steps]]:
    """The steps of a desk to which little was told, and of one to which much was."""
    names, stores, steps = [], [], {}
    for past in (LITTLE, MUCH):
        names.append(cluster.new_database(template_database))
        url = cluster.url(names[-1])
        fill_told(url, past)
        named = {"waker": RecordingWaker(), "message_id_domain": "desk.example", "clock": SettableClock(NOW)}
        stores.append(SqlStore(url, **named))
        steps[past] = Steps(Desk(stores[-1]))
    yield steps
    for store, name in zip(stores, names, strict=True):
        store.close()
        cluster.drop_database(name)


def read_by(steps: Steps, name: str, times: int = 1) -> Read:
    """What the last of so many steps reads."""
    for _ in range(times):
        with what_is_read() as read:
            steps.all()[name]()
    return read


@pytest.mark.soak
def test_a_step_reads_as_much_however_much_was_told(at: dict[Past, Steps], run: Run) -> None:
    """But for an index that is a level deeper, which is a page more for a row that is looked up or written there."""
    for name in at[LITTLE].all():
        # What is looked up for the first time, such as a catalogue of the server's, is no part of it.
        little, much = (read_by(at[past], name, times=2) for past in (LITTLE, MUCH))
        run.figures[name] = {"rows": [little.rows, much.rows], "pages": [little.pages, much.pages]}
        run.check(0 < much.rows <= little.rows * 1.15, f"{name}: {little.rows} rows became {much.rows}")
        run.check(much.pages <= little.pages * DEEPER + PAGE, f"{name}: {little.pages} pages became {much.pages}")
    run.conclude()


def test_a_step_of_forgetting_reads_no_more_than_it_deletes(at: dict[Past, Steps]) -> None:
    """And none goes through what those before it have deleted, which stays in the table until that is vacuumed."""
    found = {}
    for name in at[MUCH].forgotten:
        first, tenth = (read_by(at[MUCH], f"forget {name}", times) for times in (1, 9))
        kinds = 2 if name == "logins and tickets" else 1
        if tenth.rows > kinds * ROWS_OF_A_STEP or tenth.pages > first.pages * DEEPER:
            found[name] = (tenth.rows, first.pages, tenth.pages, tenth.dearest)
    assert found == {}


@pytest.mark.soak
@pytest.mark.skipif(not IS_SOAK, reason="it has no short form: what is read is counted above, at every run")
def test_what_a_step_takes_is_told(at: dict[Past, Steps], run: Run) -> None:
    """In turns at both desks. The ratios are printed, and promised by nobody: a busy machine has others."""
    for name in at[LITTLE].all():
        taken: dict[Past, list[float]] = {LITTLE: [], MUCH: []}
        for _ in range(TIMES):
            for past, seconds in taken.items():
                begun = time.perf_counter()
                at[past].all()[name]()
                seconds.append(time.perf_counter() - begun)
        little, much = (median(seconds) * 1000 for seconds in taken.values())
        run.figures[name] = {"ms": [round(little, 2), round(much, 2)], "ratio": round(much / little, 2)}
