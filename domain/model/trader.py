"""Traders, and what of them others may see."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from .feedback import Feedback
from .money import EXACT, rounded_half_up


@dataclass(frozen=True, slots=True)
class Trader:
    """A person who trades here. The password's hash is no part of it and never leaves its store.

    ``has_totp`` says that one-time passwords are asked of them, which is nobody's business but their own.
    """

    id: UUID
    email: str = field(repr=False)
    fullname: str
    created_at: datetime
    updated_at: datetime
    country: str | None = None
    email_verified: bool = False
    phone_number_verified: bool = False
    country_verified: bool = False
    has_kyc: bool = False
    is_staff: bool = False
    is_suspended: bool = False
    has_totp: bool = False


@dataclass(frozen=True, slots=True)
class Verified:
    """What of a trader staff say is verified, or no longer is. What is None they say nothing of."""

    NAMES: ClassVar[tuple[str, ...]] = ("has_kyc", "country_verified", "phone_number_verified")

    has_kyc: bool | None = None
    country_verified: bool | None = None
    phone_number_verified: bool | None = None

    @property
    def said(self) -> dict[str, Any]:
        """What is said, by the field of a trader."""
        return {name: value for name in self.NAMES if (value := getattr(self, name)) is not None}


@dataclass(frozen=True, slots=True)
class Ratings:
    """What others said of a trader: thumbs up, thumbs down, and the sum and number of the stars they gave."""

    positive_feedback_count: int = 0
    negative_feedback_count: int = 0
    stars_total: int = 0
    stars_count: int = 0

    def with_one_more(self, given: Feedback) -> Ratings:
        """The ratings once this has been said, too."""
        return Ratings(
            self.positive_feedback_count + given.positive,
            self.negative_feedback_count + (not given.positive),
            self.stars_total + given.rating,
            self.stars_count + 1,
        )

    @property
    def average(self) -> Decimal:
        """The mean of the stars at two decimals, half up; zero where nobody gave any."""
        if not self.stars_count:
            return Decimal("0.00")
        # The quotient may be endless, so it is cut far behind the two decimals that are kept.
        quotient = Decimal(self.stars_total * 10**6 // self.stars_count).scaleb(-6, context=EXACT)
        return rounded_half_up(quotient, 2)


@dataclass(frozen=True, slots=True)
class Profile:
    """A trader with the public facts that are kept elsewhere: ratings, and whether the p2p wallet ever moved."""

    trader: Trader
    ratings: Ratings = Ratings()
    has_p2p: bool = False

    @property
    def id(self) -> UUID:
        """The trader's."""
        return self.trader.id
