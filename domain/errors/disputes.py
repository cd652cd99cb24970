"""What is refused about disputes, beside what a state of an offer has against them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from .base import Refusal

__all__ = ["DisputeTooEarly", "NothingToApprove", "SomebodyElseMustApprove"]


@dataclass(eq=False)
class DisputeTooEarly(Refusal):
    """A dispute can be opened only some time after the payment: from this moment on."""

    code: ClassVar[str] = "dispute_too_early"
    possible_from: datetime


class NothingToApprove(Refusal):
    """Nothing is proposed on this offer: it was approved, rejected or dropped, or never was."""

    code = "nothing_to_approve"


class SomebodyElseMustApprove(Refusal):
    """Whoever proposed how a dispute is to end does not approve it, by whatever login."""

    code = "somebody_else_must_approve"
