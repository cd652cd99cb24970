"""The Merkle sum tree of what is owed: everybody finds themselves in it, and nothing else can be made to fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import reduce
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.model.money import EXACT
from domain.model.solvency import (
    PATH_LIMIT,
    Holding,
    Node,
    NoProof,
    Proof,
    StatementMoment,
    Step,
    Total,
    check_proof,
    leaf_of,
    nonce_of,
    parent_of,
    root_of,
)
from domain.model.solvency_trees import (
    BLOCK_HEIGHT,
    BLOCK_LEAVES,
    Block,
    Held,
    Tree,
    path_in,
    proof_of,
    tiers_of,
    top_of,
    total_of,
)

MOMENT = StatementMoment(3, datetime(2026, 3, 2, 12, tzinfo=UTC), 7, "d" * 64)
SEED = "a seed that nobody can guess"
NOTHING, ONE, CENT = Decimal(0), Decimal(1), Decimal("0.01")


def holding(number: int, main: str = "1", p2p: str = "0", escrow: str = "0.25") -> Holding:
    return Holding(UUID(int=number), "btc", Decimal(main), Decimal(p2p), Decimal(escrow))


def drawn(holdings: list[Holding], seed: str = SEED) -> tuple[list[Block], Total]:
    tree = Tree("btc", Held(holdings).take("btc"), seed)
    return list(tree.blocks()), total_of(MOMENT, tree)


def found(of: Holding, blocks: list[Block], total: Total, seed: str = SEED) -> Proof | None:
    """The proof for a holding, as a store finds its block."""
    nonce = nonce_of(seed, of.trader_id, "btc")
    block = [block for block in blocks if block.leaves[0].nonce <= nonce][-1:]
    if not block:
        return None
    above = tiers_of("btc", [one.top for one in blocks])
    beside = [tier.nodes for tier in above if tier.position == block[0].position >> BLOCK_HEIGHT * tier.level]
    return proof_of(of.trader_id, nonce, block[0], beside, total)


def proven(number: int, holdings: list[Holding]) -> Proof:
    proof = found(holdings[number], *drawn(holdings))
    assert proof is not None
    check_proof(MOMENT, proof)
    return proof


def refused(proof: Proof, moment: StatementMoment = MOMENT) -> str:
    with pytest.raises(NoProof) as refusal:
        check_proof(moment, proof)
    return str(refusal.value)


def added(amounts: Iterable[Decimal]) -> Decimal:
    return reduce(EXACT.add, amounts)


AMOUNTS = st.integers(0, 10**25).map(lambda units: Decimal(f"{units // 10**8}.{units % 10**8:08}"))
HOLDINGS = st.lists(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS), min_size=1, max_size=12).map(
    lambda all_amounts: [Holding(UUID(int=n), "btc", *amounts) for n, amounts in enumerate(all_amounts, 1)]
)


# Everybody is in it ------------------------------------------------------------------------------------------------


@given(HOLDINGS)
def test_everybody_who_is_owed_anything_finds_themselves(holdings: list[Holding]) -> None:
    owed = [held for held in holdings if held.owed]
    if not owed:
        assert Held(holdings).currencies == []
        return
    blocks, total = drawn(holdings)
    assert total.leaves == len(owed)
    assert total.owed == added(held.owed for held in owed)
    assert total.in_escrow == added(held.escrow for held in owed)
    for held in holdings:
        proof = found(held, blocks, total)
        if not held.owed:
            assert proof is None
        else:
            assert proof is not None
            assert proof.holding == held
            check_proof(MOMENT, proof)


@pytest.mark.parametrize("count", [1, 2, 3, BLOCK_LEAVES - 1, BLOCK_LEAVES, BLOCK_LEAVES + 1, 5 * BLOCK_LEAVES + 77])
def test_blocks_are_one_tree(count: int) -> None:
    """Whoever builds the tree without them comes to the same top, and finds the same paths."""
    holdings = [holding(number, main=str(number)) for number in range(1, count + 1)]
    blocks, total = drawn(holdings)
    leaves = [leaf for block in blocks for leaf in block.leaves]
    nodes = [leaf.node for leaf in leaves]
    assert len(leaves) == count
    assert [leaf.nonce for leaf in leaves] == sorted(leaf.nonce for leaf in leaves)
    assert total.root == root_of(MOMENT, "btc", count, top_of(nodes))
    positions = {leaf.nonce: position for position, leaf in enumerate(leaves)}
    for held in holdings[:: max(1, count // 50)]:
        proof = found(held, blocks, total)
        assert proof is not None
        assert list(proof.path) == path_in(nodes, positions[proof.nonce])
        check_proof(MOMENT, proof)


def test_a_large_desk_is_drawn_and_found_in() -> None:
    holdings = [holding(number) for number in range(1, 20_001)]
    blocks, total = drawn(holdings)
    assert total.owed == 25_000
    proof = found(holdings[12_345], blocks, total)
    assert proof is not None
    assert len(proof.path) <= 15
    check_proof(MOMENT, proof)


def test_blocks_are_under_tiers_and_these_under_others() -> None:
    """Whoever builds the tree without any comes to the same path; seen on tops, since so many leaves take long."""
    tops = [Node(f"{number:064x}", Decimal(number), NOTHING) for number in range(3 * BLOCK_LEAVES + 3)]
    tiers = list(tiers_of("btc", tops))
    assert [(tier.level, tier.position) for tier in tiers] == [(1, 0), (1, 1), (1, 2), (1, 3), (2, 0)]
    for position in (0, 1, 255, 256, 600, len(tops) - 3, len(tops) - 1):
        path, place = [], position
        for level in (1, 2):
            (beside,) = (tier.nodes for tier in tiers if (tier.level, tier.position) == (level, place // BLOCK_LEAVES))
            path += path_in(beside, place % BLOCK_LEAVES)
            place //= BLOCK_LEAVES
        assert path == path_in(tops, position)


def test_what_is_held_is_let_go_as_it_is_drawn_and_work_is_told_of() -> None:
    """A desk with a million traders has one worker, of which others look whether it goes on."""
    told: list[str] = []
    holdings = [holding(number) for number in range(1, 2 * BLOCK_LEAVES + 2)]
    held = Held(iter(holdings), lambda: told.append("held"))
    assert held.currencies == ["btc"]
    tree = Tree("btc", held.take("btc"), SEED, lambda: told.append("drawn"))
    assert len(tree) == len(holdings)
    assert held.currencies == []
    # Once for each part that comes in, is hashed, and is added up.
    assert told == ["held"] * 3 + ["drawn"] * 6
    assert list(tree.blocks()) == list(tree.blocks())


@pytest.mark.abuse("C15")
def test_of_a_neighbour_nothing_is_told_but_a_digest_and_a_sum() -> None:
    holdings = [holding(number, main=str(number)) for number in range(1, 9)]
    proof = proven(0, holdings)
    told = repr(proof.path)
    for other in holdings[1:]:
        assert str(other.trader_id) not in told
        assert nonce_of(SEED, other.trader_id, "btc") not in told


@pytest.mark.abuse("C15")
def test_another_statement_has_other_leaves_in_another_order() -> None:
    holdings = [holding(number, main=str(number)) for number in range(1, 33)]
    orders: list[list[Decimal]] = []
    digests: list[set[str]] = []
    for seed in ("one", "two"):
        blocks, _ = drawn(holdings, seed)
        orders.append([leaf.main for leaf in blocks[0].leaves])
        digests.append({leaf.digest for leaf in blocks[0].leaves})
    assert orders[0] != orders[1]
    assert sorted(orders[0]) == sorted(orders[1])
    assert digests[0].isdisjoint(digests[1])


# Nothing else is ---------------------------------------------------------------------------------------------------


HELD = [holding(number, main=str(number)) for number in range(1, 8)]
PROOF = proven(2, HELD)


@pytest.mark.parametrize(
    "changed",
    [
        {"main": Decimal(4)},
        {"p2p": ONE},
        {"escrow": NOTHING},
        {"main": NOTHING, "p2p": PROOF.holding.main},
        {"trader_id": UUID(int=4)},
    ],
)
def test_another_holding_is_not_proven(changed: dict[str, object]) -> None:
    refused(replace(PROOF, holding=replace(PROOF.holding, **changed)))  # type: ignore[arg-type]


@pytest.mark.abuse("C14")
def test_one_leaf_is_not_two_traders() -> None:
    """Two who have the same are shown two leaves: each has their own id in it."""
    same = [holding(1), holding(2), holding(3)]
    one, two = proven(0, same), proven(1, same)
    assert one.total.leaves == 3
    assert refused(replace(one, holding=two.holding)) == "the path does not lead to the root"
    refused(replace(two, nonce=one.nonce, path=one.path))


@pytest.mark.parametrize("place", range(len(PROOF.path)))
@pytest.mark.parametrize(
    "change",
    [
        lambda step: replace(step, is_left=not step.is_left),
        lambda step: replace(step, node=replace(step.node, owed=EXACT.add(step.node.owed, ONE))),
        lambda step: replace(step, node=replace(step.node, owed=EXACT.subtract(step.node.owed, CENT))),
        lambda step: replace(step, node=replace(step.node, in_escrow=NOTHING)),
        lambda step: replace(step, node=replace(step.node, digest="0" * 64)),
    ],
)
def test_a_path_that_was_changed_anywhere_proves_nothing(place: int, change: Callable[[Step], Step]) -> None:
    path = list(PROOF.path)
    path[place] = change(path[place])
    refused(replace(PROOF, path=tuple(path)))


def test_a_path_is_neither_longer_nor_shorter_nor_in_another_order() -> None:
    path = PROOF.path
    for other in (path[1:], path[:-1], path[::-1], (*path, path[-1]), ()):
        refused(replace(PROOF, path=other))
    assert refused(replace(PROOF, path=path * PATH_LIMIT)) == f"a path of {PATH_LIMIT * len(path)} steps"


@pytest.mark.parametrize(
    "changed",
    [
        {"root": "0" * 64},
        {"owed": EXACT.subtract(PROOF.total.owed, ONE)},
        {"in_escrow": EXACT.subtract(PROOF.total.in_escrow, CENT)},
        {"leaves": PROOF.total.leaves - 1},
        {"currency": "eth"},
    ],
)
def test_a_total_that_was_changed_is_not_the_one_of_the_root(changed: dict[str, object]) -> None:
    refused(replace(PROOF, total=replace(PROOF.total, **changed)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changed",
    [{"number": 4}, {"at": MOMENT.at + timedelta(seconds=1)}, {"link_number": 6}, {"link_digest": "e" * 64}],
)
def test_a_root_is_of_one_moment(changed: dict[str, object]) -> None:
    refused(PROOF, replace(MOMENT, **changed))  # type: ignore[arg-type]


@pytest.mark.abuse("C14")
def test_a_node_below_zero_takes_nothing_from_the_sum() -> None:
    """Else a desk would owe less by adding somebody who owes it: as if it knew of such a leaf."""
    debt = Node("0" * 64, Decimal(-1), NOTHING)
    with pytest.raises(NoProof, match="-1 is no sum"):
        parent_of(debt, leaf_of(holding(1), "n").node)
    lone = proven(0, [holding(1, main="2", escrow="0")])
    for owed, in_escrow in ((-1, 0), (0, -1), ("-0", 0), ("NaN", 0), ("Infinity", 0), ("1e38", 0), ("1e-21", 0)):
        step = Step(True, Node("0" * 64, Decimal(owed), Decimal(in_escrow)))
        assert "sum" in refused(replace(lone, path=(step,))) or "decimals" in refused(replace(lone, path=(step,)))
    assert refused(replace(lone, path=(Step(False, Node("0" * 64, ONE, Decimal(2))),))) == (
        "a node has more in escrow than it owes"
    )
    for wrong in (Decimal(-1), Decimal("1e18"), Decimal("NaN")):
        with pytest.raises(NoProof):
            check_proof(MOMENT, replace(lone, holding=replace(lone.holding, main=wrong)))


@pytest.mark.abuse("C14")
def test_a_desk_that_lets_a_node_be_less_than_its_parts_is_caught_there() -> None:
    """The digest of a parent is of each child's sum, and not of what they come to together."""
    left, right = leaf_of(holding(1, main="5"), "one").node, leaf_of(holding(2, main="7"), "two").node
    lying = replace(parent_of(left, right), owed=Decimal(1), in_escrow=NOTHING)
    total = Total("btc", lying.owed, lying.in_escrow, 2, root_of(MOMENT, "btc", 2, lying))
    proof = Proof(holding(1, main="5"), "one", (Step(False, right),), total)
    assert refused(proof) == "what was added up on the way is not what the desk says that it owes"


@pytest.mark.abuse("C14")
def test_nobody_s_neighbour_can_be_shown_smaller_than_they_are() -> None:
    """Else a desk that owes twelve says seven: one is shown a neighbour of two, the other one of nothing."""
    less, more = holding(1, main="5", escrow="0"), holding(2, main="7", escrow="0")
    left, right = leaf_of(less, "one").node, leaf_of(more, "two").node
    smaller, nobody = replace(right, owed=Decimal(2)), replace(left, owed=NOTHING)
    tops = parent_of(left, smaller), parent_of(nobody, right)
    assert {top.owed for top in tops} == {Decimal(7)}
    for top in tops:
        total = Total("btc", top.owed, top.in_escrow, 2, root_of(MOMENT, "btc", 2, top))
        proofs = Proof(less, "one", (Step(False, smaller),), total), Proof(more, "two", (Step(True, nobody),), total)
        caught = [proof for proof, own in zip(proofs, tops, strict=True) if own is not top]
        assert [refused(proof) for proof in caught] == ["the path does not lead to the root"]


@pytest.mark.abuse("C14")
def test_what_is_left_over_is_not_taken_twice() -> None:
    nodes = [leaf_of(holding(number), str(number)).node for number in range(3)]
    assert top_of(nodes).owed == Decimal("3.75")
    assert top_of(nodes) != top_of([*nodes, nodes[-1]])


def test_a_node_is_no_leaf_and_a_leaf_of_one_currency_none_of_another() -> None:
    held = holding(1)
    assert leaf_of(held, "n").digest != leaf_of(replace(held, currency="eth"), "n").digest
    assert nonce_of(SEED, held.trader_id, "btc") != nonce_of(SEED, held.trader_id, "eth")
    assert nonce_of(SEED, held.trader_id, "btc") != nonce_of(SEED + "!", held.trader_id, "btc")
