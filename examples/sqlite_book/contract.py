"""The one fixture by which the contracts of the test kit are run over this store.

pytest -p sqlite_book.contract --pyargs escrow_domain.testing.contracts
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from escrow_domain.testing import Books, SettableClock

from . import SqliteStore


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    """Empty books in a file of the test's own."""
    clock = SettableClock()
    with closing(SqliteStore(tmp_path / "books.sqlite3", clock)) as store:
        yield Books(store, clock, store.add_trader, store.restrict, store.notices, keep_rate=store.keep_rate)
