"""SQLite: the whole desk in one process, and the bare work that its database does for a make-offer request."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from uuid import uuid4

from adapters.sql.schema.types import amount_as_text

from .figures import Sample
from .market import AMOUNT, BANK, FIAT_AMOUNT, MAKERS, TAKERS, taker_id

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
"""Those of the desk's own connections."""

_FINGERPRINT = bytes(32)


@dataclass
class BareSqlite:
    """Make-offer transactions on a file that has a market, through one connection of the standard library's driver.

    The statements change the rows that the desk changes. SQLite has no exact numbers, so that the ad's amounts come
    and go as text here, too, and are computed in between.
    """

    file: Path
    first_ad: int
    texts: Mapping[str, str]

    @classmethod
    def on(cls, file: Path, first_ad: int, answer: bytes) -> BareSqlite:
        """On this file, with the texts of a notice that is in it, and the body of a desk's answer."""
        with closing(sqlite3.connect(file)) as connection:
            frame, facts = connection.execute("SELECT frame, facts FROM notices LIMIT 1").fetchone()
        return cls(file, first_ad, {"frame": frame, "facts": facts, "answer": answer.decode()})

    def measure(self, seconds: float) -> Sample:
        """Make offers for so many seconds."""
        chance = Random(1)
        milliseconds: list[float] = []
        with closing(sqlite3.connect(self.file, isolation_level=None)) as connection:
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
            started = now = time.perf_counter()
            while now < started + seconds:
                self._make_offer(
                    connection, self.first_ad - 1 + chance.randint(1, MAKERS), str(taker_id(chance.randint(1, TAKERS)))
                )
                done = time.perf_counter()
                milliseconds.append((done - now) * 1000)
                now = done
            return Sample.of(milliseconds, now - started)

    def _make_offer(self, connection: sqlite3.Connection, ad: int, taker: str) -> None:
        execute = connection.execute
        moment = datetime.now(UTC)
        at, deadline = (time.isoformat(timespec="microseconds") for time in (moment, moment + timedelta(days=1)))
        execute("BEGIN IMMEDIATE")
        execute(
            "INSERT INTO idempotency_keys VALUES (?, ?, ?, 200, ?, NULL, ?)",
            (taker, str(uuid4()), _FINGERPRINT, self.texts["answer"].encode(), at),
        )
        query = "SELECT maker_id, available, reserved FROM ads WHERE id = ?"
        maker, available, reserved = execute(query, (ad,)).fetchone()
        parts = (_text_plus(available, -AMOUNT), _text_plus(reserved, AMOUNT))
        execute(
            "UPDATE ads SET available = ?, reserved = ?, trade_started_at = coalesce(trade_started_at, ?), "
            "version = version + 1 WHERE id = ?",
            (*parts, at, ad),
        )
        amounts = (amount_as_text(AMOUNT), amount_as_text(FIAT_AMOUNT))
        offer = execute(
            "INSERT INTO offers (ad_id, taker_id, currency_amount, fiat_amount, bank_account_name, "
            "bank_account_number, bank_name, created_at, deadline, state, version) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', 1)",
            (ad, taker, *amounts, *BANK.values(), at, deadline),
        ).lastrowid
        execute("INSERT INTO offer_history VALUES (?, 1, 'made', 'pending', ?, ?)", (offer, at, taker))
        execute("UPDATE notice_counters SET last = last + 1 WHERE trader_id = ?", (maker,))
        (number,) = execute("SELECT last FROM notice_counters WHERE trader_id = ?", (maker,)).fetchone()
        execute(
            "INSERT INTO notices VALUES (?, ?, 'ad_interest', ?, 1, ?, ?, 1, ?, NULL)",
            (maker, number, offer, self.texts["frame"], self.texts["facts"], at),
        )
        execute(
            "INSERT INTO letters (trader_id, number, message_id, state, attempts, next_attempt_at) "
            "VALUES (?, ?, ?, 'queued', 0, ?)",
            (maker, number, f"<notice.{number}.{maker}@bench.example>", at),
        )
        execute("COMMIT")


def _text_plus(amount: str, more: Decimal) -> str:
    return amount_as_text(Decimal(amount) + more)
