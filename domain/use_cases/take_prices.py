"""A feed has answered: keep what counts of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..model.money import Catalogue
from ..model.prices import Answer, MarketRate, is_rate
from ..ports.prices import Rates


def take_prices(
    answer: Answer, *, apart: timedelta, rates: Rates, catalogue: Catalogue, at: datetime
) -> tuple[MarketRate, ...]:
    """Judge an answer against what is known, and return what has changed of it.

    Of pairs that are not traded here, and of what can be no rate, nothing is kept. Nothing is ever later than ``at``,
    the moment by the store's clock; an answer that is not ``apart`` from the last one of its pair is that one, heard by
    another process, and so is an earlier one, unless the feed itself has put it back.
    """
    moment = at if answer.at is None else min(answer.at, at)
    known = {rate.pair: rate for rate in rates.locked()}
    changed: list[MarketRate] = []
    for pair, told in sorted(answer.rates.items()):
        crypto, fiat = pair
        if crypto not in catalogue.crypto or fiat not in catalogue.fiat or not is_rate(told):
            continue
        before = known.get(pair)
        if before is None:
            changed.append(MarketRate.first(pair, told, moment))
        elif _is_another(answer, moment - before.answered_at, apart):
            changed.append(before.answered(told, moment))
    rates.keep(changed)
    return tuple(changed)


def _is_another(answer: Answer, since: timedelta, apart: timedelta) -> bool:
    """Whether an answer is another one than the last of its pair, so long ``since`` that."""
    if since < timedelta(0):
        return answer.is_put_back
    return since > timedelta(0) and since >= apart
