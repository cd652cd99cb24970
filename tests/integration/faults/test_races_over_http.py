"""Races over HTTP against two processes on one PostgreSQL: every answer is looked at, and every offer by itself."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import pairwise

import pytest

from tests.integration.faults.rig.client import Request
from tests.integration.faults.rig.races import Rig, move, offer_on, outcomes

CALLS = 200
SUCCESS = {
    "release": "Funds have been released successfully",
    "paid": "Offer successfully marked as paid",
    "cancel": "Offer cancelled successfully",
}
TOO_LATE = {
    "release": "Funds have already been released",
    "paid": "Offer has already been marked as paid",
    "cancel": "This offer is already cancelled",
}
NO_BALANCE = "Insufficient p2p balance, please move some funds to your p2p wallet"


@pytest.mark.abuse("D2")
@pytest.mark.parametrize("verb", ["release", "paid", "cancel"])
def test_two_hundred_equal_calls_have_one_effect(rig: Rig, verb: str) -> None:
    for _ in rig.run.rounds(1, 25):
        maker, taker = rig.people.person(3), rig.people.person()
        offer = rig.people.offer(rig.people.sell_ad(maker, 3), taker, 2)
        by = maker if verb == "release" else taker
        told = outcomes(rig.burst([move(verb, offer, by)] * CALLS))
        rig.run.check(told == {SUCCESS[verb]: 1, TOO_LATE[verb]: CALLS - 1}, f"{verb}: {told}")
        rig.due = {(maker.id, "escrow"): Decimal(3)}
        if verb == "release":
            rig.due = {(maker.id, "escrow"): Decimal(1), (taker.id, "p2p"): Decimal(2)}
        rig.conclude(maker, taker)


@pytest.mark.abuse("D3")
def test_release_against_cancel_against_paid(rig: Rig) -> None:
    wins: Counter[str] = Counter()
    people = []
    for _ in rig.run.rounds(3, 60):
        maker, taker = rig.people.person(), rig.people.person(2)
        people += [maker, taker]
        offer = rig.people.offer(rig.people.buy_ad(maker, 3), taker, 2)
        calls = [move("release", offer, taker), move("cancel", offer, taker), move("paid", offer, maker)] * 20
        rig.run.random.shuffle(calls)
        answers = rig.burst(calls)
        done = sorted(
            call.path.split("/")[3] for call, answer in zip(calls, answers, strict=True) if answer.status == 200
        )
        allowed = (["cancel"], ["release"], ["paid", "release"])
        rig.run.check(done in allowed, f"offer {offer.id} was acknowledged {done}")
        wins["+".join(done)] += 1
        winner = maker if "release" in done else taker
        rig.due[winner.id, "p2p"] = Decimal(2)
    rig.run.figures["wins"] = dict(wins)
    rig.conclude(*people)


@pytest.mark.abuse("E1")
@pytest.mark.parametrize("verb", ["create", "release"])
def test_a_hundred_requests_of_one_key_have_one_effect(rig: Rig, verb: str) -> None:
    for _ in rig.run.rounds(1, 25):
        maker, taker = rig.people.person(3), rig.people.person()
        ad = rig.people.sell_ad(maker, 3)
        if verb == "create":
            request = offer_on(ad, taker, "2", key=True)
        else:
            request = Request.keyed(maker, f"/p2p/offer/release/{rig.people.offer(ad, taker, 2).id}/")
        answers = rig.burst([request] * 100) + rig.burst([request])
        done = [answer for answer in answers if answer.status == 200]
        rig.run.check(len({answer.body for answer in done}) == 1, "the answers to one key differ")
        first = [answer for answer in done if not answer.is_replayed]
        rig.run.check(len(first) == 1, f"{len(first)} answers to one key are the first one")
        rig.run.check({answer.status for answer in answers} <= {200, 409}, f"{outcomes(answers)}")
        rig.run.check(answers[-1].is_replayed, "the key is forgotten")
        offers = [offer for offer in rig.books.offers().values() if offer.ad_id == ad.id]
        rig.run.check(len(offers) == 1, f"{len(offers)} offers of one key")
        moved = Decimal(2) if verb == "release" else Decimal(0)
        rig.due = {(maker.id, "escrow"): 3 - moved, (taker.id, "p2p"): moved}
        rig.conclude(maker, taker)


@pytest.mark.abuse("D6")
def test_fifty_takers_cannot_have_more_than_there_is(rig: Rig) -> None:
    for _ in rig.run.rounds(1, 25):
        maker, takers = rig.people.person(10), [rig.people.person() for _ in range(50)]
        ad = rig.people.sell_ad(maker, 10)
        amounts = [Decimal(rig.run.random.randint(10_000, 2_000_000)) / 10**6 for _ in takers]
        calls = [offer_on(ad, taker, amount) for taker, amount in zip(takers, amounts, strict=True)]
        answers = rig.burst(calls)
        granted = sum(amount for amount, answer in zip(amounts, answers, strict=True) if answer.status == 200)
        ((reserved, available),) = rig.books.rows("SELECT reserved, available FROM ads WHERE id = :id", id=ad.id)
        rig.run.check(granted == reserved <= 10, f"granted {granted}, reserved {reserved} of 10")
        for amount, answer in zip(amounts, answers, strict=True):
            if answer.status == 400:
                rig.run.check(str(answer.message).endswith("usdt is available on this ad"), str(answer.message))
                # What was left only ever shrank, so that who was refused would not fit now either.
                rig.run.check(amount > available, f"{amount} was refused, and {available} is left")
        rig.due = {(maker.id, "escrow"): Decimal(10)}
        rig.conclude(maker, *takers)


@pytest.mark.abuse("D9")
def test_one_wallet_cannot_stand_behind_more_than_it_holds(rig: Rig) -> None:
    for _ in rig.run.rounds(1, 20):
        seller, makers = rig.people.person(10), [rig.people.person() for _ in range(20)]
        ads = [rig.people.buy_ad(maker, 3) for maker in makers]
        sell = {"crypto_currency": "usdt", "price_per_unit": "2", "ad_type": "sell", "fiat_currency": "usd"}
        sell |= {"payment_method": "mobile_money", "crypto_amount": "1"}
        calls = [offer_on(ad, seller) for ad in ads] + [Request(seller, "/p2p/ad/", sell)] * 20
        calls += [Request(seller, "/wallet/transfer/", {"crypto_currency": "usdt", "amount": "1", **ROUTE})] * 10
        rig.run.random.shuffle(calls)
        answers = rig.burst(calls)
        done = Counter(call.path for call, answer in zip(calls, answers, strict=True) if answer.status == 200)
        rig.run.check(done.total() == 10, f"10 usdt went into {done.total()} of 1: {done}")
        refused = {answer.message for answer in answers if answer.status == 400}
        rig.run.check(refused == {NO_BALANCE}, f"{refused}")
        moved = done["/wallet/transfer/"]
        rig.due = {(seller.id, "main"): Decimal(moved), (seller.id, "escrow"): Decimal(10 - moved)}
        rig.conclude(seller, *makers)


ROUTE = {"source": "p2p", "target": "main"}


@pytest.mark.abuse("D8")
def test_two_traders_take_each_others_ads(rig: Rig) -> None:
    for _ in rig.run.rounds(1, 20):
        one, other = rig.people.person(64), rig.people.person(64)
        calls = []
        for maker, taker in ((one, other), (other, one)):
            ads = [rig.people.sell_ad(maker, 16), rig.people.buy_ad(maker, 16)]
            calls += [offer_on(ad, taker) for ad in ads] * 16
        rig.run.random.shuffle(calls)
        answers = rig.burst(calls)
        rig.run.check({answer.status for answer in answers} == {200}, f"{outcomes(answers)}")
        offers = [
            rig.books.rows(
                "SELECT ads.maker_id, ads.ad_type FROM offers JOIN ads ON ads.id = ad_id WHERE offers.id = :id",
                id=answer.entity["id"],
            )[0]
            for answer in answers
        ]
        moves = []
        for answer, (maker_id, ad_type) in zip(answers, offers, strict=True):
            maker, taker = (one, other) if maker_id == one.id else (other, one)
            seller = maker if ad_type == "sell" else taker
            moves.append(Request(seller, f"/p2p/offer/release/{answer.entity['id']}/"))
        rig.run.check({answer.status for answer in rig.burst(moves)} == {200}, "a release was refused")
        # Each sold 16 by an ad and 16 by offers, and bought as much.
        rig.due = {(person.id, "p2p"): Decimal(64) for person in (one, other)}
        rig.conclude(one, other)


@pytest.mark.abuse("C10")
def test_a_ring_of_releases_and_transfers(rig: Rig) -> None:
    """Each of four sells to the next, all at once, while all move coins between their own wallets."""
    for _ in rig.run.rounds(1, 20):
        ring = [rig.people.person(100) for _ in range(4)]
        calls, balances = [], {person.id: Decimal(100) for person in ring}
        for seller, buyer in pairwise([*ring, ring[0]]):
            ad = rig.people.sell_ad(seller, 16)
            for _ in range(16):
                calls.append(move("release", rig.people.offer(ad, buyer, 1), seller))
        for person in ring:
            transfer = {"crypto_currency": "usdt", "amount": "0.5", **ROUTE}
            calls += [Request(person, "/wallet/transfer/", transfer)] * 16
            balances[person.id] -= 8
        rig.run.random.shuffle(calls)
        answers = rig.burst(calls)
        rig.run.check({answer.status for answer in answers} == {200}, f"{outcomes(answers)}")
        rig.due = {(person.id, "p2p"): balances[person.id] for person in ring}
        rig.due |= {(person.id, "main"): Decimal(8) for person in ring}
        rig.conclude(*ring)
