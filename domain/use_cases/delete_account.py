"""A trader leaves for good: what is of the person is erased, and what moved stays in the books under the id."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ..errors import AccountInUse
from ..ports.own_data import OwnData
from ..ports.traders import Traders


def delete_account(trader_id: UUID, *, own_data: OwnData, traders: Traders, at: datetime) -> None:
    """Erase a trader whose password was verified. ``at`` is the moment by the store's clock.

    Raises ``AccountInUse`` while they hold anything or have anything under way, and ``TraderNotFound``.
    """
    holdings = own_data.lock_holdings(trader_id, at)
    if holdings.in_the_way:
        raise AccountInUse(holdings.in_the_way)
    own_data.erase(traders.by_id(trader_id), at)
