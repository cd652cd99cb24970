"""A trader leaves for good: what is of the person is erased, and what moved stays in the books under the id."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ..errors import AccountInUse
from ..model.letters_at_an_address import A_DAY, letters_digest, with_letters
from ..ports.attempts import Attempts
from ..ports.delivery import UNVERIFIED_LETTERS_A_DAY
from ..ports.own_data import OwnData
from ..ports.traders import Traders


def delete_account(trader_id: UUID, *, own_data: OwnData, traders: Traders, attempts: Attempts, at: datetime) -> None:
    """Erase a trader whose password was verified. ``at`` is the moment by the store's clock.

    What their address got in letters is kept for a day by its digest, for whoever joins by it next.
    Raises ``AccountInUse`` while they hold anything or have anything under way, and ``TraderNotFound``.
    """
    holdings = own_data.lock_holdings(trader_id, at)
    if holdings.in_the_way:
        raise AccountInUse(holdings.in_the_way)
    trader = traders.by_id(trader_id)
    moments = own_data.letters_lately(trader_id, at - A_DAY, UNVERIFIED_LETTERS_A_DAY)
    if moments:
        digest = letters_digest(trader.email)
        [left] = attempts.lock([digest])
        attempts.put({digest: with_letters(left, moments, at, UNVERIFIED_LETTERS_A_DAY)})
    own_data.erase(trader, at)
