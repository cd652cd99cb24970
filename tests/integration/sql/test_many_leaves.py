"""What is owed to very many: it is read and written in parts, and a proof reads no more for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import text

from adapters.sql.connections.silence import SILENCE_LIMIT_SECONDS
from adapters.sql.solvency import BLOCKS_AT_ONCE, BLOCKS_DELETED_AT_ONCE, PURSES_AT_ONCE
from domain import Holding, Statement, StatementMoment, Trader, check_proof
from domain.errors import StoreUnavailable
from domain.model.solvency_trees import BLOCK_LEAVES, Held
from domain.ports.store import Unit
from domain.use_cases.state_solvency import Drawn, draw_statement, prove_holdings
from tests.integration.desk import Desk
from tests.integration.sql.conftest import NewDesk, administrator
from tests.integration.sql.touched import explained, rows_read, statements_of

NOTHING, ONE = Decimal(0), Decimal(1)
NAP_SECONDS = 0.3
PURSES = """INSERT INTO accounts (owner, currency, purse, balance, version)
    SELECT md5(n::text)::uuid, 'usdt', purse, n, 1 FROM generate_series(1, {traders}) n,
    (VALUES ('main'), ('p2p'), ('escrow')) purses(purse)"""
BLOCKS = 4_000
"""Of more than a million leaves, whose leaves are left out here."""
A_LARGE_STATEMENT = f"""
INSERT INTO solvency_statements VALUES (1, now(), 0, '', 'seed');
INSERT INTO solvency_totals VALUES (1, 'usdt', 1, 0, {BLOCKS * BLOCK_LEAVES}, 'root');
INSERT INTO solvency_blocks SELECT 1, 'usdt', n, lpad(to_hex(n), 64, '0'), '[]', 'digest', 1, 0
    FROM generate_series(0, {BLOCKS - 1}) n;
INSERT INTO solvency_tiers SELECT 1, 'usdt', 1, n, '[["' || n || '", "1", "0"]]'
    FROM generate_series(0, {(BLOCKS - 1) // BLOCK_LEAVES}) n;
INSERT INTO solvency_tiers VALUES (1, 'usdt', 2, 0, '[["top", "1", "0"]]');
ANALYZE solvency_blocks, solvency_tiers"""


@pytest.fixture
def large(open_desk: NewDesk, database_url: str) -> Desk:
    return open_desk(database_url, pool_size=2)


def fill(url: str, traders: int) -> None:
    """Purses of so many, past the desk."""
    with closing(administrator(url)) as aside:
        aside.execute("SET session_replication_role = replica")
        aside.execute(PURSES.format(traders=traders))


def drawn(desk: Desk, number: int, leaves: int, own: Trader) -> Drawn:
    ids = [own.id, *(desk.identifiers.new() for _ in range(leaves - 1))]
    held = Held(Holding(each, "usdt", NOTHING, ONE, NOTHING) for each in ids)
    return draw_statement(StatementMoment(number, desk.clock.now(), 0, ""), held, f"seed {number}")


def kept(unit: Unit, what: Drawn) -> bool:
    return unit.solvency.keep(what.statement, what.seed, what.blocks(), what.tiers)


def nap(unit: Any, times: int) -> None:
    """As statements would that are slow, none of which is too slow by itself."""
    for _ in range(times):
        unit.connection.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": NAP_SECONDS})


NAPS = int(SILENCE_LIMIT_SECONDS / NAP_SECONDS) + 1
"""Together they take longer than all of a transaction may."""


def test_a_transaction_is_bound_as_a_whole_else(large: Desk) -> None:
    with pytest.raises(StoreUnavailable, match="the server said nothing"):
        large.read(lambda unit: nap(unit, NAPS))


def test_holdings_are_read_in_as_many_statements_as_it_takes(large: Desk, database_url: str) -> None:
    """From one moment all the same, and in order, without sorting them."""
    traders = PURSES_AT_ONCE
    fill(database_url, traders)
    cursors = "SELECT count(*) FROM pg_cursors"

    def look(unit: Any) -> tuple[list[Holding], int]:
        holdings: Iterator[Holding] = iter(unit.solvency.holdings())
        found = [next(holdings)]
        with closing(administrator(database_url)) as aside:
            aside.execute("DELETE FROM accounts")
        open_cursors = unit.connection.execute(text(cursors)).scalar_one()
        nap(unit, NAPS)
        return [*found, *holdings], open_cursors

    found, open_cursors = large.read(look)
    assert open_cursors == 1
    assert len(found) == len({each.trader_id for each in found}) == traders
    assert {each.main == each.p2p == each.escrow != 0 for each in found} == {True}
    assert all(one.trader_id < other.trader_id for one, other in pairwise(found))


def test_holdings_are_not_sorted(large: Desk, database_url: str) -> None:
    fill(database_url, 1_000)
    asked = statements_of(large, lambda unit: next(iter(unit.solvency.holdings())))
    (select,) = (each for each in asked if "accounts" in each[0])
    with closing(administrator(database_url)) as aside:
        aside.execute("ANALYZE accounts")
        aside.execute("SET enable_sort = off")
        assert explained(aside, select)["Node Type"] == "Index Scan"
    assert ("SET LOCAL enable_sort = off", ()) in [(statement, tuple(values)) for statement, values in asked]


def test_a_statement_is_kept_in_as_many_statements_as_it_takes(large: Desk) -> None:
    jude = large.trader(usdt=1)
    blocks = 2 * BLOCKS_AT_ONCE + 2
    what = drawn(large, 1, BLOCK_LEAVES * (blocks - 1) + 1, jude)

    def keep(unit: Any) -> None:
        assert kept(unit, what)
        nap(unit, NAPS)

    asked = statements_of(large, keep)
    sizes = [len(values) for statement, values in asked if statement.startswith("INSERT INTO solvency_blocks")]
    assert sizes == [BLOCKS_AT_ONCE, BLOCKS_AT_ONCE, 2]
    assert len(asked) == 9 + NAPS


def test_old_trees_are_deleted_in_parts(large: Desk, database_url: str) -> None:
    jude = large.trader(usdt=1)
    with closing(administrator(database_url)) as aside:
        aside.execute(A_LARGE_STATEMENT)
        large.write(lambda unit: kept(unit, drawn(large, 2, 2, jude)))
        asked = statements_of(large, lambda unit: kept(unit, drawn(large, 3, 2, jude)))
        deletes = [each for each in asked if each[0].startswith("DELETE FROM solvency_blocks")]
        assert len(deletes) == -(-BLOCKS // BLOCKS_DELETED_AT_ONCE)
        for table in ("blocks", "tiers"):
            left = aside.execute(f"SELECT DISTINCT number FROM solvency_{table} ORDER BY 1").fetchall()
            assert left == ([(2,), (3,)] if table == "blocks" else [])


def test_a_proof_reads_a_block_and_a_tier_of_each_level(large: Desk, database_url: str) -> None:
    """However many blocks there are."""
    place = 2_345
    nonce = f"{place:064x}"
    with closing(administrator(database_url)) as aside:
        aside.execute(A_LARGE_STATEMENT)
        aside.execute("SET enable_seqscan = off")
        found = large.read(lambda unit: unit.solvency.tiers(1, "usdt", place))
        assert [[node.digest for node in nodes] for nodes in found] == [[str(place // BLOCK_LEAVES)], ["top"]]
        asked = statements_of(large, lambda unit: unit.solvency.tiers(1, "usdt", place))
        of_block = explained(aside, asked_for_block(large, nonce), "ANALYZE")
        of_tiers = [explained(aside, each, "ANALYZE") for each in asked]
    assert rows_read(of_block) == 1
    assert len(of_tiers) == 1
    assert rows_read(of_tiers[0]) <= 2 + BLOCKS // BLOCK_LEAVES


def asked_for_block(desk: Desk, nonce: str) -> Any:
    """The statement; what it would find has no leaves, and is not looked at."""
    (asked,) = statements_of(desk, lambda unit: unit.solvency.block(1, "usdt", nonce))
    return asked


def test_a_statement_of_the_version_before_is_proven_by_its_blocks(desk: Desk) -> None:
    """Which kept nothing above them, on either engine."""
    jude = desk.trader(usdt=1)
    what = drawn(desk, 1, 2 * BLOCK_LEAVES + 1, jude)
    desk.write(lambda unit: unit.solvency.keep(what.statement, what.seed, what.blocks(), ()))
    statement, proofs = desk.read(lambda unit: prove_holdings(jude.id, solvency=unit.solvency))
    assert isinstance(statement, Statement)
    (proof,) = proofs
    check_proof(statement.moment, proof)
