"""Payment methods that traders have saved, over dicts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from domain.errors import PaymentMethodNotFound
from domain.model.payment_methods import PaymentMethodTerms, SavedPaymentMethod
from domain.ports.readers import Page

from .cursors import page, read_cursor
from .tables import Tables, existing
from .traders import found_still_here
from .unit import Session


class MemoryPaymentMethods:
    """The port ``PaymentMethods``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def count_locked(self, trader_id: UUID) -> int:
        """How many a trader has; nobody else writes meanwhile."""
        tables = self._session.writing()
        found_still_here(tables, trader_id)
        return sum(saved.trader_id == trader_id for saved in tables.payment_methods.values())

    def add(self, trader_id: UUID, terms: PaymentMethodTerms, at: datetime) -> SavedPaymentMethod:
        """Keep a new one."""
        tables = self._session.writing()
        existing(tables.traders, trader_id, "trader")
        method_id = tables.take_id("payment_methods")
        assert terms.payment_method is not None
        saved = SavedPaymentMethod(
            method_id, trader_id, terms.label, terms.payment_method, terms.bank, terms.payment_details, at
        )
        tables.payment_methods.put(method_id, saved)
        return saved

    def find(self, trader_id: UUID, method_id: int) -> SavedPaymentMethod | None:
        """One of a trader's."""
        with self._session.reading() as tables:
            return _own(tables, trader_id, method_id)

    def change(self, trader_id: UUID, method_id: int, terms: PaymentMethodTerms) -> SavedPaymentMethod:
        """Keep other terms in place of those of before."""
        tables = self._session.writing()
        saved = _own(tables, trader_id, method_id)
        if saved is None:
            raise PaymentMethodNotFound()
        changed = saved.with_terms(terms)
        tables.payment_methods.put(method_id, changed)
        return changed

    def remove(self, trader_id: UUID, method_id: int) -> None:
        """Forget one."""
        tables = self._session.writing()
        if _own(tables, trader_id, method_id) is None:
            raise PaymentMethodNotFound()
        tables.payment_methods.remove(method_id)

    def saved_by(self, trader_id: UUID, cursor: str | None, limit: int) -> Page[SavedPaymentMethod]:
        """A trader's, the last one first."""
        with self._session.reading() as tables:
            own = {row_id: saved for row_id, saved in tables.payment_methods.items() if saved.trader_id == trader_id}
            if cursor is not None:
                read_cursor("payment_methods", cursor)
            # A cursor outlives the row that it was made behind, and only ids are compared.
            last = next(iter(own.values()), None)
            if last is None:
                return Page([])
            return page(
                own.items(),
                lambda method_id, _: -method_id,
                of_list="payment_methods",
                find=lambda _: last,
                cursor=cursor,
                limit=limit,
            )


def _own(tables: Tables, trader_id: UUID, method_id: int) -> SavedPaymentMethod | None:
    saved = tables.payment_methods.get(method_id)
    return saved if saved is not None and saved.trader_id == trader_id else None
