"""Many requests at one moment, and what must be in the books after them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from domain import Ad, Offer

from .books import Books
from .burst import burst
from .client import Answer, Person, Request
from .population import Population
from .processes import DeskProcess
from .run import Run, milliseconds

BANK = {"bank_account_name": "Amara Obi", "bank_account_number": "0123456789", "bank_name": "First Bank"}


class Rig:
    """What every race here needs, together."""

    def __init__(self, http: DeskProcess, population: Population, books: Books, run: Run) -> None:
        self.http, self.people, self.books, self.run = http, population, books, run
        self.due: dict[tuple[Any, str], Decimal] = {}

    def burst(self, requests: Sequence[Request]) -> list[Answer]:
        answers = burst(self.http.http_port, requests, self.run)
        self.run.figures.update(milliseconds([answer.seconds for answer in answers]))
        return answers

    def conclude(self, *people: Person) -> None:
        """The purses of these people are to the unit what the acknowledged writes make of them."""
        known = {person.id for person in people}
        held = {purse: balance for purse, balance in self.books.purses().items() if purse[0] in known}
        due = {purse: amount for purse, amount in self.due.items() if amount}
        self.run.check(held == due, f"the purses hold {held} instead of {due}")
        # The shared database also has what other tests wrote by clocks of their own.
        self.books.check_all(self.run, by_one_clock=False)
        self.run.conclude()


def offer_on(ad: Ad, taker: Person, amount: Decimal | str = "1", *, key: bool = False) -> Request:
    body = {"ad": ad.id, "currency_amount": str(amount), **BANK}
    return (Request.keyed if key else Request)(taker, "/p2p/offer/create/", body)


def move(verb: str, offer: Offer, by: Person, body: Mapping[str, Any] | None = None) -> Request:
    return Request(by, f"/p2p/offer/{verb}/{offer.id}/", body)


def outcomes(answers: Sequence[Answer]) -> Counter[str | None]:
    return Counter(answer.message for answer in answers)
