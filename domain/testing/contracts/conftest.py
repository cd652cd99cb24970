"""What the contracts ask for beside the fixture ``books``. Import these where you collect the tests by another way."""

from collections.abc import Callable, Iterator

import pytest

from .. import BookDesk, Books, BookStore, Capabilities, FailingStore, StoreDesk, Tier
from .books_are_right import check_books
from .lists_are_right import check_invariants


def pytest_configure(config: pytest.Config) -> None:
    """Say what a mark of some contracts means, since who runs them may be strict about marks."""
    config.addinivalue_line(
        "markers", "abuse(*numbers): holds off an attack that the desk's page of security numbers so"
    )


@pytest.fixture
def desk(books: Books) -> Iterator[BookDesk]:
    """A desk on the books under test, which must be right after every test, for readers as well where there are any."""
    desk = BookDesk(books)
    yield desk
    check_books(desk)
    if Tier.READERS in books.tiers:
        check_invariants(StoreDesk.of(desk))


@pytest.fixture
def capabilities(books: Books) -> Capabilities:
    """What the store under test says that it can do."""
    return books.capabilities


@pytest.fixture
def failing_store(books: Books) -> Callable[[int], BookStore]:
    """Makes of the store under test one whose units fail after a number of calls."""
    return lambda after: FailingStore(books.store, after)
