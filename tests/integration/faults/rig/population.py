"""Traders, ads and offers that are there before a fault comes, made by the use cases in this process."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Self
from uuid import UUID, uuid4

from adapters.sql.store import SqlStore
from adapters.system.clock import SystemClock
from adapters.tokens.jwt_tokens import JwtTokens
from domain import Ad, AdType, Clock, Offer, Trader
from domain.ports.delivery import Waker
from domain.ports.logins import Login
from domain.ports.tokens import Claims, TokenType
from tests.factories import TraderFactory
from tests.integration.desk import Desk

from .client import Person
from .processes import SECRET_KEY

TOKEN_LIFETIME = timedelta(hours=12)


class Nobody:
    """A waker that wakes nobody: what is made here is there before anybody listens."""

    def wake(self, trader_ids: Iterable[UUID]) -> None: ...


class ShiftedClock:
    """The machine's clock, moved: an offer made an hour ago with half an hour to pay is due now.

    An hour ago may be yesterday, so that whatever such an offer is made on is posted by the same clock.
    """

    def __init__(self, shift: timedelta) -> None:
        self.shift = shift

    def now(self) -> datetime:
        return SystemClock().now() + self.shift


class Population:
    """A store of this process on the desk's database."""

    def __init__(
        self, database_url: str, clock: Clock | None = None, pool_size: int = 16, waker: Waker | None = None
    ) -> None:
        self._database_url, self._pool_size, self._waker = database_url, pool_size, waker or Nobody()
        self._stores: list[SqlStore] = []
        self.desk = self.at(clock)
        self.store = self._stores[0]
        self._tokens = JwtTokens(SECRET_KEY)
        self.traders: dict[UUID, Trader] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for store in self._stores:
            store.close()

    def at(self, clock: Clock | None) -> Desk:
        """The same desk on a store that takes this clock for the database's, if it is given one."""
        named = {"waker": self._waker, "message_id_domain": "desk.example", "clock": clock}
        self._stores.append(SqlStore(self._database_url, pool_size=self._pool_size, **named))  # type: ignore[arg-type]
        return Desk(self._stores[-1], clock or SystemClock())  # type: ignore[arg-type]

    def person(self, p2p: Decimal | int = 0, *, is_staff: bool = False, is_verified: bool = False) -> Person:
        """A new trader with so many usdt to trade, and a token that is good for hours.

        One whose address is verified gets any number of letters a day.
        """
        now = SystemClock().now()
        trader = self.desk.add(TraderFactory(created_at=now, staff=is_staff, email_verified=is_verified))
        self.traders[trader.id] = trader
        if p2p:
            self.desk.deposit(trader, Decimal(p2p))
        login = Login(uuid4(), trader.id, uuid4(), now, now + TOKEN_LIFETIME)
        self.desk.write(lambda unit: unit.logins.open(login))
        claims = Claims(TokenType.ACCESS, trader.id, login.id, uuid4(), now + TOKEN_LIFETIME)
        return Person(trader.id, self._tokens.sign(claims, now))

    def sell_ad(self, maker: Person, amount: Decimal | int, *, by: Desk | None = None, **terms: object) -> Ad:
        """An ad posted by the clock of this desk, or of another that ``at`` gave."""
        return (by or self.desk).ad(self.traders[maker.id], crypto_amount=Decimal(amount), **terms)

    def buy_ad(self, maker: Person, amount: Decimal | int, *, by: Desk | None = None, **terms: object) -> Ad:
        """As ``sell_ad``."""
        return self.sell_ad(maker, amount, by=by, ad_type=AdType.BUY, **terms)

    def offer(self, ad: Ad, taker: Person, amount: Decimal | int = 1) -> Offer:
        return self.desk.offer(ad, self.traders[taker.id], Decimal(amount))
