"""Staff bar a trader, from one currency or altogether, and let them in again; each act is in the audit trail."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ..errors import InvalidFields
from ..model.changes import StaffAct
from ..model.money import Catalogue
from ..model.texts import given_text
from ..ports.traders import Traders
from .transfer_funds import money_problems


def set_restricted(
    trader_id: UUID,
    crypto_currency: str,
    restricted: bool,
    by: UUID | None,
    reason: str = "",
    *,
    traders: Traders,
    at: datetime,
    catalogue: Catalogue,
) -> None:
    """Bar a trader from new ads and offers in one currency, or let them again; nobody is ``by`` the operator.

    ``at`` is the moment by the store's clock. A currency that is not traded here any more can still be freed. Raises
    ``InvalidFields``, ``TraderNotFound``.
    """
    problems = money_problems(crypto_currency, None, catalogue)
    if restricted and problems:
        raise InvalidFields(problems)
    act = "trader.restrict" if restricted else "trader.unrestrict"
    done = StaffAct(by, at, act, f"trader:{trader_id}:{crypto_currency}", given_text(reason))
    traders.set_restricted(trader_id, crypto_currency, restricted, done)


def set_suspended(
    trader_id: UUID, suspended: bool, by: UUID | None, reason: str = "", *, traders: Traders, at: datetime
) -> None:
    """Shut a trader out, or let them in again; nobody is ``by`` the operator.

    ``at`` is the moment by the store's clock. Raises ``TraderNotFound``.
    """
    act = "trader.suspend" if suspended else "trader.unsuspend"
    done = StaffAct(by, at, act, f"trader:{trader_id}", given_text(reason))
    traders.set_suspended(trader_id, suspended, done)
