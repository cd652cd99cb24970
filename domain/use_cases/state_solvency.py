"""State what the desk owes, and prove to a trader that what they have is in it.

A statement is made in three steps, since the second may take long on a large desk: look, in a unit that only reads;
draw, in none; and keep what was drawn, in one that writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from ..model.digests import NO_DIGEST
from ..model.solvency import Proof, Statement, StatementMoment, nonce_of
from ..model.solvency_trees import Block, Held, Tier, Tree, proof_of, total_of
from ..ports.journal import Journal
from ..ports.solvency import Solvency


@dataclass(frozen=True, slots=True)
class Drawn:
    """A statement that is not kept yet."""

    statement: Statement
    seed: str
    trees: tuple[Tree, ...]

    def blocks(self) -> Iterator[Block]:
        """The blocks of all currencies, one after the other; they can be asked for again."""
        for tree in self.trees:
            yield from tree.blocks()

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """What stands above the blocks, of all currencies."""
        return tuple(tier for tree in self.trees for tier in tree.tiers)


def look_for_statement(
    every: timedelta,
    *,
    journal: Journal,
    solvency: Solvency,
    at: datetime,
    going_on: Callable[[], None] = lambda: None,
) -> tuple[StatementMoment, Held] | None:
    """What everybody has, and what the next statement is called; None where the last is not ``every`` old yet.

    ``going_on`` is called now and then, here and in drawing, since both may take long.
    """
    newest = solvency.newest()
    if newest is not None and at - newest.moment.at < every:
        return None
    # The link is looked up first: whatever it covers is in the holdings then.
    link = journal.last_link()
    of_link = (link.number, link.digest) if link else (0, NO_DIGEST)
    moment = StatementMoment(newest.moment.number + 1 if newest else 1, at, *of_link)
    return moment, Held(solvency.holdings(), going_on)


def draw_statement(
    moment: StatementMoment, held: Held, seed: str, going_on: Callable[[], None] = lambda: None
) -> Drawn:
    """The statement of these holdings, which are used up, with a seed that nobody can guess."""
    trees = tuple(Tree(currency, held.take(currency), seed, going_on) for currency in held.currencies)
    return Drawn(Statement(moment, tuple(total_of(moment, tree) for tree in trees)), seed, trees)


def prove_holdings(trader_id: UUID, *, solvency: Solvency) -> tuple[Statement | None, list[Proof]]:
    """The last statement, if there is one, and the proofs that a trader's holdings of then are in it."""
    statement = solvency.newest()
    if statement is None:
        return None, []
    number, seed = statement.moment.number, solvency.seed(statement.moment.number)
    theirs = solvency.currencies_of(trader_id)
    proofs: list[Proof] = []
    for total in statement.totals:
        if total.currency not in theirs:
            continue
        nonce = nonce_of(seed, trader_id, total.currency)
        block = solvency.block(number, total.currency, nonce)
        if block is not None:
            tiers = solvency.tiers(number, total.currency, block.position)
            proof = proof_of(trader_id, nonce, block, tiers, total)
            proofs += [proof] if proof else []
    return statement, proofs
