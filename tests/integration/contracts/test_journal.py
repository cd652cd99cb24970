"""The port ``Journal``, and chaining what was written, on every store."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import islice

from adapters.worker.bookkeeper import Bookkeeper
from domain import Money, Purse, Trader, deposit_funds
from domain.model.journal_chain import LINK_ENTRIES, Horizon, Link, next_link
from domain.ports.store import Unit
from domain.use_cases.chain_journal import draw_link, head_of_chain
from tests.integration.desk import Desk


def keeper(desk: Desk) -> Bookkeeper:
    return Bookkeeper(desk.store, desk.identifiers, None)


def last(desk: Desk) -> Link | None:
    return desk.read(lambda unit: unit.journal.last_link())


def deposit_each(desk: Desk, unit: Unit, trader: Trader, numbers: list[int]) -> None:
    for number in numbers:
        given = (trader.id, Money(Decimal(1), "usdt"), Purse.P2P, f"deposit {number}")
        deposit_funds(*given, book=unit.book, catalogue=desk.catalogue)


def test_what_was_written_is_chained_in_the_second_call(desk: Desk) -> None:
    bookkeeper = keeper(desk)
    assert (bookkeeper.chain_once(), bookkeeper.chain_once(), last(desk)) == (0, 0, None)
    jude = desk.trader(usdt=10, btc=1)
    assert (bookkeeper.chain_once(), bookkeeper.chain_once(), bookkeeper.chain_once()) == (0, 1, 0)
    first = last(desk)
    assert first is not None
    assert (first.number, first.entries, first.at) == (1, 2, desk.clock.now())
    desk.transfer(jude, Decimal(1), Purse.P2P, Purse.MAIN)
    desk.clock.advance(seconds=5)
    assert (bookkeeper.chain_once(), bookkeeper.chain_once()) == (0, 1)
    second = last(desk)
    assert second is not None
    assert (second.number, second.entries, second.at - first.at) == (2, 3, timedelta(seconds=5))


def test_a_link_is_of_the_entries_as_they_were_written(desk: Desk) -> None:
    maker, taker = desk.trader(usdt=100), desk.trader()
    offer = desk.offer(desk.ad(maker), taker)
    desk.pay(offer)
    desk.release(offer)
    bookkeeper = keeper(desk)
    bookkeeper.chain_once()
    bookkeeper.chain_once()
    link = last(desk)
    entries = desk.read(lambda unit: unit.journal.entries_behind(0, 10**9, 100))
    assert [number for number, _ in entries] == sorted(number for number, _ in entries)
    assert link == next_link(None, entries, entries[-1][0], desk.clock.now())


def test_entries_are_read_by_parts(desk: Desk) -> None:
    desk.trader(usdt=1, btc=2)
    desk.trader(usdt=3)

    def part(behind: int, up_to: int, limit: int) -> list[int]:
        return [number for number, _ in desk.read(lambda unit: unit.journal.entries_behind(behind, up_to, limit))]

    first, second, third = part(0, 10**9, 100)
    assert part(0, 10**9, 2) == [first, second]
    assert part(first, second, 100) == [second]
    assert part(second, 10**9, 100) == [third]
    assert part(third, 10**9, 100) == []


def test_a_link_covers_a_thousand_entries_at_most(desk: Desk) -> None:
    """What a link covers is drawn in one step, and more of it in the next: no loop that stands still for long."""
    jude = desk.trader()
    deposits = iter(range(LINK_ENTRIES + 1))
    while some := list(islice(deposits, 100)):
        desk.write(lambda unit, some=some: deposit_each(desk, unit, jude, some))  # type: ignore[misc]
    bookkeeper, rounds = keeper(desk), list[None]()
    bookkeeper.going_on = lambda: rounds.append(None)
    bookkeeper.chain_once()
    assert bookkeeper.chain_once() == 2
    assert len(rounds) == 2
    link = last(desk)
    assert link is not None
    assert (link.number, link.entries) == (2, LINK_ENTRIES + 1)


def test_a_link_is_added_once_and_behind_the_last(desk: Desk) -> None:
    desk.trader(usdt=1)
    horizon = desk.read(lambda unit: unit.journal.horizon())
    assert horizon is not None
    drawn = [desk.read(lambda unit: draw_link(horizon, journal=unit.journal, at=unit.now())) for _ in range(2)]
    added = [desk.write(lambda unit, link=link: unit.journal.add_link(link)) for link in drawn]  # type: ignore[misc]
    assert added == [True, False]
    ahead = Link(3, 10**6, 2, "0" * 64, desk.clock.now())
    assert not desk.write(lambda unit: unit.journal.add_link(ahead))
    assert last(desk) == drawn[0]


def test_two_bookkeepers_make_one_chain(desk: Desk) -> None:
    one, other = keeper(desk), keeper(desk)
    jude = desk.trader(usdt=1)
    for _ in range(3):
        one.chain_once()
        other.chain_once()
        desk.deposit(jude, Decimal(1))
    one.chain_once()
    one.chain_once()
    link = last(desk)
    assert link is not None
    assert link.entries == 4


def test_nothing_is_linked_behind_a_horizon(desk: Desk) -> None:
    desk.trader(usdt=1)
    horizon = desk.read(lambda unit: unit.journal.horizon())
    assert horizon is not None
    desk.trader(usdt=1)
    link = desk.read(lambda unit: draw_link(horizon, journal=unit.journal, at=unit.now()))
    assert link is not None
    assert (link.entries, link.last_entry) == (1, horizon.last_entry)
    assert desk.read(lambda unit: draw_link(Horizon(0, 0), journal=unit.journal, at=unit.now())) is None


def test_the_head_says_what_the_desk_holds(desk: Desk) -> None:
    assert desk.read(lambda unit: head_of_chain(journal=unit.journal)) is None
    jude, fine = desk.trader(usdt=10), Decimal("0.00000000000000000001")
    desk.deposit(jude, Decimal(3), purse=Purse.MAIN)
    desk.deposit(jude, fine, "fine")
    desk.withdraw(jude, Decimal(1))
    desk.deposit(jude, Decimal(1), "btc", purse=Purse.MAIN)
    desk.withdraw(jude, Decimal(1), "btc")
    bookkeeper = keeper(desk)
    bookkeeper.chain_once()
    bookkeeper.chain_once()
    desk.deposit(jude, Decimal(100))
    head = desk.read(lambda unit: head_of_chain(journal=unit.journal))
    assert head is not None
    assert head.link == last(desk)
    assert head.held == {"fine": fine, "usdt": Decimal(12)}
