"""Races of use cases on PostgreSQL, with a clock for each side: what the same instant does to one offer."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

import domain
from domain import Actor, Offer, Refusal
from tests.clock import SettableClock
from tests.integration.desk import Desk
from tests.integration.faults.rig.books import Books
from tests.integration.faults.rig.client import Person
from tests.integration.faults.rig.population import Population
from tests.integration.faults.rig.run import IS_SOAK, Run, by_form
from tests.integration.races import at_once, outcomes

MOMENT = timedelta(microseconds=1)
HEAD_START_SECONDS = 0.004
Move = Callable[[], Any]


@dataclass(frozen=True)
class Side:
    """Those who act on one offer: the desk's clock has come to the deadline, that of the others has not quite."""

    early: Desk
    late: Desk
    offer: Offer
    buyer: Person
    seller: Person
    taker: Person

    def moves(self, names: Sequence[str]) -> dict[str, Move]:
        every = {
            "pay": lambda: self._move(domain.indicate_payment, self.buyer),
            "release": lambda: self._move(domain.release_funds, self.seller),
            "cancel": lambda: self._move(domain.cancel_offer, self.taker),
            "expire": lambda: self.late.expire(self.offer),
        }
        return {name: every[name] for name in names}

    def _move(self, use_case: Callable[..., None], by: Person) -> None:
        self.early.write(lambda unit: use_case(self.offer.id, Actor(by.id), book=unit.book))


def raced(run: Run, moves: dict[str, Move]) -> dict[str, Any]:
    """Who was told what; ``None`` is a success. Each hesitates for a moment that the seed chooses."""

    def after(seconds: float, move: Move) -> Move:
        return lambda: (time.sleep(seconds), move())[1]

    names = list(moves)
    calls = [after(run.random.uniform(0, HEAD_START_SECONDS), moves[name]) for name in names]
    return dict(zip(names, at_once(calls), strict=True))


def deadline_race(run: Run, population: Population, rounds: int, names: Sequence[str], *, is_buy: bool) -> Counter[str]:
    """Round after round: the parties' clock is just before the deadline, the desk's is at it. Who won, how often."""
    wins: Counter[str] = Counter()
    maker, taker = population.person(100), population.person(100)
    ad = population.buy_ad(maker, 100) if is_buy else population.sell_ad(maker, 100)
    buyer, seller = (maker, taker) if is_buy else (taker, maker)
    early, late = population.at(SettableClock()), population.at(SettableClock())
    for _ in range(rounds):
        offer = population.offer(ad, taker, Decimal("0.01"))
        early.clock.set(offer.deadline - MOMENT)
        late.clock.set(offer.deadline)
        told = raced(run, Side(early, late, offer, buyer, seller, taker).moves(names))
        won = sorted(name for name, answer in told.items() if answer is None)
        wins["+".join(won)] += 1
        run.count("rounds")
        run.count("acknowledged", len(won))
        check_outcome(run, population, offer, told)
    return wins


def check_outcome(run: Run, population: Population, offer: Offer, told: dict[str, Any]) -> None:
    """The state is the one that the last of the acknowledged moves leads to, and nobody else was told yes."""
    state = population.desk.state_of(offer).value
    won = {name for name, answer in told.items() if answer is None}
    ends = won & {"cancel", "release", "expire"}
    run.check(len(ends) <= 1, f"offer {offer.id} was ended by {ends}")
    if "pay" in won:
        run.check(not ends & {"expire", "cancel"}, f"offer {offer.id} was paid and then ended by {ends}")
    due = {"cancel": "cancelled", "release": "completed", "expire": "expired"}
    expected = due[ends.pop()] if ends else "paid"
    run.check(state == expected, f"offer {offer.id} is {state} after {sorted(won)}")
    for name, answer in told.items():
        run.check(answer is None or isinstance(answer, Refusal), f"{name} met {answer!r}")


def race_on_both_kinds_of_ad(run: Run, population: Population, names: Sequence[str]) -> None:
    rounds = by_form(60, 1000)
    wins = deadline_race(run, population, rounds // 2, names, is_buy=False)
    wins += deadline_race(run, population, rounds // 2, names, is_buy=True)
    run.figures["wins"] = dict(wins)
    if IS_SOAK:
        run.check(set(wins) == set(names), f"a race that somebody never wins is none: {wins}")


@pytest.mark.abuse("D4")
def test_paid_against_expiry_at_the_deadline(run: Run, population: Population, books: Books) -> None:
    race_on_both_kinds_of_ad(run, population, ["pay", "expire"])
    books.check_all(run, by_one_clock=False)
    run.conclude()


@pytest.mark.abuse("D3")
def test_release_against_cancel_against_expiry(run: Run, population: Population, books: Books) -> None:
    race_on_both_kinds_of_ad(run, population, ["release", "cancel", "expire"])
    books.check_all(run, by_one_clock=False)
    run.conclude()


def test_two_sweepers_end_an_offer_once(run: Run, population: Population, books: Books) -> None:
    maker, taker = population.person(100), population.person()
    ad = population.sell_ad(maker, 100)
    late = population.at(SettableClock())
    for _ in run.rounds(5, 100):
        offer = population.offer(ad, taker)
        late.clock.set(offer.deadline)
        told = outcomes(at_once([lambda offer=offer: late.expire(offer)] * 16))
        run.check(told == {"done": 1, "not_due_yet": 15}, f"16 sweepers: {told}")
        run.check(books.settlements()[offer.id] == 1, f"offer {offer.id}: {books.settlements()[offer.id]} settlements")
        run.count("acknowledged", told["done"])
    expected = {(maker.id, "escrow"): Decimal(100)}
    held = {purse: balance for purse, balance in books.purses().items() if purse[0] in (maker.id, taker.id)}
    run.check(held == expected, f"{held} instead of {expected}")
    books.check_all(run, by_one_clock=False)
    run.conclude()
