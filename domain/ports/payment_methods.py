"""Payment methods that traders have saved."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from ..model.payment_methods import PaymentMethodTerms, SavedPaymentMethod
from .readers import Page


class PaymentMethods(Protocol):
    """Each trader's own, which nobody else ever sees."""

    def count_locked(self, trader_id: UUID) -> int:
        """How many a trader has, while nobody else adds one until the unit ends.

        Raises ``TraderNotFound``, also of who has gone.
        """
        ...

    def add(self, trader_id: UUID, terms: PaymentMethodTerms, at: datetime) -> SavedPaymentMethod:
        """Keep a new one, whose terms were checked."""
        ...

    def find(self, trader_id: UUID, method_id: int) -> SavedPaymentMethod | None:
        """One of a trader's, or None where they have none of this id."""
        ...

    def change(self, trader_id: UUID, method_id: int, terms: PaymentMethodTerms) -> SavedPaymentMethod:
        """Keep other terms, which were checked, in place of those of before. Raises ``PaymentMethodNotFound``."""
        ...

    def remove(self, trader_id: UUID, method_id: int) -> None:
        """Forget one. Raises ``PaymentMethodNotFound``."""
        ...

    def saved_by(self, trader_id: UUID, cursor: str | None, limit: int) -> Page[SavedPaymentMethod]:
        """A trader's, the last one first. Raises ``BadCursor``."""
        ...
