"""How much one trader may have under way, as a client sees it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from adapters.http.replies.wording import moment_text
from domain import Limits
from tests.clock import NOON
from tests.integration.http.desk import Caller, Desk, ad_body, offer_body, success, told

BOUNDS = Limits(live_ads=2, live_offers=3, unpaid=2, cancelled=2)


def limited_desk() -> tuple[Desk, Caller, Caller]:
    desk = Desk()
    desk.app = desk.with_services(limits=BOUNDS)
    return desk, desk.trader("Jude", trx="1000"), desk.trader("Amara", trx="1000")


def shown(**own: Any) -> dict[str, Any]:
    nothing = {
        "live_ads": {"most": 2, "now": 0},
        "live_offers": {"most": 3, "now": 0},
        "unpaid": {"most": 2, "now": 0},
        "cancelled": {"most": 2, "now": 0},
        "may_offer_again_at": None,
        "fee_percent": "0",
        "rate_limits": None,
    }
    return success(None, nothing | own)


@pytest.mark.abuse("I4")
def test_each_bound_with_ones_own_count() -> None:
    desk, jude, amara = limited_desk()
    assert amara.get("/p2p/limits/").json == shown()
    ad = jude.ad(time_to_pay=20)
    jude.ad()
    assert told(jude.post("/p2p/ad/", ad_body())) == (400, "You have 2 live ads, the most that is allowed")
    amara.post(f"/p2p/offer/cancel/{amara.offer(ad)}/")
    amara.offer(ad)
    amara.offer(ad)
    assert amara.get("/p2p/limits/").json == shown(live_offers={"most": 3, "now": 2}, cancelled={"most": 2, "now": 1})
    assert jude.get("/p2p/limits/").json == shown(live_ads={"most": 2, "now": 2})
    desk.clock.advance(minutes=20)
    again = moment_text(NOON + timedelta(minutes=20, hours=24))
    assert amara.get("/p2p/limits/").json == shown(
        unpaid={"most": 2, "now": 2}, cancelled={"most": 2, "now": 1}, may_offer_again_at=again
    )
    assert told(amara.post("/p2p/offer/create/", offer_body(ad))) == (
        400,
        f"Too many of your offers expired unpaid; you can make offers again from {again} on",
    )


def test_the_order_of_refusals() -> None:
    """One's own ad and a restriction come before, an ad that is not open behind."""
    desk, jude, amara = limited_desk()
    ad = jude.ad()
    for _ in range(3):
        amara.offer(ad)
    jude.post(f"/p2p/ad/pause/{ad}/")
    full = (400, "You have 3 live offers, the most that is allowed")
    assert told(amara.post("/p2p/offer/create/", offer_body(ad))) == full
    own = amara.ad()
    assert told(amara.post("/p2p/offer/create/", offer_body(own)))[1] == "You cannot make an offer on your own ad"
    desk.restrict(amara, "trx")
    assert told(amara.post("/p2p/offer/create/", offer_body(ad)))[1].startswith("You have been restricted")


def test_a_paused_ad_resumes_unless_the_bound_was_lowered() -> None:
    desk, jude, _ = limited_desk()
    ad = jude.ad()
    jude.ad()
    jude.post(f"/p2p/ad/pause/{ad}/")
    assert told(jude.post("/p2p/ad/", ad_body()))[1] == "You have 2 live ads, the most that is allowed"
    jude.app = desk.with_services(limits=Limits(live_ads=1))
    answer = told(jude.post(f"/p2p/ad/resume/{ad}/"))
    assert answer == (400, "You have 1 live ad, the most that is allowed")
    jude.app = desk.app
    assert jude.post(f"/p2p/ad/resume/{ad}/").status_int == 200
