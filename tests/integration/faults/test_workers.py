"""Two workers and more offers than one of them has due: each expires once, and never after it was paid."""

from __future__ import annotations

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from domain import Offer
from tests.integration.faults.rig.books import Books
from tests.integration.faults.rig.client import Answer, Client, Request
from tests.integration.faults.rig.population import Population, ShiftedClock
from tests.integration.faults.rig.processes import DeskProcess, started, until
from tests.integration.faults.rig.run import Run, by_form

WINDOW_SECONDS = 4.0
"""The deadlines of a round's offers lie this far apart."""
CLIENTS = 8


@pytest.mark.abuse("D4")
def test_each_offer_expires_once_and_never_after_it_was_paid(run: Run, own_database: str, folder: Path) -> None:
    settings = {"P2P_DATABASE_URL": own_database}
    workers = [DeskProcess("worker", settings, folder) for _ in range(2)]
    http = DeskProcess("http", settings, folder)
    with started(http, *workers), Population(own_database) as people, closing(Books(own_database)) as books:
        maker, taker = people.person(10_000), people.person(10_000)
        hour_ago = people.at(ShiftedClock(-timedelta(hours=1)))
        ads = [people.sell_ad(maker, 10_000, by=hour_ago), people.buy_ad(maker, 10_000, by=hour_ago)]
        paid: list[Offer] = []
        offers: list[Offer] = []
        for number in run.rounds(1, 20):
            made = offers_with_deadlines(run, people, ads, taker, by_form(60, 200))
            frozen = workers[number % 2]
            paid += pay_at_the_last_moment(run, http, made, maker, taker, frozen)
            offers += made
            until(lambda: not due(books), "every offer that is due has expired")
        check_each(run, books, offers, {offer.id for offer in paid})
        unpaid_buy = sum(offer.currency_amount for offer in paid if offer.ad_id == ads[1].id)
        held = {(maker.id, "escrow"): Decimal(10_000), (taker.id, "escrow"): unpaid_buy}
        held[taker.id, "p2p"] = 10_000 - unpaid_buy
        books.check_purses(run, held)
        books.check_all(run, by_one_clock=False)
    run.conclude()


def offers_with_deadlines(run: Run, people: Population, ads: list, taker: object, number: int) -> list[Offer]:
    """Offers that come due one after the other within the next seconds."""
    made, clock = [], ShiftedClock(timedelta(0))
    desk = people.at(clock)
    for place in range(number):
        # The ads give half an hour to pay, so that an offer of half an hour ago is due at once.
        ahead = timedelta(seconds=2 + WINDOW_SECONDS * place / number)
        clock.shift = -timedelta(minutes=30) + ahead
        ad = ads[place % 2]
        made.append(desk.offer(ad, people.traders[taker.id], Decimal("0.5")))  # type: ignore[attr-defined]
    return made


def pay_at_the_last_moment(
    run: Run, http: DeskProcess, offers: list[Offer], maker: object, taker: object, frozen: DeskProcess
) -> list[Offer]:
    """Every other offer is paid around its deadline, while one worker stands still for a while; those acknowledged."""

    def pay(offer: Offer) -> Answer | None:
        buyer = taker if offer.ad_id == offers[0].ad_id else maker
        wait = offer.deadline.timestamp() - time.time() + run.generator(offer.id).uniform(-0.05, 0.02)
        time.sleep(max(0.0, wait))
        with closing(Client(http.http_port, run)) as client:
            return client.send(Request(buyer, f"/p2p/offer/paid/{offer.id}/"))  # type: ignore[arg-type]

    chosen = [offer for number, offer in enumerate(offers) if number % 4 < 2]
    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = [clients.submit(pay, offer) for offer in chosen]
        time.sleep(WINDOW_SECONDS / 2)
        frozen.signal(signal.SIGSTOP)
        time.sleep(WINDOW_SECONDS / 2)
        frozen.signal(signal.SIGCONT)
        told = [answer.result() for answer in answers]
    acknowledged = []
    for offer, answer in zip(chosen, told, strict=True):
        run.check(answer is not None, "a request was not answered")
        if answer is not None and answer.status == 200:
            acknowledged.append(offer)
        elif answer is not None and answer.status != 503:
            # A worker that froze in the middle of an expiry has the offer's row, and whoever asks for it is put off.
            late = "The time to pay for this offer has passed"
            run.check(answer.message == late, f"paying was answered by {answer.message}")
    run.count("acknowledged", len(acknowledged))
    run.count("too late or put off", len(chosen) - len(acknowledged))
    return acknowledged


def due(books: Books) -> int:
    ((number,),) = books.rows("SELECT count(*) FROM offers WHERE state = 'pending'")
    return int(number)


def check_each(run: Run, books: Books, offers: list[Offer], paid: set[int]) -> None:
    """Each offer by itself: paid where that was acknowledged, else expired, and settled as often as that asks for."""
    settlements, found = books.settlements(), books.offers()
    run.check(found.keys() == {offer.id for offer in offers}, "there are other offers than were made")
    for number, offer in found.items():
        expected = "paid" if number in paid else "expired"
        run.check(offer.state == expected, f"offer {number} is {offer.state} instead of {expected}")
        times = 0 if number in paid else 1
        run.check(settlements[number] == times, f"offer {number} has {settlements[number]} settlements")
    told = books.rows("SELECT offer_id, count(*) FROM notices WHERE kind = 'offer_expired' GROUP BY offer_id")
    wrong = [(number, count) for number, count in told if count != 2 or number in paid]
    run.check(not wrong, f"told of an expiry other than once each: {wrong}")
    run.count("expired", len(found) - len(paid))
