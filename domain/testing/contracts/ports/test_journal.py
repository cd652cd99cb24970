"""The journal's chain: a fixture ``audited_books``, books whose units have a ``journal`` beside their ``book``."""

from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from .... import Horizon, Link, Purse
from ....model.journal_chain import next_link
from ....use_cases.chain_journal import draw_link, head_of_chain
from ...books import in_unit
from ...desk import BookDesk
from .given import answer_of, given

asked = partial(answer_of, "journal")

ALL = 10**18
FINEST = Decimal("0.00000000000000000001")


@pytest.fixture
def chained_desk(request: pytest.FixtureRequest) -> BookDesk:
    return BookDesk(given(request, "audited_books"))


def drawn(desk: BookDesk, horizon: Horizon) -> Link | None:
    def draw(unit: Any) -> Link | None:
        return draw_link(horizon, journal=unit.journal, at=desk.clock.now())

    return in_unit(desk.books.store, draw, writes=False)


def linked(desk: BookDesk) -> Link:
    """Link all that there is."""
    horizon = asked(desk, "horizon")
    assert asked(desk, "is_over", horizon)
    link = drawn(desk, horizon)
    assert link is not None
    assert asked(desk, "add_link", link, writes=True)
    return link


def test_where_nothing_was_written_nothing_is_linked(chained_desk: BookDesk) -> None:
    assert asked(chained_desk, "horizon") is None
    assert asked(chained_desk, "last_link") is None
    assert asked(chained_desk, "entries_behind", 0, ALL, 10) == []
    assert asked(chained_desk, "held", ALL) == {}


def test_links_are_kept_as_they_are_and_follow_each_other(chained_desk: BookDesk) -> None:
    desk = chained_desk
    jude = desk.trader(usdt=10)
    links = [linked(desk)]
    for _ in range(2):
        assert asked(desk, "horizon") is None, "all is linked"
        desk.transfer(jude, Decimal(1), Purse.P2P, Purse.MAIN)
        desk.clock.advance(seconds=1)
        links.append(linked(desk))
        assert asked(desk, "last_link") == links[-1]
    assert [(link.number, link.entries) for link in links] == [(1, 1), (2, 2), (3, 3)]


def test_entries_are_told_as_they_were_written_in_the_order_of_their_numbers(chained_desk: BookDesk) -> None:
    desk = chained_desk
    maker, taker = desk.trader(usdt=100, fine=FINEST), desk.trader()
    offer = desk.offer(desk.ad(maker), taker)
    desk.pay(offer)
    desk.release(offer)
    entries = asked(desk, "entries_behind", 0, ALL, 100)
    numbers = [number for number, _ in entries]
    assert numbers == sorted(set(numbers))
    assert numbers[0] >= 1
    assert [entry.kind.value for _, entry in entries] == ["deposit", "deposit", "ad_escrow", "release"]
    assert entries[1][1].postings[0].amount == FINEST
    assert linked(desk) == next_link(None, entries, numbers[-1], desk.clock.now())
    assert asked(desk, "entries_behind", numbers[0], numbers[2], 100) == entries[1:3]
    assert asked(desk, "entries_behind", 0, ALL, 2) == entries[:2]


def test_a_link_is_added_behind_the_last_one_and_once(chained_desk: BookDesk) -> None:
    desk = chained_desk
    desk.trader(usdt=1)
    link = linked(desk)
    desk.trader(usdt=1)
    again = Link(link.number, ALL, 2, "a" * 64, link.at)
    ahead = Link(link.number + 2, ALL, 2, "a" * 64, link.at)
    assert [asked(desk, "add_link", wrong, writes=True) for wrong in (again, ahead)] == [False, False]
    assert asked(desk, "last_link") == link


def test_what_is_held_is_what_came_in_less_what_went_out(chained_desk: BookDesk) -> None:
    desk = chained_desk
    jude = desk.trader(usdt=10, fine=FINEST)
    desk.deposit(jude, Decimal(3), purse=Purse.MAIN)
    desk.withdraw(jude, Decimal(1))
    link = linked(desk)
    desk.deposit(jude, Decimal(100))
    assert asked(desk, "held", link.last_entry) == {"fine": FINEST, "usdt": 12}

    def look(unit: Any) -> Any:
        return head_of_chain(journal=unit.journal)

    head = in_unit(desk.books.store, look, writes=False)
    assert (head.link, head.held) == (link, {"fine": FINEST, "usdt": 12})
