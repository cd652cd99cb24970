"""Payment methods that traders have saved, on a database."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from domain.errors import PaymentMethodNotFound
from domain.model.payment_methods import PaymentMethodTerms, SavedPaymentMethod
from domain.ports.readers import Page

from .lists.cursors import make_cursor, page, read_cursor, row_id
from .locked_traders import lock_trader
from .schema import mapping as rows
from .schema.tables import saved_payment_methods
from .schema.types import BIG, Id

_SAVED = saved_payment_methods.c
_OF_TRADER = _SAVED.trader_id == bindparam("of_trader", type_=Id)
_IS_IT = and_(_SAVED.id == bindparam("of_id", type_=BIG), _OF_TRADER)
_FIND = select(saved_payment_methods).where(_IS_IT)
_LIST = select(saved_payment_methods).where(_OF_TRADER).order_by(_SAVED.id.desc())
_COUNT = select(func.count()).select_from(saved_payment_methods).where(_OF_TRADER)
_ADD = insert(saved_payment_methods).returning(*saved_payment_methods.c)


class SqlPaymentMethods:
    """The port ``PaymentMethods``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count_locked(self, trader_id: UUID) -> int:
        """How many a trader has."""
        lock_trader(self._connection, trader_id)
        return self._connection.execute(_COUNT, {"of_trader": trader_id}).scalar_one()

    def add(self, trader_id: UUID, terms: PaymentMethodTerms, at: datetime) -> SavedPaymentMethod:
        """Keep a new one."""
        values = {"trader_id": trader_id, "created_at": at, **_values(terms)}
        return _saved(self._connection.execute(_ADD, values).mappings().one())

    def find(self, trader_id: UUID, method_id: int) -> SavedPaymentMethod | None:
        """One of a trader's."""
        given = {"of_trader": trader_id, "of_id": method_id}
        row = self._connection.execute(_FIND, given).mappings().one_or_none()
        return None if row is None else _saved(row)

    def change(self, trader_id: UUID, method_id: int, terms: PaymentMethodTerms) -> SavedPaymentMethod:
        """Keep other terms in place of those of before."""
        statement = update(saved_payment_methods).where(_SAVED.id == method_id, _SAVED.trader_id == trader_id)
        changed = statement.values(**_values(terms)).returning(*saved_payment_methods.c)
        row = self._connection.execute(changed).mappings().one_or_none()
        if row is None:
            raise PaymentMethodNotFound()
        return _saved(row)

    def remove(self, trader_id: UUID, method_id: int) -> None:
        """Forget one."""
        if not self._connection.execute(
            delete(saved_payment_methods).where(_SAVED.id == method_id, _SAVED.trader_id == trader_id)
        ).rowcount:
            raise PaymentMethodNotFound()

    def saved_by(self, trader_id: UUID, cursor: str | None, limit: int) -> Page[SavedPaymentMethod]:
        """A trader's, the last one first."""
        statement = _LIST
        if cursor is not None:
            statement = statement.where(_SAVED.id < read_cursor("payment_methods", cursor, row_id))
        found = self._connection.execute(statement.limit(limit + 1), {"of_trader": trader_id}).mappings()
        return page([_saved(row) for row in found], limit, lambda saved: make_cursor("payment_methods", saved.id))


def _values(terms: PaymentMethodTerms) -> dict[str, Any]:
    kept = {name: getattr(terms, name) for name in ("label", "payment_method", "payment_details")}
    return kept | rows.bank_values(terms.bank)


def _saved(row: rows.Row) -> SavedPaymentMethod:
    return SavedPaymentMethod(
        id=row["id"],
        trader_id=row["trader_id"],
        label=row["label"],
        payment_method=row["payment_method"],
        bank=rows.bank_from(row, ""),
        payment_details=row["payment_details"],
        created_at=row["created_at"],
    )
