"""Where market prices come from, and where they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Protocol

from ..model.prices import Answer, MarketRate


class PricesUnavailable(Exception):
    """The feed does not answer, or with nothing that can be read. What is known goes on to grow old."""


class Prices(Protocol):
    """A feed of market prices. It is asked outside of every transaction, since it may take its time."""

    @property
    def ask_every(self) -> timedelta:
        """How often it is to be asked."""
        ...

    @property
    def apart(self) -> timedelta:
        """How far apart two answers are at least: one that comes sooner was heard by another process as well."""
        ...

    def ask(self) -> Answer | None:
        """The newest answer; None where there is none since the last. Raises ``PricesUnavailable``."""
        ...


class Rates(Protocol):
    """The rates that all processes know. One that is known once is kept for good: there are ads at it."""

    def all(self) -> Sequence[MarketRate]:
        """All of them, by the codes of their pairs."""
        ...

    def locked(self) -> Sequence[MarketRate]:
        """All of them, locked in that order until the unit ends, so that no other process judges the same answer."""
        ...

    def keep(self, rates: Iterable[MarketRate]) -> None:
        """Keep these in place of what was known of their pairs. The unit has locked what there was."""
        ...
