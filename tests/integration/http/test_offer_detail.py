"""An offer as its parties and staff see it, what they may do, and acting on the version that one has seen."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from adapters.http.replies.presentation import detailed
from adapters.http.schemas.offers import OfferDetailSchema
from domain import BankDetails
from tests.integration.http.desk import PASSWORD, Caller, Desk, offer_body, success, told

DETAIL_KEYS = {
    "id", "created_at", "currency_amount", "status", "fiat_amount", "has_indicated_paid", "ad", "user",
    "crypto_currency", "fiat_currency", "price_per_unit", "buyer", "seller", "bank_account_name",
    "bank_account_number", "bank_name", "pay_to", "payment_reference", "deadline", "version", "history",
    "allowed_actions", "at_deadline", "payment_method", "client_reference", "dispute", "fee_amount", "buyer_receives",
    "my_feedback",
}  # fmt: skip
NOTHING = None
ACCOUNT = {"bank_account_name": "Jude O", "bank_account_number": "9876543210", "bank_name": "Second Bank"}


def detail(caller: Caller, offer: int) -> dict[str, Any]:
    answer = caller.get(f"/p2p/offer/detail/{offer}")
    assert answer.status_int == 200, answer.text
    entity: dict[str, Any] = answer.json["entity"]
    return entity


def actions(caller: Caller, offer: int) -> list[str]:
    return [action["action"] for action in detail(caller, offer)["allowed_actions"]]


def test_a_detail_has_these_keys_and_the_version_as_its_tag(jude: Caller, amara: Caller) -> None:
    offer = amara.offer(jude.ad())
    answer = amara.get(f"/p2p/offer/detail/{offer}")
    entity = answer.json["entity"]
    assert set(entity) == DETAIL_KEYS
    assert (entity["version"], answer.headers["ETag"]) == (1, '"1"')
    assert (entity["buyer"]["id"], entity["seller"]["id"]) == (amara.id, jude.id)
    assert (entity["bank_account_name"], entity["bank_account_number"]) == ("Amara N", "0123456789")
    assert entity["deadline"] == "2026-03-02T12:30:00.123456+00:00"
    assert entity["history"] == [{"state": "pending", "at": "2026-03-02T12:00:00.123456+00:00", "by": amara.id}]


MOVES: list[tuple[str, list[str], dict[str, list[str]]]] = [
    ("sell", [], {"jude": ["release"], "amara": ["paid", "cancel"], "staff": []}),
    ("sell", ["paid"], {"jude": ["release", "dispute"], "amara": ["return", "dispute"], "staff": []}),
    ("sell", ["paid", "dispute"], {"jude": ["release"], "amara": ["return", "withdraw"], "staff": ["resolve"]}),
    ("sell", ["paid", "return"], {"jude": [], "amara": [], "staff": []}),
    ("sell", ["paid", "release"], {"jude": [], "amara": [], "staff": []}),
    ("sell", ["cancel"], {"jude": [], "amara": [], "staff": []}),
    ("buy", [], {"jude": ["paid"], "amara": ["cancel", "release"], "staff": []}),
    ("buy", ["paid"], {"jude": ["return", "dispute"], "amara": ["release", "dispute"], "staff": []}),
    ("buy", ["paid", "dispute"], {"jude": ["return", "withdraw"], "amara": ["release"], "staff": ["resolve"]}),
]


@pytest.mark.parametrize(("ad_type", "moves", "allowed"), MOVES)
def test_each_is_told_what_they_may_do_and_may_do_it(
    desk: Desk, jude: Caller, amara: Caller, staff: Caller,
    ad_type: str, moves: list[str], allowed: dict[str, list[str]],
) -> None:  # fmt: skip
    offer = amara.offer(jude.ad(ad_type=ad_type))
    buyer, seller = (amara, jude) if ad_type == "sell" else (jude, amara)
    for move in moves:
        by = {"paid": buyer, "release": seller, "cancel": amara, "return": buyer, "dispute": buyer}[move]
        body = {"reason": "Nothing came."} if move == "dispute" else None
        assert by.post(f"/p2p/offer/{move}/{offer}/", body).status_int == 200
    callers = {"jude": jude, "amara": amara, "staff": staff}
    assert {name: actions(caller, offer) for name, caller in callers.items()} == allowed
    for name, caller in callers.items():
        for action in detail(caller, offer)["allowed_actions"][:1]:
            body = {"reason": "Nothing came.", "in_favour_of": "seller", "note": "So."}
            assert caller.post(action["path"], body).status_int == 200, (name, action)
            return


def test_an_action_says_what_it_does(jude: Caller, amara: Caller) -> None:
    offer = amara.offer(jude.ad(**ACCOUNT))
    assert detail(jude, offer)["allowed_actions"] == [
        {
            "action": "release",
            "method": "POST",
            "path": f"/p2p/offer/release/{offer}/",
            "effect": "Gives the 10 trx to the buyer, for good. "
            "The buyer has not said that the money was sent: do it at your own risk.",
        }
    ]
    assert detail(amara, offer)["at_deadline"] == (
        "Unless it is marked as paid before 2026-03-02T12:30:00.123456+00:00, "
        "the offer expires and its crypto returns to the ad."
    )


def test_staff_who_are_a_party_judge_nothing(jude: Caller, staff: Caller) -> None:
    offer = staff.offer(jude.ad())
    staff.post(f"/p2p/offer/paid/{offer}/")
    staff.post(f"/p2p/offer/dispute/{offer}/", {"reason": "Nothing came."})
    assert actions(staff, offer) == ["return", "withdraw"]


def test_on_a_sell_ad_the_buyer_pays_to_what_the_ad_says(jude: Caller, amara: Caller) -> None:
    offer = amara.offer(jude.ad(**ACCOUNT, payment_details="Reference: trx"))
    expected = {**ACCOUNT, "payment_details": "Reference: trx"}
    assert [detail(caller, offer)["pay_to"] for caller in (amara, jude)] == [expected] * 2
    jude.post(f"/p2p/offer/release/{offer}/")
    assert detail(amara, offer)["pay_to"] is None


def test_where_the_ad_says_nothing_there_is_nowhere_to_pay_to(jude: Caller, amara: Caller) -> None:
    assert detail(amara, amara.offer(jude.ad()))["pay_to"] is None


def test_on_a_buy_ad_the_buyer_is_told_to_mark_first_and_send_then(jude: Caller, amara: Caller) -> None:
    offer = amara.offer(jude.ad(ad_type="buy"))
    shown = detail(jude, offer)
    assert (shown["pay_to"]["bank_account_number"], shown["bank_name"]) == ("0123456789", "First Bank")
    first = "Mark the offer as paid first, and send the money then"
    assert first in shown["pay_to"]["payment_details"]
    assert [first in action["effect"] for action in shown["allowed_actions"]] == [True]
    jude.post(f"/p2p/offer/paid/{offer}/")
    assert detail(jude, offer)["pay_to"]["payment_details"] == ""


@pytest.mark.parametrize("ad_type", ["sell", "buy"])
def test_nothing_that_is_read_of_an_offer_comes_from_what_can_be_edited(
    desk: Desk, jude: Caller, amara: Caller, ad_type: str
) -> None:
    offer = amara.offer(jude.ad(ad_type=ad_type, **ACCOUNT))
    view = desk.store.run(lambda unit: unit.readers.offer(offer), writes=False)
    edited = replace(
        view.ad,
        price_per_unit=Decimal(999),
        min_limit=Decimal(1),
        max_limit=Decimal(2),
        time_to_pay=1,
        auto_reply_message="Pay Mallory",
        terms_of_trade="Pay Mallory",
        additional_information="Pay Mallory",
        bank=BankDetails("Mallory", "666", "Third Bank"),
        payment_details="To Mallory",
    )
    for reader in (jude, amara):
        seen = OfferDetailSchema().dump(detailed(replace(view, ad=edited), reader.trader, desk.clock.now()))
        assert seen == detail(reader, offer)
    assert detail(jude, offer)["payment_method"] == "bank_transfer"


def test_the_price_that_was_seen_is_the_price_of_the_offer_or_none_is_made(jude: Caller, amara: Caller) -> None:
    ad = jude.ad(price_per_unit="201")
    said = "(price_per_unit) The price of this ad is now 201.00."
    refused = amara.post("/p2p/offer/create/", offer_body(ad, "-1", price_per_unit="200"))
    assert told(refused)[1].startswith("(currency_amount) "), "the shape comes first"
    assert told(amara.post("/p2p/offer/create/", offer_body(0, price_per_unit="200")))[1].startswith("(ad) ")
    refused = amara.post("/p2p/offer/create/", offer_body(ad, "0.00000001", price_per_unit="200", bank_name=""))
    assert told(refused) == (400, said)
    assert (refused.headers["Error-Code"], refused.headers["Error-Fields"]) == ("invalid_fields", "price_per_unit")
    assert told(jude.post("/p2p/offer/create/", offer_body(ad, price_per_unit="201.01"))) == (400, said)
    for seen, wrong in (("201.00000000001", "10 decimal places"), ("0", "greater than zero")):
        assert wrong in told(amara.post("/p2p/offer/create/", offer_body(ad, price_per_unit=seen)))[1]
    assert detail(amara, amara.offer(ad, price_per_unit="201.000"))["price_per_unit"] == "201.00"


def test_past_its_deadline_an_offer_shows_itself_expired(desk: Desk, jude: Caller, amara: Caller) -> None:
    offer = amara.offer(jude.ad())
    desk.clock.advance(minutes=30)
    body = {"email": "amara@example.com", "password": PASSWORD}
    amara.token = desk.app.post_json("/auth/token/", body).json["entity"]["access"]
    shown = detail(amara, offer)
    assert (shown["status"], shown["allowed_actions"], shown["at_deadline"]) == ("expired", [], None)
    assert amara.get("/p2p/offer/").json["entity"]["items"][0]["status"] == "expired"


def test_the_history_names_who_moved_it(jude: Caller, amara: Caller, staff: Caller) -> None:
    offer = amara.offer(jude.ad())
    amara.post(f"/p2p/offer/paid/{offer}/")
    jude.post(f"/p2p/offer/dispute/{offer}/", {"reason": "No money came."})
    staff.post(f"/admin/dispute/resolve/{offer}/", {"in_favour_of": "buyer", "note": "So."})
    history = [(item["state"], item["by"]) for item in detail(amara, offer)["history"]]
    assert history == [("pending", amara.id), ("paid", amara.id), ("disputed", jude.id), ("completed", staff.id)]


STALE = (412, "The offer is not as you have seen it: its version is 2")


OTHER_TAGS = [
    '"1"',
    '"3"',
    '"02"',
    '""',
    '"*"',
    '"٢"',
    '"1", "3"',
    '"1","3",,"99"',
    ',"1"',
    '"nonsense"',
    "\"'2'\"",
]
WEAK_TAGS = ['W/"2"', 'W/"1"', '"1", W/"2"', 'W/"2","3"', 'W/""']
BROKEN_TAGS = [
    "2", "nonsense", "", " ", ",", ", ,", '"2', '2"', "'2'", '"1" "2"', '"1"; "2"', '*, "2"', '"2", *', "**", 'w/"2"',
    'W/ "2"', 'W/2', "W/", '"2"x', 'x"2"', '"1", 2', '"2"\u00a0', '" 2"', '"2\t"', "\"2\"\x0b", '"\x7f"',
]  # fmt: skip
NOT_VALID = (400, "The If-Match header is not valid")


@pytest.fixture
def paid(jude: Caller, amara: Caller) -> int:
    """An offer of version 2."""
    offer = amara.offer(jude.ad())
    amara.post(f"/p2p/offer/paid/{offer}/")
    return offer


@pytest.mark.parametrize("tag", OTHER_TAGS)
def test_another_version_is_not_acted_on(jude: Caller, paid: int, tag: str) -> None:
    header = tag.encode().decode("latin-1")
    assert told(jude.post(f"/p2p/offer/release/{paid}/", if_match=header)) == STALE
    assert detail(jude, paid)["status"] == "paid"


@pytest.mark.parametrize("tag", WEAK_TAGS)
def test_a_weak_tag_matches_nothing_and_the_answer_says_so(jude: Caller, paid: int, tag: str) -> None:
    message = f'{STALE[1]}. A weak tag, such as W/"2", matches no version; "2" does'
    assert told(jude.post(f"/p2p/offer/release/{paid}/", if_match=tag)) == (412, message)
    assert detail(jude, paid)["status"] == "paid"


@pytest.mark.parametrize("tag", BROKEN_TAGS)
def test_a_condition_that_cannot_be_read_is_refused(jude: Caller, paid: int, tag: str) -> None:
    assert told(jude.post(f"/p2p/offer/release/{paid}/", if_match=tag)) == NOT_VALID
    assert detail(jude, paid)["status"] == "paid"


GOOD_TAGS = [
    '"2"', "*", ' "2" ', " *\t", '"1", "2"', '"2","99"', '"1" ,\t"2"', ',"2",', '"1", W/"2", "2"', '"a,b", "2"',
    '"2", "2"',
]  # fmt: skip


@pytest.mark.parametrize("tag", GOOD_TAGS)
def test_the_version_that_was_seen_is_acted_on(jude: Caller, paid: int, tag: str) -> None:
    answer = jude.post(f"/p2p/offer/release/{paid}/", if_match=tag)
    assert answer.json == success("Funds have been released successfully")


def test_any_version_is_one_of_an_offer_that_there_is(jude: Caller) -> None:
    assert told(jude.post("/p2p/offer/release/999/", if_match="*")) == (400, "Offer not found")


def test_a_very_long_condition_is_read_in_no_time(still_jude: Caller) -> None:
    for header in ('"1",' * 4000, '"1" ' * 4000, " " * 16000 + "x", ", " * 8000 + "x", 'W/"' * 5000):
        assert told(still_jude.post("/p2p/offer/release/999/", if_match=header))[0] == 400


@pytest.mark.parametrize("header", ["If-None-Match", "If-Unmodified-Since", "If-Modified-Since"])
def test_no_other_condition_is_looked_at(jude: Caller, paid: int, header: str) -> None:
    """An offer past its deadline is shown expired in the version in which it was pending."""
    value = '"2"' if header == "If-None-Match" else "Mon, 02 Mar 2020 12:00:00 GMT"
    answer = jude.app.get(f"/p2p/offer/detail/{paid}", headers={**jude.headers, header: value})
    assert (answer.status_int, answer.headers["ETag"]) == (200, '"2"')


@pytest.mark.abuse("B1")
def test_who_may_not_act_learns_no_version(jude: Caller, amara: Caller, eve: Caller) -> None:
    offer = amara.offer(jude.ad())
    answer = eve.post(f"/p2p/offer/cancel/{offer}/", if_match='"9"')
    assert told(answer) == (400, "You are not authorized to cancel this offer")


def test_a_dispute_can_be_versioned_too(jude: Caller, amara: Caller, staff: Caller) -> None:
    offer = amara.offer(jude.ad())
    amara.post(f"/p2p/offer/paid/{offer}/")
    reason = {"reason": "No money came."}
    assert told(jude.post(f"/p2p/offer/dispute/{offer}/", reason, if_match='"1"'))[0] == 412
    assert jude.post(f"/p2p/offer/dispute/{offer}/", reason, if_match='"2"').status_int == 200
    path, verdict = f"/admin/dispute/resolve/{offer}/", {"in_favour_of": "seller", "note": "So."}
    assert told(staff.post(path, verdict, if_match='"2"'))[0] == 412
    assert staff.post(path, verdict, if_match='"3"').status_int == 200


def test_two_offers_on_one_ad_hold_their_amounts(jude: Caller, amara: Caller, staff: Caller) -> None:
    ad = jude.ad(crypto_amount="10")
    amara.offer(ad, "6")
    over = amara.post("/p2p/offer/create/", offer_body(ad, "5"))
    assert told(over) == (400, "Only 4 trx is available on this ad")
    staff.offer(ad, "4")
    assert jude.get(f"/p2p/ad/detail/{ad}").json["entity"]["total_available"] == "0.0000000000"
