"""Liquidity for nothing: one account without a coin ties up what others offer, and what comes of it with the bounds.

As it was done to a desk without bounds: 24 ads of six makers were taken whole in a second, 24 payment accounts read,
all offers marked as paid, and a suspension freed nothing. Source: docs/contract/trading.md, "Limits".
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from adapters.http.replies.wording import moment_text
from adapters.worker.sweeper import Sweeper
from domain import Limits
from tests.clock import NOON
from tests.integration.http.desk import PASSWORD, Caller, Desk, offer_body, told

BOUNDS = Limits(live_ads=50, live_offers=20, unpaid=3, cancelled=10)
"""Those that a desk has unless its operator says otherwise."""
MAKERS, ADS_EACH = 6, 4
PAID_ESCALATES = timedelta(hours=24)
MOST_OFFERS = (400, "You have 20 live offers, the most that is allowed")
NO_COINS = (400, "Insufficient p2p balance, please move some funds to your p2p wallet")


@pytest.fixture
def desk() -> Desk:
    bounded = Desk()
    bounded.app = bounded.with_services(limits=BOUNDS)
    return bounded


def back_again(desk: Desk, caller: Caller) -> Caller:
    """With another token, since the one from before is good for half an hour."""
    credentials = {"email": caller.trader.email, "password": PASSWORD}
    return Caller(desk.app, caller.trader, desk.app.post_json("/auth/token/", credentials).json["entity"]["access"])


def makers_of(desk: Desk, ad_type: str) -> tuple[list[Caller], list[int]]:
    """Six makers of four ads of 10 trx each; whoever sells has no more coins than that."""
    makers = [desk.trader(f"Maker{number}", trx="40") for number in range(MAKERS)]
    account = {"bank_account_name": "Jude N", "bank_account_number": "9876543210", "bank_name": "Second Bank"}
    terms = {"ad_type": ad_type, "crypto_amount": "10", **(account if ad_type == "sell" else {})}
    ads = [maker.ad(**terms) for maker in makers for _ in range(ADS_EACH)]
    return makers, ads


def accounts_read(thief: Caller, offers: list[int]) -> int:
    details = [thief.get(f"/p2p/offer/detail/{offer}").json["entity"] for offer in offers]
    return sum(detail["pay_to"] is not None for detail in details)


def make_all(taker: Caller, ads: list[int]) -> tuple[list[int], list[tuple[int, str]]]:
    """An offer for all of each ad: those that were made, and what the others were told."""
    answers = [taker.post("/p2p/offer/create/", offer_body(ad, "10")) for ad in ads]
    made = [answer.json["entity"]["id"] for answer in answers if answer.status_int == 200]
    return made, [told(answer) for answer in answers if answer.status_int != 200]


def free_again(desk: Desk, ads: list[int]) -> int:
    """How many of the ads can be taken whole."""
    looker = desk.trader("Looker")
    found = [looker.get(f"/p2p/ad/detail/{ad}").json["entity"] for ad in ads]
    return sum(Decimal(ad["total_available"]) == 10 and ad["status"] == "pending" for ad in found)


def test_no_more_ads_are_tied_up_than_the_bound(desk: Desk) -> None:
    _, ads = makers_of(desk, "sell")
    thief = desk.trader("Thief")
    offers, refused = make_all(thief, ads)
    assert len(offers) == 20
    assert refused == [MOST_OFFERS] * 4
    assert accounts_read(thief, offers) == 20
    assert free_again(desk, ads) == 4


def test_whoever_pays_for_none_of_them_makes_no_more_for_a_day(desk: Desk) -> None:
    """And what was tied up is free once the time to pay is over."""
    _, ads = makers_of(desk, "sell")
    thief = desk.trader("Thief")
    offers, _ = make_all(thief, ads)
    assert len(offers) == 20
    desk.clock.advance(minutes=30)
    Sweeper(desk.store).sweep_once()
    assert free_again(desk, ads) == 24
    thief = back_again(desk, thief)
    made, refused = make_all(thief, ads)
    assert made == []
    # Counted from the deadline, 30 minutes after NOON.
    again = moment_text(NOON + timedelta(hours=24, minutes=30))
    assert set(refused) == {(400, f"Too many of your offers expired unpaid; you can make offers again from {again} on")}
    assert thief.get("/p2p/limits/").json["entity"]["unpaid"] == {"most": 3, "now": 20}
    desk.clock.advance(hours=23, minutes=59)
    assert make_all(back_again(desk, thief), ads)[0] == []


def test_taking_and_cancelling_ends_after_ten(desk: Desk) -> None:
    """Who cancels before the time to pay is over ties the ads up for moments, and not again and again."""
    _, ads = makers_of(desk, "sell")
    thief = desk.trader("Thief")
    made = 0
    for ad in ads:
        answer = thief.post("/p2p/offer/create/", offer_body(ad, "10"))
        if answer.status_int == 200:
            made += 1
            assert thief.post(f"/p2p/offer/cancel/{answer.json['entity']['id']}/").status_int == 200
        else:
            assert told(answer)[1].startswith("You have cancelled too many offers; you can make offers again")
    assert made == 10
    assert free_again(desk, ads) == 24


def test_what_is_said_to_be_paid_comes_to_staff_by_itself(desk: Desk) -> None:
    """Nobody has to release, and nobody is left waiting: staff find all of it in the queue, and end it with one act."""
    makers, ads = makers_of(desk, "sell")
    thief, staff = desk.trader("Thief"), desk.trader("Ada", is_staff=True)
    offers, _ = make_all(thief, ads)
    for offer in offers:
        assert thief.post(f"/p2p/offer/paid/{offer}/").status_int == 200
    # Whoever said so makes no more of them: they are live for as long as nobody has decided.
    assert make_all(thief, ads[20:]) == ([], [MOST_OFFERS] * 4)
    desk.clock.advance(hours=24)
    Sweeper(desk.store, PAID_ESCALATES).sweep_once()
    staff = back_again(desk, staff)
    queue = staff.get("/admin/dispute/?kind=no_answer&limit=100").json["entity"]["items"]
    assert sorted(item["id"] for item in queue) == sorted(offers)
    for offer in offers:
        ruling = {"in_favour_of": "seller", "note": "Nothing was paid."}
        assert staff.post(f"/admin/dispute/resolve/{offer}/", ruling).status_int == 200
    assert free_again(desk, ads) == 24
    assert [back_again(desk, maker).get("/wallet/").json["entity"][0]["escrow"] for maker in makers] == [
        "40.00000000000000000000"
    ] * 6


@pytest.mark.parametrize("is_paid", [False, True])
def test_a_suspension_that_ends_trades_frees_what_is_tied_up(desk: Desk, is_paid: bool) -> None:
    """What is pending is called off, and what is said to be paid is disputed at once, for staff to decide."""
    makers, ads = makers_of(desk, "sell")
    thief, staff = desk.trader("Thief"), desk.trader("Ada", is_staff=True)
    offers, _ = make_all(thief, ads)
    if is_paid:
        for offer in offers:
            thief.post(f"/p2p/offer/paid/{offer}/")
    body = {"end_trades": True, "note": "A thief."}
    assert staff.post(f"/admin/suspension/{thief.id}/", body).status_int == 200
    Sweeper(desk.store).sweep_once()
    states = {makers[0].get(f"/p2p/offer/detail/{offer}").json["entity"]["status"] for offer in offers[:4]}
    assert states == ({"disputed"} if is_paid else {"cancelled"})
    assert free_again(desk, ads) == (4 if is_paid else 24)
    queue = staff.get("/admin/dispute/?limit=100").json["entity"]["items"]
    assert len(queue) == (20 if is_paid else 0)


def test_on_buy_ads_who_has_no_coin_takes_nothing(desk: Desk) -> None:
    """The mirror: there the taker's coins are what is held, so that an offer without them ties up nothing."""
    _, ads = makers_of(desk, "buy")
    thief = desk.trader("Thief")
    assert make_all(thief, ads) == ([], [NO_COINS] * 24)
    assert free_again(desk, ads) == 24


def test_on_buy_ads_one_s_own_coins_bound_what_one_ties_up(desk: Desk) -> None:
    """Who has coins for three ads has them in escrow, and gets them back by cancelling, ten times within an hour."""
    _, ads = makers_of(desk, "buy")
    thief = desk.trader("Thief", trx="30")
    offers, refused = make_all(thief, ads)
    assert (len(offers), refused) == (3, [NO_COINS] * 21)
    assert free_again(desk, ads) == 21
    for offer in offers:
        assert thief.post(f"/p2p/offer/cancel/{offer}/").status_int == 200
    assert thief.p2p() == 30


def test_a_maker_cannot_fill_the_board(desk: Desk) -> None:
    """Buy ads need no coins, so that their number is bounded by itself."""
    thief = desk.trader("Thief")
    for _ in range(50):
        thief.ad(ad_type="buy", crypto_amount="10")
    body = {"ad_type": "buy", "crypto_currency": "trx", "crypto_amount": "10", "price_per_unit": "200"}
    body |= {"fiat_currency": "usd", "payment_method": "mobile_money"}
    assert told(thief.post("/p2p/ad/", body)) == (400, "You have 50 live ads, the most that is allowed")
