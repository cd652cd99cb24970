"""Offers: an amount of an ad that a taker wants, held in escrow until it is released or given back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from .bank import BankDetails, PayTo
from .lifecycle import OfferState
from .money import EXACT, Currency, fee_of

REASON_LENGTH_LIMIT = 2000
"""Characters of a dispute's reason and of the note of whoever resolves it."""

NO_FEE = Decimal(0)
FEE_PERCENT_LIMIT = Decimal(50)
"""The fee is below this."""
FEE_PERCENT_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer as it stands. ``currency_amount`` is crypto, ``fiat_amount`` fiat; ``version`` rises by one a move.

    ``payment_details`` is where a taker who sells is to be paid by a method that is no bank transfer. The price, the
    method and ``pay_to``, where the buyer is to pay, are what they were when the offer was made, whatever becomes of
    the ad. Source: docs/contract/trading.md, "What an offer keeps". ``client_reference`` is for the taker's eyes.
    ``fee_percent`` is what the desk takes of what reaches the buyer.
    """

    id: int
    ad_id: int
    taker_id: UUID
    currency_amount: Decimal
    fiat_amount: Decimal
    bank: BankDetails
    created_at: datetime
    deadline: datetime
    price_per_unit: Decimal
    payment_method: str
    pay_to: PayTo
    state: OfferState = OfferState.PENDING
    paid_at: datetime | None = None
    ended_at: datetime | None = None
    version: int = 1
    payment_details: str = field(default="", repr=False)
    fee_percent: Decimal = NO_FEE
    client_reference: str | None = field(default=None, repr=False)

    def fee(self, crypto: Currency, part: Decimal | None = None) -> Decimal:
        """What the desk takes of what reaches the buyer: of all of the amount, or of a part of it."""
        return fee_of(self.currency_amount if part is None else part, self.fee_percent, crypto)

    def received(self, crypto: Currency, part: Decimal | None = None) -> Decimal:
        """What the buyer gets of the amount, or of a part of it."""
        whole = self.currency_amount if part is None else part
        return EXACT.subtract(whole, self.fee(crypto, part))

    @property
    def payment_reference(self) -> str:
        """What the buyer is to write on the payment, and the seller to look for: the same for both."""
        return f"P2P-{self.id}"

    @property
    def has_indicated_paid(self) -> bool:
        """Whether the buyer ever said that the money was sent."""
        return self.paid_at is not None

    def state_at(self, at: datetime) -> OfferState:
        """The state at a moment: a pending offer has expired from its deadline on, swept or not."""
        if self.state is OfferState.PENDING and at >= self.deadline:
            return OfferState.EXPIRED
        return self.state

    def is_over_for(self, time: timedelta, at: datetime) -> bool:
        """Whether it ended so long ago. A pending offer past its deadline has ended then, swept or not."""
        ended_at = self.ended_at
        if ended_at is None and not self.state_at(at).is_live:
            ended_at = self.deadline
        return ended_at is not None and at >= ended_at + time


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """A state that an offer came to: when, and by whom; nobody where the desk did it by itself."""

    version: int
    state: OfferState
    at: datetime
    by: UUID | None
