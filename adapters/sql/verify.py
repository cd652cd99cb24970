"""Checking every invariant of the books in one consistent view, without any of the code that writes them."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from decimal import Context, Decimal
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

from .engine import open_engine, own_transaction
from .invariants import INVARIANTS, Invariant
from .types import amount_as_text

_SHOWN = 5
_AT_ONCE = 4
"""Connections on PostgreSQL that check at the same time."""
_EXACT = Context(prec=80)
_LIMIT = 10**18

_POSTGRESQL = {"SUM": "sum", "NEG": "-", "IS_NEGATIVE": "0 > ", "ZERO": "0", "LIMIT": str(_LIMIT)}
_SQLITE = {
    "SUM": "exact_sum",
    "NEG": "exact_negative",
    "IS_NEGATIVE": "exact_is_negative",
    "ZERO": f"'{amount_as_text(Decimal(0))}'",
    # Amounts are text of fixed width here, and a colon sorts behind all digits.
    "LIMIT": "':'",
}
_WORD = re.compile(r"\b(SUM|NEG|ZERO|LIMIT|IS_NEGATIVE)\b")


def verify(database_url: str) -> list[str]:
    """A sentence for each invariant that does not hold, with the first rows that break it; empty where all hold."""
    engine = open_engine(database_url, pool_size=_AT_ONCE + 1, is_patient=True)
    try:
        sentences = _on_sqlite(engine) if engine.dialect.name == "sqlite" else _on_postgresql(engine)
        return [sentence for sentence in sentences if sentence]
    finally:
        engine.dispose()


def _on_sqlite(engine: Engine) -> list[str | None]:
    event.listen(engine, "connect", _add_exact_functions)
    with own_transaction(engine, writes=False) as connection:
        return [_sentence(connection, invariant) for invariant in INVARIANTS]


def _on_postgresql(engine: Engine) -> list[str | None]:
    """All queries see one snapshot, so that what is written meanwhile breaks nothing; a few run at a time."""
    with own_transaction(engine, writes=False) as connection:
        _begin_check(connection)
        # This transaction lends its snapshot to the others, and does nothing else until they are done.
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()

        def check(invariant: Invariant) -> str | None:
            with own_transaction(engine, writes=False) as own:
                _begin_check(own, snapshot)
                return _sentence(own, invariant)

        with ThreadPoolExecutor(_AT_ONCE, "verify") as pool:
            # The last ones take the longest, so they begin.
            futures = [pool.submit(check, invariant) for invariant in reversed(INVARIANTS)]
            return [future.result() for future in reversed(futures)]


def _begin_check(connection: Connection, snapshot: str | None = None) -> None:
    connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    if snapshot is not None:
        connection.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
    # Compiling these queries would take longer than it saves, and so would dividing each: there is one for each core.
    for setting in ("work_mem = '256MB'", "jit = off", "max_parallel_workers_per_gather = 0"):
        connection.exec_driver_sql(f"SET LOCAL {setting}")


def _sentence(connection: Connection, invariant: Invariant) -> str | None:
    words = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
    statement = _WORD.sub(lambda found: words[found[0]], invariant.broken)
    counted = connection.exec_driver_sql(
        f"SELECT * FROM ({statement}) AS broken LIMIT {_SHOWN + 1}", execution_options={"no_parameters": True}
    )
    found = counted.mappings().all()
    if not found:
        return None
    shown = "; ".join(", ".join(f"{key} {value}" for key, value in row.items()) for row in found[:_SHOWN])
    more = ", and more" if len(found) > _SHOWN else ""
    return f"{invariant.name}: it does not hold that {invariant.says}: {shown}{more}"


def _add_exact_functions(driver_connection: Any, _record: Any) -> None:
    # SQLite turns every number that it adds up into a binary one, so amounts are summed as Python's decimals.
    driver_connection.create_window_function("exact_sum", 1, _ExactSum)
    driver_connection.create_function("exact_negative", 1, _negative, deterministic=True)
    driver_connection.create_function("exact_is_negative", 1, _is_negative, deterministic=True)


class _ExactSum:
    """A sum of amounts kept as text. SQLite calls ``step`` and ``inverse`` a row, ``value`` and ``finalize`` a sum."""

    def __init__(self) -> None:
        self._total = Decimal(0)

    def step(self, amount: str | None) -> None:
        """Count an amount in."""
        if amount is not None:
            self._total = _EXACT.add(self._total, Decimal(amount))

    def inverse(self, amount: str | None) -> None:
        """Count an amount out that left the window."""
        if amount is not None:
            self._total = _EXACT.subtract(self._total, Decimal(amount))

    def value(self) -> str:
        """The sum so far."""
        return _wide_text(self._total)

    def finalize(self) -> str:
        """The whole sum."""
        return _wide_text(self._total)


def _wide_text(amount: Decimal) -> str:
    """A sum as text; one that is wider than any balance may be is spelled out and equals none."""
    return amount_as_text(amount) if amount.copy_abs() < _LIMIT else f"{amount:f}"


def _negative(amount: str | None) -> str | None:
    return None if amount is None else _wide_text(Decimal(amount).copy_negate())


def _is_negative(amount: str | None) -> bool:
    return amount is not None and Decimal(amount) < 0
