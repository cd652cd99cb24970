"""What the desk owes, as a Merkle sum tree a currency: it publishes the roots, and each trader can find themselves in.

Every node says what it owes, and how much of that is in escrow, and its parent's digest is of both children's digests
and sums: so whoever follows one path knows that the root owes at least what was added on the way. A desk that leaves
somebody out, or lets a node be less than its parts, is caught by whoever looks there.
Source: docs/contract/books.md, "Proof of what is owed".
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from .digests import digest_of, exact_moment
from .money import CRYPTO_DECIMALS_LIMIT, EXACT, LIMIT

PATH_LIMIT = 64
"""No tree is higher: that is more leaves than there are ids of traders."""
_SUM_DIGITS = 38


class NoProof(Exception):
    """A proof that proves nothing; the message is one line that says why."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What a trader has in the three purses of one currency, which the desk owes them."""

    trader_id: UUID
    currency: str
    main: Decimal
    p2p: Decimal
    escrow: Decimal

    @property
    def owed(self) -> Decimal:
        """All of it."""
        return EXACT.add(EXACT.add(self.main, self.p2p), self.escrow)


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the tree: what is owed below it, and what of that is in escrow."""

    digest: str
    owed: Decimal
    in_escrow: Decimal


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf with the nonce that hides whose it is, and by which the leaves are in order."""

    nonce: str
    main: Decimal
    p2p: Decimal
    escrow: Decimal
    digest: str

    @property
    def node(self) -> Node:
        """The leaf as a node."""
        owed = EXACT.add(EXACT.add(self.main, self.p2p), self.escrow)
        return Node(self.digest, owed, self.escrow)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path from a leaf to the root: the other child, and whether it stands left of the one below."""

    is_left: bool
    node: Node


@dataclass(frozen=True, slots=True)
class StatementMoment:
    """Of when a statement is: its number, its time, and the last link of the journal's chain then, if there was one."""

    number: int
    at: datetime
    link_number: int
    link_digest: str


@dataclass(frozen=True, slots=True)
class Total:
    """What is owed in one currency, to how many traders, and the root that says so."""

    currency: str
    owed: Decimal
    in_escrow: Decimal
    leaves: int
    root: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What the desk says that it owes at one moment. Currencies in which it owes nothing are not in it."""

    moment: StatementMoment
    totals: tuple[Total, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """That a holding is in the total of its currency: its nonce, and the path from its leaf to the root."""

    holding: Holding
    nonce: str
    path: tuple[Step, ...]
    total: Total


# Nodes -----------------------------------------------------------------------------------------------------------


def nonce_of(seed: str, trader_id: UUID, currency: str) -> str:
    """The nonce of a trader's leaf in the statement of this seed, which nobody knows who does not know the seed."""
    parts = digest_of(("p2p nonce 1", trader_id, currency)).encode()
    return hmac.new(seed.encode(), parts, sha256).hexdigest()


def leaf_of(holding: Holding, nonce: str) -> Leaf:
    """The leaf of a holding. Raises ``NoProof`` for amounts that are none."""
    amounts = (holding.main, holding.p2p, holding.escrow)
    texts = [sum_text(amount) for amount in amounts]
    if max(amounts) >= LIMIT:
        raise NoProof(f"{max(amounts)} is more than anybody can have")
    digest = digest_of(("p2p leaf 1", nonce, holding.trader_id, holding.currency, *texts))
    return Leaf(nonce, *amounts, digest)


def parent_of(left: Node, right: Node) -> Node:
    """What stands above two nodes. Raises ``NoProof`` where one of them has a sum that can be none."""
    parts = (*_parts_of(left), *_parts_of(right))
    if left.in_escrow > left.owed or right.in_escrow > right.owed:
        raise NoProof("a node has more in escrow than it owes")
    owed, in_escrow = EXACT.add(left.owed, right.owed), EXACT.add(left.in_escrow, right.in_escrow)
    return Node(digest_of(("p2p node 1", *parts)), owed, in_escrow)


def root_of(moment: StatementMoment, currency: str, leaves: int, top: Node) -> str:
    """What is published of a tree: the digest of its top, and of all that the desk says of it."""
    of_when = (moment.number, exact_moment(moment.at), moment.link_number, moment.link_digest)
    return digest_of(("p2p root 1", *of_when, currency, leaves, *_parts_of(top)))


def _parts_of(node: Node) -> tuple[str, str, str]:
    return (node.digest, sum_text(node.owed), sum_text(node.in_escrow))


def sum_text(amount: Decimal) -> str:
    """A sum as it is hashed: without zeros that it does not need. None is below zero, too large, or finer than any."""
    if not amount.is_finite() or amount.is_signed() or amount.adjusted() >= _SUM_DIGITS:
        raise NoProof(f"{amount} is no sum that can be owed")
    whole, _, decimals = f"{amount:f}".partition(".")
    decimals = decimals.rstrip("0")
    if len(decimals) > CRYPTO_DECIMALS_LIMIT:
        raise NoProof(f"{amount} has more than {CRYPTO_DECIMALS_LIMIT} decimals")
    return f"{whole}.{decimals}" if decimals else whole


# Checking --------------------------------------------------------------------------------------------------------


def check_proof(moment: StatementMoment, proof: Proof) -> None:
    """Return where the proof proves that its holding is in its total. Raises ``NoProof``."""
    if len(proof.path) > PATH_LIMIT:
        raise NoProof(f"a path of {len(proof.path)} steps")
    if proof.holding.currency != proof.total.currency:
        raise NoProof("the leaf is of another currency")
    node = leaf_of(proof.holding, proof.nonce).node
    for step in proof.path:
        node = parent_of(step.node, node) if step.is_left else parent_of(node, step.node)
    if (node.owed, node.in_escrow) != (proof.total.owed, proof.total.in_escrow):
        raise NoProof("what was added up on the way is not what the desk says that it owes")
    if root_of(moment, proof.total.currency, proof.total.leaves, node) != proof.total.root:
        raise NoProof("the path does not lead to the root")
