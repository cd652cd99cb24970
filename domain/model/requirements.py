"""What a maker asks of whoever takes from an ad. Source: docs/contract/trading.md, "Requirements"."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from ..errors import FieldProblem, Problem, ShortOfRequirements
from .track_record import TrackRecord

MIN_COMPLETED_OFFERS_LIMIT = 1000
MIN_COMPLETION_RATE_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Requirements:
    """So many completed offers, a completion rate of so many percent, a verified identity; nothing unless given."""

    min_completed_offers: int = 0
    min_completion_rate: int = 0
    requires_kyc: bool = False

    def problems(self) -> tuple[FieldProblem, ...]:
        """What is wrong with the fields."""
        bounds = (
            ("min_completed_offers", self.min_completed_offers, MIN_COMPLETED_OFFERS_LIMIT),
            ("min_completion_rate", self.min_completion_rate, MIN_COMPLETION_RATE_LIMIT),
        )
        return tuple(
            FieldProblem(name, Problem.OUT_OF_RANGE, most) for name, value, most in bounds if not 0 <= value <= most
        )

    def shortfall(self, record: TrackRecord, has_kyc: bool) -> ShortOfRequirements | None:
        """What somebody falls short of, or None. The rate is judged as it is shown; without any, it is short of all."""
        rate = record.completion_rate
        too_low = self.min_completion_rate > 0 and (rate is None or rate < self.min_completion_rate)
        too_few = record.completed_offers < self.min_completed_offers
        unknown = self.requires_kyc and not has_kyc
        if not (too_few or too_low or unknown):
            return None
        return ShortOfRequirements(
            self.min_completed_offers if too_few else None, self.min_completion_rate if too_low else None, unknown
        )


@dataclass(frozen=True, slots=True)
class Taker:
    """Somebody who looks for an ad to take from: what decides whether they could, but for what they have or hold."""

    id: UUID
    record: TrackRecord = TrackRecord()
    has_kyc: bool = False
    restricted_in: frozenset[str] = frozenset()
