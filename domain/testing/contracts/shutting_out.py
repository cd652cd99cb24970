"""What staff do to people, by the ports of the store that knows them."""

from __future__ import annotations

from ... import DESK, Trader, set_suspended
from ..store_desk import StoreDesk


def suspend(desk: StoreDesk, trader: Trader, *, suspended: bool = True) -> None:
    """The operator shuts somebody out, or lets them in again."""
    given = trader.id, suspended, DESK
    desk.write(lambda unit: set_suspended(*given, traders=unit.traders, at=unit.now()))
