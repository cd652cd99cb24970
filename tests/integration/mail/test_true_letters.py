"""No letter says what is not so: every letter, of every state of offer and ad, for each of its readers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from html.parser import HTMLParser
from uuid import UUID

import pytest

from adapters.smtp.writing import Writer, Written
from domain import (
    Account,
    AdForOffer,
    AdType,
    BankDetails,
    Changes,
    LockedOffer,
    Notice,
    NoticeKind,
    OfferProposal,
    OfferState,
    Purse,
)
from domain.ports.delivery import Letter
from tests.factories import CATALOGUE, NOW, TraderFactory, actor
from tests.integration.true_claims import Case, Claim, cases, false_claims, open_ads

AT = NOW + timedelta(minutes=10)
LATE = NOW + timedelta(hours=1)
JUDGE = actor(TraderFactory(id=UUID(int=99), staff=True))
WRITER = Writer()

MOVES: dict[str, Callable[[LockedOffer, Case], Changes]] = {
    "paid": lambda locked, _: locked.indicate_payment(actor(locked.buyer), AT),
    "cancel": lambda locked, case: locked.cancel(actor(locked.taker), AT, None, case.catalogue),
    "expire": lambda locked, _: locked.expire(LATE),
    "release": lambda locked, _: locked.release_funds(actor(locked.seller), AT),
    "return": lambda locked, _: locked.return_offer(actor(locked.buyer), AT),
    "dispute": lambda locked, _: locked.open_dispute(actor(locked.buyer), "No money", AT),
    "withdraw": lambda locked, _: locked.withdraw_dispute(actor(locked.taker), AT),
    "escalate": lambda locked, _: locked.escalate(AT, timedelta(0)),
    "split": lambda locked, _: locked.resolve(JUDGE, "split", "So.", AT, None, Decimal("0.5")),
    "for buyer": lambda locked, _: locked.resolve(JUDGE, "buyer", "So.", AT),
    "for seller": lambda locked, _: locked.resolve(JUDGE, "seller", "So.", AT),
}
CLAIMS: dict[str, Claim] = {
    "open to new offers": lambda case, _: case.is_open,
    "Your ad is paused": lambda case, _: case.situation == "paused",
    "You may not trade": lambda case, _: case.situation in ("maker restricted", "maker suspended"),
    "is not traded on the desk": lambda case, _: case.situation.endswith(("not traded", "not offered")),
    "Your ad has ended": lambda case, _: case.situation in ("closed", "over, not swept"),
    "returns to the ad": lambda case, _: case.takes_back,
    "returns to your ad": lambda case, reader: case.takes_back and reader == "seller",
    "returns to your p2p wallet": lambda case, reader: not case.takes_back and reader == "seller",
    "returns to the seller's p2p wallet": lambda case, reader: not case.takes_back and reader == "buyer",
    "is in your p2p wallet": lambda _, reader: reader == "buyer",
    "account to pay to stands with the offer": lambda case, _: case.is_given,
    "Where to pay stands with the offer": lambda case, _: case.account == "words",
    "The whole account number stands with the offer": lambda case, _: case.account == "account",
    "gave no account": lambda case, _: not case.is_given,
    "No account to be paid on": lambda case, _: not case.is_given,
    "and use no other": lambda *_: False,
    "feedback": lambda _, reader: reader == "buyer",
    "money of theirs has reached you": lambda _, reader: reader == "seller",
    "Release the funds once": lambda _, reader: reader == "seller",
    "you can open a dispute": lambda _, reader: reader == "buyer",
    "The desk has opened a dispute": lambda case, _: case.locked.offer.state is OfferState.PAID,
    "in favour of the split": lambda *_: False,
    "0.5 btc is in the p2p wallet of": lambda *_: True,
    "Do not pay for this offer": lambda _, reader: reader == "buyer",
    "ask the seller in the chat to send it back": lambda _, reader: reader == "buyer",
    # The offer is there, and its chat with it, for whoever is told of it.
    "in the chat": lambda _, reader: reader in ("buyer", "seller"),
    "The buyer is told not to pay": lambda _, reader: reader == "seller",
}


class _Words(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def written(notice: Notice, fullname: str) -> Written:
    return WRITER.write(
        Letter(1, notice.trader_id, 1, notice.kind, "x@desk.example", fullname, "<x@desk.example>", notice.facts, AT, 1)
    )


def told(events: tuple[str, ...]) -> Iterator[tuple[Case, Notice]]:
    """Every mailed notice of these events, in every case."""
    state = dict.fromkeys(("release", "return", "dispute", "escalate"), "paid")
    state |= dict.fromkeys(("withdraw", "split", "for buyer", "for seller"), "disputed")
    for event in events:
        for case in cases(**{state[event]: True} if event in state else {}):
            notices = MOVES[event](case.locked, case).notices
            yield from ((case, notice) for notice in notices if notice.is_mailed)


def made() -> Iterator[tuple[Case, Notice]]:
    for case, ad in open_ads("Hello."):
        bank, words = case.locked.offer.bank, case.locked.offer.payment_details
        if case.ad_type is AdType.SELL and case.method == "bank_transfer":
            bank, words = BankDetails("Amara Obi", "0123456789", "First Bank"), ""
        proposal = OfferProposal(Decimal(2), None, bank, words)
        if proposal.account_problems(ad):
            continue
        coins = {Account(case.locked.taker.id, "btc", purse): Decimal(5) for purse in (Purse.P2P, Purse.ESCROW)}
        locked = AdForOffer(ad, case.locked.maker, case.locked.taker, False, False, coins, 12, NOW)
        yield from ((case, notice) for notice in locked.make_offer(proposal, NOW, CATALOGUE).notices)


def lies(notices: Iterator[tuple[Case, Notice]]) -> list[tuple[str, str, str, list[str]]]:
    found, count = [], 0
    for case, notice in notices:
        count += 1
        reader, people = str(notice.facts["reader"]), case.locked
        fullname = (people.maker if notice.trader_id == people.maker.id else people.taker).fullname
        letter = written(notice, fullname)
        for text in (letter.text, " ".join(_Words(letter.html).words)):
            if false := false_claims(case, reader, text, CLAIMS):
                found.append((case.name, notice.kind.value, reader, false))
    assert count > 20
    return found


@pytest.mark.parametrize("event", MOVES)
def test_a_letter_about_a_move_says_only_what_is_so(event: str) -> None:
    assert lies(told((event,))) == []


def test_a_letter_about_a_new_offer_says_only_what_is_so() -> None:
    assert lies(made()) == []


def test_the_maker_is_told_why_the_ad_takes_no_new_offers() -> None:
    """And is told that it does only where it does: exactly one of these is said of every ad."""
    reasons = ("open to new offers", "is paused", "may not trade", "not traded", "Your ad has ended")
    for case, notice in told(("cancel",)):
        said = " ".join(written(notice, "Jude").text.split())
        assert sum(reason in said for reason in reasons) == 1, case.name


def test_where_nobody_said_where_to_pay_both_are_told_so() -> None:
    silent = [(case, notice) for case, notice in (*made(), *told(("paid",))) if not case.is_given]
    assert {notice.kind for _, notice in silent} == {
        NoticeKind.AD_INTEREST, NoticeKind.AUTO_REPLY, NoticeKind.PAYMENT_INDICATION,
    }  # fmt: skip
    for case, notice in silent:
        said = " ".join(written(notice, "Jude").text.split())
        assert re.search("gave no account to (pay to|be paid on)|No account to be paid on", said), case.name
        if notice.facts["reader"] == "buyer":
            assert "pay nothing before you have it" in said


def test_where_paying_is_spoken_of_the_reference_is_told() -> None:
    for case, notice in (*made(), *told(("paid", "dispute"))):
        reference = notice.facts["payment_reference"]
        assert notice.about is not None
        assert reference == f"P2P-{notice.about.offer_id}"
        assert f"{reference} (to write on the payment)" in written(notice, "Jude").text, case.name
    for case, notice in told(("expire", "cancel", "release", "return", "for seller")):
        assert "P2P-" not in written(notice, "Jude").text, case.name


def test_facts_of_before_they_said_so_much_still_make_a_letter() -> None:
    """A process of this version sends what one of the version before has written, and claims nothing of its own."""
    for case, notice in (*made(), *told(("paid", "cancel", "expire", "for seller"))):
        newer = {"account_is_given", "payment_reference", "reader", "ad_closure"}
        facts = {name: fact for name, fact in notice.facts.items() if name not in newer}
        letter = Letter(1, notice.trader_id, 1, notice.kind, "x@desk.example", "Jude", "<x@d>", facts, AT, 1)
        said = " ".join(WRITER.write(letter).text.split())
        for claim in ("stands with the offer", "gave no account", "open to new offers", "P2P-"):
            # The whole number of an account was a fact before, too.
            if claim != "stands with the offer" or not notice.facts["bank_account_number"]:
                assert claim not in said, (case.name, claim)
