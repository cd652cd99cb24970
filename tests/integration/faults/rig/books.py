"""The database as a stranger reads it: plain SQL, and none of the code that wrote it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import NullPool, create_engine, text

from adapters.sql.audit.verify import verify

from .run import Run

ENDED = {"completed", "cancelled", "expired"}


@dataclass(frozen=True)
class OfferRow:
    """What is checked of an offer."""

    state: str
    amount: Decimal
    ad_id: int
    taker_id: UUID


class Books:
    """Reads what was committed."""

    def __init__(self, database_url: str) -> None:
        self.url = database_url
        # A connection of its own for each look: a restart of the database spoils those that are kept.
        self._engine = create_engine(database_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement), values)]

    def execute(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))

    def purses(self) -> dict[tuple[UUID, str], Decimal]:
        """What everybody holds, but for empty purses and the outside account."""
        found = self.rows("SELECT owner, purse, balance FROM accounts WHERE purse <> 'outside'")
        purses = {(UUID(str(owner)), purse): Decimal(balance) for owner, purse, balance in found}
        return {purse: balance for purse, balance in purses.items() if balance}

    def offers(self) -> dict[int, OfferRow]:
        found = self.rows("SELECT id, state, currency_amount, ad_id, taker_id FROM offers")
        return {
            number: OfferRow(state, Decimal(amount), ad_id, UUID(str(taker_id)))
            for number, state, amount, ad_id, taker_id in found
        }

    def state(self, offer_id: int) -> str:
        ((state,),) = self.rows("SELECT state FROM offers WHERE id = :id", id=offer_id)
        return str(state)

    def settlements(self) -> Counter[int]:
        return Counter(row[0] for row in self.rows("SELECT offer_id FROM settlements"))

    def paid_out(self) -> Counter[int]:
        """How often the journal let an offer's amount out of escrow, whatever the settlements say."""
        found = self.rows("SELECT reference FROM entries WHERE kind IN ('release', 'refund', 'split')")
        return Counter(int(reference.partition(":")[2]) for (reference,) in found)

    def count(self, table: str) -> int:
        ((number,),) = self.rows(f"SELECT count(*) FROM {table}")
        return int(number)

    def close(self) -> None:
        self._engine.dispose()

    def check_settlements(self, run: Run) -> None:
        """Each offer by itself: one settlement if it has ended, none if it lives, and at most one way out of escrow."""
        settled, paid_out = self.settlements(), self.paid_out()
        for number, offer in self.offers().items():
            due = 1 if offer.state in ENDED else 0
            run.check(settled[number] == due, f"offer {number} is {offer.state} with {settled[number]} settlements")
            most = 0 if not due else 1
            run.check(paid_out[number] <= most, f"offer {number} is {offer.state}, paid out {paid_out[number]} times")
            released = offer.state != "completed" or paid_out[number] == 1
            run.check(released, f"offer {number} is completed, paid out {paid_out[number]} times")

    def check_purses(self, run: Run, expected: dict[tuple[UUID, str], Decimal]) -> None:
        """To the unit."""
        held, due = self.purses(), {purse: amount for purse, amount in expected.items() if amount}
        for purse in sorted(held.keys() | due.keys()):
            has, should = held.get(purse, Decimal(0)), due.get(purse, Decimal(0))
            run.check(has == should, f"{purse[0]} {purse[1]} holds {has} instead of {should}")

    def check_all(self, run: Run, *, by_one_clock: bool = True) -> None:
        """All invariants, and each offer by itself; where stores went by clocks of their own, without the moments."""
        for broken in verify(self.url):
            if by_one_clock or not broken.startswith("V10:"):
                run.violated(broken)
        self.check_settlements(run)
