"""What a desk does with notices, letters and what is forgotten after a while, one step each, and what a step reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import Engine, event

from adapters.worker.sweeper import FORGET_LIMIT
from tests.clock import NOON
from tests.integration.desk import Desk
from tests.integration.sql.big_desk import trader_id
from tests.integration.sql.told_desk import TOLD
from tests.integration.sql.touched import explained, rows_read

PAGE = 50
PAGES = 100
AT_ONCE = 32
"""So many letters are claimed and marked at once; about as many as a worker has in its hands."""
NOW = NOON + timedelta(days=200)
OLD = NOON + timedelta(days=61)
"""Before this moment is more than half of what is forgotten after a while; the rest may stay."""


class Steps:
    """Each step of a desk, to be done again and again. The trader who is looked at sells to takers of its own."""

    def __init__(self, desk: Desk) -> None:
        self.desk, told = desk, UUID(TOLD)
        outbox, tail = desk.store.outbox, desk.store.tail
        maker, taker = (desk.read(lambda unit, who=who: unit.traders.by_id(UUID(who))) for who in (TOLD, trader_id(9)))
        ad = desk.ad(maker, crypto_amount=Decimal(100_000))
        since = 0
        for _ in range(PAGES - 1):
            since = tail.after(told, since, PAGE)[-1].number
        everybody = [UUID(trader_id(number)) for number in range(500)]
        self.read = {
            "tail": lambda: tail.after(told, since, 10),
            "last numbers of 500": lambda: tail.last_numbers(everybody),
            "inbox, first page": lambda: desk.read(lambda unit: unit.readers.notices(told, 0, PAGE)),
            f"inbox, page {PAGES}": lambda: desk.read(lambda unit: unit.readers.notices(told, since, PAGE)),
        }
        self.written: dict[str, Callable[[], Any]] = {
            "an offer, with its notice and letter": lambda: desk.cancel(desk.offer(ad, taker, 1)),
            f"{AT_ONCE} letters claimed and marked": lambda: outbox.mark_sent(*outbox.claim(uuid4(), 60, AT_ONCE)),
            "read up to": lambda: desk.write(lambda unit: unit.inbox.mark_read(told, since)),
        }
        self.forgotten: dict[str, Callable[[], int]] = {
            "letters": lambda: outbox.forget(OLD, FORGET_LIMIT),
            "answers": lambda: desk.write(lambda unit: unit.admission.forget(OLD, FORGET_LIMIT)),
            "codes": lambda: desk.write(lambda unit: unit.codes.forget(OLD, FORGET_LIMIT)),
            "logins and tickets": lambda: desk.write(lambda unit: unit.logins.forget(OLD, FORGET_LIMIT)),
            "wrong tries": lambda: desk.write(lambda unit: unit.attempts.forget(OLD, FORGET_LIMIT)),
            "addresses": lambda: desk.write(lambda unit: unit.attempts.forget_addresses(OLD, FORGET_LIMIT)),
        }

    def all(self) -> dict[str, Callable[[], Any]]:
        return {**self.read, **self.written, **{f"forget {name}": step for name, step in self.forgotten.items()}}


class Read:
    """How many rows and pages of tables and indexes the statements of a step read."""

    def __init__(self) -> None:
        self.rows, self.pages, self.dearest = 0, 0, ("", 0)

    def add(self, statement: str, plan: dict[str, Any]) -> None:
        pages = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
        self.rows += rows_read(plan)
        self.pages += pages
        if pages > self.dearest[1]:
            self.dearest = re.sub(r"\s+", " ", statement)[:300], pages


@contextmanager
def what_is_read() -> Iterator[Read]:
    """Each statement that desks send to PostgreSQL meanwhile is explained first, where it is, and undone."""
    read = Read()

    def explain(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        driver: psycopg.Connection[Any] = connection.connection.driver_connection
        if not statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            return
        with driver.transaction(force_rollback=True):
            read.add(statement, explained(driver, (statement, parameters or ()), "ANALYZE", "BUFFERS"))

    event.listen(Engine, "before_cursor_execute", explain)
    try:
        yield read
    finally:
        event.remove(Engine, "before_cursor_execute", explain)
