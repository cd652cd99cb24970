"""What there is in the books, so that whoever reads that they are right sees whose they are, and of how much."""

from __future__ import annotations

from sqlalchemy import func, select

from ..connections.engine import open_engine, own_transaction
from ..schema.tables import ads, entries, letters, notices, offers, traders

_COUNTED = (traders, ads, offers, entries, notices, letters)


def count_rows(database_url: str) -> dict[str, int]:
    """How many rows there are of each kind that people speak of."""
    engine = open_engine(database_url, is_patient=True)
    columns = [select(func.count()).select_from(table).scalar_subquery().label(table.name) for table in _COUNTED]
    try:
        with own_transaction(engine, writes=False) as connection:
            return dict(connection.execute(select(*columns)).mappings().one())
    finally:
        engine.dispose()
