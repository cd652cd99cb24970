"""A connection keeps the plans that it made while its desk was young; they must be good on an old one."""

from contextlib import suppress

import pytest
from sqlalchemy import Engine

from adapters.sql.connections.engine import open_engine
from domain import Refusal
from tests.integration.desk import Desk
from tests.integration.sql.scene import Scene, hot, reads, writes
from tests.integration.sql.touched import Asked, explained, noted, read_from_end_to_end

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)


def everything(desk: Desk) -> dict[str, list[Asked]]:
    """All that the desk asks, by the name of what asks it."""
    scene = Scene(desk)
    found = {f"write: {name}": scene.request(work) for name, work in writes(scene).items()}
    found |= {f"read: {name}": scene.read(work) for name, work in reads(scene).items()}
    for name, work in hot(desk, scene.maker.id).items():
        # Some of it is about ads and offers that only an old desk has.
        with noted() as found[f"hot: {name}"], suppress(Refusal):
            desk.write(work)
    return found


def test_no_plan_of_a_young_desk_reads_a_table_from_end_to_end(desk: Desk, url: str) -> None:
    """Nor all of an index, but for the indexes that are lists in their order and end with the page."""
    asked = everything(desk)
    engine: Engine = open_engine(url)
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        found = {
            name: [step for one in some for step in read_from_end_to_end(explained(driver, one))]  # type: ignore[arg-type]
            for name, some in asked.items()
        }
    engine.dispose()
    assert {name: steps for name, steps in found.items() if steps} == {}
    assert min(map(len, asked.values())) > 0
