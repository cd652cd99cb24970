"""Where the desk keeps what it has said that it owes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol
from uuid import UUID

from ..model.solvency import Holding, Node, Statement
from ..model.solvency_trees import Block, Tier


class Solvency(Protocol):
    """Statements by their numbers, which begin with 1. The trees of the last two are kept, to prove by."""

    def holdings(self) -> Iterable[Holding]:
        """What all traders have, as it is at one moment: each trader and currency once, with those who have nothing or
        without. It is gone through once, within the unit, and may be far more than there is memory for."""
        ...

    def newest(self) -> Statement | None:
        """The last statement, with its totals by their currencies; None before the first."""
        ...

    def keep(self, statement: Statement, seed: str, blocks: Iterable[Block], tiers: Iterable[Tier]) -> bool:
        """Keep a statement, the seed of its nonces, and its trees; False, and nothing, where it is not behind the last
        one by now. The blocks come one after the other, and are better not held all at once."""
        ...

    def seed(self, number: int) -> str:
        """The seed of a statement that there is."""
        ...

    def currencies_of(self, trader_id: UUID) -> frozenset[str]:
        """In which currencies a trader has ever had anything."""
        ...

    def block(self, number: int, currency: str, nonce: str) -> Block | None:
        """The block in which a leaf of this nonce is, if there is such a leaf."""
        ...

    def tiers(self, number: int, currency: str, position: int) -> Sequence[Sequence[Node]]:
        """The nodes of the tier above the block of this position, and of the one above that, and so on to the top."""
        ...
