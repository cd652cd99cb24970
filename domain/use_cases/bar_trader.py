"""Staff bar a trader, from one currency or altogether, and let them in again; each act is in the audit trail."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ..errors import FieldProblem, InvalidFields, Problem, SuspenderIsParty, TraderNotFound
from ..model.money import Catalogue
from ..model.parties import Actor
from ..model.rights import check_staff
from ..model.staff_acts import staff_act
from ..ports.book import Book
from ..ports.traders import Traders


def set_restricted(
    trader_id: UUID,
    crypto_currency: str,
    restricted: bool,
    by: Actor,
    note: str = "",
    *,
    book: Book,
    traders: Traders,
    at: datetime,
    catalogue: Catalogue,
) -> None:
    """Bar a trader from new ads and offers in one currency, or let them again; the operator acts as ``DESK``.

    ``at`` is the moment by the store's clock. The currency is one that is traded here or once was, as the books tell:
    its coins are still held. What can be freed is not asked. Raises, in this order: ``TraderSuspended``, ``StaffOnly``,
    ``InvalidFields``, ``TraderNotFound``.
    """
    check_staff(by)
    act = "trader.restrict" if restricted else "trader.unrestrict"
    done = staff_act(by, at, act, f"trader:{trader_id}:{crypto_currency}", note)
    if restricted and crypto_currency not in catalogue.crypto:
        _check_was_traded(trader_id, crypto_currency, book, tuple(catalogue.crypto))
    traders.set_restricted(trader_id, crypto_currency, restricted, done)


def _check_was_traded(trader_id: UUID, crypto_currency: str, book: Book, choices: tuple[str, ...]) -> None:
    """Return if there were ever coins of the currency here. The desk's own account is as old as the first of them."""
    try:
        known = bool(book.lock_wallet(trader_id, crypto_currency, with_outside=True).balances)
    except TraderNotFound:
        known = False
    if not known:
        raise InvalidFields((FieldProblem("crypto_currency", Problem.UNKNOWN_CHOICE, choices),))


def set_suspended(
    trader_id: UUID,
    suspended: bool,
    by: Actor,
    note: str = "",
    *,
    traders: Traders,
    at: datetime,
    end_trades: bool = False,
) -> None:
    """Shut a trader out, or let them in again; the operator acts as ``DESK``.

    With ``end_trades`` the desk then ends what they have under way, whoever runs its worker: see ``end_trades``.

    ``at`` is the moment by the store's clock. Raises, in this order: ``TraderSuspended``, ``StaffOnly``,
    ``InvalidFields``, ``SuspenderIsParty`` to staff who would shut out whom they trade with, ``TraderNotFound``.
    """
    check_staff(by)
    act = "trader.suspend" if suspended else "trader.unsuspend"
    subject = f"trader:{trader_id}:end_trades" if suspended and end_trades else f"trader:{trader_id}"
    done = staff_act(by, at, act, subject, note)
    if suspended and by.id is not None and traders.are_trading(by.id, trader_id, at):
        raise SuspenderIsParty()
    traders.set_suspended(trader_id, suspended, done, end_trades=end_trades)
