"""All that can be done on a desk, on all three stores at once and in any order, with equal answers from each.

After every step of Hypothesis all that can be read is compared, and each store's invariants are checked. A short form
runs with the other tests, a long one where P2P_SOAK is 1. Each prints its seed; P2P_TEST_SEED=… replays it.
"""

import os
import secrets
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import hypothesis
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from domain.ports.store import Store
from tests.clock import SettableClock
from tests.integration.conftest import ENGINES, NewStore
from tests.integration.faults.play.people import Play
from tests.integration.faults.worlds import Worlds

SOAK = os.environ.get("P2P_SOAK") == "1"
EXAMPLES, STEPS = (100, 40) if SOAK else (8, 20)


@pytest.mark.abuse("D1")
def test_three_stores_give_equal_answers(
    new_store: NewStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = int(os.environ.get("P2P_TEST_SEED") or secrets.randbits(64))
    print(f"seed {seed}: P2P_TEST_SEED={seed} replays it")
    # One clock for all plays, since they are on the same databases; it never goes back.
    clock = SettableClock()
    databases = {engine: new_store(engine, clock) for engine in ENGINES if engine != "memory"}

    def stores() -> Mapping[str, Store]:
        """The databases are those of all plays; memory, which looks through all that it has, begins anew."""
        return {"memory": new_store("memory", clock), **databases}

    plays: list[Worlds] = []
    play = hypothesis.seed(seed)(lambda: Play(stores, clock, plays, tmp_path))
    how = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(play, settings=how)
    total: Counter[str] = sum((worlds.outcomes for worlds in plays), Counter())
    assert total["post ad: done"]
    if SOAK:
        assert total["release_funds: done"]
        with capsys.disabled():
            print(f"\nseed {seed}: {len(plays)} plays, {total.total()} moves on each of {ENGINES}, no difference")
            print("\n".join(f"{times:8} {outcome}" for outcome, times in sorted(total.items())))
