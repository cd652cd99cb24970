"""What the contracts of delivery ask for. Import it where you collect the tests by another way."""

from collections.abc import Iterator

import pytest

from ...books import Books, Tier
from ...store_desk import StoreDesk
from ..tiers import desk_on


@pytest.fixture
def desk(books: Books) -> Iterator[StoreDesk]:
    """A desk on a store that delivers what it has told, by whose readers the books must be right after every test."""
    yield from desk_on(books, Tier.READERS, Tier.DELIVERY)
