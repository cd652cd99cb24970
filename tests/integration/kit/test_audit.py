"""The contracts of what is said of the books, over the desk's own stores."""

import pytest

from domain.testing import Books
from domain.testing.contracts.ports.test_journal import *  # noqa: F403
from domain.testing.contracts.ports.test_solvency import *  # noqa: F403

# The contracts ask for their fixture by its name, and pytest has to know before how often that is.
pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def audited_books(books: Books) -> Books:
    """On each engine in turn: whole stores have all ports."""
    return books
