"""Where the desk keeps what it has said that it owes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol
from uuid import UUID

from ..model.solvency import Block, Holding, Node, Statement


class Solvency(Protocol):
    """Statements by their numbers, which begin with 1. The blocks of the last two are kept, to prove by."""

    def holdings(self) -> Sequence[Holding]:
        """What all traders have, as it is at one moment."""
        ...

    def newest(self) -> Statement | None:
        """The last statement, with its totals by their currencies; None before the first."""
        ...

    def keep(self, statement: Statement, seed: str, blocks: Iterable[Block]) -> bool:
        """Keep a statement, and the seed of its nonces; False, and nothing, where it is not behind the last
        one by now."""
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

    def tops(self, number: int, currency: str) -> Sequence[Node]:
        """The tops of all blocks of a currency, in their order."""
        ...
