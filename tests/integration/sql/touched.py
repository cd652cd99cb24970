"""How much of a long past the two databases go through to answer what a desk asks."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Engine, event

from domain.ports.store import Unit
from tests.integration.desk import Desk

_PARAMETER = re.compile(r"%\((\w+)\)s")
Asked = tuple[str, Any]
PAST = ("ads", "offers", "offer_history", "entries", "postings", "settlements", "notices", "letters", "disputes")
"""The tables that grow for as long as the desk is there."""


@contextmanager
def noted() -> Iterator[list[Asked]]:
    """The statements that any engine runs meanwhile, with their parameters."""
    asked: list[Asked] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            asked.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def statements_of(desk: Desk, work: Callable[[Unit], Any]) -> list[Asked]:
    """What a unit of work asks the database."""
    with noted() as asked:
        desk.write(work)
    return asked


def rows_touched(connection: psycopg.Connection[Any], asked: Asked, *, generic: bool) -> int:
    """How many rows of the past the server read for a statement, those that it threw away included.

    A prepared statement gets a plan for its parameters at first, and may get a generic one later.
    """
    statement, parameters = asked
    names = list(dict.fromkeys(_PARAMETER.findall(statement)))
    numbered = _PARAMETER.sub(lambda found: f"${names.index(found[1]) + 1}", statement).replace("%%", "%")
    values = sql.SQL(", ").join(sql.Literal(parameters[name]) for name in names)
    with connection.transaction(force_rollback=True):
        connection.execute(f"SET LOCAL plan_cache_mode = force_{'generic' if generic else 'custom'}_plan")
        connection.execute(f"PREPARE asked AS {numbered}")
        ask = sql.SQL("EXECUTE asked ({})").format(values) if names else sql.SQL("EXECUTE asked")
        row = connection.execute(sql.SQL("EXPLAIN (ANALYZE, FORMAT JSON) ") + ask).fetchone()
        connection.execute("DEALLOCATE asked")
    assert row is not None
    (explained,) = row[0] if isinstance(row[0], list) else json.loads(row[0])
    return int(_touched(explained["Plan"]))


def _touched(plan: dict[str, Any]) -> float:
    thrown_away = sum(plan.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Index Recheck"))
    read = plan["Actual Loops"] * (plan["Actual Rows"] + thrown_away) if plan.get("Relation Name") in PAST else 0
    return read + sum(_touched(part) for part in plan.get("Plans", ()))


def scans(connection: Connection, asked: Asked) -> list[str]:
    """The steps of SQLite's plan that go through a whole table of the past, or through all of one of its indexes."""
    statement, parameters = asked
    plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    return [step for step in plan if _SCAN.match(step) and not _PART.search(step)]


_SCAN = re.compile(f"SCAN ({'|'.join(PAST)})")
_PART = re.compile("USING (COVERING )?INDEX [a-z]+_(due|newest|board|disputed|parked)_idx")
