"""Who trades in the measurements: makers with one sell ad each, takers, and one maker whose ad all the takers want.

Everything is made by the desk's own use cases, on either database, and numbered so that SQL can name it as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import domain
from config.container import Container
from domain import AdTerms, AdType, Money, Purse, Trader
from domain.ports.store import Unit
from domain.use_cases.open_login import open_login

MAKERS = 500
TAKERS = 487
"""No divisor in common with the makers, so that offers in a row pair each maker with all the takers."""
HOT_MAKER = MAKERS + 1
"""Whose ad is not among the many, but the one that all takers want."""
CRYPTO = "usdt"
AMOUNT = Decimal(1)
FIAT_AMOUNT = Decimal(2)
STOCK = Decimal(10_000_000)
"""What each ad has to sell; no run makes so many offers."""
BANK = {"bank_account_name": "Jude Nwosu", "bank_account_number": "0123456789", "bank_name": "First Bank of Nowhere"}

ADDRESS = "127.0.0.1"
"""From where the clients of the measurements come."""

MAKER_PREFIX = "00000000-0000-4000-8000-"
TAKER_PREFIX = "00000000-0000-4000-9000-"
_TIME_TO_PAY = 1440
_AT_ONCE = 20
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Market:
    """The access tokens of the traders, by their number less one; the ads have ids in a row, in the makers' order."""

    makers: Sequence[str]
    takers: Sequence[str]
    first_ad: int


def maker_id(number: int) -> UUID:
    """The id of the n-th maker."""
    return UUID(f"{MAKER_PREFIX}{number:012}")


def taker_id(number: int) -> UUID:
    """The id of the n-th taker."""
    return UUID(f"{TAKER_PREFIX}{number:012}")


def open_market(container: Container) -> Market:
    """Fill a migrated, empty database with traders and ads."""

    def all_of(make: Callable[[Unit, Any], Made], things: Iterable[Any]) -> list[Made]:
        """In units of work of a few each: one has to end within the time that a request has."""
        given, made = list(things), list[Made]()
        for first in range(0, len(given), _AT_ONCE):
            some = given[first : first + _AT_ONCE]
            made += container.store.run(lambda unit, some=some: [make(unit, one) for one in some], writes=True)  # type: ignore[misc]
        return made

    makers = all_of(
        lambda unit, number: _trader(container, unit, maker_id(number), f"Maker {number}"), range(1, HOT_MAKER + 1)
    )
    takers = all_of(
        lambda unit, number: _trader(container, unit, taker_id(number), f"Taker {number}"), range(1, TAKERS + 1)
    )
    all_of(lambda unit, maker: _deposit(container, unit, maker, STOCK), makers)
    # So that their purses are open, as those of anybody are who has traded before.
    all_of(lambda unit, taker: _deposit(container, unit, taker, AMOUNT), takers)
    # Nothing comes between the ads, since PostgreSQL gives an id away at every locked read of a wallet.
    ads = all_of(lambda unit, maker: _post_ad(container, unit, maker), makers)
    assert ads == list(range(ads[0], ads[0] + len(ads)))
    return Market(
        first_ad=ads[0],
        makers=all_of(lambda unit, maker: _token(container, unit, maker), makers),
        takers=all_of(lambda unit, taker: _token(container, unit, taker), takers),
    )


def _trader(container: Container, unit: Unit, trader_id: UUID, fullname: str) -> Trader:
    email = f"{fullname.lower().replace(' ', '')}@bench.example"
    now = unit.now()
    trader = Trader(id=trader_id, email=email, fullname=fullname, created_at=now, updated_at=now)
    # Nobody logs in by password here: hashing is slow on purpose, and not what is measured.
    unit.traders.add(trader, "no password")
    return trader


def _deposit(container: Container, unit: Unit, trader: Trader, amount: Decimal) -> None:
    domain.deposit_funds(
        trader.id,
        Money(amount, CRYPTO),
        Purse.P2P,
        f"bench:{trader.id}",
        book=unit.book,
        catalogue=container.settings.catalogue,
    )


def _post_ad(container: Container, unit: Unit, maker: Trader) -> int:
    terms = AdTerms(
        crypto_currency=CRYPTO,
        price_per_unit=FIAT_AMOUNT / AMOUNT,
        ad_type=AdType.SELL,
        payment_method="bank_transfer",
        fiat_currency="usd",
        crypto_amount=STOCK,
        time_to_pay=_TIME_TO_PAY,
    )
    ad = domain.post_ad(
        maker.id,
        terms,
        book=unit.book,
        catalogue=container.settings.catalogue,
        default_time_to_pay=_TIME_TO_PAY,
    )
    return ad.id


def _token(container: Container, unit: Unit, trader: Trader) -> str:
    pair = open_login(
        trader,
        logins=unit.logins,
        tokens=container.tokens,
        at=unit.now(),
        identifiers=container.identifiers,
        lifetimes=container.lifetimes,
        # As people do, each trades from where they logged in: a new address would be noted at each release.
        address=ADDRESS,
    )
    if container.lifetimes.access < timedelta(hours=1):
        raise ValueError("the tokens would expire during the measurements")
    return pair.access
