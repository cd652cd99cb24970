"""Following the journal's chain: whoever changes what is linked, past all rules of the database, is found."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, IntegrityError

from adapters.sql.audit import chain
from adapters.sql.audit.verify import verify
from adapters.sql.connections.engine import open_engine, own_transaction
from adapters.worker.bookkeeper import Bookkeeper
from domain import Money, Purse, deposit_funds, transfer_funds
from domain.model.journal_chain import Link
from tests.clock import NOON
from tests.integration.desk import Desk
from tests.integration.sql.conftest import NewDesk
from tests.integration.sql.past_the_desk import write_past_the_desk
from tests.integration.sql.story import Story

SAID = f"{chain.NAME}: it does not hold that {chain.SAYS}: "


@pytest.fixture
def bookkeeper(desk: Desk) -> Bookkeeper:
    return Bookkeeper(desk.store, desk.identifiers, None)


@pytest.fixture
def links(desk: Desk, bookkeeper: Bookkeeper) -> list[Link]:
    """Three links over a few movements, and one movement that is not linked yet."""
    jude, amara = desk.trader(usdt=100), desk.trader()
    found: list[Link | None] = []
    for _ in range(3):
        desk.transfer(jude, Decimal("1.5"), Purse.P2P, Purse.MAIN)
        offer = desk.offer(desk.ad(jude), amara)
        desk.pay(offer)
        desk.release(offer)
        found.append(linked(desk, bookkeeper))
    desk.deposit(jude, Decimal(1))
    return [link for link in found if link is not None]


def linked(desk: Desk, bookkeeper: Bookkeeper) -> Link | None:
    bookkeeper.chain_once()
    assert bookkeeper.chain_once() == 1
    return desk.read(lambda unit: unit.journal.last_link())


def of_chain(broken: list[str]) -> list[str]:
    return [sentence for sentence in broken if sentence.startswith(chain.NAME)]


def named(number: int, links: list[Link]) -> str:
    return f"link {number}, entries up to {links[number - 1].last_entry}"


def test_a_chain_that_nobody_touched_holds(desk: Desk, url: str, links: list[Link], bookkeeper: Bookkeeper) -> None:
    assert len(links) == 3
    assert verify(url, desk.clock) == []
    linked(desk, bookkeeper)
    assert verify(url, desk.clock) == []


# In the words of whoever can do all to a database; {one} is the last entry of the second link, {near} the one before.
TAMPERING = [
    "UPDATE postings SET amount = <1.50000000000000000001> WHERE entry_id = {one}",
    "UPDATE postings SET side = CASE side WHEN 'debit' THEN 'credit' ELSE 'debit' END WHERE entry_id = {one}",
    "UPDATE postings SET purse = 'main' WHERE entry_id = {one} AND line = 2",
    "UPDATE postings SET currency = 'btc' WHERE entry_id = {one}",
    "UPDATE postings SET owner = '00000000-0000-0000-0000-000000000000' WHERE entry_id = {one} AND line = 2",
    "UPDATE postings SET line = line + 2 WHERE entry_id = {one}",
    "DELETE FROM postings WHERE entry_id = {one} AND line = 2",
    "DELETE FROM postings WHERE entry_id = {one}",
    "DELETE FROM postings WHERE entry_id = {one}; DELETE FROM entries WHERE id = {one}",
    "DELETE FROM postings WHERE entry_id = {near}; DELETE FROM entries WHERE id = {near}",
    "UPDATE entries SET reference = 'another' WHERE id = {one}",
    "UPDATE entries SET kind = 'refund' WHERE id = {one}",
    "UPDATE entries SET at = '2026-03-02T12:00:00.000001+00:00' WHERE id = {one}",
    "UPDATE postings SET entry_id = {near}, line = 50 WHERE entry_id = {one} AND line = 1",
    "UPDATE postings SET entry_id = 999999 WHERE entry_id = {one}; UPDATE entries SET id = 999999 WHERE id = {one}",
    "INSERT INTO postings SELECT {one}, 9, owner, currency, purse, side, amount FROM postings WHERE line = 1 LIMIT 1",
    "UPDATE journal_links SET at = '2026-03-02T11:59:59.000000+00:00' WHERE number = 2",
]


@pytest.mark.abuse("C13")
@pytest.mark.parametrize("statements", TAMPERING)
def test_what_was_changed_behind_the_desk_is_found(desk: Desk, url: str, links: list[Link], statements: str) -> None:
    write_past_the_desk(url, statements.format(one=links[1].last_entry, near=links[1].last_entry - 1))
    assert of_chain(verify(url, desk.clock)) == [SAID + named(2, links)]


PUT_IN = """
    INSERT INTO entries (id, kind, reference, at) VALUES ({id}, 'transfer', 'past the desk', '{at}');
    INSERT INTO postings VALUES ({id}, 1, '{jude}', 'usdt', 'p2p', 'debit', <1>);
    INSERT INTO postings VALUES ({id}, 2, '{jude}', 'usdt', 'p2p', 'credit', <1>)
"""


@pytest.mark.abuse("C13")
@pytest.mark.parametrize("number", [2, 0, -5])
def test_an_entry_that_was_put_into_a_gap_is_found(
    desk: Desk, url: str, bookkeeper: Bookkeeper, engine: str, number: int
) -> None:
    """It breaks nothing else: it is balanced, and of a number that a unit was rolled back with, or of one below all."""
    jude = desk.trader(usdt=10)
    if engine == "sqlite":
        # There such a number is given out again, so that a gap has to be made.
        write_past_the_desk(url, "UPDATE entries SET id = id + 100; UPDATE postings SET entry_id = entry_id + 100")
    else:
        money = Money(Decimal(1), "usdt")
        desk.undo(lambda unit: deposit_funds(jude.id, money, Purse.P2P, "x", book=unit.book, catalogue=desk.catalogue))
    desk.deposit(jude, Decimal(1))
    linked(desk, bookkeeper)
    assert verify(url, desk.clock) == []
    write_past_the_desk(url, PUT_IN.format(id=number, at=NOON.isoformat(), jude=jude.id))
    (sentence,) = of_chain(verify(url, desk.clock))
    assert sentence.startswith(f"{SAID}link 1, ")


@pytest.mark.abuse("C13")
@pytest.mark.parametrize(
    ("statements", "found"),
    [
        ("UPDATE journal_links SET digest = '{other}' WHERE number = 2", [2, 3]),
        ("UPDATE journal_links SET entries = entries + 1 WHERE number = 2", [2, 3]),
        ("UPDATE journal_links SET last_entry = last_entry - 1 WHERE number = 2", [2, 3]),
        ("DELETE FROM journal_links WHERE number = 1", [2]),
        ("DELETE FROM journal_links WHERE number = 2", [3]),
    ],
)
def test_links_that_were_changed_are_found(
    desk: Desk, url: str, links: list[Link], statements: str, found: list[int]
) -> None:
    write_past_the_desk(url, statements.format(other="0" * 64))
    (sentence,) = of_chain(verify(url, desk.clock))
    assert [part.split()[1].rstrip(",") for part in sentence.removeprefix(SAID).split("; ")] == list(map(str, found))


def test_many_broken_links_are_not_all_listed(desk: Desk, url: str, bookkeeper: Bookkeeper) -> None:
    jude = desk.trader()
    for _ in range(7):
        desk.deposit(jude, Decimal(1))
        linked(desk, bookkeeper)
    write_past_the_desk(url, "UPDATE entries SET reference = reference || '!'")
    (sentence,) = of_chain(verify(url, desk.clock))
    assert sentence.endswith(", and more")
    assert sentence.count("link ") == 5


@pytest.mark.abuse("C13")
def test_a_past_that_was_written_anew_is_found_by_what_was_published(
    desk: Desk, url: str, links: list[Link], bookkeeper: Bookkeeper
) -> None:
    """Who can change entries can change links; but not what others have written down."""
    published = links[1].number, links[1].digest
    assert verify(url, desk.clock, published) == []
    write_past_the_desk(url, "DELETE FROM journal_links; UPDATE entries SET reference = 'x' WHERE reference = 'y'")
    while bookkeeper.chain_once() or last_entry_of(desk) is None:
        pass
    assert verify(url, desk.clock) == []
    assert verify(url, desk.clock, published) == [
        f"{chain.NAME}: it does not hold that {chain.PUBLISHED}: link 2 with {links[1].digest}"
    ]
    assert len(verify(url, desk.clock, (1, "0" * 64))) == 1


def last_entry_of(desk: Desk) -> int | None:
    link = desk.read(lambda unit: unit.journal.last_link())
    return link and link.last_entry


@pytest.mark.parametrize("statement", ["UPDATE journal_links SET entries = 1", "DELETE FROM journal_links"])
def test_the_database_itself_keeps_links_as_they_are(url: str, links: list[Link], statement: str) -> None:
    engine = open_engine(url)
    try:
        with (
            pytest.raises((IntegrityError, DBAPIError), match="append-only"),
            own_transaction(engine, writes=True) as connection,
        ):
            connection.exec_driver_sql(statement)
    finally:
        engine.dispose()


def test_what_is_no_amount_any_more_is_found_too(desk: Desk, url: str, links: list[Link], engine: str) -> None:
    """SQLite would keep any text, and all other checks stop at it."""
    if engine == "postgres":
        pytest.skip("PostgreSQL keeps numbers only")
    write_past_the_desk(url, f"UPDATE postings SET amount = 'many' WHERE entry_id = {links[1].last_entry}")
    checked = open_engine(url)
    try:
        with own_transaction(checked, writes=False) as connection:
            assert list(chain.broken_links(connection)) == [named(2, links)]
    finally:
        checked.dispose()


def test_what_commits_late_below_others_is_waited_for(
    desk: Desk, url: str, bookkeeper: Bookkeeper, engine: str
) -> None:
    """Numbers are given out before commits; nobody who writes waits for the link, and the link waits for them."""
    early, late = desk.trader(usdt=2), desk.trader(usdt=1)
    first = linked(desk, bookkeeper)
    assert first is not None
    manager, unit = desk.open_unit()
    moved = late.id, Money(Decimal(1), "usdt"), Purse.P2P, Purse.MAIN
    transfer_funds(*moved, book=unit.book, identifiers=desk.identifiers, catalogue=desk.catalogue)
    assert unit.readers.wallet(late.id), "it has its number by now"
    if engine == "sqlite":
        # There is one writer at a time.
        manager.commit()
    desk.transfer(early, Decimal(1), Purse.P2P, Purse.MAIN)
    calls = [bookkeeper.chain_once() for _ in range(3)]
    if engine == "postgres":
        assert calls == [0, 0, 0]
        manager.commit()
        assert bookkeeper.chain_once() == 1
    link = desk.read(lambda unit: unit.journal.last_link())
    assert link is not None
    assert link.entries == first.entries + 2
    assert verify(url, desk.clock) == []


def test_what_is_held_is_summed_up_where_it_lies(open_desk: NewDesk, database_url: str) -> None:
    """All that ever came in is more than a unit has time to be sent."""
    desk = open_desk(database_url)
    jude = desk.trader()
    for _ in range(5):
        desk.deposit(jude, Decimal(1), purse=Purse.MAIN)
    desk.withdraw(jude, Decimal(2))
    rows: list[int] = []
    event.listen(desk.store._engine, "after_cursor_execute", lambda *said: rows.append(said[1].rowcount))  # type: ignore[attr-defined]
    assert desk.read(lambda unit: unit.journal.held(10**18)) == {"usdt": 3}
    assert rows == [2]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_long_story_is_chained_as_it_is_told(desk: Desk, url: str, bookkeeper: Bookkeeper, seed: int) -> None:
    story = Story(desk, seed)
    for _ in range(10):
        story.go_on(10)
        bookkeeper.work_once()
    bookkeeper.work_once()
    assert verify(url, desk.clock) == []
    entries = desk.read(lambda unit: unit.journal.entries_behind(0, 10**9, 10**6))
    link = desk.read(lambda unit: unit.journal.last_link())
    assert link is not None
    assert (link.entries, link.last_entry) == (len(entries), entries[-1][0])
