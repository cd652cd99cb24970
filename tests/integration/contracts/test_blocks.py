"""Who is kept from whom, on every store: on the board and where offers are made, both ways, and nowhere else."""

from uuid import uuid4

import pytest

import domain
from domain import Actor, Trader, errors
from domain.ports.readers import BadCursor, BoardQuery
from tests.integration.contracts.invariants import every
from tests.integration.desk import CATALOGUE, Desk


def block(desk: Desk, by: Trader, whom: Trader) -> None:
    desk.write(lambda unit: domain.block_trader(Actor.of(by), whom.id, people=unit.people, at=unit.now()))


def unblock(desk: Desk, by: Trader, whom: Trader) -> None:
    desk.write(lambda unit: domain.unblock_trader(Actor.of(by), whom.id, people=unit.people))


def blocked_by(desk: Desk, trader: Trader, limit: int = 2) -> list[Trader]:
    pages = every(lambda cursor: desk.read(lambda unit: unit.people.blocked_by(trader.id, cursor, limit)))
    return [profile.trader for profile in pages]


def on_the_board(desk: Desk, viewer: Trader | None, mine: Trader | None = None) -> list[int]:
    query = BoardQuery(
        desk.clock.now().date(), CATALOGUE, mine=mine and mine.id, viewer=viewer and viewer.id, sort="newest"
    )
    return [view.ad.id for view in every(lambda cursor: desk.read(lambda u: u.readers.board(query, cursor, 2)))]


@pytest.mark.parametrize("by_maker", [True, False])
@pytest.mark.parametrize("is_buy", [True, False])
def test_neither_trades_with_the_other(desk: Desk, by_maker: bool, is_buy: bool) -> None:
    ad = desk.buy_ad() if is_buy else desk.sell_ad()
    (maker,) = desk.traders
    taker = desk.trader(usdt=10)
    by, whom = (maker, taker) if by_maker else (taker, maker)
    under_way = desk.offer(ad, taker, 1)
    block(desk, by, whom)
    with pytest.raises(errors.Blocked):
        desk.offer(ad, taker, 1)
    desk.pay(under_way)
    desk.release(under_way)
    # Of two blocks, both have to be taken back.
    block(desk, whom, by)
    unblock(desk, by, whom)
    with pytest.raises(errors.Blocked):
        desk.offer(ad, taker, 1)
    unblock(desk, whom, by)
    desk.offer(ad, taker, 1)


def test_neither_sees_the_other_on_the_board(desk: Desk) -> None:
    ads = [desk.sell_ad() for _ in range(5)]
    makers, viewer, stranger = list(desk.traders), desk.trader(), desk.trader()
    everything = [ad.id for ad in reversed(ads)]
    block(desk, viewer, makers[1])
    block(desk, makers[3], viewer)
    block(desk, makers[0], makers[2])
    left = [ad.id for ad in (ads[4], ads[2], ads[0])]
    assert on_the_board(desk, viewer) == left
    assert on_the_board(desk, stranger) == everything
    assert on_the_board(desk, None) == everything
    # One's own are one's own, and the detail stays readable.
    assert on_the_board(desk, makers[1], mine=makers[1]) == [ads[1].id]
    assert desk.read(lambda unit: unit.readers.ad(ads[1].id)).ad == ads[1]
    unblock(desk, viewer, makers[1])
    unblock(desk, makers[3], viewer)
    assert on_the_board(desk, viewer) == everything


def test_whom_somebody_has_blocked(desk: Desk) -> None:
    people = [desk.trader() for _ in range(4)]
    by, first, second, third = people
    for whom in (first, second, third, first):
        block(desk, by, whom)
    assert blocked_by(desk, by) == [third, second, first]
    page = desk.read(lambda unit: unit.people.blocked_by(by.id, None, 2))
    # A cursor outlives the row that it was made behind.
    unblock(desk, by, second)
    unblock(desk, by, second)
    rest = desk.read(lambda unit: unit.people.blocked_by(by.id, page.next, 2))
    assert [profile.trader for profile in rest.items] == [first]
    assert blocked_by(desk, by) == [third, first]
    assert blocked_by(desk, first) == []
    with pytest.raises(BadCursor):
        desk.read(lambda unit: unit.people.blocked_by(by.id, "nonsense", 2))


def test_who_cannot_be_blocked(desk: Desk) -> None:
    trader, nobody = desk.trader(), Actor(uuid4())
    with pytest.raises(errors.BlockingOneself):
        block(desk, trader, trader)
    assert nobody.id is not None
    for act in (domain.block_trader, domain.unblock_trader):
        more = {"at": desk.clock.now()} if act is domain.block_trader else {}
        with pytest.raises(errors.TraderNotFound):
            desk.write(lambda unit, act=act, more=more: act(Actor.of(trader), nobody.id, people=unit.people, **more))
    with pytest.raises(errors.BlockingOneself):
        desk.write(lambda unit: domain.block_trader(domain.DESK, trader.id, people=unit.people, at=unit.now()))
    desk.write(lambda unit: domain.unblock_trader(domain.DESK, trader.id, people=unit.people))


def test_nobody_is_told(desk: Desk) -> None:
    by, whom = desk.trader(), desk.trader()
    block(desk, by, whom)
    assert [desk.read(lambda unit, of=of: unit.readers.notices(of.id, 0, 9)) for of in (by, whom)] == [[], []]


@pytest.mark.parametrize("party", [0, 1])
def test_staff_judge_nobody_whom_they_have_blocked(desk: Desk, party: int) -> None:
    ad, ada, ben = desk.sell_ad(), desk.staff(), desk.staff()
    offer = desk.disputed(ad, desk.trader())
    whom = desk.traders[0] if party else desk.traders[-1]
    block(desk, ada, whom)
    deeds = (lambda: desk.take(offer, ada), lambda: desk.resolve(offer, ada, "buyer"))
    judging = (lambda: desk.approve(offer, ada), lambda: desk.reject(offer, ada))
    desk.propose(offer, ben, "buyer")
    for deed in (*deeds, *judging):
        with pytest.raises(errors.ArbiterIsApart):
            deed()
    unblock(desk, ada, whom)
    for deed in (deeds[0], judging[0]):
        deed()


@pytest.mark.abuse("K1")
@pytest.mark.parametrize("party", [0, 1])
def test_who_was_blocked_before_the_offer_does_not_judge_it_and_nobody_blocks_their_way_out(
    desk: Desk, party: int
) -> None:
    ad, ada, ben = desk.sell_ad(), desk.staff(), desk.staff()
    taker = desk.trader()
    by = (desk.traders[0], taker)[party]
    block(desk, by, ada)
    desk.clock.advance(seconds=1)
    offer = desk.disputed(ad, taker)
    desk.clock.advance(seconds=1)
    block(desk, by, ben)
    desk.clock.advance(seconds=1)
    with pytest.raises(errors.ArbiterIsApart):
        desk.resolve(offer, ada, "buyer")
    desk.resolve(offer, ben, "buyer")


def test_blocks_of_others_keep_nobody_from_judging(desk: Desk) -> None:
    ad, ada, taker, stranger = desk.sell_ad(), desk.staff(), desk.trader(), desk.trader()
    block(desk, taker, desk.traders[0])
    block(desk, stranger, ada)
    block(desk, ada, stranger)
    unblock(desk, taker, desk.traders[0])
    desk.clock.advance(seconds=1)
    desk.take(desk.disputed(ad, taker), ada)
