"""A desk on each store in turn, whose books must be right after every test."""

from collections.abc import Iterator

import pytest

from domain.ports.store import Store
from tests.integration.contracts.invariants import check_invariants
from tests.integration.desk import Desk


@pytest.fixture
def desk(store: Store) -> Iterator[Desk]:
    desk = Desk(store)
    yield desk
    check_invariants(desk)
