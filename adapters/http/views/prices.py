"""Market prices."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.model.prices import MarketRate
from domain.ports.readers import BadCursor, Page

from ..operation import Reply
from ..requests.request import DeskRequest

_ID = re.compile(r"[a-z0-9]{2,10}-[a-z0-9]{2,10}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ShownPrice:
    """A rate with the name of its pair."""

    id: str
    crypto_currency: str
    fiat_currency: str
    rate: Decimal
    at: datetime


def known(request: DeskRequest) -> Reply:
    """What the market asks for one whole unit of each currency that is traded here, as far as this desk knows."""
    catalogue, parameters = request.services.catalogue, request.parameters
    traded = (rate for rate in request.unit.rates.all() if _is_traded(rate, catalogue.crypto, catalogue.fiat))
    after, limit = _after(parameters.get("cursor")), parameters["limit"]
    found = sorted((shown for shown in map(_shown, traded) if shown.id > after), key=lambda shown: shown.id)
    more = found[limit - 1].id if len(found) > limit else None
    return Reply(Page(found[:limit], more))


def _is_traded(rate: MarketRate, crypto: Mapping[str, object], fiat: Mapping[str, object]) -> bool:
    return rate.crypto_currency in crypto and rate.fiat_currency in fiat


def _shown(rate: MarketRate) -> ShownPrice:
    return ShownPrice("-".join(rate.pair), rate.crypto_currency, rate.fiat_currency, rate.rate, rate.at)


def _after(cursor: str | None) -> str:
    """The pair behind which to go on. Raises ``BadCursor``."""
    if cursor is not None and not _ID.fullmatch(cursor):
        raise BadCursor(cursor)
    return cursor or ""
