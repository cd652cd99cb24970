"""Every field of every operation, given what nobody means well by: docs/contract/http.md, "Bodies".

The fields are those of the schemas, so that a new one is tried with all the others.
"""

from __future__ import annotations

from itertools import islice

import pytest

from adapters.http.operations import OPERATIONS
from tests.integration.conftest import NewStore
from tests.integration.faults.rig.run import IS_SOAK, Run, by_form
from tests.integration.http.desk import new_store as new_memory
from tests.integration.http.hostile.onslaught import Onslaught, attacks_on, nothing_hostile
from tests.integration.http.hostile.ready import NOT_READY, ReadyDesk

ATTACKED = [each for each in OPERATIONS if each.body is not None or each.asked is not None or "{" in each.path]
PROCESSOR_SECONDS_LIMIT = 0.05
"""What a value may take of the processor's time at most; at a new desk, beyond what the operation takes without it.
Where a machine is tried, and no test run, it is looked at."""
OF_ALL = by_form({"memory": 16, "sqlite": 64}, {"memory": 1, "sqlite": 1, "postgres": 1})
"""One of so many is sent, each kind to other fields, so that the short form takes a short while."""


@pytest.mark.abuse("C4", "F1", "F2", "F3", "F5", "F9")
@pytest.mark.soak
@pytest.mark.parametrize("engine", OF_ALL)
def test_whatever_is_sent_is_judged_and_answered(new_store: NewStore, run: Run, engine: str) -> None:
    onslaught = Onslaught(ReadyDesk(lambda: new_store(engine, in_place=True)), PROCESSOR_SECONDS_LIMIT)
    for operation in ATTACKED:
        onslaught.desk.turn_to(operation)
        for attack in islice(attacks_on(operation), run.random.randrange(OF_ALL[engine]), None, OF_ALL[engine]):
            onslaught.send(attack)
    run.counts += onslaught.counts
    for wrong in onslaught.wrong:
        run.violated(wrong)
    if IS_SOAK:
        dearest = sorted(onslaught.seconds, key=onslaught.seconds.__getitem__)[-3:]
        run.figures["dearest, in ms"] = {each: round(onslaught.seconds[each] * 1000, 1) for each in dearest}
        run.check(onslaught.counts["too slow"] == 0, f"{dearest} take too long")
    run.conclude()


def test_what_is_sent_besides_would_be_accepted() -> None:
    """So that each field is judged to the end, and not refused for what else is there."""
    onslaught = Onslaught(ReadyDesk(new_memory), PROCESSOR_SECONDS_LIMIT)
    refused = []
    for operation in OPERATIONS:
        if operation.body is not None:
            onslaught.desk.turn_to(operation)
            answer, _ = onslaught.answer(nothing_hostile(operation))
            refused += [operation.name] if answer.status_int != 200 else []
    assert sorted(refused) == sorted(NOT_READY)
