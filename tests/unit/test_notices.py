"""Who is told what, by mail and by frame: docs/contract/notices.md, "Who is told what", written out."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import (
    NOTICE_KINDS,
    BankDetails,
    Changes,
    EventKind,
    LockedOffer,
    Notice,
    NoticeKind,
    OfferProposal,
    frame_text,
)
from domain.model.feedback import Feedback
from domain.model.frames import parse_frame
from domain.model.notices import FRAME_KEYS, About, sample_frame
from domain.model.telling import told_of_feedback
from tests.factories import (
    CATALOGUE,
    NOW,
    AdForOfferFactory,
    BankDetailsFactory,
    DisputeFactory,
    LockedOfferFactory,
    TraderFactory,
    actor,
)

AT = NOW + timedelta(minutes=10)
LATE = NOW + timedelta(hours=1)
JUDE = TraderFactory(fullname="Jude Okafor")
AMARA = TraderFactory(fullname="Amara Obi")
JUDGE = actor(TraderFactory(staff=True))
EXPIRED = "The time to pay for this offer has passed, and the offer has expired."


def offer(ad_type: str, **traits: Any) -> LockedOffer:
    """Jude's ad, Amara's offer, with ids that the expected frames can name."""
    return LockedOfferFactory(buy=ad_type == "buy", maker=JUDE, taker=AMARA, ad__id=2, offer__id=12, **traits)


def told(changes: Changes) -> list[tuple[str, bool, dict[str, Any]]]:
    """Whom, whether by mail too, and the frame."""
    names = {JUDE.id: "maker", AMARA.id: "taker"}
    return [(names[notice.trader_id], notice.is_mailed, dict(notice.frame)) for notice in changes.notices]


def offer_frame(kind: str, message: str) -> dict[str, Any]:
    return {"message": message, "type": kind, "offer_id": 12}


def funds_released(amount: str = "2") -> dict[str, Any]:
    return {
        "message": "Funds have been released",
        "amount": Decimal(amount),
        "type": "funds_released",
        "crypto_currency": "btc",
    }


def made(ad_type: str, auto_reply: str = "") -> Changes:
    locked = AdForOfferFactory(
        buy=ad_type == "buy", maker=JUDE, taker=AMARA, ad__id=2, next_offer_id=12, ad__auto_reply_message=auto_reply
    )
    return locked.make_offer(OfferProposal(Decimal(2), None, BankDetailsFactory()), NOW, CATALOGUE)


@pytest.mark.parametrize(("ad_type", "interested"), [("sell", "buyer"), ("buy", "seller")])
def test_an_offer_is_told_to_the_maker(ad_type: str, interested: str) -> None:
    message = f"You have an interested {interested} on your p2p ad"
    frame = {"message": message, "type": "ad_interest", "ad_id": 2, "offer_id": 12}
    assert told(made(ad_type)) == [("maker", True, frame)]


@pytest.mark.parametrize("ad_type", ["sell", "buy"])
def test_an_ads_text_is_told_to_the_taker(ad_type: str) -> None:
    (_, reply) = told(made(ad_type, auto_reply="Pay quickly, please"))
    frame = {"message": "Pay quickly, please", "type": "auto_reply", "ad_id": 2, "offer_id": 12}
    assert reply == ("taker", True, frame)


@pytest.mark.parametrize(
    ("ad_type", "seller", "message"),
    [
        ("sell", "maker", "Amara Obi has claimed to have made payment regarding your P2P advertisement."),
        ("buy", "taker", "Jude Okafor has claimed to have made payment regarding your offer."),
    ],
)
def test_a_payment_is_told_to_the_seller(ad_type: str, seller: str, message: str) -> None:
    locked = offer(ad_type)
    changes = locked.indicate_payment(actor(locked.buyer), AT)
    assert told(changes) == [(seller, True, offer_frame("payment_indication", message))]


@pytest.mark.parametrize("ad_type", ["sell", "buy"])
def test_a_cancelled_offer_is_told_to_the_maker(ad_type: str) -> None:
    message = "Amara Obi has cancelled their offer regarding your P2P advertisement."
    changes = offer(ad_type).cancel(actor(AMARA), AT)
    assert told(changes) == [("maker", True, offer_frame("offer_cancel", message))]


@pytest.mark.parametrize("state", ["pending", "paid", "disputed"])
@pytest.mark.parametrize(("ad_type", "buyer"), [("sell", "taker"), ("buy", "maker")])
def test_a_release_is_told_to_the_buyer_and_nobody_else(ad_type: str, buyer: str, state: str) -> None:
    traits = {} if state == "pending" else {state: True}
    locked = offer(ad_type, **traits)
    assert told(locked.release_funds(actor(locked.seller), AT)) == [(buyer, True, funds_released())]


@pytest.mark.parametrize("state", ["paid", "disputed"])
@pytest.mark.parametrize(("ad_type", "seller"), [("sell", "maker"), ("buy", "taker")])
def test_a_return_is_told_to_the_seller_and_nobody_else(ad_type: str, seller: str, state: str) -> None:
    locked = offer(ad_type, **{state: True})
    message = f"{locked.buyer.fullname} has given up this offer, and the crypto is yours again."
    changes = locked.return_offer(actor(locked.buyer), AT)
    assert told(changes) == [(seller, True, offer_frame("offer_returned", message))]


@pytest.mark.parametrize("ad_type", ["sell", "buy"])
def test_an_expired_offer_is_told_to_both(ad_type: str) -> None:
    frame = offer_frame("offer_expired", EXPIRED)
    assert told(offer(ad_type).expire(LATE)) == [("maker", True, frame), ("taker", True, frame)]


@pytest.mark.parametrize("ad_type", ["sell", "buy"])
@pytest.mark.parametrize("opener", [JUDE, AMARA])
def test_a_dispute_is_told_to_both(ad_type: str, opener: Any) -> None:
    changes = offer(ad_type, paid=True).open_dispute(actor(opener), "No money came", AT)
    frame = offer_frame("offer_disputed", f"{opener.fullname} has opened a dispute on this offer.")
    assert told(changes) == [("maker", True, frame), ("taker", True, frame)]
    for notice in changes.notices:
        assert notice.facts["dispute_opened_by"] == opener.fullname
        assert notice.facts["dispute_reason"] == "No money came"
        assert notice.facts["in_favour_of"] is None


@pytest.mark.parametrize(("ad_type", "buyer"), [("sell", "taker"), ("buy", "maker")])
@pytest.mark.parametrize("winner", ["buyer", "seller"])
def test_a_verdict_is_told_to_both_and_the_coins_to_a_buyer_who_gets_them(
    ad_type: str, buyer: str, winner: str
) -> None:
    changes = offer(ad_type, disputed=True).resolve(JUDGE, winner, "Proof was shown", AT)
    message = f"The dispute on this offer has been resolved in favour of the {winner}."
    frame = offer_frame("dispute_resolved", message)
    coins = [(buyer, False, funds_released())] if winner == "buyer" else []
    assert told(changes) == [("maker", True, frame), ("taker", True, frame), *coins]
    for notice in changes.notices:
        assert (notice.facts["in_favour_of"], notice.facts["dispute_note"]) == (winner, "Proof was shown")


@pytest.mark.parametrize(("ad_type", "buyer"), [("sell", "taker"), ("buy", "maker")])
def test_a_split_is_told_to_both_and_the_buyer_what_they_got(ad_type: str, buyer: str) -> None:
    locked = offer(ad_type, disputed=True)
    changes = locked.resolve(JUDGE, "split", "Half came", AT, None, Decimal("0.5"))
    frame = offer_frame("dispute_resolved", "The dispute on this offer has been resolved: the escrow was split.")
    coins = {**funds_released(), "amount": Decimal("0.5")}
    assert told(changes) == [("maker", True, frame), ("taker", True, frame), (buyer, False, coins)]
    for notice in changes.notices:
        assert (notice.facts["buyer_amount"], notice.facts["seller_amount"]) == ("0.5", "1.5")


@pytest.mark.parametrize("ad_type", ["sell", "buy"])
@pytest.mark.parametrize(("opener", "other"), [(JUDE, "taker"), (AMARA, "maker")])
def test_a_withdrawn_dispute_is_told_to_the_other_party(ad_type: str, opener: Any, other: str) -> None:
    locked = offer(ad_type, disputed=True, dispute=DisputeFactory(offer_id=12, opened_by=opener.id))
    changes = locked.withdraw_dispute(actor(opener), AT)
    frame = offer_frame("dispute_withdrawn", "The dispute on this offer has been withdrawn.")
    assert told(changes) == [(other, True, frame)]


@pytest.mark.parametrize(("hours", "said"), [(24, "24 hours"), (1, "1 hour")])
def test_a_dispute_by_the_desk_says_that_nobody_answered(hours: int, said: str) -> None:
    after = timedelta(hours=hours)
    changes = offer("sell", paid=True).escalate(NOW + after + timedelta(minutes=5), after)
    frame = offer_frame("offer_disputed", f"The seller has not answered for {said}; staff will look at it.")
    assert told(changes) == [("maker", True, frame), ("taker", True, frame)]
    for notice in changes.notices:
        assert (notice.facts["dispute_opened_by"], notice.facts["dispute_kind"]) == (None, "no_answer")


def every_notice() -> list[Notice]:
    judge, pending = JUDGE, offer("sell")
    decisions = [
        made("sell", auto_reply="Hello"),
        pending.indicate_payment(actor(AMARA), AT),
        pending.cancel(actor(AMARA), AT),
        pending.release_funds(actor(JUDE), AT),
        pending.expire(LATE),
        pending.call_off(AT),
        offer("sell", paid=True).return_offer(actor(AMARA), AT),
        offer("sell", paid=True).open_dispute(actor(JUDE), "No money", AT),
        offer("sell", disputed=True).withdraw_dispute(actor(AMARA), AT),
        offer("sell", disputed=True).resolve(judge, "buyer", "So.", AT),
    ]
    return [notice for changes in decisions for notice in changes.notices]


def test_every_kind_of_notice_is_told_on_some_event() -> None:
    assert {notice.kind for notice in every_notice()} == {kind for kind, row in NOTICE_KINDS.items() if row.of}


def test_every_notice_names_its_offer_at_the_version_that_the_event_made() -> None:
    for notice in every_notice():
        assert notice.about is not None
        assert notice.about.offer_id == 12
        assert notice.frame["type"] == notice.kind.value
        assert notice.facts["offer_id"] == 12
    assert [(notice.about, notice.at) for notice in made("buy").notices] == [(About(12, 1), NOW)]
    paid = offer("sell").indicate_payment(actor(AMARA), AT)
    assert [(notice.about, notice.at) for notice in paid.notices] == [(About(12, 2), AT)]


@pytest.mark.abuse("J1")
def test_a_letter_has_all_facts_and_no_whole_account_number() -> None:
    (notice,) = made("buy").notices
    assert notice.facts == {
        "offer_id": 12,
        "ad_id": 2,
        "ad_type": "buy",
        "ad_is_live": True,
        "state": "pending",
        "received_amount": "2",
        "maker": "Jude Okafor",
        "taker": "Amara Obi",
        "buyer": "Jude Okafor",
        "seller": "Amara Obi",
        "crypto_currency": "btc",
        "currency_amount": "2",
        "fiat_currency": "usd",
        "fiat_amount": "400.00",
        "price_per_unit": "200.00",
        "payment_method": "bank_transfer",
        "auto_reply_message": "",
        "account_is_given": True,
        "payment_reference": "P2P-12",
        "reader": "buyer",
        "bank_account_name": "Amara Obi",
        "bank_account_number": "******6789",
        "bank_name": "First Bank",
        "deadline": "2026-03-02T10:00+00:00",
        "dispute_opened_by": None,
        "dispute_kind": None,
        "dispute_reason": None,
        "dispute_note": None,
        "in_favour_of": None,
    }


@pytest.mark.parametrize("ad_type", ["sell", "buy"])
def test_an_edited_ad_changes_nothing_that_is_told_of_an_offer(ad_type: str) -> None:
    locked = offer(ad_type)
    edited = replace(
        locked.ad,
        price_per_unit=Decimal(999),
        min_limit=Decimal(1),
        max_limit=Decimal(2),
        bank=BankDetails("Mallory", "666", "Third Bank"),
        payment_details="To Mallory",
        time_to_pay=1,
    )
    told = locked.indicate_payment(actor(locked.buyer), AT).notices
    assert replace(locked, ad=edited).indicate_payment(actor(locked.buyer), AT).notices == told


@pytest.mark.abuse("C12")
def test_facts_print_amounts_in_full() -> None:
    locked = offer("sell", amount=Decimal("0.10000000"), ad__price_per_unit=Decimal("12345.6789000000"))
    (notice,) = locked.cancel(actor(AMARA), AT).notices
    amounts = [notice.facts[name] for name in ("currency_amount", "price_per_unit", "fiat_amount")]
    assert amounts == ["0.1", "12345.6789", "1234.57"]
    assert (notice.facts["buyer"], notice.facts["seller"]) == ("Amara Obi", "Jude Okafor")


@pytest.mark.parametrize(
    ("traits", "is_live"),
    [
        ({}, True),
        ({"ad__end_date": NOW.date()}, True),
        ({"ad_closed": True}, False),
        ({"ad__start_date": NOW.date() - timedelta(2), "ad__end_date": NOW.date() - timedelta(1)}, False),
    ],
)
def test_nobody_is_told_that_an_ad_is_open_again_when_it_has_ended(traits: dict[str, Any], is_live: bool) -> None:
    """The last ad is past its end date, though no worker has come by yet."""
    (notice,) = offer("sell", **traits).cancel(actor(AMARA), AT).notices
    assert notice.facts["ad_is_live"] is is_live


@pytest.mark.abuse("C12")
@pytest.mark.parametrize(
    ("amount", "printed"),
    [
        ("100000", "100000.0"),
        ("1E+5", "100000.0"),
        ("2.50", "2.5"),
        ("0.00000000000000000001", "0.00000000000000000001"),
        ("999999999999999999.99999999999999999999", "999999999999999999.99999999999999999999"),
    ],
)
def test_a_frame_prints_the_exact_amount_as_a_number(amount: str, printed: str) -> None:
    text = frame_text(funds_released(amount))
    assert text == (
        f'{{"message": "Funds have been released", "amount": {printed}, '
        '"type": "funds_released", "crypto_currency": "btc"}'
    )
    assert parse_frame(text) == funds_released(amount)


def test_a_frame_carries_the_notices_number_when_it_is_asked_for() -> None:
    frame = offer_frame("offer_cancel", "Jude has cancelled")
    assert json.loads(frame_text(frame)) == frame
    assert json.loads(frame_text(frame, 7)) == {**frame, "notice": 7}


@given(
    st.dictionaries(
        st.text(), st.text() | st.integers(0, 10**18) | st.integers(1, 10**38).map(lambda n: Decimal(f"{n}e-20"))
    )
)
def test_a_frame_is_read_back_as_it_was(frame: dict[str, Any]) -> None:
    assert parse_frame(frame_text(frame)) == frame
    json.loads(frame_text(frame))


def test_feedback_is_told_to_the_other_party_and_not_mailed() -> None:
    ended = replace(offer("sell").offer, version=3)
    given = Feedback(12, AMARA.id, JUDE.id, True, 5, "Quick", AT)
    notice = told_of_feedback(given, ended, AMARA)
    assert notice.frame == offer_frame("feedback_given", "Amara Obi has rated your trade.")
    assert (notice.trader_id, notice.about, notice.at, notice.is_mailed) == (JUDE.id, About(12, 3), AT, False)
    assert "Quick" not in notice.facts.values()


# Each kind's row ------------------------------------------------------------------------------------------------


def test_every_kind_has_a_row() -> None:
    assert set(NOTICE_KINDS) == set(NoticeKind)


@pytest.mark.parametrize("kind", NoticeKind)
def test_a_row_has_all_that_is_made_of_it(kind: NoticeKind) -> None:
    row = NOTICE_KINDS[kind]
    frame = sample_frame(kind)
    assert list(frame) == ["message", "type", *row.frame]
    assert "{" not in str(frame["message"])
    for key in row.frame:
        assert type(frame[key]) is FRAME_KEYS[key].type, f"the sample of {kind} has no {key} of this type"
    assert row.when
    words = set(re.findall(r"{(\w+)}", row.message))
    unused = set(row.sample) - words - set(row.frame)
    assert not unused, f"the sample of {kind} has what is neither a word nor a key: {unused}"


def test_who_is_told_in_words() -> None:
    told = {kind: NOTICE_KINDS[kind].addressee for kind in NoticeKind}
    assert told[NoticeKind.AD_INTEREST] == "the maker"
    assert told[NoticeKind.OFFER_EXPIRED] == "both"
    assert replace(NOTICE_KINDS[NoticeKind.OFFER_EXPIRED], to=()).addressee == "the other party"


@pytest.mark.parametrize("event", EventKind)
def test_every_event_tells_somebody(event: EventKind) -> None:
    assert [kind for kind, row in NOTICE_KINDS.items() if event in row.of]
