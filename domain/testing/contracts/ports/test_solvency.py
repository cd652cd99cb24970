"""What the desk owes: a fixture ``audited_books``, books whose units have a ``solvency`` beside their ``book``."""

from decimal import Decimal
from functools import partial
from itertools import count
from typing import Any

import pytest

from .... import Holding, Statement, StatementMoment, Trader, check_proof
from ....model.solvency import nonce_of
from ....model.solvency_trees import BLOCK_LEAVES, Held
from ....use_cases.state_solvency import Drawn, draw_statement, prove_holdings
from ...books import in_unit
from ...desk import BookDesk
from ...identifiers import fresh_id
from .given import answer_of, given

asked = partial(answer_of, "solvency")

NOTHING, FINEST = Decimal(0), Decimal("0.00000000000000000001")
LARGEST = Decimal("99999999999999999.99999999999999999999")


@pytest.fixture
def owing_desk(request: pytest.FixtureRequest) -> BookDesk:
    return BookDesk(given(request, "audited_books"))


def statement_of(desk: BookDesk, number: int, holdings: list[Holding], seed: str = "a seed") -> Drawn:
    return draw_statement(StatementMoment(number, desk.clock.now(), 4, "d" * 64), Held(holdings), seed)


def holdings_of(desk: BookDesk) -> list[Holding]:
    """All of them, gone through within the unit."""

    def look(unit: Any) -> list[Holding]:
        return list(unit.solvency.holdings())

    found: list[Holding] = in_unit(desk.books.store, look, writes=False)
    return found


def kept(desk: BookDesk, drawn: Drawn) -> bool:
    answer: bool = asked(desk, "keep", drawn.statement, drawn.seed, drawn.blocks(), drawn.tiers, writes=True)
    return answer


def proven(desk: BookDesk, trader: Trader) -> tuple[Statement | None, list[Holding]]:
    """The last statement and what it proves of a trader's holdings."""

    def prove(unit: Any) -> Any:
        return prove_holdings(trader.id, solvency=unit.solvency)

    statement, proofs = in_unit(desk.books.store, prove, writes=False)
    for proof in proofs:
        check_proof(statement.moment, proof)
    return statement, [proof.holding for proof in proofs]


def test_holdings_are_the_purses_of_traders_and_of_nobody_else(owing_desk: BookDesk) -> None:
    desk = owing_desk
    maker, taker = desk.trader(usdt=10, fine=FINEST), desk.trader(usdt=1)
    desk.ad(maker, crypto_amount=Decimal(4))
    held = {(each.trader_id, each.currency): each for each in holdings_of(desk) if each.owed}
    assert held == {
        (maker.id, "usdt"): Holding(maker.id, "usdt", NOTHING, Decimal(6), Decimal(4)),
        (maker.id, "fine"): Holding(maker.id, "fine", NOTHING, FINEST, NOTHING),
        (taker.id, "usdt"): Holding(taker.id, "usdt", NOTHING, Decimal(1), NOTHING),
    }
    assert asked(desk, "currencies_of", maker.id) == {"usdt", "fine"}
    assert asked(desk, "currencies_of", fresh_id()) == frozenset()


def test_statements_are_kept_as_they_are_one_behind_the_other(owing_desk: BookDesk) -> None:
    desk = owing_desk
    jude, nobody = desk.trader(usdt=5, btc=1), desk.trader()
    assert proven(desk, jude) == (None, [])
    holdings = holdings_of(desk)
    first, second = (statement_of(desk, number, holdings, f"seed {number}") for number in (1, 2))
    assert [kept(desk, drawn) for drawn in (second, first, first)] == [False, True, False]
    assert asked(desk, "newest") == first.statement
    assert kept(desk, second)
    assert asked(desk, "newest") == second.statement
    assert [asked(desk, "seed", number) for number in (1, 2)] == ["seed 1", "seed 2"]
    statement, held = proven(desk, jude)
    assert statement == second.statement
    assert [(each.currency, each.owed) for each in held] == [("btc", 1), ("usdt", 5)]
    assert proven(desk, nobody) == (statement, [])
    assert kept(desk, statement_of(desk, 3, []))
    assert proven(desk, jude) == (asked(desk, "newest"), [])


def test_leaves_are_found_by_their_nonces_and_kept_exactly(owing_desk: BookDesk) -> None:
    desk = owing_desk
    jude = desk.trader(usdt=1)
    own = Holding(jude.id, "usdt", LARGEST, FINEST, NOTHING)
    others = [Holding(fresh_id(), "usdt", FINEST, NOTHING, Decimal(1)) for _ in range(2 * BLOCK_LEAVES)]
    drawn = statement_of(desk, 1, [*others, own])
    assert kept(desk, drawn)
    assert proven(desk, jude) == (drawn.statement, [own])
    blocks = list(drawn.blocks())
    for block in blocks:
        (beside,) = asked(desk, "tiers", 1, "usdt", block.position)
        assert list(beside) == [each.top for each in blocks]
        for leaf in (block.leaves[0], block.leaves[-1]):
            assert asked(desk, "block", 1, "usdt", leaf.nonce) == block
    assert asked(desk, "block", 1, "btc", blocks[0].leaves[0].nonce) is None


@pytest.mark.parametrize("is_before", [True, False])
def test_who_came_later_is_in_no_statement_of_before(owing_desk: BookDesk, is_before: bool) -> None:
    """Be their leaf one that would stand before all others or behind them."""
    desk = owing_desk
    early, late = desk.trader(usdt=1), desk.trader(usdt=1)

    def places_late(seed: str) -> bool:
        return (nonce_of(seed, late.id, "usdt") < nonce_of(seed, early.id, "usdt")) is is_before

    seed = next(seed for seed in map(str, count()) if places_late(seed))
    assert kept(desk, statement_of(desk, 1, [Holding(early.id, "usdt", NOTHING, Decimal(1), NOTHING)], seed))
    assert [held.owed for held in proven(desk, early)[1]] == [1]
    assert proven(desk, late)[1] == []


def test_the_last_two_statements_can_be_proven_by(owing_desk: BookDesk) -> None:
    desk = owing_desk
    desk.trader(usdt=1)
    for number in (1, 2, 3):
        assert kept(desk, statement_of(desk, number, holdings_of(desk)))
    last = "f" * 64
    assert [asked(desk, "block", number, "usdt", last) is not None for number in (2, 3)] == [True, True]
