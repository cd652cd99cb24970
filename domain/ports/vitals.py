"""What an operator has to know of a desk as a whole, to sleep at night."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class LedgerCheck:
    """When the books were checked for the last time, and how many invariants did not hold."""

    at: datetime
    broken: int


@dataclass(frozen=True, slots=True)
class Vitals:
    """How a desk was at the moment ``at`` of its store's clock.

    ``escrow`` is what all escrow purses hold together, by currency. ``oldest_letter`` is since when a letter waits that
    will be sent by itself, and ``overdue`` the deadline that has passed for the longest of the offers that wait for
    payment; None where there is none. ``checked`` is None where the books were never checked.
    """

    at: datetime
    is_frozen: bool
    escrow: Mapping[str, Decimal]
    oldest_letter: datetime | None
    overdue: datetime | None
    checked: LedgerCheck | None
