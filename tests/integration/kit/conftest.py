"""The desk's own stores, as the test kit wants them."""

import pytest

from domain import Store
from domain.testing import Books, Capabilities
from domain.testing.contracts.conftest import capabilities, desk, failing_store
from tests.integration.desk import books_of

__all__ = ["capabilities", "desk", "failing_store"]


@pytest.fixture
def books(engine: str, store: Store) -> Books:
    """Empty books on each engine in turn."""
    can = Capabilities(many_writers=engine == "postgres", tells_in_flight=engine == "postgres")
    return books_of(store, store.clock, can)  # type: ignore[attr-defined]
