"""Ads: what a maker wants to sell or buy, on what terms, and how much of it is left."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from .bank import BankDetails, PayTo
from .lifecycle import AdType
from .money import EXACT, LIMIT, Catalogue, Currency, worth
from .prices import Pair, PriceType, Quote
from .requirements import Requirements


class AdStatus(StrEnum):
    """Where an ad stands; ``pending`` is live, the last three are ends."""

    PENDING = "pending"
    PAUSED = "paused"
    COMPLETED = "completed"
    CLOSED = "closed"
    EXPIRED = "expired"


LIVE_STATUSES = frozenset({AdStatus.PENDING, AdStatus.PAUSED})


class Closure(StrEnum):
    """Why an ad takes no new offers."""

    PAUSED = "paused"
    COMPLETED = "completed"
    CLOSED = "closed"
    EXPIRED = "expired"
    NOT_STARTED = "not_started"
    MAKER_RESTRICTED = "maker_restricted"
    NOT_TRADED = "not_traded"
    PRICE_UNKNOWN = "price_unknown"


@dataclass(frozen=True, slots=True)
class Ad:
    """An ad as it stands.

    ``crypto_amount`` is always ``available`` (open to new offers) + ``reserved`` (in live offers) + ``sold`` +
    ``withdrawn`` (what left the ad unsold, when it ended). ``min_limit`` and ``max_limit`` are fiat, per offer.
    ``time_to_pay`` is in minutes; ``client_reference`` is for the eyes of the maker only. ``version`` rises with every
    change, ``edition`` only with what its maker changed and with its end. ``max_limit_follows`` says that the most was
    never given, and is the whole ad's worth.

    ``price_margin`` is there where the ad follows the market: so many percent of the market's rate. ``price_per_unit``
    is then the price by ``market``, the last rate as of the read that this came from, and without one the price that
    was kept with the ad. Source: docs/contract/trading.md, "Market ads".

    Raises ``ValueError`` where the four parts are not the whole.
    """

    id: int
    maker_id: UUID
    ad_type: AdType
    crypto: Currency
    fiat: Currency
    payment_method: str
    price_per_unit: Decimal
    crypto_amount: Decimal
    min_limit: Decimal
    max_limit: Decimal
    start_date: date
    end_date: date | None
    time_to_pay: int
    auto_reply_message: str
    terms_of_trade: str
    additional_information: str
    bank: BankDetails
    payment_details: str = field(repr=False)
    created_at: datetime
    available: Decimal
    status: AdStatus = AdStatus.PENDING
    reserved: Decimal = Decimal(0)
    sold: Decimal = Decimal(0)
    withdrawn: Decimal = Decimal(0)
    trade_started_at: datetime | None = None
    trade_completed_at: datetime | None = None
    version: int = 1
    client_reference: str | None = field(default=None, repr=False)
    edition: int = 1
    max_limit_follows: bool = False
    requirements: Requirements = Requirements()
    price_margin: Decimal | None = None
    market: Quote | None = None

    def __post_init__(self) -> None:
        parts = (self.available, self.reserved, self.sold, self.withdrawn)
        whole = Decimal(0)
        for part in parts:
            whole = EXACT.add(whole, part)
        if min(parts) < 0 or whole != self.crypto_amount:
            raise ValueError(f"ad {self.id}: {parts} are not the parts of {self.crypto_amount}")

    @property
    def is_live(self) -> bool:
        """Whether the ad has not ended, paused or not."""
        return self.status in LIVE_STATUSES

    def is_past_end(self, today: date) -> bool:
        """Whether the last day on which the ad is open, in UTC, is over."""
        return self.end_date is not None and self.end_date < today

    def as_of(self, today: date) -> Ad:
        """The ad as a reader is to see it: past its end date it has expired though nobody swept it yet."""
        if self.is_live and self.is_past_end(today):
            withdrawn = EXACT.add(self.withdrawn, self.available)
            ended = {"available": Decimal(0), "withdrawn": withdrawn, "edition": self.edition + 1}
            return replace(self, status=AdStatus.EXPIRED, **ended)  # type: ignore[arg-type]
        return self

    def is_traded_in(self, catalogue: Catalogue) -> bool:
        """Whether what the ad is about is in use here now: if not, what is under way goes on and nothing new begins."""
        return catalogue.has(self.crypto, self.fiat, self.payment_method)

    @property
    def pair(self) -> Pair:
        """What the ad is about, in which currency: what the market has a rate for."""
        return self.crypto.code, self.fiat.code

    @property
    def price_type(self) -> PriceType:
        """Whether the price is the maker's own, or follows the market."""
        return PriceType.FIXED if self.price_margin is None else PriceType.MARKET

    def is_price_known(self, at: datetime) -> bool:
        """Whether the price can be relied on at a moment: a fixed one always, another while the rate is good."""
        return self.price_margin is None or (self.market is not None and self.market.is_known(at))

    def at_market(self, quote: Quote | None) -> Ad:
        """The ad at the last rate of its pair; one of a fixed price as it is.

        A most that was never given is the whole ad's worth at that price. Where there is no rate, or none that makes a
        price, the price is the one that was kept, and is not known.
        """
        if self.price_margin is None:
            return self
        price = None if quote is None else quote.price(self.price_margin)
        if price is None:
            return self if self.market is None else replace(self, market=None)
        most = self.max_limit
        if self.max_limit_follows:
            most = min(worth(self.crypto_amount, price, self.fiat), EXACT.subtract(LIMIT, self.fiat.smallest_unit))
        return replace(self, price_per_unit=price, market=quote, max_limit=most)

    def closure(
        self,
        today: date,
        *,
        maker_is_barred: bool,
        catalogue: Catalogue | None = None,
        priced_at: datetime | None = None,
    ) -> Closure | None:
        """Why the ad takes no new offers on this day, or None where it takes them.

        Without a ``catalogue`` whatever it trades counts as still traded; without ``priced_at``, the moment at which
        the price has to be known, it counts as known.
        """
        if not self.is_live:
            return Closure(self.status.value)
        if self.is_past_end(today):
            return Closure.EXPIRED
        if self.status is AdStatus.PAUSED:
            return Closure.PAUSED
        if self.start_date > today:
            return Closure.NOT_STARTED
        if catalogue is not None and not self.is_traded_in(catalogue):
            return Closure.NOT_TRADED
        if maker_is_barred:
            return Closure.MAKER_RESTRICTED
        return None if priced_at is None or self.is_price_known(priced_at) else Closure.PRICE_UNKNOWN

    @property
    def takes_back(self) -> bool:
        """Whether the crypto of an offer that comes to nothing returns to the ad, and not to the seller's p2p purse."""
        return self.ad_type is AdType.SELL and self.is_live

    @property
    def gives_account(self) -> bool:
        """Whether a place to be paid came with the ad. On a buy ad the taker is paid, and it comes with each offer."""
        return self.ad_type is AdType.SELL and PayTo(self.bank, self.payment_details).is_enough

    @property
    def rest_worth(self) -> Decimal:
        """The fiat that an offer for all that is available is for; zero where that is too little to be paid for."""
        return worth(self.available, self.price_per_unit, self.fiat)

    def reserve(self, amount: Decimal, at: datetime) -> Ad:
        """The ad with an amount held for a new offer."""
        return self._next(
            available=EXACT.subtract(self.available, amount),
            reserved=EXACT.add(self.reserved, amount),
            trade_started_at=self.trade_started_at or at,
        )

    def put_back(self, amount: Decimal) -> Ad:
        """The ad with the amount of an offer that came to nothing: open again, or withdrawn where the ad ended."""
        reserved = EXACT.subtract(self.reserved, amount)
        if self.is_live:
            return self._next(reserved=reserved, available=EXACT.add(self.available, amount))
        return self._next(reserved=reserved, withdrawn=EXACT.add(self.withdrawn, amount))

    def sell(self, amount: Decimal, at: datetime) -> Ad:
        """The ad with a reserved amount sold; completed where that leaves no live offer and nothing that can be paid.

        A remainder worth less than half the fiat's smallest unit cannot be paid for, so it is withdrawn. An ad that
        ended before keeps its status, and was sold out at this moment all the same where nothing of it is left.
        """
        sold = self._next(reserved=EXACT.subtract(self.reserved, amount), sold=EXACT.add(self.sold, amount))
        if not sold.is_live:
            return replace(sold, trade_completed_at=at) if sold.sold == sold.crypto_amount else sold
        if sold.reserved or sold.rest_worth:
            return sold
        return replace(sold.end(AdStatus.COMPLETED), trade_completed_at=at, version=sold.version)

    def end(self, status: AdStatus) -> Ad:
        """The ad ended, with all that nobody has made an offer for withdrawn."""
        withdrawn = EXACT.add(self.withdrawn, self.available)
        return self._next(status=status, available=Decimal(0), withdrawn=withdrawn, edition=self.edition + 1)

    def with_status(self, status: AdStatus) -> Ad:
        """The ad paused or live again."""
        return self._next(status=status, edition=self.edition + 1)

    def _next(self, **changed: object) -> Ad:
        return replace(self, version=self.version + 1, **changed)  # type: ignore[arg-type]
