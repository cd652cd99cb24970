"""The port ``Rates``, and taking a feed's answers: market prices that all processes know."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from domain import Answer, MarketRate, take_prices
from domain.model.prices import Pair
from tests.clock import NOON
from tests.integration.desk import Desk

HALF_A_MINUTE = timedelta(seconds=30)
SMALLEST, LARGEST = Decimal("0.00000000000000000001"), Decimal("999999999999999999.99999999999999999999")


def told(
    desk: Desk,
    rates: dict[Pair, Decimal],
    at: datetime | None = None,
    apart: timedelta = timedelta(0),
    *,
    is_put_back: bool = False,
) -> list[Pair]:
    """Take an answer, and tell of which pairs something has changed."""

    def take(unit: object) -> list[Pair]:
        now = desk.clock.now()
        ports = {"rates": unit.rates, "catalogue": desk.catalogue}  # type: ignore[attr-defined]
        return [rate.pair for rate in take_prices(Answer(rates, at, is_put_back), apart=apart, at=now, **ports)]

    return desk.write(take)


def test_rates_are_kept_exactly_and_in_their_order(desk: Desk) -> None:
    later = NOON + timedelta(microseconds=1)
    kept = [
        MarketRate("btc", "jpy", LARGEST, NOON, later, (SMALLEST, LARGEST)),
        MarketRate("btc", "usd", SMALLEST, later, later),
        MarketRate("usdt", "usd", Decimal("1.0001"), NOON, NOON),
    ]
    desk.write(lambda unit: unit.rates.keep(reversed(kept)))
    assert list(desk.read(lambda unit: unit.rates.all())) == kept
    assert list(desk.write(lambda unit: unit.rates.locked())) == kept
    newer = MarketRate("btc", "usd", Decimal(5), later, later, (Decimal(9),))
    desk.write(lambda unit: unit.rates.keep([newer]))
    assert list(desk.read(lambda unit: unit.rates.all())) == [kept[0], newer, kept[2]]
    desk.write(lambda unit: unit.rates.keep([]))
    assert len(desk.rates()) == 3


def test_only_what_is_traded_and_can_be_a_rate_is_taken(desk: Desk) -> None:
    rates = {("btc", "usd"): Decimal(5), ("gold", "usd"): Decimal(1), ("btc", "xau"): Decimal(1)}
    rates |= {("usdt", "usd"): Decimal(0), ("usdt", "jpy"): Decimal("1e18")}
    assert told(desk, rates) == [("btc", "usd")]
    assert desk.rates() == {("btc", "usd"): 5}


def test_an_answer_that_two_processes_hear_counts_once(desk: Desk) -> None:
    """Else three workers would make a jump of one hiccup."""
    told(desk, {("btc", "usd"): Decimal(100)}, apart=HALF_A_MINUTE / 2)
    for _ in range(3):
        desk.clock.advance(seconds=30)
        for _ in range(3):
            desk.clock.advance(microseconds=5)
            told(desk, {("btc", "usd"): Decimal(1000)}, apart=HALF_A_MINUTE / 2)
        answers = desk.read(lambda unit: unit.rates.all())[0].doubted
    assert answers == ()
    assert desk.rates() == {("btc", "usd"): 1000}


def test_a_file_is_as_old_as_it_is_and_heard_once(desk: Desk) -> None:
    written = NOON - timedelta(minutes=3)
    assert told(desk, {("btc", "usd"): Decimal(100)}, written) == [("btc", "usd")]
    assert told(desk, {("btc", "usd"): Decimal(100)}, written) == []
    assert desk.read(lambda unit: unit.rates.all())[0].at == written
    assert told(desk, {("btc", "usd"): Decimal(101)}, written - timedelta(seconds=1)) == []
    assert told(desk, {("btc", "usd"): Decimal(101)}, NOON + timedelta(days=1)) == [("btc", "usd")]
    assert desk.read(lambda unit: unit.rates.all())[0].at == NOON, "nothing is known from the future"


def test_where_an_older_file_was_put_back_the_rate_is_as_old_as_that(desk: Desk) -> None:
    older = NOON - timedelta(minutes=6)
    told(desk, {("btc", "usd"): Decimal(100)}, NOON)
    for _ in range(2):
        told(desk, {("btc", "usd"): Decimal(101)}, older, is_put_back=True)
        (rate,) = desk.read(lambda unit: unit.rates.all())
        assert (rate.rate, rate.at, rate.answered_at) == (101, older, older)
    assert not rate.is_known(NOON)
    assert told(desk, {("btc", "usd"): Decimal(102)}, NOON) == [("btc", "usd")]
