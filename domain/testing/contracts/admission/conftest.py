"""What the contracts of admission ask for. Import it where you collect the tests by another way."""

from collections.abc import Iterator

import pytest

from ...books import Books, Tier
from ...store_desk import StoreDesk
from ..tiers import desk_on


@pytest.fixture
def desk(books: Books) -> Iterator[StoreDesk]:
    """A desk on a store that keeps the answers to requests."""
    yield from desk_on(books, Tier.READERS, Tier.LOGINS, Tier.ADMISSION)
