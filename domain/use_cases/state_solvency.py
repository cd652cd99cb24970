"""State what the desk owes, and prove to a trader that what they have is in it.

A statement is made in three steps, since the second may take long on a large desk: look, in a unit that only reads;
draw, in none; and keep what was drawn, in one that writes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from ..model.digests import NO_DIGEST
from ..model.solvency import Block, Holding, Proof, Statement, StatementMoment, blocks_of, nonce_of, proof_of, total_of
from ..ports.journal import Journal
from ..ports.solvency import Solvency


@dataclass(frozen=True, slots=True)
class Drawn:
    """A statement that is not kept yet."""

    statement: Statement
    seed: str
    blocks: tuple[Block, ...]


def look_for_statement(
    every: timedelta, *, journal: Journal, solvency: Solvency, at: datetime
) -> tuple[StatementMoment, Sequence[Holding]] | None:
    """What everybody has, and what the next statement is called; None where the last is not ``every`` old yet."""
    newest = solvency.newest()
    if newest is not None and at - newest.moment.at < every:
        return None
    # The link is looked up first: whatever it covers is in the holdings then.
    link = journal.last_link()
    of_link = (link.number, link.digest) if link else (0, NO_DIGEST)
    return StatementMoment(newest.moment.number + 1 if newest else 1, at, *of_link), solvency.holdings()


def draw_statement(moment: StatementMoment, holdings: Sequence[Holding], seed: str) -> Drawn:
    """The statement of these holdings, with a seed that nobody can guess."""
    by_currency: dict[str, list[Holding]] = defaultdict(list)
    for holding in holdings:
        by_currency[holding.currency].append(holding)
    blocks = [blocks_of(currency, by_currency[currency], seed) for currency in sorted(by_currency)]
    totals = tuple(total_of(moment, of_currency) for of_currency in blocks if of_currency)
    return Drawn(Statement(moment, totals), seed, tuple(block for of_currency in blocks for block in of_currency))


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
            proof = proof_of(trader_id, nonce, block, solvency.tops(number, total.currency), total)
            proofs += [proof] if proof else []
    return statement, proofs
