"""Lists: filters, order, parts and cursors."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.http.operations import OPERATIONS
from adapters.http.requests.queries import TAG_BYTES
from tests.integration.http.desk import NO_CRYPTO, NO_METHOD, PASSWORD, Caller, Desk, told

TAG_LENGTH = TAG_BYTES * 4 // 3
CURSOR = "(cursor) This is not the next of an earlier answer with the same filters."
LISTS = ["/p2p/ad/", "/p2p/offer/", "/wallet/history/", "/notifications/", "/auth/login/", "/auth/key/", "/webhook/"]


def items(caller: Caller, path: str) -> list[dict[str, Any]]:
    answer = caller.get(path)
    assert answer.status_int == 200, answer.text
    assert set(answer.json["entity"]) - {"read_up_to"} == {"items", "next"}
    found: list[dict[str, Any]] = answer.json["entity"]["items"]
    return found


def walk(caller: Caller, path: str, limit: int) -> list[dict[str, Any]]:
    """All items, part by part."""
    found, cursor = [], None
    while True:
        following = f"&cursor={cursor}" if cursor else ""
        entity = caller.get(f"{path}limit={limit}{following}").json["entity"]
        assert len(entity["items"]) <= limit
        found += entity["items"]
        cursor = entity["next"]
        if cursor is None:
            return found


@pytest.mark.abuse("B10")
@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", ["0", "101", "-1", "1000000000", "x", "1.5", "%20", "%D9%A3", "9" * 30])
def test_a_part_has_1_to_100_items(still_jude: Caller, path: str, limit: str) -> None:
    status, message = told(still_jude.get(f"{path}?limit={limit}"))
    assert status == 400
    assert message in ("(limit) A whole number is required.", "(limit) Ensure that this value is between 1 and 100.")


@pytest.mark.abuse("B10")
@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("cursor", ["nonsense", "5", "a b", "%00", "x" * 300, "AAAA", "AAAAAAAAAAAA", "A" * 20])
def test_another_cursor_is_refused(still_jude: Caller, path: str, cursor: str) -> None:
    assert told(still_jude.get(f"{path}?cursor={cursor}")) == (400, CURSOR)


@pytest.fixture
def market(desk: Desk) -> tuple[Caller, Caller]:
    """Jude with five ads, and Amara who looks."""
    jude, amara = desk.trader("Jude", trx="1000", usdt="1000"), desk.trader("Amara")
    ads: list[dict[str, Any]] = [
        {"price_per_unit": "3"},
        {"price_per_unit": "1", "fiat_currency": "jpy"},
        {"price_per_unit": "2", "ad_type": "buy", "min_limit": "50", "max_limit": "60"},
        {"price_per_unit": "5", "crypto_currency": "usdt"},
        {"price_per_unit": "4", "payment_method": "mobile_money"},
    ]
    for ad in ads:
        jude.ad(**ad)
        desk.clock.advance(seconds=1)
    return jude, amara


FILTERS = {
    "": [5, 4, 3, 2, 1],
    "sort=newest": [5, 4, 3, 2, 1],
    "sort=price": [2, 3, 1, 5, 4],
    "sort=-price": [4, 5, 1, 3, 2],
    "ad_type=buy": [3],
    "ad_type=SELL&sort=price": [2, 1, 5, 4],
    "crypto_currency=USDT": [4],
    "crypto_currency=unknown": [],
    "fiat_currency=jpy": [2],
    "payment_method=mobile_money": [5],
    "amount=55&ad_type=buy": [3],
    "amount=49.99&ad_type=buy": [],
    "amount=60.01&ad_type=buy": [],
    "limit=2": [5, 4],
    "mine=0": [5, 4, 3, 2, 1],
    "mine=1": [],
    "ad_type=&crypto_currency=&fiat_currency&payment_method=&amount=&sort=&mine=&status=&limit=": [5, 4, 3, 2, 1],
    "status=pending": [5, 4, 3, 2, 1],
    "status=paused": [],
}


@pytest.mark.parametrize(("query", "ids"), FILTERS.items())
def test_the_board_shows_what_is_asked_for(market: tuple[Caller, Caller], query: str, ids: list[int]) -> None:
    assert [ad["id"] for ad in items(market[1], f"/p2p/ad/?{query}")] == ids


@pytest.mark.parametrize("sort", ["newest", "price", "-price"])
def test_the_board_can_be_walked(market: tuple[Caller, Caller], sort: str) -> None:
    whole = items(market[1], f"/p2p/ad/?sort={sort}")
    assert walk(market[1], f"/p2p/ad/?sort={sort}&", 2) == whole


REFUSED = {
    "sort=price%3BDROP%20TABLE%20ads": "(sort) This is not a valid choice.",
    "ad_type=swap": "(ad_type) This is not a valid choice.",
    "crypto_currency=%00": f"(crypto_currency) {NO_CRYPTO}",
    "payment_method=a'--": f"(payment_method) {NO_METHOD}",
    "amount=-1": "(amount) A valid amount is required: digits, with at most one point between them.",
    "amount=0": "(amount) Ensure that this amount is greater than zero.",
    "amount=0.001": "(amount) Ensure that there are no more than 2 decimal places.",
    "amount=1.000000000000000000001": "(amount) Ensure that there are no more than 2 decimal places.",
    "amount=1.5&fiat_currency=jpy": "(amount) Ensure that there are no more than 0 decimal places.",
    "amount=1e5": '(amount) Write amounts without an exponent, as a string such as "0.0000001".',
    "amount=1,5": "(amount) A valid amount is required: digits, with at most one point between them.",
    "mine=yes": "(mine) Either 1 or 0 is required.",
    "mine=true": "(mine) Either 1 or 0 is required.",
    "mine=01": "(mine) Either 1 or 0 is required.",
    "mine=1&status=open": "(status) This is not a valid choice.",
    "limit=0&sort=x": "(limit) Ensure that this value is between 1 and 100. (sort) This is not a valid choice.",
}


@pytest.mark.abuse("F11")
@pytest.mark.parametrize(("query", "message"), REFUSED.items())
def test_the_board_refuses_what_it_cannot_read(market: tuple[Caller, Caller], query: str, message: str) -> None:
    assert told(market[1].get(f"/p2p/ad/?{query}")) == (400, message)


def test_the_board_shows_open_ads_and_one_s_own_list_all(desk: Desk, market: tuple[Caller, Caller]) -> None:
    jude, amara = market
    jude.post("/p2p/ad/pause/1/")
    jude.post("/p2p/ad/close/2/")
    desk.restrict(jude, "usdt")
    assert [ad["id"] for ad in items(amara, "/p2p/ad/")] == [5, 3]
    own = {ad["id"]: ad["status"] for ad in items(jude, "/p2p/ad/?mine=1")}
    assert own == {1: "paused", 2: "closed", 3: "pending", 4: "pending", 5: "pending"}
    for status, ids in {
        "paused": [1],
        "CLOSED": [2],
        "pending": [5, 4, 3],
        "completed": [],
        "": [5, 4, 3, 2, 1],
    }.items():
        assert [ad["id"] for ad in items(jude, f"/p2p/ad/?mine=1&status={status}")] == ids
    assert items(amara, "/p2p/ad/?status=paused") == []


OFFERS = {
    "": [3, 2, 1],
    "role=maker": [3],
    "role=taker": [2, 1],
    "role=buyer": [2, 1],
    "role=seller": [3],
    "status=paid": [2],
    "status=PENDING": [3, 1],
    "ad=1": [2, 1],
    "ad=1&status=paid&role=buyer": [2],
    "ad=99": [],
    "limit=1": [3],
    "role=&status=&ad=&cursor=&limit=": [3, 2, 1],
}


@pytest.fixture
def offers(desk: Desk, jude: Caller, amara: Caller) -> tuple[Caller, Caller]:
    ad = jude.ad()
    amara.offer(ad)
    amara.offer(ad)
    amara.post("/p2p/offer/paid/2/")
    jude.offer(amara.ad())
    return jude, amara


@pytest.mark.parametrize(("query", "ids"), OFFERS.items())
def test_one_s_offers_can_be_filtered(offers: tuple[Caller, Caller], query: str, ids: list[int]) -> None:
    assert [offer["id"] for offer in items(offers[1], f"/p2p/offer/?{query}")] == ids


def test_logins_keys_and_webhooks_can_be_walked(desk: Desk, jude: Caller) -> None:
    """However many there are, so that nobody hides one of theirs behind a hundred others."""
    for number in range(4):
        body = {"email": "jude@example.com", "password": PASSWORD}
        assert desk.app.post_json("/auth/token/", body).status_int == 200
        jude.post("/auth/key/", {"name": f"bot {number}", "scopes": ["read"]})
        jude.post("/webhook/", {"url": f"https://bot.example.com/{number}"})
        if number % 2:
            desk.clock.advance(seconds=1)
    for path, number in (("/auth/login/", 5), ("/auth/key/", 4), ("/webhook/", 4)):
        whole = items(jude, path)
        assert len(whole) == number
        assert walk(jude, f"{path}?", 2) == whole
        assert walk(jude, f"{path}?", 1) == whole
        tag = jude.get(f"{path}?limit=1").json["entity"]["next"][:TAG_LENGTH]
        assert told(jude.get(f"{path}?cursor={tag}nonsense")) == (400, CURSOR)


def test_every_list_is_read_in_parts() -> None:
    lists = [each for each in OPERATIONS if each.entity is not None and {"items", "next"} <= each.entity.fields.keys()]
    assert len(lists) > 15
    for each in lists:
        assert each.query is not None
        assert {"cursor", "limit"} <= each.query.fields.keys(), each.name


def test_one_s_offers_can_be_walked(offers: tuple[Caller, Caller]) -> None:
    assert [offer["id"] for offer in walk(offers[0], "/p2p/offer/?", 1)] == [3, 2, 1]


def test_an_item_tells_the_parties_and_no_account(offers: tuple[Caller, Caller]) -> None:
    item = items(offers[0], "/p2p/offer/?limit=1")[0]
    assert (item["buyer"]["fullname"], item["seller"]["fullname"]) == ("Jude", "Amara")
    assert not [key for key in item if key.startswith("bank")]


@pytest.mark.parametrize("query", ["role=judge", "status=done", "ad=x", "ad=-1"])
def test_one_s_offers_refuse_what_they_cannot_read(still_jude: Caller, query: str) -> None:
    assert told(still_jude.get(f"/p2p/offer/?{query}"))[0] == 400


def test_a_wallet_s_history_shows_one_s_own_side_only(offers: tuple[Caller, Caller]) -> None:
    jude, amara = offers
    jude.post("/p2p/offer/release/2/")
    newest = items(amara, "/wallet/history/?limit=1")
    assert newest == [
        {
            "kind": "release",
            "reference": "offer:2",
            "created_at": "2026-03-02T12:00:00.123456+00:00",
            "crypto_currency": "trx",
            "postings": [{"wallet": "p2p", "side": "credit", "amount": "10.00000000000000000000"}],
        }
    ]
    whole = items(amara, "/wallet/history/")
    assert walk(amara, "/wallet/history/?", 1) == whole
    assert [entry["kind"] for entry in whole] == ["release", "ad_escrow", "deposit"]


def test_notices_are_the_frames_with_number_and_moment(jude: Caller, amara: Caller) -> None:
    amara.offer(jude.ad())
    jude.post("/p2p/offer/release/1/")
    at = "2026-03-02T12:00:00.123456+00:00"
    assert items(jude, "/notifications/") == [
        {
            "message": "You have an interested buyer on your p2p ad",
            "type": "ad_interest",
            "ad_id": 1,
            "offer_id": 1,
            "notice": 1,
            "created_at": at,
        }
    ]
    reply, released = items(amara, "/notifications/?since=0")
    assert (reply["type"], reply["notice"]) == ("auto_reply", 1)
    assert released == {
        "message": "Funds have been released",
        "type": "funds_released",
        "amount": 10.0,
        "crypto_currency": "trx",
        "notice": 2,
        "created_at": at,
    }
    assert '"amount": 10.0,' in amara.get("/notifications/").text


def read_up_to(caller: Caller) -> int:
    number: int = caller.get("/notifications/").json["entity"]["read_up_to"]
    return number


def test_what_was_read_is_told_with_the_notices(jude: Caller, amara: Caller) -> None:
    ad = jude.ad()
    for _ in range(3):
        amara.offer(ad)
    assert read_up_to(jude) == 0
    answer = jude.post("/notifications/read/", {"up_to": 2})
    assert (answer.status_int, answer.json["entity"]) == (200, {"read_up_to": 2})
    assert answer.json["message"] == "Notifications marked as read"
    assert read_up_to(jude) == 2
    assert jude.post("/notifications/read/", {"up_to": 1}).json["entity"] == {"read_up_to": 2}
    assert jude.post("/notifications/read/", {"up_to": 999}).json["entity"] == {"read_up_to": 3}
    assert read_up_to(amara) == 0


@pytest.mark.parametrize("up_to", [None, -1, "x", 1.5, True, [1], 10**18])
def test_a_wrong_number_marks_nothing_as_read(jude: Caller, amara: Caller, up_to: object) -> None:
    amara.offer(jude.ad())
    assert told(jude.post("/notifications/read/", {"up_to": up_to}))[0] == 400
    assert read_up_to(jude) == 0


def test_an_amount_in_a_notice_has_every_decimal(desk: Desk) -> None:
    rich, poor = desk.trader("Rich", fine="2"), desk.trader("Poor")
    ad = rich.ad(crypto_currency="fine", crypto_amount="1.12345678901234567891", price_per_unit="100")
    poor.offer(ad, "1.12345678901234567891")
    rich.post("/p2p/offer/release/1/")
    assert '"amount": 1.12345678901234567891,' in poor.get("/notifications/").text


def test_notices_can_be_walked(jude: Caller, amara: Caller) -> None:
    ad = jude.ad()
    for _ in range(5):
        amara.offer(ad, "1")
    assert [notice["notice"] for notice in walk(jude, "/notifications/?", 2)] == [1, 2, 3, 4, 5]
    assert [notice["notice"] for notice in walk(jude, "/notifications/?since=2&", 2)] == [3, 4, 5]
    assert items(jude, "/notifications/?since=5") == []
    assert items(jude, "/notifications/?since=999999999999999999") == []


@pytest.mark.parametrize("query", ["since=-1", "since=x", "since=%20", "cursor=x", "since=1000000000000000000"])
def test_notices_refuse_what_they_cannot_read(still_jude: Caller, query: str) -> None:
    assert told(still_jude.get(f"/notifications/?{query}"))[0] == 400
