"""What the desk says that it owes, on a database."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from domain.model.ledger import Purse
from domain.model.money import amount_text
from domain.model.solvency import Block, Holding, Leaf, Node, Statement, StatementMoment, Total

from .schema.audit_tables import solvency_blocks, solvency_statements, solvency_totals
from .schema.tables import DESK_OWNER_ID, accounts

_ROWS_AT_ONCE = 100
"""Blocks that are written by one statement: some five megabytes."""
_NOTHING = Decimal(0)
_NEWEST = select(solvency_statements).order_by(solvency_statements.c.number.desc()).limit(1)


class SqlSolvency:
    """The port ``Solvency``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def holdings(self) -> Sequence[Holding]:
        """What all traders have: one statement sees one moment."""
        columns = (accounts.c.owner, accounts.c.currency, accounts.c.purse, accounts.c.balance)
        found: dict[tuple[UUID, str], dict[str, Decimal]] = defaultdict(dict)
        for owner, currency, purse, balance in self._connection.execute(
            select(*columns).where(accounts.c.owner != DESK_OWNER_ID)
        ):
            found[owner, currency][purse] = balance
        purses = (Purse.MAIN.value, Purse.P2P.value, Purse.ESCROW.value)
        return [Holding(*key, *(held.get(purse, _NOTHING) for purse in purses)) for key, held in found.items()]

    def newest(self) -> Statement | None:
        """The last statement; None before the first."""
        row = self._connection.execute(_NEWEST).one_or_none()
        if row is None:
            return None
        of_statement = select(solvency_totals).where(solvency_totals.c.number == row.number)
        totals = self._connection.execute(of_statement).all()
        shown = (Total(each.currency, each.owed, each.in_escrow, each.leaves, each.root) for each in totals)
        moment = StatementMoment(row.number, row.at, row.link_number, row.link_digest)
        return Statement(moment, tuple(sorted(shown, key=lambda total: total.currency)))

    def keep(self, statement: Statement, seed: str, blocks: Iterable[Block]) -> bool:
        """Keep a statement; False where another has its number by now.

        Of two that keep at once, the slower hears of a key that is taken, and is tried again.
        """
        moment = statement.moment
        newest = self._connection.execute(_NEWEST).one_or_none()
        if moment.number != (newest.number if newest else 0) + 1:
            return False
        number = {"number": moment.number}
        of_statement = {"at": moment.at, "link_number": moment.link_number, "link_digest": moment.link_digest}
        self._connection.execute(insert(solvency_statements), {**number, **of_statement, "seed": seed})
        if statement.totals:
            self._connection.execute(insert(solvency_totals), [number | _values(each) for each in statement.totals])
        remaining = iter(blocks)
        while some := list(islice(remaining, _ROWS_AT_ONCE)):
            self._connection.execute(insert(solvency_blocks), [number | _block_values(block) for block in some])
        # Whoever has just read which statement is the last may still ask for blocks of the one before.
        self._connection.execute(delete(solvency_blocks).where(solvency_blocks.c.number < moment.number - 1))
        return True

    def seed(self, number: int) -> str:
        """The seed of a statement that there is."""
        of_number = select(solvency_statements.c.seed).where(solvency_statements.c.number == number)
        return str(self._connection.execute(of_number).scalar_one())

    def currencies_of(self, trader_id: UUID) -> frozenset[str]:
        """In which currencies a trader has ever had anything."""
        theirs = select(accounts.c.currency).where(accounts.c.owner == trader_id)
        return frozenset(self._connection.execute(theirs).scalars())

    def block(self, number: int, currency: str, nonce: str) -> Block | None:
        """The block in which a leaf of this nonce is, if there is such a leaf."""
        columns = solvency_blocks.c
        row = self._connection.execute(
            select(solvency_blocks)
            .where(columns.number == number, columns.currency == currency, columns.first_nonce <= nonce)
            .order_by(columns.first_nonce.desc())
            .limit(1)
        ).one_or_none()
        return None if row is None else Block(currency, row.position, _leaves(row.leaves), _top(row))

    def tops(self, number: int, currency: str) -> Sequence[Node]:
        """The tops of all blocks of a currency, in their order."""
        columns = solvency_blocks.c
        rows = self._connection.execute(
            select(columns.digest, columns.owed, columns.in_escrow)
            .where(columns.number == number, columns.currency == currency)
            .order_by(columns.position)
        )
        return [_top(row) for row in rows]


def _values(total: Total) -> dict[str, Any]:
    return {
        "currency": total.currency,
        "owed": total.owed,
        "in_escrow": total.in_escrow,
        "leaves": total.leaves,
        "root": total.root,
    }


def _block_values(block: Block) -> dict[str, Any]:
    leaves = [[leaf.nonce, *map(amount_text, (leaf.main, leaf.p2p, leaf.escrow)), leaf.digest] for leaf in block.leaves]
    return {
        "currency": block.currency,
        "position": block.position,
        "first_nonce": block.leaves[0].nonce,
        "leaves": json.dumps(leaves, separators=(",", ":")),
        "digest": block.top.digest,
        "owed": block.top.owed,
        "in_escrow": block.top.in_escrow,
    }


def _leaves(text: str) -> tuple[Leaf, ...]:
    return tuple(
        Leaf(nonce, Decimal(main), Decimal(p2p), Decimal(escrow), digest)
        for nonce, main, p2p, escrow, digest in json.loads(text)
    )


def _top(row: Any) -> Node:
    return Node(row.digest, row.owed, row.in_escrow)
