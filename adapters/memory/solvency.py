"""What the desk says that it owes, over dicts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from domain.model.ledger import DESK_PURSES, Purse
from domain.model.solvency import Holding, Node, Statement
from domain.model.solvency_trees import Block, Tier

from .tables import StatementRow, Tables, existing
from .unit import Session

_NOTHING = Decimal(0)


class MemorySolvency:
    """The port ``Solvency``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def holdings(self) -> Sequence[Holding]:
        """What all traders have."""
        found: dict[tuple[UUID, str], dict[Purse, Decimal]] = defaultdict(dict)
        with self._session.reading() as tables:
            for account, balance in tables.balances.items():
                if account.owner is not None and account.purse not in DESK_PURSES:
                    found[account.owner, account.currency][account.purse] = balance
        purses = (Purse.MAIN, Purse.P2P, Purse.ESCROW)
        return [Holding(*key, *(held.get(purse, _NOTHING) for purse in purses)) for key, held in found.items()]

    def newest(self) -> Statement | None:
        """The last statement; None before the first."""
        with self._session.reading() as tables:
            kept = tables.statements.get(len(tables.statements))
        return None if kept is None else kept.statement

    def keep(self, statement: Statement, seed: str, blocks: Iterable[Block], tiers: Iterable[Tier]) -> bool:
        """Keep a statement; False where another has its number by now."""
        statements, number = self._session.writing().statements, statement.moment.number
        if number != len(statements) + 1:
            return False
        statements.put(number, StatementRow(statement, seed, tuple(blocks), tuple(tiers)))
        old = statements.get(number - 2)
        if old is not None:
            statements.put(number - 2, StatementRow(old.statement, old.seed, (), ()))
        return True

    def seed(self, number: int) -> str:
        """The seed of a statement that there is."""
        with self._session.reading() as tables:
            return existing(tables.statements, number, "statement").seed

    def currencies_of(self, trader_id: UUID) -> frozenset[str]:
        """In which currencies a trader has ever had anything."""
        with self._session.reading() as tables:
            return frozenset(account.currency for account, _ in tables.balances.items() if account.owner == trader_id)

    def block(self, number: int, currency: str, nonce: str) -> Block | None:
        """The block in which a leaf of this nonce is, if there is such a leaf."""
        with self._session.reading() as tables:
            before = [block for block in _blocks(tables, number, currency) if block.leaves[0].nonce <= nonce]
        return before[-1] if before else None

    def tiers(self, number: int, currency: str, position: int) -> Sequence[Sequence[Node]]:
        """The nodes of the tier above a block, and of the one above that, and so on to the top."""
        with self._session.reading() as tables:
            kept = tables.statements.get(number)
        of_currency = [tier for tier in kept.tiers if tier.currency == currency] if kept else []
        return [tier.nodes for tier in of_currency if tier.is_above(position)]


def _blocks(tables: Tables, number: int, currency: str) -> list[Block]:
    kept = tables.statements.get(number)
    return [block for block in kept.blocks if block.currency == currency] if kept else []
