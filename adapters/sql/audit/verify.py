"""Checking every invariant of the books in one consistent view, without any of the code that writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from itertools import islice
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

from domain.ports.clock import CLOCK_TOLERANCE_SECONDS, Clock

from ..connections.engine import (
    IDLE_IN_TRANSACTION_TIMEOUT_MILLISECONDS,
    STATEMENT_TIMEOUT_MILLISECONDS,
    open_engine,
    own_transaction,
)
from ..schema.types import amount_as_text
from . import chain
from .guards import lost_guards
from .invariant import Invariant
from .invariants import INVARIANTS

Published = tuple[int, str]
"""The number and the digest of a link of the journal's chain."""

_SHOWN = 5
_AT_ONCE = 4
"""Connections on PostgreSQL that check at the same time."""
_EXACT = Context(prec=80)
_LIMIT = 10**18

_SOON_SECONDS = CLOCK_TOLERANCE_SECONDS
_WRITTEN_SECONDS = (
    CLOCK_TOLERANCE_SECONDS + (IDLE_IN_TRANSACTION_TIMEOUT_MILLISECONDS + STATEMENT_TIMEOUT_MILLISECONDS) // 1000
)
"""A unit may sit idle after its locked read, and its write may wait for locks, for as long as each is allowed to."""

_POSTGRESQL = {
    "SUM": "sum",
    "FEE": "exact_fee",
    "NEG": "-",
    "IS_NEGATIVE": "0 > ",
    "ZERO": "0",
    "LIMIT": str(_LIMIT),
    "NOW": "clock_timestamp()",
    "ROUNDED": "round",
    "TIMES": "*",
    "SOON": f"interval '{_SOON_SECONDS} s' + ",
    "WRITTEN": f"interval '{_WRITTEN_SECONDS} s' + ",
}
_SQLITE = {
    "SUM": "exact_sum",
    "FEE": "exact_fee",
    "NEG": "exact_negative",
    "IS_NEGATIVE": "exact_is_negative",
    "ZERO": f"'{amount_as_text(Decimal(0))}'",
    # Amounts are text of fixed width here, and a colon sorts behind all digits.
    "LIMIT": "':'",
    # On SQLite both are arguments of one function, since it would multiply binary numbers.
    "ROUNDED": "exact_product",
    "TIMES": ",",
    "SOON": "moment_soon",
    "WRITTEN": "moment_written",
}
_WORD = re.compile(r"\b(SUM|FEE|NEG|ROUNDED|TIMES|ZERO|LIMIT|IS_NEGATIVE|NOW|SOON|WRITTEN)\b")


def verify(database_url: str, clock: Clock | None = None, published: Published | None = None) -> list[str]:
    """A sentence for each invariant that does not hold, with the first rows that break it; empty where all hold.

    What lies in the future is told by the store's clock, or by the one that stands for it. A link that was
    ``published`` has to be in the journal's chain.
    """
    engine = open_engine(database_url, pool_size=_AT_ONCE + 1, is_patient=True)
    check = _on_sqlite if engine.dialect.name == "sqlite" else _on_postgresql
    try:
        sentences = check(engine, clock, published)
        return [sentence for sentence in sentences if sentence]
    finally:
        engine.dispose()


def _on_sqlite(engine: Engine, clock: Clock | None, published: Published | None) -> list[str | None]:
    now = _text_of(clock.now() if clock else datetime.now(UTC))
    words = _SQLITE | {"NOW": f"'{now}'"}
    event.listen(engine, "connect", _add_exact_functions)
    with own_transaction(engine, writes=False) as connection:
        damage = _damage(connection)
        if damage:
            # Of a damaged file every other answer may be wrong, and most of them would be that it cannot be read.
            return [damage]
        found = [lost_guards(connection)]
        found += [_sentence(connection, invariant, words) for invariant in INVARIANTS]
        found += _of_chain(connection, published)
        return found if any(found) else [_lost_rows(connection)]


def _damage(connection: Connection) -> str | None:
    """What is wrong with the file itself, such as a copy that was cut short."""
    # What a value must be is for the invariants to say.
    connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
    rows = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check").fetchmany(_SHOWN)]
    connection.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")
    if rows == ["ok"]:
        return None
    return f"V0: it does not hold that the file is whole: {'; '.join(rows)}; restore a backup"


def _lost_rows(connection: Connection) -> str | None:
    """Rows that others point at and that are not there, as in a copy that was made in the middle of a write."""
    rows = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(_SHOWN)
    if not rows:
        return None
    shown = "; ".join(f"row {row[1]} of {row[0]} lacks one of {row[2]}" for row in rows)
    return f"V0: it does not hold that every row that another points at is there: {shown}; restore a backup"


def _on_postgresql(engine: Engine, clock: Clock | None, published: Published | None) -> list[str | None]:
    """All queries see one snapshot, so that what is written meanwhile breaks nothing; a few run at a time."""
    given = {} if clock is None else {"NOW": f"timestamptz '{_text_of(clock.now())}'"}
    words = _POSTGRESQL | given
    with own_transaction(engine, writes=False) as connection:
        _begin_check(connection)
        # This transaction lends its snapshot to the others, and does nothing else until they are done.
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()

        def check(invariant: Invariant) -> str | None:
            with own_transaction(engine, writes=False) as own:
                _begin_check(own, snapshot)
                return _sentence(own, invariant, words)

        def follow() -> list[str | None]:
            with own_transaction(engine, writes=False) as own:
                _begin_check(own, snapshot)
                return _of_chain(own, published)

        with ThreadPoolExecutor(_AT_ONCE, "verify") as pool:
            # The last ones take the longest, so they begin.
            following = pool.submit(follow)
            futures = [pool.submit(check, invariant) for invariant in reversed(INVARIANTS)]
            return [lost_guards(connection), *(future.result() for future in reversed(futures)), *following.result()]


def _of_chain(connection: Connection, published: Published | None) -> list[str | None]:
    """What is wrong with the chain of the journal, and with what was published of it."""
    broken = list(islice(chain.broken_links(connection), _SHOWN + 1))
    more = ", and more" if len(broken) > _SHOWN else ""
    sentences: list[str | None] = []
    if broken:
        shown = "; ".join(broken[:_SHOWN])
        sentences.append(f"{chain.NAME}: it does not hold that {chain.SAYS}: {shown}{more}")
    if published is not None and not chain.is_there(connection, *published):
        number, digest = published
        sentences.append(f"{chain.NAME}: it does not hold that {chain.PUBLISHED}: link {number} with {digest}")
    return sentences


def _begin_check(connection: Connection, snapshot: str | None = None) -> None:
    connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    if snapshot is not None:
        connection.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
    # Compiling these queries would take longer than it saves, and so would dividing each: there is one for each core.
    for setting in ("work_mem = '256MB'", "jit = off", "max_parallel_workers_per_gather = 0"):
        connection.exec_driver_sql(f"SET LOCAL {setting}")


def _sentence(connection: Connection, invariant: Invariant, words: Mapping[str, str]) -> str | None:
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
    driver_connection.create_function("exact_fee", 3, _fee, deterministic=True)
    driver_connection.create_function("exact_is_negative", 1, _is_negative, deterministic=True)
    driver_connection.create_function("exact_product", 3, _rounded_product, deterministic=True)
    for name, seconds in (("moment_soon", _SOON_SECONDS), ("moment_written", _WRITTEN_SECONDS)):
        driver_connection.create_function(name, 1, _later_by(timedelta(seconds=seconds)), deterministic=True)


def _text_of(moment: datetime) -> str:
    """A moment as SQLite keeps it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _later_by(time: timedelta) -> Callable[[str | None], str | None]:
    """A function that adds so much time to a moment kept as text."""
    return lambda text: None if text is None else _text_of(datetime.fromisoformat(text) + time)


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


def _fee(amount: str, percent: str, decimals: int) -> str:
    whole = _EXACT.multiply(_EXACT.multiply(Decimal(amount), Decimal(percent)), Decimal("0.01"))
    return _wide_text(whole.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_DOWN, context=_EXACT))


def _rounded_product(amount: str, price: str | None, decimals: int) -> str | None:
    """The product, rounded half up to so many decimals."""
    if price is None:
        return None
    product = _EXACT.multiply(Decimal(amount), Decimal(price))
    return _wide_text(product.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _EXACT))


def _is_negative(amount: str | None) -> bool:
    return amount is not None and Decimal(amount) < 0
