"""Facts: a new kind is a dataclass and a table, and every store writes it, reads it and takes it once."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Column, ForeignKey, MetaData, Table, UniqueConstraint

from adapters.sql.connections.engine import open_engine
from adapters.sql.schema.facts import table_of
from domain import (
    Account,
    BalanceChange,
    Changes,
    ConcurrentChange,
    Entry,
    EntryKind,
    Event,
    Fact,
    Feedback,
    Kept,
    Money,
    Offer,
    Purse,
    Settlement,
    StaffAct,
)
from domain.model.ledger import movement
from domain.ports.store import Store
from tests.integration.desk import Desk

UNICODE = "Ọmọ́ \U0001f4b8 'single' \\ % _ {0} :name $1 漢字"


class Colour(StrEnum):
    """A word that only the tests know."""

    RED = "red"
    GREEN = "green"


@dataclass(frozen=True, slots=True)
class Observation(Fact):
    """A fact that only the tests know, with a field of every type."""

    kept: ClassVar[Kept] = Kept(
        "observations",
        key=("offer_id", "place"),
        unique=("entry", "mark"),
        refers={"offer_id": "offers", "by": "traders", "entry": "entries"},
    )

    offer_id: int
    place: int
    by: UUID | None
    colour: Colour
    text: str
    amount: Decimal
    at: datetime
    day: date | None
    is_true: bool
    mark: str | None = None
    entry: Entry | None = None


@pytest.fixture
def desk(store: Store, engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """A desk whose database, if it has one, has the table of observations too, as its migration would make it."""
    if engine == "memory":
        yield Desk(store)
        return
    url = f"sqlite:///{tmp_path}/0.sqlite3"
    if engine == "postgres":
        url = request.getfixturevalue("cluster").url(request.getfixturevalue("reused_database"))
    database, observations = open_engine(url), table_of_observations()
    observations.create(database)
    if engine == "postgres":
        # As after each migration: the desk's role does not own the tables.
        with database.begin() as connection:
            role = request.getfixturevalue("desk_role")
            connection.exec_driver_sql(f"GRANT SELECT, INSERT ON observations TO {role}")
            connection.exec_driver_sql(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
    yield Desk(store)
    observations.drop(database)
    database.dispose()


def table_of_observations() -> Table[Any]:
    """The table, with all that its dataclass asks for."""
    schema, of = MetaData(), table_of(Observation)
    refers = {"offer_id": "offers.id", "by": "traders.id", "entry_id": "entries.id"}
    for name, target in refers.items():
        Table(target.removesuffix(".id"), schema, Column("id", of.c[name].type, primary_key=True))
    columns: list[Column[Any]] = []
    for each in of.c:
        keys = [ForeignKey(refers[each.name])] if each.name in refers else []
        columns.append(Column(each.name, each.type, *keys, primary_key=each.name in Observation.kept.key))
    unique = UniqueConstraint("entry_id"), UniqueConstraint("mark")
    return Table(Observation.kept.table, schema, *columns, *unique, sqlite_strict=True)


@pytest.fixture
def offer(desk: Desk) -> Offer:
    return desk.offer(desk.sell_ad(), desk.trader())


@pytest.fixture
def seen(desk: Desk, offer: Offer) -> Observation:
    at = desk.clock.now() + timedelta(microseconds=1)
    amount = Decimal("999999999999999999.99999999999999999999")
    return Observation(offer.id, 1, offer.taker_id, Colour.GREEN, UNICODE, amount, at, at.date(), True)


def read(desk: Desk, *key: object, limit: int = 100) -> list[Observation]:
    return list(desk.read(lambda unit: unit.readers.facts(Observation, key, limit)))


def test_a_fact_comes_back_as_it_was_written(desk: Desk, seen: Observation) -> None:
    bare = replace(seen, place=2, by=None, colour=Colour.RED, text="", amount=Decimal(0), day=None, is_true=False)
    desk.apply(Changes(facts=(bare, seen)))
    assert read(desk, seen.offer_id) == [seen, bare]
    assert read(desk, seen.offer_id, 2) == [bare]
    assert read(desk, seen.offer_id, limit=1) == [seen]
    assert read(desk) == [seen, bare]
    assert read(desk, seen.offer_id + 1) == []
    kept = read(desk, seen.offer_id, 1)[0]
    assert (type(kept.colour), type(kept.is_true), kept.at.utcoffset()) == (Colour, bool, timedelta(0))


def test_a_fact_of_a_key_is_there_once(desk: Desk, seen: Observation) -> None:
    desk.apply(Changes(facts=(seen,)))
    with pytest.raises(ConcurrentChange):
        desk.apply(Changes(facts=(replace(seen, text="another"),)))
    with pytest.raises(ConcurrentChange):
        desk.apply(Changes(facts=(replace(seen, place=2), replace(seen, place=2))))
    assert read(desk) == [seen]


def test_what_may_not_be_in_two_facts(desk: Desk, seen: Observation) -> None:
    marked = replace(seen, mark="one")
    desk.apply(Changes(facts=(marked,)))
    with pytest.raises(ConcurrentChange):
        desk.apply(Changes(facts=(replace(marked, place=2),)))
    # None is not the same as none.
    others = replace(seen, place=2), replace(seen, place=3), replace(marked, place=4, mark="two")
    desk.apply(Changes(facts=others))
    assert read(desk) == [marked, *others]


def test_a_fact_names_rows_that_are_there(desk: Desk, seen: Observation) -> None:
    for wrong in (replace(seen, offer_id=10**9), replace(seen, by=uuid4())):
        # A foreign key's error is the one that the driver has for it.
        with pytest.raises(Exception):  # noqa: B017, PT011
            desk.apply(Changes(facts=(wrong,)))
    assert read(desk) == []


def test_a_fact_with_an_entry_that_is_written_with_it(desk: Desk, seen: Observation) -> None:
    trader = desk.trader(usdt=1)
    purses = Account(trader.id, "usdt", Purse.P2P), Account(trader.id, "usdt", Purse.ESCROW)
    desk.apply(Changes(balances=(BalanceChange(purses[1], None, Decimal(0)),)))
    half = Money(Decimal("0.5"), "usdt")
    entries = [movement(EntryKind.TRANSFER, name, desk.clock.now(), *purses, half) for name in ("first", "second")]
    with_second = replace(seen, entry=entries[1])
    desk.apply(Changes(entries=tuple(entries), facts=(seen, replace(with_second, place=2))))
    assert read(desk) == [seen, replace(with_second, place=2)]


def test_facts_that_the_store_numbers(desk: Desk, offer: Offer) -> None:
    acts = [StaffAct(None, desk.clock.now(), "trader.restrict", f"trader:{number}", UNICODE) for number in range(3)]
    desk.apply(Changes(facts=(acts[0], acts[1])))
    desk.apply(Changes(facts=(acts[1], acts[2])))
    found = desk.read(lambda unit: unit.readers.facts(StaffAct, (), 100))
    assert list(found) == [acts[0], acts[1], acts[1], acts[2]]
    assert list(desk.read(lambda unit: unit.readers.facts(StaffAct, (), 2))) == acts[:2]


@pytest.mark.abuse("K9")
def test_every_staff_act_is_in_the_audit_trail(desk: Desk) -> None:
    trader, staff = desk.trader(usdt=10), desk.staff()
    offer = desk.offer(desk.sell_ad(), trader)
    desk.pay(offer)
    desk.dispute(offer)
    desk.resolve(offer, staff, "seller", "no payment")
    desk.restrict(trader)
    found = desk.read(lambda unit: unit.readers.facts(StaffAct, (), 100))
    assert [(act.by, act.act, act.note) for act in found[:1]] == [
        (staff.id, "dispute.resolve_for_seller", "no payment")
    ]
    assert len(found) == 2


def test_feedback_of_each_party_is_there_once(desk: Desk, offer: Offer) -> None:
    desk.pay(offer)
    desk.release(offer)
    given = desk.rate(offer, 1)
    with pytest.raises(ConcurrentChange):
        desk.apply(Changes(facts=(replace(given, rating=5),)))
    returned = replace(given, by=given.whom, whom=given.by, positive=True, rating=5, comment=UNICODE)
    desk.apply(Changes(facts=(returned,)))
    assert set(desk.read(lambda unit: unit.readers.facts(Feedback, (offer.id,), 9))) == {given, returned}
    assert list(desk.read(lambda unit: unit.readers.facts(Feedback, (offer.id, given.by), 9))) == [given]


def test_what_an_offer_leaves_behind(desk: Desk, offer: Offer) -> None:
    desk.pay(offer)
    desk.release(offer)
    events = desk.read(lambda unit: unit.readers.facts(Event, (offer.id,), 100))
    assert [(event.kind.value, event.version) for event in events] == [("made", 1), ("paid", 2), ("released", 3)]
    (settlement,) = desk.read(lambda unit: unit.readers.facts(Settlement, (offer.id,), 100))
    assert settlement.entry == desk.write(lambda unit: unit.book.posted(EntryKind.RELEASE, f"offer:{offer.id}"))
    assert settlement.entry is not None
