"""Races over HTTP of what parties, makers and staff do to one trade: one of them wins, and the others are told so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal

import pytest

from domain import Offer
from tests.integration.faults.rig.books import Books
from tests.integration.faults.rig.client import UNAVAILABLE, Person, Request
from tests.integration.faults.rig.population import Population
from tests.integration.faults.rig.processes import DeskProcess
from tests.integration.faults.rig.races import BANK, Rig, move, offer_on, outcomes
from tests.integration.faults.rig.run import Run
from tests.support.unlimited import UNLIMITED

CALLS = 200
RESOLVED = "Dispute resolved successfully"
TOO_LATE = ("There is nothing to approve", "This offer is not in dispute")
RELEASED = "Funds have been released successfully"
RETURNED = "Offer returned successfully"
WITHDRAWN = "Dispute withdrawn successfully"
NO_DISPUTE = "There is no open dispute on this offer"


def a_dispute(rig: Rig) -> tuple[Offer, Person, Person]:
    """On a sell ad of 3, about 2 of them; its maker, the seller, has opened it."""
    maker, taker = rig.people.person(3), rig.people.person()
    offer = rig.people.offer(rig.people.sell_ad(maker, 3), taker, 2)
    rig.people.desk.pay(offer)
    rig.people.desk.dispute(offer)
    return offer, maker, taker


def of_staff(verb: str, offer: Offer, by: Person, body: dict[str, str]) -> Request:
    return Request(by, f"/admin/dispute/{verb}/{offer.id}/", body)


@pytest.mark.abuse("K2")
def test_many_approve_one_proposal(rig: Rig) -> None:
    """Whoever is second finds nothing left to approve; the split is made once."""
    for _ in rig.run.rounds(1, 25):
        offer, maker, taker = a_dispute(rig)
        first, second, third = (rig.people.person(is_staff=True) for _ in range(3))
        rig.people.desk.propose(offer, rig.people.traders[first.id], "split", Decimal("0.5"))
        calls = [of_staff("approve", offer, by, {"note": "Yes."}) for by in (second, third)] * (CALLS // 2)
        told = outcomes(rig.burst(calls))
        rig.run.check(told[RESOLVED] == 1, f"{told}")
        rig.run.check(
            told.keys() <= {RESOLVED, "There is nothing to approve", "This offer is not in dispute"}, f"{told}"
        )
        # The rest of the split is the seller's to trade with; what the ad has not sold stays where it was.
        rig.due = {(maker.id, "escrow"): Decimal(1), (maker.id, "p2p"): Decimal("1.5")}
        rig.due[taker.id, "p2p"] = Decimal("0.5")
        rig.conclude(maker, taker)


@pytest.mark.abuse("D3")
def test_return_against_release(rig: Rig) -> None:
    """The buyer gives up what the seller lets go of: each of them would give all of it to the other."""
    wins: Counter[str] = Counter()
    for _ in rig.run.rounds(2, 60):
        maker, taker = rig.people.person(3), rig.people.person()
        offer = rig.people.offer(rig.people.sell_ad(maker, 3), taker, 2)
        rig.people.desk.pay(offer)
        calls = [move("return", offer, taker), move("release", offer, maker)] * (CALLS // 4)
        rig.run.random.shuffle(calls)
        told = outcomes(rig.burst(calls))
        rig.run.check(told[RETURNED] + told[RELEASED] == 1, f"{told}")
        wins["return" if told[RETURNED] else "release"] += 1
        rig.due = {(maker.id, "escrow"): Decimal(3 if told[RETURNED] else 1)}
        rig.due[taker.id, "p2p"] = Decimal(2 * told[RELEASED])
        rig.conclude(maker, taker)
    rig.run.figures["wins"] = dict(wins)


@pytest.mark.abuse("D3")
def test_release_against_a_verdict(rig: Rig) -> None:
    """The seller lets go of what staff are giving back to them: the coins go one way, and whoever is late is told."""
    wins: Counter[str] = Counter()
    for _ in rig.run.rounds(2, 60):
        offer, maker, taker = a_dispute(rig)
        staff = rig.people.person(is_staff=True)
        verdict = of_staff("resolve", offer, staff, {"in_favour_of": "seller", "note": "Nothing came."})
        calls = [move("release", offer, maker), verdict] * (CALLS // 4)
        rig.run.random.shuffle(calls)
        told = outcomes(rig.burst(calls))
        each = CALLS // 4
        due = {RESOLVED: 1, "Offer is already cancelled": each, NO_DISPUTE: each - 1}
        if told[RELEASED]:
            due = {RELEASED: 1, "Funds have already been released": each - 1, NO_DISPUTE: each}
        rig.run.check(told == due, f"{told} instead of {due}")
        wins["released" if told[RELEASED] else "decided"] += 1
        rig.due = {(maker.id, "escrow"): Decimal(3 - 2 * told[RELEASED])}
        rig.due[taker.id, "p2p"] = Decimal(2 * told[RELEASED])
        rig.conclude(maker, taker)
    rig.run.figures["wins"] = dict(wins)


@pytest.mark.abuse("D3", "K2")
def test_withdrawal_against_resolution_and_approval(rig: Rig) -> None:
    """A dispute that was withdrawn is not decided, and its proposal is dropped; one that was decided is over."""
    wins: Counter[str] = Counter()
    for number in rig.run.rounds(2, 60):
        offer, maker, taker = a_dispute(rig)
        staff, other = (rig.people.person(is_staff=True) for _ in range(2))
        body = {"in_favour_of": "buyer", "note": "It came."}
        decide = of_staff("resolve", offer, staff, body)
        if number % 2:
            rig.people.desk.propose(offer, rig.people.traders[other.id], "buyer")
            decide = of_staff("approve", offer, staff, {"note": "It came."})
        calls = [move("dispute/withdraw", offer, maker), decide] * (CALLS // 4)
        rig.run.random.shuffle(calls)
        told = outcomes(rig.burst(calls))
        rig.run.check(told[WITHDRAWN] + told[RESOLVED] == 1, f"{told}")
        wins["withdrawn" if told[WITHDRAWN] else "decided"] += 1
        state = rig.books.state(offer.id)
        rig.run.check(state == ("paid" if told[WITHDRAWN] else "completed"), f"offer {offer.id} is {state}: {told}")
        rig.due = {(maker.id, "escrow"): Decimal(3 - 2 * told[RESOLVED])}
        rig.due[taker.id, "p2p"] = Decimal(2 * told[RESOLVED])
        rig.conclude(maker, taker)
    rig.run.figures["wins"] = dict(wins)


EDITIONS: Mapping[str, Mapping[str, str]] = {
    price: {"price_per_unit": price, "max_limit": price, **BANK, "bank_account_number": price * 10} for price in "23"
}
"""By price: each comes with an account of its own, and with a most that lets one unit be bought at that price alone."""


@pytest.mark.abuse("D7")
def test_an_edit_against_takers_who_saw_another_price(rig: Rig) -> None:
    """Nobody gets an offer at a price, by amount rules or with an account, that were not those of what they saw."""
    made: Counter[str] = Counter()
    for _ in rig.run.rounds(1, 40):
        maker, takers = rig.people.person(100), [rig.people.person() for _ in range(40)]
        ad = rig.people.sell_ad(maker, 100)
        edit = {price: Request(maker, f"/p2p/ad/edit/{ad.id}/", edition) for price, edition in EDITIONS.items()}
        rig.burst([edit["2"]])
        takes = [replaced(offer_on(ad, taker), price) for taker in takers for price in EDITIONS]
        edits = [edit[price] for price in ("3", "2") * 5]
        calls = takes + edits
        rig.run.random.shuffle(calls)
        answers = rig.burst(calls)
        for call, answer in zip(calls, answers, strict=True):
            if answer.status != 200 or call in edits:
                continue
            ((price, account),) = rig.books.rows(
                "SELECT price_per_unit, pay_to_account_number FROM offers WHERE id = :id", id=answer.entity["id"]
            )
            seen = str((call.body or {})["price_per_unit"])
            kept = Decimal(seen), EDITIONS[seen]["bank_account_number"]
            rig.run.check((price, account) == kept, f"offer {answer.entity['id']} is at {price}, {account}: {kept}")
            made[seen] += 1
        # On a full machine somebody may have waited for the ad in vain: they are told so, and nothing was done.
        refused = {str(answer.message) for answer in answers if answer.status not in (200, UNAVAILABLE)}
        expected = {f"(price_per_unit) The price of this ad is now {price}.00." for price in EDITIONS}
        rig.run.check(refused <= expected, f"{refused}")
        rig.due = {(maker.id, "escrow"): Decimal(100)}
        rig.conclude(maker, *takers)
    rig.run.figures["made"] = dict(made)


def replaced(request: Request, price: str) -> Request:
    return Request(request.by, request.path, {**(request.body or {}), "price_per_unit": price})


@pytest.mark.abuse("K8")
def test_freezing_against_offers_and_ads(rig: Rig) -> None:
    """What is answered after the freeze was answered began before it, and what is asked for after it is refused."""
    staff = rig.people.person(is_staff=True)
    try:
        for _ in rig.run.rounds(1, 25):
            maker, takers = rig.people.person(50), [rig.people.person() for _ in range(30)]
            ad = rig.people.sell_ad(maker, 40)
            begin = [offer_on(ad, taker) for taker in takers]
            answers = rig.burst([*begin[:15], Request(staff, "/admin/freeze/", {"note": "A bug."}), *begin[15:]])
            told = outcomes(answers)
            offers = told["Offer created successfully"]
            rig.run.check(told["Desk frozen successfully"] == 1, f"{told}")
            rig.run.check(told["The desk is frozen for the moment"] == len(takers) - offers, f"{told}")
            again = outcomes(rig.burst(begin))
            rig.run.check(again == {"The desk is frozen for the moment": len(begin)}, f"{again}")
            ((reserved,),) = rig.books.rows("SELECT reserved FROM ads WHERE id = :id", id=ad.id)
            rig.run.check(reserved == offers, f"{offers} offers of one each, and {reserved} in reserve")
            rig.people.desk.freeze(frozen=False)
            rig.due = {(maker.id, "escrow"): Decimal(40), (maker.id, "p2p"): Decimal(10)}
            rig.conclude(maker, *takers)
    finally:
        rig.people.desk.freeze(frozen=False)


@pytest.fixture(scope="module")
def bounded(shared_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    """Two processes of a desk with the bounds that it has unless told otherwise."""
    settings = {"P2P_DATABASE_URL": shared_url, "P2P_HTTP_WORKERS": "2"}
    settings |= UNLIMITED | {"P2P_MAX_LIVE_OFFERS": "20", "P2P_MAX_LIVE_ADS": "50"}
    with DeskProcess("http", settings, tmp_path_factory.mktemp("bounded")) as process:
        yield process


@pytest.fixture
def bounded_rig(bounded: DeskProcess, population: Population, books: Books, run: Run) -> Rig:
    return Rig(bounded, population, books, run)


@pytest.mark.abuse("I4")
@pytest.mark.parametrize("ad_type", ["sell", "buy"])
def test_two_hundred_equal_offers_at_the_bound_of_twenty(bounded_rig: Rig, ad_type: str) -> None:
    rig = bounded_rig
    for _ in rig.run.rounds(1, 25):
        maker, taker = rig.people.person(200), rig.people.person(200)
        ad = (rig.people.sell_ad if ad_type == "sell" else rig.people.buy_ad)(maker, 200)
        told = outcomes(rig.burst([offer_on(ad, taker)] * CALLS))
        too_many = "You have 20 live offers, the most that is allowed"
        rig.run.check(told == {"Offer created successfully": 20, too_many: CALLS - 20}, f"{told}")
        held = Decimal(200 if ad_type == "sell" else 20)
        rig.due = {((maker if ad_type == "sell" else taker).id, "escrow"): held, (taker.id, "p2p"): Decimal(200)}
        if ad_type == "buy":
            rig.due |= {(maker.id, "p2p"): Decimal(200), (taker.id, "p2p"): Decimal(180)}
        rig.conclude(maker, taker)


@pytest.mark.abuse("I4")
def test_two_hundred_equal_ads_at_the_bound_of_fifty(bounded_rig: Rig) -> None:
    rig = bounded_rig
    body = {"crypto_currency": "usdt", "price_per_unit": "2", "fiat_currency": "usd", "crypto_amount": "1"}
    body |= {"ad_type": "sell", "payment_method": "bank_transfer", **BANK}
    for _ in rig.run.rounds(1, 25):
        maker = rig.people.person(200)
        told = outcomes(rig.burst([Request(maker, "/p2p/ad/", body)] * CALLS))
        too_many = "You have 50 live ads, the most that is allowed"
        rig.run.check(told == {"Ad created successfully": 50, too_many: CALLS - 50}, f"{told}")
        rig.due = {(maker.id, "escrow"): Decimal(50), (maker.id, "p2p"): Decimal(150)}
        rig.conclude(maker)


def test_sixty_files_at_once_at_the_bound_of_twenty(bounded_rig: Rig) -> None:
    """And the chat's numbers have no gap, whoever was refused in between."""
    rig = bounded_rig
    for _ in rig.run.rounds(1, 25):
        maker, taker = rig.people.person(3), rig.people.person()
        offer = rig.people.offer(rig.people.sell_ad(maker, 3), taker, 2)
        path = f"/p2p/offer/attachment/{offer.id}/"
        told = Counter(answer.status for answer in rig.burst([Request(taker, path, file=b"%PDF-1.7 A receipt.")] * 60))
        rig.run.check(told == {200: 20, 400: 40}, f"{told}")
        rows = rig.books.rows("SELECT number FROM chat_messages WHERE offer_id = :id ORDER BY number", id=offer.id)
        rig.run.check([number for (number,) in rows] == list(range(1, 21)), f"{rows}")
        rig.due = {(maker.id, "escrow"): Decimal(3)}
        rig.conclude(maker, taker)
