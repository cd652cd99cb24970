"""Statements that take long are told of by their text, and nothing that was asked for is in it."""

from __future__ import annotations

import io
import json
import logging
import re
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event

from adapters.sql.connections.engine import open_engine, own_transaction
from adapters.sql.connections.slow import SLOW_SECONDS, TEXT_LIMIT, tell, tell_slow
from adapters.sql.schema.tables import DESK_OWNER_ID
from config.logging import SLOW_STATEMENTS, JsonFormatter
from config.masking import Redactor
from domain import StoreUnavailable, caused_by
from tests.integration.desk import Desk
from tests.integration.sql.scene import Scene, reads, writes

only_postgresql = pytest.mark.parametrize("engine", ["postgres"], indirect=True)
WRITTEN_BY_PEOPLE = re.compile(r"[0-9@ ]")
"""What is in ids, addresses, names, numbers of accounts, amounts, moments and texts, and in no word of a table."""


def told(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == SLOW_STATEMENTS]


def strings(values: Any) -> list[str]:
    """All texts among a statement's values, however they are nested."""
    if isinstance(values, dict):
        values = list(values.values())
    if isinstance(values, list | tuple):
        return [text for value in values for text in strings(value)]
    return [str(values)]


@only_postgresql
def test_a_slow_statement_is_told_with_its_time_and_its_request(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    stream, cause = io.StringIO(), uuid4()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter(Redactor(())))
    logging.getLogger(SLOW_STATEMENTS).addHandler(handler)
    try:
        with caused_by(cause):
            desk.read(lambda unit: unit.connection.exec_driver_sql("SELECT 1, pg_sleep($1)", (0.6,)))  # type: ignore[attr-defined]
    finally:
        logging.getLogger(SLOW_STATEMENTS).removeHandler(handler)
    (line,) = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert line["level"] == "warning"
    assert line["request_id"] == str(cause)
    assert line["milliseconds"] >= SLOW_SECONDS * 1000
    assert line["message"] == f"A statement took {line['milliseconds']} ms: SELECT 1, pg_sleep($1)"
    assert len(told(caplog)) == 1


@only_postgresql
def test_one_that_is_given_up_is_told_of_too(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(StoreUnavailable):
        desk.read(lambda unit: unit.connection.exec_driver_sql("SELECT pg_sleep($1)", (10.5,)))  # type: ignore[attr-defined]
    (record,) = told(caplog)
    assert re.fullmatch(r"A statement failed after \d{4,}\.\d ms: SELECT pg_sleep\(\$1\)", record.getMessage())


@only_postgresql
def test_a_commit_that_takes_long_is_one(url: str, caplog: pytest.LogCaptureFixture) -> None:
    engine = open_engine(url, pool_size=1)
    function = "'BEGIN PERFORM pg_sleep(0.6); RETURN NULL; END'"
    when = "AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
    waiting = (
        f"CREATE FUNCTION pg_temp.wait() RETURNS trigger LANGUAGE plpgsql AS {function}",
        "CREATE TEMPORARY TABLE slow (id integer)",
        f"CREATE CONSTRAINT TRIGGER slow {when} EXECUTE FUNCTION pg_temp.wait()",
    )
    with own_transaction(engine, writes=True) as connection:
        for statement in waiting:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("INSERT INTO slow VALUES (1)")
    engine.dispose()
    (record,) = told(caplog)
    assert record.getMessage().endswith("ms: COMMIT")


@pytest.mark.abuse("J1")
def test_no_value_is_in_what_is_told(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Of all statements of a desk, taken for slow ones."""
    engine, values = desk.store._engine, set[str]()  # type: ignore[attr-defined]

    def note(_connection: Any, _cursor: Any, _statement: str, parameters: Any, *_: Any) -> None:
        values.update(strings(parameters))

    event.listen(engine, "before_cursor_execute", note)
    tell_slow(engine, 0.0)
    scene = Scene(desk)
    for work in writes(scene).values():
        desk.write(work)
    for work in reads(scene).values():
        desk.read(work)
    texts = {record.getMessage().split(" ms: ", 1)[1] for record in told(caplog)}
    assert len(texts) > 50
    canaries = {value for value in values if len(value) >= 8 and WRITTEN_BY_PEOPLE.search(value)}
    assert len(canaries) > 50
    everything = "\n".join(f"{record.getMessage()} {vars(record)!r}" for record in told(caplog))
    assert {value for value in canaries - {str(DESK_OWNER_ID)} if value in everything} == set()


def test_a_long_text_is_cut_and_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    tell("SELECT\n    1,  2" + ", 3" * TEXT_LIMIT, 1.0)
    tell("SELECT 4", SLOW_SECONDS - 0.001)
    (record,) = told(caplog)
    text = record.getMessage().removeprefix("A statement took 1000.0 ms: ")
    assert text.startswith("SELECT 1, 2, 3, 3")
    assert len(text) == TEXT_LIMIT
