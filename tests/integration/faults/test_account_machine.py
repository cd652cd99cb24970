"""All that can be done with accounts, in any order beside trades: docs/contract/accounts.md.

Kept beside the desk is what was given out and what of it ended. After every step of Hypothesis each token and key that
there ever was is tried: what was ended does nothing, whatever came after, and what was not ended works. A short form
runs with the other tests, a long one where P2P_SOAK is 1. Each prints its seed; P2P_TEST_SEED=… replays it.
"""

from collections import Counter
from pathlib import Path
from typing import cast

import hypothesis
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from adapters.http.collaborators import JoinableStore
from adapters.sql.audit.verify import verify
from tests.integration.conftest import NewStore
from tests.integration.faults.play.joining import Joining
from tests.integration.faults.play.programs import Programs
from tests.integration.faults.rig.run import IS_SOAK, Run, by_form
from tests.integration.http.desk import Desk

EXAMPLES = by_form({"memory": 5, "sqlite": 2, "postgres": 2}, {"memory": 100, "sqlite": 30, "postgres": 30})
STEPS = by_form(12, 50)


@pytest.mark.abuse("A5")
def test_what_was_ended_never_works_again(
    new_store: NewStore, tmp_path: Path, request: pytest.FixtureRequest, engine: str, run: Run
) -> None:
    desk = Desk(cast(JoinableStore, new_store(engine)))

    def verified() -> list[str]:
        if engine == "memory":
            return []
        if engine == "sqlite":
            return verify(f"sqlite:///{tmp_path / '0.sqlite3'}", desk.clock)
        cluster, name = request.getfixturevalue("cluster"), request.getfixturevalue("reused_database")
        return verify(cluster.url(name), desk.clock)

    plays: list[Joining] = []
    how = settings(
        max_examples=EXAMPLES[engine],
        stateful_step_count=STEPS,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    play = hypothesis.seed(run.seed)(lambda: Programs(desk, plays, verified=verified))
    run_state_machine_as_test(play, settings=how)
    total: Counter[str] = sum((Counter(play.outcomes) for play in plays), Counter())
    run.counts += total
    assert total["log in: 200"]
    if IS_SOAK:
        assert all(total[f"{done}: 200"] for done in ("release", "reinstate", "reset", "make key")), total
    run.conclude()
