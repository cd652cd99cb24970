"""The port ``Solvency``, stating what is owed and proving it, on every store."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from adapters.worker.bookkeeper import Bookkeeper
from domain import Purse, Trader
from domain.model.solvency import Holding, Proof, Statement, StatementMoment, check_proof
from domain.model.solvency_trees import Held
from domain.use_cases.state_solvency import draw_statement, prove_holdings
from tests.integration.desk import Desk

HOUR = timedelta(hours=1)
FINEST, LARGEST = Decimal("0.00000000000000000001"), Decimal("999999999999999999.99999999999999999999")
NOTHING = Decimal(0)


def keeper(desk: Desk) -> Bookkeeper:
    return Bookkeeper(desk.store, desk.identifiers, HOUR)


def newest(desk: Desk) -> Statement:
    found = desk.read(lambda unit: unit.solvency.newest())
    assert found is not None
    return found


def proofs(desk: Desk, trader: Trader) -> list[Proof]:
    """A trader's proofs, each of which has to hold."""
    statement, found = desk.read(lambda unit: prove_holdings(trader.id, solvency=unit.solvency))
    assert statement is not None
    for proof in found:
        check_proof(statement.moment, proof)
    return found


def test_everything_that_is_owed_is_stated_and_proven(desk: Desk) -> None:
    maker, taker, nobody = desk.trader(usdt=100, btc=2), desk.trader(usdt=5), desk.trader()
    desk.transfer(maker, Decimal(30), Purse.P2P, Purse.MAIN)
    desk.offer(desk.ad(maker, crypto_amount=Decimal(10)), taker)
    bookkeeper = keeper(desk)
    assert bookkeeper.state_once()
    statement = newest(desk)
    assert statement.moment == StatementMoment(1, desk.clock.now(), 0, "")
    stated = [(each.currency, each.owed, each.in_escrow, each.leaves) for each in statement.totals]
    assert stated == [("btc", 2, 0, 1), ("usdt", 105, 10, 2)]
    held = [proof.holding for proof in proofs(desk, maker)]
    assert held == [
        Holding(maker.id, "btc", NOTHING, Decimal(2), NOTHING),
        Holding(maker.id, "usdt", Decimal(30), Decimal(60), Decimal(10)),
    ]
    assert [proof.holding.owed for proof in proofs(desk, taker)] == [5]
    assert proofs(desk, nobody) == []


def test_before_the_first_statement_nothing_is_proven(desk: Desk) -> None:
    jude = desk.trader(usdt=1)
    assert desk.read(lambda unit: prove_holdings(jude.id, solvency=unit.solvency)) == (None, [])


def test_a_desk_that_owes_nothing_states_that(desk: Desk) -> None:
    jude = desk.trader(usdt=1)
    desk.transfer(jude, Decimal(1), Purse.P2P, Purse.MAIN)
    desk.withdraw(jude, Decimal(1))
    assert keeper(desk).state_once()
    assert newest(desk).totals == ()
    assert proofs(desk, jude) == []


def test_a_statement_is_made_when_the_last_is_old_and_by_one_of_two(desk: Desk) -> None:
    desk.trader(usdt=1)
    one, other = keeper(desk), keeper(desk)
    assert [one.state_once(), other.state_once(), one.state_once()] == [True, False, False]
    desk.clock.advance(minutes=59)
    assert not other.state_once()
    desk.clock.advance(minutes=1)
    assert other.state_once()
    assert newest(desk).moment.number == 2


def test_with_no_interval_there_are_no_statements(desk: Desk) -> None:
    Bookkeeper(desk.store, desk.identifiers, None).work_once()
    assert desk.read(lambda unit: unit.solvency.newest()) is None


def test_what_happens_later_is_in_no_statement_of_before(desk: Desk) -> None:
    jude = desk.trader(usdt=7)
    bookkeeper = keeper(desk)
    bookkeeper.work_once()
    desk.deposit(jude, Decimal(1))
    assert [proof.holding.p2p for proof in proofs(desk, jude)] == [7]
    desk.clock.advance(hours=1)
    bookkeeper.work_once()
    assert [proof.holding.p2p for proof in proofs(desk, jude)] == [8]
    moment = newest(desk).moment
    link = desk.read(lambda unit: unit.journal.last_link())
    assert link is not None
    assert (moment.link_number, moment.link_digest) == (link.number, link.digest)


def test_a_statement_is_kept_once_and_behind_the_last(desk: Desk) -> None:
    jude = desk.trader(usdt=1)
    held = desk.read(lambda unit: list(unit.solvency.holdings()))
    drawn = draw_statement(StatementMoment(1, desk.clock.now(), 0, ""), Held(held), "seed")
    later = draw_statement(StatementMoment(3, desk.clock.now(), 0, ""), Held(held), "seed")

    def keep(what: object) -> bool:
        return desk.write(
            lambda unit: unit.solvency.keep(what.statement, what.seed, what.blocks(), what.tiers)  # type: ignore[attr-defined]
        )

    assert [keep(later), keep(drawn), keep(drawn), keep(later)] == [False, True, False, False]
    assert newest(desk) == drawn.statement
    assert len(proofs(desk, jude)) == 1


def test_many_leaves_are_kept_exactly_and_found(desk: Desk) -> None:
    """Some blocks of them, of ids and amounts that nobody has here."""
    jude = desk.trader(usdt=1)
    others = [
        Holding(desk.identifiers.new(), "usdt", FINEST, Decimal(number), Decimal("0.5")) for number in range(1, 700)
    ]
    own = Holding(jude.id, "usdt", LARGEST - 10**6, FINEST, NOTHING)
    drawn = draw_statement(StatementMoment(1, desk.clock.now(), 4, "d" * 64), Held([*others, own]), "seed")
    blocks = list(drawn.blocks())
    assert len(blocks) == 3
    desk.write(lambda unit: unit.solvency.keep(drawn.statement, drawn.seed, blocks, drawn.tiers))
    assert newest(desk) == drawn.statement
    (proof,) = proofs(desk, jude)
    assert proof.holding == own
    for block in blocks:
        for leaf in (block.leaves[0], block.leaves[-1]):
            kept = desk.read(lambda unit, nonce=leaf.nonce: unit.solvency.block(1, "usdt", nonce))  # type: ignore[misc]
            assert kept == block
    assert desk.read(lambda unit: unit.solvency.block(1, "usdt", "")) is None
    assert desk.read(lambda unit: unit.solvency.block(1, "btc", "f" * 64)) is None


def test_of_statements_before_the_last_two_no_leaves_are_kept(desk: Desk) -> None:
    desk.trader(usdt=1)
    bookkeeper = keeper(desk)
    for _ in range(3):
        assert bookkeeper.state_once()
        desk.clock.advance(hours=1)
    last = "f" * 64
    found = [desk.read(lambda unit, n=n: unit.solvency.block(n, "usdt", last)) for n in (1, 2, 3)]  # type: ignore[misc]
    assert [block is not None for block in found] == [False, True, True]
