"""Chains the journal behind those who write it, and states at intervals what the desk owes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from domain.errors import StoreUnavailable
from domain.model.journal_chain import Horizon, Link
from domain.model.solvency import StatementMoment
from domain.model.solvency_trees import Block, Held
from domain.ports.identifiers import Identifiers
from domain.ports.store import Store, Unit
from domain.use_cases.chain_journal import draw_link
from domain.use_cases.state_solvency import draw_statement, look_for_statement

WORK_EVERY_SECONDS = 5.0
"""An entry is chained within three times this."""
STATE_AGAIN_AFTER = 12
"""After how many rounds a statement is tried again that could not be made: in those between, the chain goes on."""


class Bookkeeper:
    """One store. Any number of them may work on it: each link and each statement is kept once.

    ``state_every`` is how old a statement is when the next one is made; None for no statements at all.
    """

    def __init__(self, store: Store, identifiers: Identifiers, state_every: timedelta | None) -> None:
        self._rounds_without = 0
        self._store = store
        self._identifiers = identifiers
        self._state_every = state_every
        self._horizon: Horizon | None = None
        self.going_on: Callable[[], None] = lambda: None
        """Called between two links, of which a desk that was never chained has many to make, and between two parts of a
        statement, of which a large desk has many."""

    def work_once(self) -> None:
        """Chain what can be chained, and make a statement where one is due. Raises ``StoreUnavailable``."""
        try:
            self.chain_once()
            if self._rounds_without:
                self._rounds_without -= 1
                return
            self._rounds_without = STATE_AGAIN_AFTER - 1
            self.state_once()
            self._rounds_without = 0
        except StoreUnavailable:
            # When it is there again it may be another server, which knows nothing of the horizon's token.
            self._horizon = None
            raise

    def chain_once(self) -> int:
        """Link the entries up to the horizon of the call before, once it is over; how many links were added here.

        What is under way now may still bring entries below the last that can be seen, so that nothing is linked in the
        call that finds it.
        """
        horizon, added = self._horizon, 0
        if horizon is not None:
            if not self._store.run(lambda unit: unit.journal.is_over(horizon), writes=False):
                return 0
            while (link := self._drawn(horizon)) is not None and self._added(link):
                self.going_on()
                added += 1
        self._horizon = self._store.run(lambda unit: unit.journal.horizon(), writes=False)
        return added

    def _drawn(self, horizon: Horizon) -> Link | None:
        def draw(unit: Unit) -> Link | None:
            return draw_link(horizon, journal=unit.journal, at=unit.now())

        return self._store.run(draw, writes=False)

    def _added(self, link: Link) -> bool:
        return self._store.run(lambda unit: unit.journal.add_link(link), writes=True)

    def state_once(self) -> bool:
        """Make a statement of what the desk owes, where one is due; whether one was kept here."""
        every = self._state_every
        if every is None:
            return False

        def look(unit: Unit) -> tuple[StatementMoment, Held] | None:
            return look_for_statement(
                every, journal=unit.journal, solvency=unit.solvency, at=unit.now(), going_on=self.going_on
            )

        looked = self._store.run(look, writes=False)
        if looked is None:
            return False
        # In no unit of work: on a large desk it takes long.
        drawn = draw_statement(*looked, self._identifiers.secret(), self.going_on)

        def keep(unit: Unit) -> bool:
            # Asked for anew where the unit is tried again.
            blocks = self._told(drawn.blocks())
            return unit.solvency.keep(drawn.statement, drawn.seed, blocks, drawn.tiers)

        return self._store.run(keep, writes=True)

    def _told(self, blocks: Iterable[Block]) -> Iterator[Block]:
        for block in blocks:
            self.going_on()
            yield block
