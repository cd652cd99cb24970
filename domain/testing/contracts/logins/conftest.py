"""What the contracts of logins ask for. Import it where you collect the tests by another way."""

from collections.abc import Iterator

import pytest

from ...books import Books, Tier
from ...store_desk import StoreDesk
from ..tiers import desk_on


@pytest.fixture
def desk(books: Books) -> Iterator[StoreDesk]:
    """A desk on a store that knows its traders and their logins."""
    yield from desk_on(books, Tier.READERS, Tier.LOGINS)
