"""Staff say what of a trader was verified."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ..errors import FieldProblem, InvalidFields, Problem
from ..model.parties import Actor
from ..model.rights import check_staff
from ..model.staff_acts import staff_act
from ..model.trader import Verified
from ..ports.traders import Traders


def set_verified(
    trader_id: UUID, verified: Verified, by: Actor, note: str = "", *, traders: Traders, at: datetime
) -> None:
    """Say what of a trader was verified, or no longer is; the operator acts as ``DESK``. What is None stays.

    ``at`` is the moment by the store's clock. Raises, in this order: ``TraderSuspended``, ``StaffOnly``,
    ``InvalidFields``, ``TraderNotFound``.
    """
    check_staff(by)
    said = verified.said
    if not said:
        raise InvalidFields((FieldProblem(Verified.NAMES[0], Problem.MISSING),))
    spelled = ",".join(f"{name}={'yes' if is_so else 'no'}" for name, is_so in said.items())
    act = staff_act(by, at, "trader.verify", f"trader:{trader_id}:{spelled}", note)
    traders.set_verified(trader_id, verified, act)
