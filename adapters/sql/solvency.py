"""What the desk says that it owes, on a database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby, islice
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, insert, or_, select, text
from sqlalchemy.engine import Connection

from domain.model.ledger import Purse
from domain.model.money import amount_text
from domain.model.solvency import Holding, Leaf, Node, Statement, StatementMoment, Total
from domain.model.solvency_trees import BLOCK_LEAVES, Block, Tier, places_above, tiers_of

from .connections.silence import bind_by_statement
from .schema.audit_tables import solvency_blocks, solvency_statements, solvency_tiers, solvency_totals
from .schema.tables import DESK_OWNER_ID, accounts

PURSES_AT_ONCE = 2_000
"""Rows of purses that are read by one statement, each of which has two seconds, be they all over a slow disk."""
_IN_ORDER = text("SET LOCAL enable_sort = off")
"""Else they are sorted, all of them, by the statement that asks for the first."""
BLOCKS_AT_ONCE = 20
"""Blocks that are written by one statement, or tiers: some megabyte."""
BLOCKS_DELETED_AT_ONCE = 256
"""Blocks that are deleted by one statement: of as many bytes as ten that write."""
_NOTHING = Decimal(0)
_NEWEST = select(solvency_statements).order_by(solvency_statements.c.number.desc()).limit(1)


class SqlSolvency:
    """The port ``Solvency``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def holdings(self) -> Iterator[Holding]:
        """What all traders have: a cursor sees one moment, however many statements it takes to go through it."""
        columns = (accounts.c.owner, accounts.c.currency, accounts.c.purse, accounts.c.balance)
        asked = (
            select(*columns)
            .where(accounts.c.owner != DESK_OWNER_ID, accounts.c.balance != _NOTHING)
            .order_by(accounts.c.owner, accounts.c.currency)
        )
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(_IN_ORDER)
        bind_by_statement(self._connection)
        purses = (Purse.MAIN.value, Purse.P2P.value, Purse.ESCROW.value)
        with self._connection.execute(asked, execution_options={"yield_per": PURSES_AT_ONCE}) as rows:
            for key, of_key in groupby(rows, key=lambda row: (row.owner, row.currency)):
                held = {row.purse: row.balance for row in of_key}
                yield Holding(*key, *(held.get(purse, _NOTHING) for purse in purses))

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

    def keep(self, statement: Statement, seed: str, blocks: Iterable[Block], tiers: Iterable[Tier]) -> bool:
        """Keep a statement; False where another has its number by now.

        Of two that keep at once, the slower hears of a key that is taken, and is tried again.
        """
        moment = statement.moment
        newest = self._connection.execute(_NEWEST).one_or_none()
        if moment.number != (newest.number if newest else 0) + 1:
            return False
        bind_by_statement(self._connection)
        number = {"number": moment.number}
        of_statement = {"at": moment.at, "link_number": moment.link_number, "link_digest": moment.link_digest}
        self._connection.execute(insert(solvency_statements), {**number, **of_statement, "seed": seed})
        if statement.totals:
            self._connection.execute(insert(solvency_totals), [number | _values(each) for each in statement.totals])
        for some in _by_the_handful(_block_values(block) for block in blocks):
            self._connection.execute(insert(solvency_blocks), [number | values for values in some])
        for some in _by_the_handful(map(_tier_values, tiers)):
            self._connection.execute(insert(solvency_tiers), [number | values for values in some])
        # Whoever has just read which statement is the last may still ask for the tree of the one before.
        self._forget(moment.number - 2)
        return True

    def _forget(self, number: int) -> None:
        """Delete the tree of a statement, if it is there, in statements each of which does a bounded part of it."""
        self._connection.execute(delete(solvency_tiers).where(solvency_tiers.c.number == number))
        columns, of_statement = solvency_blocks.c, solvency_totals.c.number == number
        sizes = select(solvency_totals.c.currency, solvency_totals.c.leaves).where(of_statement)
        for currency, leaves in self._connection.execute(sizes).all():
            for first in range(0, -(-leaves // BLOCK_LEAVES), BLOCKS_DELETED_AT_ONCE):
                some = and_(columns.position >= first, columns.position < first + BLOCKS_DELETED_AT_ONCE)
                one_part = and_(columns.number == number, columns.currency == currency, some)
                self._connection.execute(delete(solvency_blocks).where(one_part))

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

    def tiers(self, number: int, currency: str, position: int) -> Sequence[Sequence[Node]]:
        """The nodes of the tier above a block, and of the one above that, and so on to the top."""
        columns = solvency_tiers.c
        above = [and_(columns.level == level, columns.position == place) for level, place in places_above(position)]
        rows = self._connection.execute(
            select(columns.nodes)
            .where(columns.number == number, columns.currency == currency, or_(*above))
            .order_by(columns.level)
        ).scalars()
        found = [_nodes(kept) for kept in rows]
        # There is none above a single block, and none of a statement that the version before has made.
        return found or self._drawn_tiers(number, currency, position)

    def _drawn_tiers(self, number: int, currency: str, position: int) -> Sequence[Sequence[Node]]:
        columns = solvency_blocks.c
        tops = self._connection.execute(
            select(columns.digest, columns.owed, columns.in_escrow)
            .where(columns.number == number, columns.currency == currency)
            .order_by(columns.position)
        )
        drawn = tiers_of(currency, [_top(row) for row in tops])
        return [tier.nodes for tier in drawn if tier.is_above(position)]


def _by_the_handful(values: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    remaining = iter(values)
    while some := list(islice(remaining, BLOCKS_AT_ONCE)):
        yield some


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


def _tier_values(tier: Tier) -> dict[str, Any]:
    nodes = [[node.digest, amount_text(node.owed), amount_text(node.in_escrow)] for node in tier.nodes]
    of_place = {"currency": tier.currency, "level": tier.level, "position": tier.position}
    return {**of_place, "nodes": json.dumps(nodes, separators=(",", ":"))}


def _nodes(kept: str) -> tuple[Node, ...]:
    return tuple(Node(digest, Decimal(owed), Decimal(in_escrow)) for digest, owed, in_escrow in json.loads(kept))


def _leaves(kept: str) -> tuple[Leaf, ...]:
    return tuple(
        Leaf(nonce, Decimal(main), Decimal(p2p), Decimal(escrow), digest)
        for nonce, main, p2p, escrow, digest in json.loads(kept)
    )


def _top(row: Any) -> Node:
    return Node(row.digest, row.owed, row.in_escrow)
