"""What the contracts of the readers ask for. Import it where you collect the tests by another way."""

from collections.abc import Iterator

import pytest

from ...books import Books, Tier
from ...store_desk import StoreDesk
from ..tiers import desk_on


@pytest.fixture
def desk(books: Books) -> Iterator[StoreDesk]:
    """A desk on a store that has readers, by which the books must be right after every test."""
    yield from desk_on(books, Tier.READERS)
