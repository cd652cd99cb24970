"""The test kit: what a store of your own is held against, and what tests around the domain are made of.

``pip install escrow-domain[testing]`` brings what it needs beside the domain: pytest, and factory-boy for factories.
The whole work is one fixture, ``books``, in a module of yours::

    @pytest.fixture
    def books(tmp_path: Path) -> Iterator[Books]:
        clock = SettableClock()
        with closing(MyStore(tmp_path, clock)) as store:
            yield Books(store, clock, store.add_trader, store.restrict, store.notices, keep_rate=store.keep_rate)

and then ``pytest -p my_desk.books --pyargs escrow_domain.testing.contracts``. The contracts come in tiers, each a
folder that can be run by itself: ``contracts.book`` for a book alone, ``contracts.ports`` for the small ports around
it, whose tests are skipped where no fixture gives the port, and ``contracts.readers``, ``delivery``, ``logins`` and
``admission`` for what a store has beyond a book, which are skipped unless ``Books.tiers`` claims them.

The domain itself uses nothing of this, and works without the folder.
"""

from .books import Books, BookStore, BookUnit, Capabilities, Tier, in_unit
from .clock import NOON, SettableClock
from .desk import CATALOGUE, BookDesk
from .failing import FailingStore
from .identifiers import CountedIdentifiers, fresh_id
from .mailroom import Mailroom
from .races import at_once, outcomes
from .store_desk import StoreDesk
from .wakers import RecordingWaker

__all__ = [
    "BookDesk", "BookStore", "BookUnit", "Books", "CATALOGUE", "Capabilities", "CountedIdentifiers", "FailingStore",
    "Mailroom", "NOON", "RecordingWaker", "SettableClock", "StoreDesk", "Tier", "at_once", "fresh_id", "in_unit",
    "outcomes",
]  # fmt: skip
