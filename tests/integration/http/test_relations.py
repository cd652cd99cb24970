"""Who may do what with whose: every operation on a thing of somebody's, tried by everybody who could reach for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from webtest import TestResponse

from adapters.http.documents.openapi_examples import example_of
from adapters.http.operation import Operation
from adapters.http.operations import OPERATIONS
from adapters.http.requests.security import Caller as Callers
from tests.integration.files.pictures import picture
from tests.integration.http.desk import Desk, ad_body, offer_body
from tests.integration.http.test_authorisation import IDS

ABOUT_SOMETHING = [each for each in OPERATIONS if "{" in each.path and each.caller is not Callers.ANYONE]
PEOPLE = ("stranger", "maker", "taker", "staff")
# What each of them is answered of a paid offer on a sell ad: yes, or the code of the refusal. What is somebody's (a
# login, a key, a webhook, a saved payment method) is the maker's.
TRADERS = {
    "end_login": "login_not_found yes login_not_found login_not_found",
    "end_key": "key_not_found yes key_not_found key_not_found",
    "ad_detail": "yes yes yes yes",
    "edit_ad": "not_your_ad yes not_your_ad not_your_ad",
    "pause_ad": "not_your_ad yes not_your_ad not_your_ad",
    "resume_ad": "not_your_ad ad_already not_your_ad not_your_ad",
    "close_ad": "not_your_ad yes not_your_ad not_your_ad",
    "offer_detail": "offer_not_found yes yes yes",
    "indicate_payment": "not_authorised not_authorised already_marked_paid not_authorised",
    "cancel_offer": "not_authorised not_authorised only_pending_can_be_cancelled not_authorised",
    "release_funds": "not_authorised yes not_authorised not_authorised",
    "return_offer": "not_authorised not_authorised yes not_authorised",
    "open_dispute": "not_authorised yes yes not_authorised",
    "withdraw_dispute": "not_authorised not_disputed not_disputed not_authorised",
    "give_feedback": "not_authorised only_completed_can_be_rated only_completed_can_be_rated not_authorised",
    "chat": "offer_not_found yes yes offer_not_found",
    "write_message": "offer_not_found yes yes offer_not_found",
    "send_attachment": "offer_not_found yes yes offer_not_found",
    "attachment": "offer_not_found not_found not_found offer_not_found",
    "trader": "yes yes yes yes",
    "feedback_about": "yes yes yes yes",
    "block": "yes yes blocking_oneself yes",
    "unblock": "yes yes yes yes",
    "remove_webhook": "webhook_not_found yes webhook_not_found webhook_not_found",
    "test_webhook": "webhook_not_found yes webhook_not_found webhook_not_found",
    "turn_on_webhook": "webhook_not_found yes webhook_not_found webhook_not_found",
    "edit_payment_method": "payment_method_not_found yes payment_method_not_found payment_method_not_found",
    "delete_payment_method": "payment_method_not_found yes payment_method_not_found payment_method_not_found",
}
# On a buy ad, where the maker is the buyer, and on a desk that staff have frozen: what differs.
ON_A_BUY_AD = {
    "indicate_payment": "not_authorised already_marked_paid not_authorised not_authorised",
    "release_funds": "not_authorised not_authorised yes not_authorised",
    "return_offer": "not_authorised yes not_authorised not_authorised",
}
WHILE_FROZEN = {"edit_ad": "not_your_ad frozen not_your_ad not_your_ad"}
SCENES: dict[str, tuple[dict[str, bool], dict[str, str]]] = {
    "sell ad": ({}, {}),
    "buy ad": ({"maker_buys": True}, ON_A_BUY_AD),
    "frozen desk": ({"is_frozen": True}, WHILE_FROZEN),
}
# And staff, once they are the maker, too.
STAFF = {
    "unrestrict": "yes yes",
    "suspend": "yes suspender_is_party",
    "reinstate": "yes yes",
    "trader_file": "yes yes",
    "verify_trader": "yes yes",
    "take_dispute": "not_disputed arbiter_is_party",
    "resolve_dispute": "not_disputed arbiter_is_party",
    "approve_proposal": "nothing_to_approve arbiter_is_party",
    "reject_proposal": "nothing_to_approve arbiter_is_party",
}


class Scene:
    """A paid offer on an ad, and what the ad's maker has: a login, a key, a webhook, a saved payment method."""

    def __init__(
        self,
        *,
        maker_is_staff: bool = False,
        maker_buys: bool = False,
        is_frozen: bool = False,
        desk: Desk | None = None,
    ) -> None:
        self.desk = desk or Desk()
        names = {"maker": "Jude", "taker": "Amara", "stranger": "Eve", "blocked": "Mallory", "staff": "Ada"}
        staff = {"staff", "maker"} if maker_is_staff else {"staff"}
        self.people = {who: self.desk.trader(name, is_staff=who in staff) for who, name in names.items()}
        maker, taker = self.people["maker"], self.people["taker"]
        buyer, seller = (maker, taker) if maker_buys else (taker, maker)
        self.desk.deposit(seller.trader, "trx", "1000")
        ad = maker.ad(ad_type="buy" if maker_buys else "sell")
        offer = taker.offer(ad)
        assert buyer.post(f"/p2p/offer/paid/{offer}/").status_int == 200
        account = {"bank_account_name": "J", "bank_account_number": "1", "bank_name": "First Bank"}
        saved = maker.post("/p2p/payment-method/", {"label": "Mine", "payment_method": "bank_transfer", **account})
        key = maker.post("/auth/key/", {"name": "bot", "scopes": ["read"]})
        hook = maker.post("/webhook/", {"url": "https://hooks.example/p2p"})
        maker.post(f"/p2p/block/{self.people['blocked'].id}/")
        ids = {"ad_id": ad, "offer_id": offer, "method_id": saved.json["entity"]["id"]}
        ids |= {"key_id": key.json["entity"]["id"], "trader_id": taker.id, "webhook_id": hook.json["entity"]["id"]}
        ids |= {"login_id": maker.get("/auth/login/").json["entity"]["items"][0]["id"]}
        self.ids = IDS | {name: str(value) for name, value in ids.items()}
        if is_frozen:
            why = {"note": "A rehearsal."}
            assert self.people["staff"].post("/admin/freeze/", why).status_int == 200

    def call(self, person: str, operation: Operation) -> TestResponse:
        caller, path = self.people[person], operation.path.format(**self.ids)
        if operation.method == "GET":
            return caller.get(path)
        if operation.prepare is not None:
            return caller.post_text(path, picture("PNG"), "image/png")
        body: Any = None if operation.body is None else example_of(operation.body)
        return caller.delete(path, body) if operation.method == "DELETE" else caller.post(path, body)


@dataclass(frozen=True)
class Set:
    """A kind of scene, one of it for calls that change nothing, and what each operation tells whom there."""

    kind: dict[str, bool]
    still: Scene
    told: dict[str, str]


def outcome(answer: TestResponse) -> str:
    return "yes" if answer.status_int == 200 else answer.headers["Error-Code"]


@pytest.fixture(scope="module")
def still() -> Scene:
    """For calls that change nothing: what is read, and what is refused."""
    return Scene()


@pytest.fixture(scope="module", params=SCENES)
def set_scene(request: pytest.FixtureRequest) -> Set:
    """A kind of scene, one of it to look at, and what is told there of each operation."""
    kind, differs = SCENES[request.param]
    return Set(kind, Scene(**kind), TRADERS | differs)


@pytest.fixture(scope="module")
def still_of_staff() -> Scene:
    return Scene(maker_is_staff=True)


def named(name: str) -> Operation:
    return next(operation for operation in ABOUT_SOMETHING if operation.name == name)


def test_every_operation_has_its_row() -> None:
    rows = {operation.name: operation.caller is Callers.STAFF for operation in ABOUT_SOMETHING}
    assert rows == dict.fromkeys(TRADERS, False) | dict.fromkeys(STAFF, True)


@pytest.mark.abuse("B1", "B2")
@pytest.mark.parametrize("name", TRADERS)
def test_who_may_do_what_with_whose(set_scene: Set, name: str) -> None:
    """Whom the maker has blocked is a stranger like any other."""
    operation, told = named(name), set_scene.told[name].split()
    for person, expected in zip((*PEOPLE, "blocked"), (*told, told[0]), strict=True):
        changes = expected == "yes" and operation.method != "GET"
        scene = Scene(**set_scene.kind) if changes else set_scene.still
        assert outcome(scene.call(person, operation)) == expected, person


@pytest.mark.parametrize("person", PEOPLE)
def test_nothing_new_begins_on_a_frozen_desk(person: str) -> None:
    scene = Scene(is_frozen=True)
    caller = scene.people[person]
    scene.desk.deposit(caller.trader, "trx", "1000")
    for path, body in (("/p2p/ad/", ad_body()), ("/p2p/offer/create/", offer_body(int(scene.ids["ad_id"])))):
        assert outcome(caller.post(path, body)) == "frozen"


@pytest.mark.abuse("B9", "K1")
@pytest.mark.parametrize("name", STAFF)
def test_what_staff_may_do_and_what_not_where_they_are_a_party(still: Scene, still_of_staff: Scene, name: str) -> None:
    operation, (of_staff, of_party) = named(name), STAFF[name].split()
    for person in ("stranger", "maker", "taker", "blocked"):
        assert outcome(still.call(person, operation)) == "staff_only", person
    changes = of_staff == "yes" and operation.method != "GET"
    assert outcome((Scene() if changes else still).call("staff", operation)) == of_staff
    scene = Scene(maker_is_staff=True) if changes else still_of_staff
    assert outcome(scene.call("maker", operation)) == of_party
