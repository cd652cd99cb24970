"""Staff see the accounts of an offer once there was a dispute, and are in the audit trail then; numbers are masked."""

from __future__ import annotations

from typing import Any

import pytest

from domain import DESK, Changes, StaffAct
from domain.errors import CommitUnknown, StoreUnavailable
from domain.ports.store import Store
from tests.integration.http.desk import PASSWORD, Caller, Desk, new_store
from tests.integration.http.faults import BreakableStore

ACCOUNT = {"bank_account_name": "Jude O", "bank_account_number": "9876543210", "bank_name": "Second Bank"}
OWN = {"bank_account_name": "Amara N", "bank_account_number": "0123456789", "bank_name": "First Bank"}
NO_ACCOUNT = dict.fromkeys(OWN, "")


def seen(caller: Caller, offer: int) -> tuple[dict[str, str], Any]:
    """The taker's account, and where to pay."""
    entity = caller.get(f"/p2p/offer/detail/{offer}").json["entity"]
    return {name: entity[name] for name in OWN}, entity["pay_to"]


def disputed(jude: Caller, amara: Caller) -> int:
    offer = amara.offer(jude.ad(**ACCOUNT))
    amara.post(f"/p2p/offer/paid/{offer}/")
    assert amara.post(f"/p2p/offer/dispute/{offer}/", {"reason": "Nothing came."}).status_int == 200
    return offer


def lines(staff: Caller) -> list[tuple[str, str]]:
    items = staff.get("/admin/audit/?limit=100").json["entity"]["items"]
    return [(item["by"], item["of"]) for item in items if item["act"] == "bank_details.read"]


def again(desk: Desk, caller: Caller, email: str) -> None:
    body = {"email": email, "password": PASSWORD}
    caller.token = desk.app.post_json("/auth/token/", body).json["entity"]["access"]


@pytest.mark.abuse("B6")
def test_staff_see_the_accounts_once_there_was_a_dispute_and_leave_a_line(store: Store) -> None:
    desk = Desk(store=store)
    jude, amara = desk.trader("Jude", trx="1000"), desk.trader("Amara", trx="1000")
    ada, ben = desk.trader("Ada", is_staff=True), desk.trader("Ben", is_staff=True)
    offer = amara.offer(jude.ad(**ACCOUNT))
    all_of_it = (OWN, {**ACCOUNT, "payment_details": ""})
    assert seen(jude, offer) == seen(amara, offer) == all_of_it
    assert seen(ada, offer) == (NO_ACCOUNT, None)
    assert "9876543210" not in ada.get(f"/p2p/offer/detail/{offer}").text
    amara.post(f"/p2p/offer/paid/{offer}/")
    assert seen(ada, offer) == (NO_ACCOUNT, None)
    assert lines(ada) == []
    amara.post(f"/p2p/offer/dispute/{offer}/", {"reason": "Nothing came."})
    assert seen(amara, offer) == all_of_it
    assert lines(ada) == []
    assert seen(ada, offer) == all_of_it
    assert lines(ada) == [(ada.id, f"offer:{offer}")]
    for _ in range(3):
        assert seen(ada, offer) == all_of_it
    assert seen(ben, offer) == all_of_it
    assert lines(ada) == [(ben.id, f"offer:{offer}"), (ada.id, f"offer:{offer}")]
    amara.post(f"/p2p/offer/dispute/withdraw/{offer}/")
    assert seen(ada, offer) == all_of_it
    assert len(lines(ada)) == 2


def test_the_next_day_is_another_line(desk: Desk, jude: Caller, amara: Caller, staff: Caller) -> None:
    offer = disputed(jude, amara)
    seen(staff, offer)
    desk.clock.advance(days=1)
    again(desk, staff, "ada@example.com")
    seen(staff, offer)
    seen(staff, offer)
    assert lines(staff) == [(staff.id, f"offer:{offer}")] * 2


def test_a_line_is_not_written_again_however_many_others_have_followed(
    desk: Desk, jude: Caller, amara: Caller, staff: Caller
) -> None:
    offer = disputed(jude, amara)
    seen(staff, offer)
    others = tuple(StaffAct(DESK.id, desk.clock.now(), "deposit", f"trader:{at}") for at in range(250))
    desk.store.run(lambda unit: unit.book.apply(Changes(facts=others)), writes=True)
    seen(staff, offer)
    found = desk.store.run(lambda unit: unit.readers.staff_acts(None, 999).items, writes=False)
    assert [line.act.act for line in found].count("bank_details.read") == 1


def test_staff_who_are_a_party_and_those_who_are_shown_nothing_leave_none(
    jude: Caller, amara: Caller, staff: Caller
) -> None:
    assert seen(staff, disputed(jude, staff))[0] == OWN
    without = amara.offer(jude.ad(payment_method="mobile_money"), **NO_ACCOUNT)
    amara.post(f"/p2p/offer/paid/{without}/")
    amara.post(f"/p2p/offer/dispute/{without}/", {"reason": "Nothing came."})
    assert seen(staff, without) == (NO_ACCOUNT, None)
    assert lines(staff) == []


@pytest.mark.abuse("B6")
def test_long_after_its_end_an_account_number_is_masked(desk: Desk, jude: Caller, amara: Caller, staff: Caller) -> None:
    offer = disputed(jude, amara)
    jude.post(f"/p2p/offer/release/{offer}/")
    for caller in (jude, amara, staff):
        assert seen(caller, offer) == (OWN, None)
    desk.clock.advance(days=30)
    for caller, name in ((jude, "jude"), (amara, "amara"), (staff, "ada")):
        again(desk, caller, f"{name}@example.com")
        assert seen(caller, offer) == ({**OWN, "bank_account_number": "******6789"}, None)
        assert "0123456789" not in caller.get(f"/p2p/offer/detail/{offer}").text


@pytest.mark.abuse("B6")
def test_where_the_line_cannot_be_kept_nothing_is_shown() -> None:
    store = BreakableStore(new_store())
    desk = Desk(store=store)
    jude, amara = desk.trader("Jude", trx="1000"), desk.trader("Amara", trx="1000")
    staff = desk.trader("Ada", is_staff=True)
    offer = disputed(jude, amara)
    for error, word in ((StoreUnavailable("away"), "unavailable"), (CommitUnknown("broken"), "outcome_unknown")):
        store.on_commit.append(error)
        answer = staff.get(f"/p2p/offer/detail/{offer}")
        assert (answer.status_int, answer.headers["Error-Code"]) == (503, word)
        assert "0123456789" not in answer.text
        # Whoever leaves no line is not in the way of anything that breaks.
        store.on_commit.append(error)
        assert seen(amara, offer)[0] == OWN
        store.on_commit.clear()
    assert lines(staff) == []
    assert seen(staff, offer)[0] == OWN
    assert len(lines(staff)) == 1
