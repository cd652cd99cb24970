"""Lists of a hundred thousand rows: a page reads little more than it shows, at the beginning and far behind it."""

from collections.abc import Callable, Iterator
from contextlib import closing
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from adapters.sql.connections.engine import STEADY_PLANS
from adapters.sql.store import SqlStore
from domain import DisputeKind, OfferState, Purse, Taker
from domain.model.lifecycle import LIVE_STATES
from domain.model.searching import asked_words
from domain.ports.readers import BoardQuery, EntryQuery, OfferQuery, Page, TraderQuery
from domain.ports.store import Unit
from tests.clock import SettableClock
from tests.integration.desk import CATALOGUE, Desk
from tests.integration.sql.conftest import administrator
from tests.integration.sql.long_desk import BLOCKER, CHATTED, LONG, MERCHANT, OWNER, STAFF, TOLD, fill_long
from tests.integration.sql.touched import explained, rows_read, statements_of
from tests.integration.wakers import RecordingWaker
from tests.postgres import Server

SHOWN = 50
MOST_ROWS = 800
"""What may be read for a page of fifty: each row with up to eight of whom and what it is about, and all that are beside
the last ones of it in the order that was asked for, such as the 200 ads of one price here. A page by price is read
twice: in the order of its lanes, and whole."""
PAGES_BEHIND = 8
List = Callable[[Unit, str | None], Page[Any]]


def lists(desk: Desk) -> dict[str, List]:
    """Every list that can be long, with its cursor."""
    owner, now = UUID(OWNER), desk.clock.now()
    today = now.date()
    taker = Taker(owner)
    boards = {
        "board": BoardQuery(today, CATALOGUE, viewer=owner),
        "board, takeable": BoardQuery(today, CATALOGUE, viewer=owner, takeable_by=taker),
        "board, takeable by price": BoardQuery(
            today, CATALOGUE, viewer=owner, takeable_by=taker, crypto_currency="usdt", sort="price"
        ),
        "board, dearest first": BoardQuery(today, CATALOGUE, viewer=owner, sort="-price"),
        "board, for an amount": BoardQuery(
            today, CATALOGUE, viewer=owner, fiat_currency="usd", payment_method="bank_transfer", amount=Decimal(5)
        ),
        "board of who blocked many": BoardQuery(today, CATALOGUE, viewer=UUID(BLOCKER)),
        "own ads": BoardQuery(today, CATALOGUE, mine=owner),
        "own ads by reference": BoardQuery(today, CATALOGUE, mine=owner, client_reference="order 7"),
    }
    own: dict[str, Any] = {"": {}, ", as maker": {"role": "maker"}, ", as seller": {"role": "seller"}}
    own |= {", as buyer": {"role": "buyer"}, ", as taker": {"role": "taker"}, ", on an ad": {"ad_id": 300_007}}
    offers = {
        "offers made": OfferQuery(owner, now, role="taker"),
        # What is live is looked for ad by ad: a trader has far fewer ads than offers on them.
        **{f"own offers of a merchant{name}": OfferQuery(UUID(MERCHANT), now, **asked) for name, asked in own.items()},
        **{
            f"own offers of a merchant, {state.value}": OfferQuery(UUID(MERCHANT), now, state=state)
            for state in (*LIVE_STATES, OfferState.COMPLETED)
        },
        "offers by reference": OfferQuery(owner, now, client_reference="order 7"),
        "everybody's offers": OfferQuery(None, now),
        **{f"everybody's offers, {state.value}": OfferQuery(None, now, state=state) for state in OfferState},
    }
    traders = {
        "traders": TraderQuery(),
        "traders found": TraderQuery(asked_words("trader1234")),
        "traders suspended": TraderQuery(is_suspended=True),
    }
    return {
        **{name: lambda unit, cursor, q=q: unit.readers.board(q, cursor, SHOWN) for name, q in boards.items()},
        **{name: lambda unit, cursor, q=q: unit.readers.offers(q, cursor, SHOWN) for name, q in offers.items()},
        **{name: lambda unit, cursor, q=q: unit.readers.traders(q, cursor, SHOWN) for name, q in traders.items()},
        "feedback": lambda unit, cursor: unit.people.feedback_about(owner, cursor, SHOWN),
        "blocks": lambda unit, cursor: unit.people.blocked_by(UUID(BLOCKER), cursor, SHOWN),
        "payment methods": lambda unit, cursor: unit.payment_methods.saved_by(owner, cursor, SHOWN),
        "audit": lambda unit, cursor: unit.readers.staff_acts(cursor, SHOWN),
        "movements": lambda unit, cursor: unit.readers.entries(EntryQuery(owner), cursor, SHOWN),
        "movements of a currency": lambda unit, cursor: unit.readers.entries(EntryQuery(owner, "usdt"), cursor, SHOWN),
        "movements of a purse": lambda unit, cursor: unit.readers.entries(
            EntryQuery(owner, "usdt", Purse.MAIN), cursor, SHOWN
        ),
        "disputes": lambda unit, cursor: unit.readers.disputes(cursor, SHOWN),
        "disputes of one's own": lambda unit, cursor: unit.readers.disputes(cursor, SHOWN, handled_by=UUID(STAFF)),
        "disputes of a kind": lambda unit, cursor: unit.readers.disputes(cursor, SHOWN, kind=DisputeKind.NO_ANSWER),
    }


def numbered() -> dict[str, Callable[[Unit], Any]]:
    """Lists that go on after a number, and what is looked up among as many rows."""
    return {
        "chat": lambda unit: unit.chats.messages(CHATTED, 0, SHOWN),
        "chat, far behind": lambda unit: unit.chats.messages(CHATTED, LONG - 60, SHOWN),
        "notices": lambda unit: unit.readers.notices(UUID(TOLD), LONG - 60, SHOWN),
        "mails that are due": lambda unit: unit.chats.due_mails(unit.now(), SHOWN),
        "files that are kept": lambda unit: unit.chats.kept_files([uuid4() for _ in range(SHOWN)]),
    }  # fmt: skip


@pytest.fixture(scope="module")
def long_url(cluster: Server, template_database: str) -> Iterator[str]:
    name = cluster.new_database(template_database)
    fill_long(cluster.url(name))
    yield cluster.url(name)
    cluster.drop_database(name)


@pytest.fixture
def long_desk(long_url: str) -> Iterator[Desk]:
    store = SqlStore(long_url, waker=RecordingWaker(), message_id_domain="desk.example", clock=SettableClock())
    store.clock.advance(days=30)  # type: ignore[attr-defined]
    yield Desk(store)
    store.close()


def test_no_page_of_a_long_list_reads_much_more_than_it_shows(long_url: str, long_desk: Desk) -> None:
    """By the plans that the desk's own connections make."""
    found: dict[str, int] = {}
    with closing(administrator(long_url)) as aside:
        for setting, value in STEADY_PLANS.items():
            aside.execute(f"SET {setting} = {value}")

        def read(name: str, work: Callable[[Unit], Any]) -> None:
            found[name] = max(rows_read(explained(aside, one, "ANALYZE")) for one in statements_of(long_desk, work))

        for name, work in numbered().items():
            read(name, work)
        for name, page_of in lists(long_desk).items():
            read(name, lambda unit, page_of=page_of: page_of(unit, None))
            cursor = None
            for _ in range(PAGES_BEHIND):
                cursor = long_desk.read(lambda unit, page_of=page_of, at=cursor: page_of(unit, at)).next or cursor
            if cursor is not None:
                read(f"{name}, behind", lambda unit, page_of=page_of, at=cursor: page_of(unit, at))
    print(found)
    assert {name: rows for name, rows in found.items() if rows > MOST_ROWS} == {}
    assert min(found["chat"], found["feedback"], found["board, takeable"]) > SHOWN
