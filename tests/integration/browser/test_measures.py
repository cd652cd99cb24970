"""What staff do on the page beside judging: two of them for a large dispute, a coin barred, and the desk frozen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.integration.browser.market import Market
from tests.integration.browser.people import Browsers, Desk, Person, base, look_at
from tests.integration.browser.test_staff import sign_in, staffed_desk
from tests.integration.browser.test_trade import SECONDS, reads

FROZEN = "Staff have frozen the desk"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk on which 10 trx are so many that two of the staff decide."""
    with staffed_desk(tmp_path_factory.mktemp("large"), SECOND_APPROVAL="trx:9") as desk:
        yield desk


@pytest.fixture(scope="module")
def staff(browsers: Browsers, large: Desk) -> Iterator[tuple[Person, Person]]:
    """Sam and Ruth, each signed in once."""
    market = Market(large)
    with ExitStack() as stack:
        both = [stack.enter_context(browsers.person(large)) for _ in range(2)]
        for person, who in zip(both, ("sam", "ruth"), strict=True):
            market.staff(who)
            sign_in(person, who)
        yield both[0], both[1]


def test_a_second_one_approves_what_the_first_proposes(large: Desk, staff: tuple[Person, Person]) -> None:
    market, (sam, ruth) = Market(large), staff
    offer = disputed(market)
    propose(sam, offer, "Buyer", "The bank says so.")
    assert market.status(offer) == "disputed"
    # Whoever proposes it is not the other one.
    assert sam.page.get_by_role("button", name="Approve").count() == 0
    sam.page.get_by_text("Somebody else of the staff has to approve it.").wait_for()
    look_at(sam)
    ruth.go("/staff")
    ruth.page.get_by_text("To be approved").wait_for(timeout=SECONDS)
    ruth.page.locator(f"a[href='/offers/{offer}']").click()
    ruth.page.get_by_text("“The bank says so.”").wait_for(timeout=SECONDS)
    look_at(ruth)
    ruth.page.get_by_role("button", name="Approve").click()
    ruth.page.get_by_label("Reason").fill("So it does.")
    ruth.page.get_by_role("button", name="Approve it").click()
    reads(ruth, "This trade is over")
    looks_again(sam)
    reads(sam, "This trade is over")
    assert market.status(offer) == "completed"


def test_nobody_approves_what_they_propose(large: Desk, staff: tuple[Person, Person]) -> None:
    """The page has no button for it, and the desk would refuse."""
    market, (sam, _) = Market(large), staff
    offer = disputed(market)
    propose(sam, offer, "Buyer", "The bank says so.")
    answer = sam.page.evaluate(_APPROVE, [base(sam.page), offer])
    assert answer == "somebody_else_must_approve"
    assert market.status(offer) == "disputed"


def test_whoever_is_kept_from_a_party_is_offered_no_deed_that_the_desk_would_refuse(
    browsers: Browsers, large: Desk, staff: tuple[Person, Person]
) -> None:
    market, (sam, _) = Market(large), staff
    offer, proposed = disputed(market), disputed(market)
    propose(sam, proposed, "Buyer", "The bank says so.")
    market.staff("ben")
    market.call("POST", f"/p2p/block/{market.id('amara')}/", "ben")
    with browsers.person(large) as ben:
        sign_in(ben, "ben")
        for which in (offer, proposed):
            ben.go(f"/offers/{which}")
            ben.page.get_by_text("Somebody else of the staff must judge this dispute.").wait_for(timeout=SECONDS)
            ben.is_idle()
            for name in ("Take it", "Take it over", "Approve", "Reject", "See what it does"):
                assert ben.page.get_by_role("button", name=name, exact=True).count() == 0


def test_what_is_rejected_is_decided_anew(large: Desk, staff: tuple[Person, Person]) -> None:
    market, (sam, ruth) = Market(large), staff
    offer = disputed(market)
    propose(sam, offer, "Seller", "Nothing came.")
    ruth.go(f"/offers/{offer}")
    ruth.page.get_by_text("Jude gets the 10 TRX back.").wait_for(timeout=SECONDS)
    ruth.page.get_by_role("button", name="Reject").click()
    ruth.page.get_by_label("Reason").fill("The bank says otherwise.")
    ruth.page.get_by_role("button", name="Reject it").click()
    for person in (ruth, sam):
        looks_again(person)
        person.page.get_by_text("Proposed:").wait_for(state="detached", timeout=SECONDS)
        person.page.get_by_role("radio", name="Split").wait_for(timeout=SECONDS)
    assert market.status(offer) == "disputed"


def test_somebody_is_barred_from_a_coin_and_let_in_again(
    browsers: Browsers, large: Desk, staff: tuple[Person, Person]
) -> None:
    market, (sam, _) = Market(large), staff
    ad = market.ad("jude", "sell")
    sam.go(f"/staff?tab=traders&trader={market.id('amara')}")
    sam.page.get_by_label("Coin").select_option("trx")
    sam.page.get_by_role("button", name="Bar them from TRX").click()
    sam.page.get_by_label("Reason").fill("Two disputes in one day.")
    sam.page.get_by_role("dialog").get_by_role("button", name="Bar them from TRX").click()
    sam.page.get_by_role("dialog").wait_for(state="detached", timeout=SECONDS)
    assert "TRX" in sam.page.locator("dd", has_text="TRX").first.inner_text()
    look_at(sam)
    with browsers.person(large, "Amara") as amara:
        amara.go(f"/ads/{ad}")
        _offers(amara)
        amara.page.get_by_role("alert").get_by_text("restricted").wait_for(timeout=SECONDS)
        sam.page.get_by_role("button", name="Let them trade TRX").click()
        sam.page.get_by_label("Reason").fill("Both were settled.")
        sam.page.get_by_role("button", name="Let them", exact=True).click()
        sam.page.get_by_role("button", name="Bar them from TRX").wait_for(timeout=SECONDS)
        amara.page.get_by_role("button", name="Make offer").click()
        reads(amara, "Pay 2,000.00 NGN to Jude")


def test_a_frozen_desk_says_so_to_everybody_and_goes_on_with_what_is_under_way(
    browsers: Browsers, large: Desk, staff: tuple[Person, Person]
) -> None:
    market, (sam, _) = Market(large), staff
    ad = market.ad("jude", "sell")
    under_way = market.offer("amara", ad)
    with browsers.person(large, "Amara") as amara:
        amara.go(f"/ads/{ad}")
        amara.page.get_by_role("button", name="Make offer").wait_for()
        assert amara.page.get_by_text(FROZEN).count() == 0
        _freeze(sam, "Freeze the desk", "Freeze it")
        sam.page.get_by_text(FROZEN).wait_for(timeout=SECONDS)
        look_at(sam)
        _offers(amara)
        amara.page.get_by_role("alert").get_by_text("The desk is frozen for the moment").wait_for(timeout=SECONDS)
        assert amara.page.get_by_text("It may or may not have been done").count() == 0
        amara.page.get_by_text(FROZEN).wait_for(timeout=SECONDS)
        amara.page.get_by_text("this offer can be made once staff let it go on").wait_for()
        look_at(amara)
        amara.go(f"/offers/{under_way}")
        amara.page.get_by_role("button", name="I have paid").click()
        reads(amara, "Waiting for Jude to release")
        _freeze(sam, "Let the desk go on", "Let it go on")
        sam.page.get_by_text(FROZEN).wait_for(state="detached", timeout=SECONDS)
        amara.page.reload()
        reads(amara, "Waiting for Jude to release")
        assert amara.page.get_by_text(FROZEN).count() == 0


_APPROVE = """async ([base, offer]) => {
  const { ask } = await import(`${base}/lib/api.js`);
  const body = { note: "I think so, too." };
  return ask("POST", `/admin/dispute/approve/${offer}/`, { body }).then(() => "done", ({ code }) => code);
}"""


def disputed(market: Market) -> int:
    offer = market.offer("amara", market.ad("jude", "sell"))
    market.paid("amara", offer)
    market.call("POST", f"/p2p/offer/dispute/{offer}/", "amara", {"reason": "I sent it all."})
    return offer


def propose(person: Person, offer: int, favour: str, note: str) -> None:
    person.go(f"/offers/{offer}")
    person.page.get_by_role("radio", name=favour).check(force=True)
    person.page.get_by_label("Reason").fill(note)
    person.page.get_by_role("button", name="See what it does").click()
    person.page.get_by_role("dialog").wait_for()
    assert person.page.get_by_role("alert").count() == 0
    person.page.get_by_role("dialog").get_by_role("button", name=f"Give it to the {favour.lower()}").click()
    person.page.get_by_text("Proposed:").wait_for(timeout=SECONDS)


def looks_again(person: Person) -> None:
    """As the page does every half a minute, and when it is turned to: nobody tells staff what others of them do."""
    person.page.evaluate("dispatchEvent(new Event('online'))")


def _freeze(person: Person, name: str, deed: str) -> None:
    person.go("/staff?tab=freeze")
    person.page.get_by_role("button", name=name).click()
    person.page.get_by_label("Reason").fill("A look at the books.")
    person.page.get_by_role("button", name=deed).click()
    person.page.get_by_role("dialog").wait_for(state="detached", timeout=SECONDS)


def _offers(person: Person) -> None:
    page = person.page
    page.get_by_label("Crypto amount").fill("10")
    for label, value in {"Account name": "Amara Nwosu", "Account number": "0987654321", "Bank": "GTBank"}.items():
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Make offer").click()
