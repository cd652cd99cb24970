"""Units of work to fail."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from domain import EntryKind, Money, Purse, Trader
from domain.ports.store import Unit
from tests.integration.desk import Desk

ONE = Decimal(1)


class Transfers:
    """A unit of work that moves one coin, counts how often it is begun, and lets something happen in its middle."""

    def __init__(self, desk: Desk, trader: Trader) -> None:
        self._desk, self._trader = desk, trader
        self.begun = 0
        self.errors: list[BaseException] = []

    def transfer(self, meanwhile: Callable[[Unit], None] = lambda _: None, *, only_first: bool = True) -> None:
        def work(unit: Unit) -> None:
            self.begun += 1
            wallet = unit.book.lock_wallet(self._trader.id, "usdt")
            try:
                if self.begun == 1 or not only_first:
                    meanwhile(unit)
                self._apply(unit, wallet)
            except Exception as error:
                self.errors.append(error)
                raise

        self._desk.write(work)

    def _apply(self, unit: Unit, wallet: Any) -> None:
        ends = wallet.purse(Purse.P2P), wallet.purse(Purse.MAIN)
        named = f"transfer:{self._desk.identifiers.new()}"
        unit.book.apply(wallet.move(EntryKind.TRANSFER, named, *ends, Money(ONE, "usdt"), self._desk.clock.now()))

    def moved(self) -> Decimal:
        """How much has arrived."""
        (purses,) = self._desk.read(lambda unit: unit.readers.wallet(self._trader.id))
        return purses.main
