"""Staff stop the desk, and let it go on."""

from __future__ import annotations

from datetime import datetime

from ..model.parties import Actor
from ..model.rights import check_staff
from ..model.staff_acts import staff_act
from ..ports.freezing import Freezing


def set_frozen(frozen: bool, by: Actor, note: str = "", *, freezing: Freezing, at: datetime) -> None:
    """Have nothing new begin on the desk, or let it begin again; the operator acts as ``DESK``.

    While it is frozen there are no new ads and offers, and no ad is resumed. All that ends an offer goes on. ``at`` is
    the moment by the store's clock. Raises, in this order: ``TraderSuspended``, ``StaffOnly``, ``InvalidFields``.
    """
    check_staff(by)
    act = staff_act(by, at, "desk.freeze" if frozen else "desk.unfreeze", "desk", note)
    freezing.set_frozen(frozen, act)
