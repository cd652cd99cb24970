"""Wrong tries at secrets, and from where an account was used before: as all processes know them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from ..model.slowing import WrongTries

ADDRESSES_KEPT = timedelta(days=180)
"""An address that an account was not used from for so long is a new one."""


class Attempts(Protocol):
    """Keys are SHA-256 digests: what was typed in place of an address is nobody's business."""

    def lock(self, keys: Sequence[bytes]) -> Sequence[WrongTries]:
        """The wrong tries under each of these keys, which are taken in their order.

        Until the unit ends, whoever else asks for one of them waits, whether or not there is anything under it.
        """
        ...

    def put(self, tries: Mapping[bytes, WrongTries]) -> None:
        """Keep what is under these keys now. They were locked before."""
        ...

    def forget(self, at: datetime, limit: int) -> int:
        """Delete what makes no difference any more, at most ``limit`` of it; tell how much."""
        ...

    def note_address(self, trader_id: UUID, address: str, at: datetime) -> bool:
        """Note that a trader's account is used from an address; tell whether it never was before.

        Of who has gone nothing is noted.
        """
        ...

    def used_elsewhere(self, trader_id: UUID, address: str) -> datetime | None:
        """When a trader's account was used last from any other address that is known; None where none is."""
        ...

    def has_used(self, trader_id: UUID, address: str) -> bool:
        """Whether a trader's account was used from an address before."""
        ...

    def forget_addresses(self, before: datetime, limit: int) -> int:
        """Delete addresses that were used last before this moment, at most ``limit``; tell how many."""
        ...
