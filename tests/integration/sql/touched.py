"""How much of a long past the two databases go through to answer what a desk asks."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Engine, event

from domain.ports.store import Unit
from tests.integration.desk import Desk

Asked = tuple[str, Any]
PAST = (
    "ads", "offers", "offer_history", "entries", "postings", "settlements", "notices", "letters", "disputes",
    "audit_trail", "trader_words", "chats", "chat_members", "chat_messages",
)  # fmt: skip
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
    with connection.transaction(force_rollback=True):
        connection.execute(f"SET LOCAL plan_cache_mode = force_{'generic' if generic else 'custom'}_plan")
        return int(_touched(explained(connection, asked, "ANALYZE")))


def explained(connection: psycopg.Connection[Any], asked: Asked, *options: str) -> dict[str, Any]:
    """The plan that a statement has once it is prepared, as this connection makes plans."""
    statement, parameters = asked
    values = sql.SQL(", ").join(map(sql.Literal, parameters))
    ask = sql.SQL("EXECUTE asked ({})").format(values) if parameters else sql.SQL("EXECUTE asked")
    connection.execute(f"PREPARE asked AS {statement}")
    explain = sql.SQL(f"EXPLAIN ({', '.join([*options, 'FORMAT JSON'])}) ")
    row = connection.execute(explain + ask).fetchone()
    connection.execute("DEALLOCATE asked")
    assert row is not None
    plan: dict[str, Any] = row[0][0]["Plan"]
    return plan


def _touched(plan: dict[str, Any]) -> float:
    read = _rows_of(plan) if plan.get("Relation Name") in PAST else 0
    return read + sum(_touched(part) for part in plan.get("Plans", ()))


def rows_read(plan: dict[str, Any]) -> int:
    """How many rows of tables an executed plan read, those that it threw away included, whatever table they are of."""
    read = _rows_of(plan) if "Relation Name" in plan else 0
    return int(read) + sum(rows_read(part) for part in plan.get("Plans", ()))


def _rows_of(plan: dict[str, Any]) -> float:
    thrown_away = sum(plan.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Index Recheck"))
    return float(plan["Actual Loops"] * (plan["Actual Rows"] + thrown_away))


def scans(connection: Connection, asked: Asked) -> list[str]:
    """The steps of SQLite's plan that go through a whole table of the past, or through all of one of its indexes."""
    statement, parameters = asked
    plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    return [step for step in plan if _SCAN.match(step) and not _PART.search(step)]


def read_from_end_to_end(plan: dict[str, Any]) -> list[str]:
    """The steps of PostgreSQL's plan that go through all of a table, or of an index that is no list in its order."""
    found = [step for part in plan.get("Plans", ()) for step in read_from_end_to_end(part)]
    table, index = plan.get("Relation Name"), plan.get("Index Name", "")
    is_read = table is not None and plan["Node Type"] != "ModifyTable"
    if is_read and not {"Index Cond", "Recheck Cond"} & plan.keys() and not _PART.search(f"USING INDEX {index}"):
        found.append(f"{plan['Node Type']} {table} {index}".rstrip())
    return found


_SCAN = re.compile(f"SCAN ({'|'.join((*PAST, 'traders'))})")
_LISTS = "due|newest|board|price|disputed|parked|suspended|staff|queue|paid"
_PART = re.compile(f"USING (COVERING )?INDEX [a-z]+_({_LISTS})_idx")
