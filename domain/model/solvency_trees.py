"""How the Merkle sum tree of what is owed is drawn, kept in parts, and walked for one leaf.

A desk may have more leaves than fit into memory as objects, so that they are held as bytes, and taken apart one block
at a time. Blocks hold 256 leaves that stand side by side; tiers hold the tops of 256 blocks, or of 256 such tiers, and
so on, so that a path is found from one block and one tier of each level, however many leaves there are.
Source: docs/contract/books.md, "Proof of what is owed".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from .solvency import (
    PATH_LIMIT,
    Holding,
    Leaf,
    Node,
    Proof,
    StatementMoment,
    Step,
    Total,
    leaf_of,
    nonce_of,
    parent_of,
    root_of,
    sum_text,
)

BLOCK_HEIGHT = 8
BLOCK_LEAVES = 2**BLOCK_HEIGHT
"""How many leaves are in one block, and how many tops in one tier."""
_DIGEST_BYTES = 32
_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Block:
    """Some of the leaves of one currency that stand side by side, and what they come to."""

    currency: str
    position: int
    leaves: tuple[Leaf, ...]
    top: Node


@dataclass(frozen=True, slots=True)
class Tier:
    """The tops of some blocks of one currency that stand side by side; on levels above 1, those of so many tiers."""

    currency: str
    level: int
    position: int
    nodes: tuple[Node, ...]

    def is_above(self, position: int) -> bool:
        """Whether the block of this position is among those that it stands over."""
        return self.position == _place_above(position, self.level)


class Held:
    """Holdings by their currencies, each in the bytes that it takes: of a million of them some hundred megabytes.

    Those of traders to whom nothing is owed are not in it, since they have no leaves. ``going_on`` is called now and
    then while they come in.
    """

    def __init__(self, holdings: Iterable[Holding], going_on: Callable[[], None] = lambda: None) -> None:
        self._by_currency: dict[str, list[bytes]] = {}
        for number, holding in enumerate(holdings):
            if number % BLOCK_LEAVES == 0:
                going_on()
            if holding.owed:
                texts = map(sum_text, (holding.main, holding.p2p, holding.escrow))
                packed = holding.trader_id.bytes + " ".join(texts).encode()
                self._by_currency.setdefault(holding.currency, []).append(packed)

    @property
    def currencies(self) -> Sequence[str]:
        """Those in which anything is owed, in their order."""
        return sorted(self._by_currency)

    def take(self, currency: str) -> Iterator[Holding]:
        """The holdings of a currency, which are not held any more once they were taken."""
        packed = self._by_currency.pop(currency)
        while packed:
            one = packed.pop()
            amounts = map(Decimal, one[_ID_BYTES:].decode().split())
            yield Holding(UUID(bytes=one[:_ID_BYTES]), currency, *amounts)


class Tree:
    """The tree of one currency: its leaves in the order of their nonces, and what stands above them.

    The order is another for each seed, so that nobody can tell by where a leaf stands whose it is. ``going_on`` is
    called once for each block's worth of work. There is at least one holding, and something is owed in each.
    """

    def __init__(
        self, currency: str, holdings: Iterable[Holding], seed: str, going_on: Callable[[], None] = lambda: None
    ) -> None:
        self.currency = currency
        self._leaves: list[bytes] = []
        for number, holding in enumerate(holdings):
            if number % BLOCK_LEAVES == 0:
                going_on()
            self._leaves.append(_packed(leaf_of(holding, nonce_of(seed, holding.trader_id, currency))))
        # Each begins with its nonce.
        self._leaves.sort()
        self._tops: list[Node] = []
        for first in range(0, len(self._leaves), BLOCK_LEAVES):
            going_on()
            self._tops.append(top_of([leaf.node for leaf in self._unpacked(first)]))
        self.top = top_of(self._tops)
        self.tiers = tuple(tiers_of(currency, self._tops))

    def __len__(self) -> int:
        """How many leaves there are."""
        return len(self._leaves)

    def blocks(self) -> Iterator[Block]:
        """The leaves, in blocks, each of which is there only while it is looked at."""
        for position, top in enumerate(self._tops):
            yield Block(self.currency, position, tuple(self._unpacked(position * BLOCK_LEAVES)), top)

    def _unpacked(self, first: int) -> Iterator[Leaf]:
        for leaf in self._leaves[first : first + BLOCK_LEAVES]:
            nonce, digest = leaf[:_DIGEST_BYTES].hex(), leaf[_DIGEST_BYTES : 2 * _DIGEST_BYTES].hex()
            main, p2p, escrow = map(Decimal, leaf[2 * _DIGEST_BYTES :].decode().split())
            yield Leaf(nonce, main, p2p, escrow, digest)


def _packed(leaf: Leaf) -> bytes:
    amounts = " ".join(map(str, (leaf.main, leaf.p2p, leaf.escrow)))
    return bytes.fromhex(leaf.nonce) + bytes.fromhex(leaf.digest) + amounts.encode()


def top_of(nodes: Sequence[Node]) -> Node:
    """The top of the tree over these nodes, of which there is at least one.

    One that is left over goes up as it is, and is not taken twice: else a root would be that of two trees.
    """
    while len(nodes) > 1:
        nodes = _level_above(nodes)
    return nodes[0]


def path_in(nodes: Sequence[Node], position: int) -> list[Step]:
    """The path from one of the nodes to their top."""
    path: list[Step] = []
    while len(nodes) > 1:
        beside = position ^ 1
        if beside < len(nodes):
            path.append(Step(beside < position, nodes[beside]))
        nodes, position = _level_above(nodes), position // 2
    return path


def _level_above(nodes: Sequence[Node]) -> list[Node]:
    above = [parent_of(nodes[place], nodes[place + 1]) for place in range(0, len(nodes) - 1, 2)]
    return [*above, nodes[-1]] if len(nodes) % 2 else above


def tiers_of(currency: str, tops: Sequence[Node]) -> Iterator[Tier]:
    """The tops of all blocks in tiers, level by level, until there is one top; none where there is one block."""
    level = 0
    while len(tops) > 1:
        level += 1
        parts = [tuple(tops[first : first + BLOCK_LEAVES]) for first in range(0, len(tops), BLOCK_LEAVES)]
        for position, nodes in enumerate(parts):
            yield Tier(currency, level, position, nodes)
        tops = [top_of(nodes) for nodes in parts]


def places_above(position: int) -> Iterator[tuple[int, int]]:
    """The level and position of each tier that may stand above the block of this position, from the lowest."""
    for level in range(1, PATH_LIMIT // BLOCK_HEIGHT):
        yield level, _place_above(position, level)


def _place_above(position: int, level: int) -> int:
    return position >> BLOCK_HEIGHT * level


def total_of(moment: StatementMoment, tree: Tree) -> Total:
    """What the leaves of a currency come to."""
    currency, top = tree.currency, tree.top
    return Total(currency, top.owed, top.in_escrow, len(tree), root_of(moment, currency, len(tree), top))


def proof_of(trader_id: UUID, nonce: str, block: Block, tiers: Sequence[Sequence[Node]], total: Total) -> Proof | None:
    """The proof for a trader, from the block in which their leaf is and the nodes of the tier above it on each level,
    from the lowest; None without a leaf."""
    for place, leaf in enumerate(block.leaves):
        if leaf.nonce == nonce:
            holding = Holding(trader_id, block.currency, leaf.main, leaf.p2p, leaf.escrow)
            path, position = path_in([one.node for one in block.leaves], place), block.position
            for nodes in tiers:
                path += path_in(nodes, position % BLOCK_LEAVES)
                position //= BLOCK_LEAVES
            return Proof(holding, nonce, tuple(path), total)
    return None
