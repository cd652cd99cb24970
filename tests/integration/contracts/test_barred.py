"""Who is barred from what was taken out of the catalogue."""

import pytest

from domain import Catalogue, Currency, errors
from domain.errors import FieldProblem, Problem
from tests.factories import TraderFactory
from tests.integration.desk import CATALOGUE, Desk
from tests.integration.kit.readers.test_board import board

WITHOUT_USDT = Catalogue.of((Currency("btc", 8),), (Currency("usd", 2),), ("bank_transfer", "mobile_money"))


def test_nobody_is_barred_from_a_currency_that_nobody_ever_had(desk: Desk) -> None:
    trader = desk.trader(btc=1)
    with pytest.raises(errors.InvalidFields) as refused:
        desk.restrict(trader, "shells")
    unknown = FieldProblem("crypto_currency", Problem.UNKNOWN_CHOICE, tuple(desk.catalogue.crypto))
    assert refused.value.problems == (unknown,)
    # Nor is it asked who is meant, before it is known what from.
    with pytest.raises(errors.InvalidFields) as refused:
        desk.restrict(TraderFactory(), "shells")
    assert refused.value.problems == (unknown,)


def test_a_trader_is_barred_from_what_was_once_traded(desk: Desk) -> None:
    maker, other = desk.trader(usdt=10), desk.trader()
    ad = desk.ad(maker)
    desk.catalogue = WITHOUT_USDT
    # Also one who never had any: the currency may come back.
    for trader in (maker, other):
        desk.restrict(trader)
    desk.catalogue = CATALOGUE
    assert board(desk) == []
    with pytest.raises(errors.RestrictedFromTrading):
        desk.offer(ad, other)
    desk.catalogue = WITHOUT_USDT
    for trader in (maker, other):
        desk.restrict(trader, restricted=False)
    desk.catalogue = CATALOGUE
    assert desk.offer(ad, other)
