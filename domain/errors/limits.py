"""Refusals of a trader who has too much under way. Source: docs/contract/trading.md, "Limits"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from .base import Refusal


@dataclass(eq=False)
class TooManyLiveAds(Refusal):
    """The maker has as many live and paused ads as one trader may have."""

    code: ClassVar[str] = "too_many_live_ads"
    most: int


@dataclass(eq=False)
class TooManyLiveOffers(Refusal):
    """The taker has as many live offers as one trader may have."""

    code: ClassVar[str] = "too_many_live_offers"
    most: int


@dataclass(eq=False)
class TooManyUnpaid(Refusal):
    """Too many offers of this buyer expired unpaid; no new ones are taken before ``until``."""

    code: ClassVar[str] = "too_many_unpaid"
    until: datetime


@dataclass(eq=False)
class TooManyCancelled(Refusal):
    """The taker has cancelled too many offers; no new ones are taken before ``until``."""

    code: ClassVar[str] = "too_many_cancelled"
    until: datetime


@dataclass(eq=False)
class TooManyWebhooks(Refusal):
    """The trader has as many webhooks as one may have."""

    code: ClassVar[str] = "too_many_webhooks"
    most: int


@dataclass(eq=False)
class TooManyKeys(Refusal):
    """The trader has as many keys of programs as one may have."""

    code: ClassVar[str] = "too_many_keys"
    most: int


@dataclass(eq=False)
class TooManyBlocks(Refusal):
    """The trader has blocked as many others as one may block."""

    code: ClassVar[str] = "too_many_blocks"
    most: int


@dataclass(eq=False)
class TooManyPaymentMethods(Refusal):
    """The trader has saved as many payment methods as one may save."""

    code: ClassVar[str] = "too_many_payment_methods"
    most: int


@dataclass(eq=False)
class TooManyAttempts(Refusal):
    """It was tried too often; in so many ``seconds`` it may be tried again."""

    code: ClassVar[str] = "too_many_attempts"
    seconds: int
