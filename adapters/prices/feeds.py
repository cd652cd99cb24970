"""The feeds of market prices: JSON of the shape ``{"btc": {"usd": "65000.12"}}``, in a file or behind an address."""

from __future__ import annotations

import http.client
import json
import ssl
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from domain.errors import InvalidFields
from domain.model.money import parse_amount
from domain.model.prices import Answer, Pair
from domain.ports.prices import Prices, PricesUnavailable

from .made_up import MADE_UP, MadeUpPrices

BYTES_LIMIT = 1024 * 1024
"""More than every pair that there could be takes."""
PATIENCE_SECONDS = 10.0
LOOK_AT_FILE_EVERY = timedelta(seconds=1)
"""A change of the file is seen within two seconds. Source: docs/contract/trading.md, "Market prices"."""


def prices_from_url(url: str | None, every_seconds: int) -> Prices | None:
    """The feed that a setting names: ``file:PATH``, ``https://…``, or none; and the one of ``--demo``."""
    if url is None:
        return None
    if url == MADE_UP:
        return MadeUpPrices()
    if url.startswith("file:"):
        return FilePrices(Path(url.removeprefix("file:")))
    return HttpsPrices(url, timedelta(seconds=every_seconds))


def rates_in(raw: bytes) -> dict[Pair, Decimal]:
    """The rates in an answer, exactly as they are spelled. What is no amount is left out.

    Raises ``PricesUnavailable`` where it has another shape.
    """
    try:
        told = json.loads(raw.decode("utf-8"), parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise PricesUnavailable("the prices are not JSON") from None
    if not isinstance(told, dict) or not all(isinstance(prices, dict) for prices in told.values()):
        raise PricesUnavailable('the prices are not of the shape {"btc": {"usd": "65000.12"}}')
    spelled = {(crypto, fiat): price for crypto, prices in told.items() for fiat, price in prices.items()}
    found = {pair: _amount(price) for pair, price in spelled.items()}
    return {pair: amount for pair, amount in found.items() if amount is not None}


def _amount(spelled: Any) -> Decimal | None:
    try:
        return parse_amount(spelled) if isinstance(spelled, str) else None
    except InvalidFields:
        return None


class FilePrices:
    """A file that somebody else writes. Its rates are as old as it is, and each change of it is an answer.

    An older file in its place is one that was put back.
    """

    ask_every = LOOK_AT_FILE_EVERY
    apart = timedelta(0)

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None

    def ask(self) -> Answer | None:
        """What is in the file, if it has changed. Raises ``PricesUnavailable`` where it cannot be read."""
        try:
            found = self._path.stat()
            if (found.st_mtime_ns, found.st_size) == self._seen:
                return None
            with self._path.open("rb") as file:
                raw = file.read(BYTES_LIMIT)
        except OSError as error:
            raise PricesUnavailable(f"{self._path} cannot be read: {error.strerror}") from error
        is_older = self._seen is not None and found.st_mtime_ns < self._seen[0]
        self._seen = (found.st_mtime_ns, found.st_size)
        return Answer(rates_in(raw), datetime.fromtimestamp(found.st_mtime, UTC), is_put_back=is_older)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Prices come from the address that the operator named, and from no other."""

    def redirect_request(self, *_: Any) -> None:
        return None


class HttpsPrices:
    """A server that is asked again and again. Its rates are of the moment at which it is heard."""

    def __init__(self, url: str, every: timedelta, tls: ssl.SSLContext | None = None) -> None:
        """``tls`` says whom to trust; unless given, whom the system trusts."""
        self.ask_every = every
        # Two processes ask at moments of their own, and hear the same answer.
        self.apart = every / 2
        self._url = url
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=tls or ssl.create_default_context()), _NoRedirects()
        )

    def ask(self) -> Answer | None:
        """What the server says now. Raises ``PricesUnavailable``."""
        try:
            with self._opener.open(self._url, timeout=PATIENCE_SECONDS) as response:
                raw: bytes = response.read(BYTES_LIMIT)
        except urllib.error.HTTPError as error:
            raise PricesUnavailable(f"the prices' server answers {error.code}") from error
        except (OSError, http.client.HTTPException) as error:
            raise PricesUnavailable(f"the prices' server does not answer: {error}") from error
        return Answer(rates_in(raw))
