"""What becomes of offers, by their parties and by staff."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

import domain
from domain import Actor, BankDetails, OfferProposal, Trader
from tests.integration.faults.play.market import Market
from tests.integration.faults.play.stage import (
    ELSE,
    STAFF,
    TRADERS,
    amounts,
    indexes,
    method_of,
    people,
    references,
    traders,
)
from tests.integration.faults.played import Played

MOVES = (
    "indicate_payment", "release_funds", "cancel_offer", "return_offer", "open_dispute", "withdraw_dispute",
    "take_dispute", "resolve_dispute", "approve_proposal", "reject_proposal",
)  # fmt: skip
OF_STAFF = ("take_dispute", "resolve_dispute", "approve_proposal", "reject_proposal")
LIVES = (
    (),
    ("indicate_payment",),
    ("release_funds",),
    ("cancel_offer",),
    ("indicate_payment", "release_funds"),
    ("indicate_payment", "open_dispute"),
    ("indicate_payment", "open_dispute", "take_dispute", "withdraw_dispute", "open_dispute"),
    ("indicate_payment", "open_dispute", "resolve_dispute", "approve_proposal"),
)
favours = st.sampled_from(["buyer", "seller", "split"])
ACCOUNT = BankDetails("Amara", "0123", "First Bank")


class Trades(Market):
    """Offers from their making to their end, and what is said of them then."""

    @rule(
        index=indexes,
        who=traders,
        crypto=st.none() | amounts,
        fiat=st.sampled_from([None, None, 1, 2, 6]),
        bank=st.booleans(),
        reference=references,
        saved=st.sampled_from([None, None, 0, 1, 2]),
        seen=st.sampled_from([None, None, Decimal("2.00"), Decimal("1.5")]),
    )
    def make_offer(self, index: int, who: int, crypto: Decimal | None, fiat: int | None, **given: Any) -> None:
        proposal = OfferProposal(
            crypto,
            None if fiat is None else Decimal(fiat),
            ACCOUNT if given["bank"] else BankDetails(),
            price_per_unit=given["seen"],
            client_reference=given["reference"],
        )
        code, facts = self.offer_on(index, self.people[who], proposal, given["saved"])
        assert (code == "unknown_ad") == (index >= len(self.worlds.first.ads)), facts

    @rule(index=indexes, which=st.integers(0, TRADERS - 2), crypto=amounts, moves=st.sampled_from(LIVES))
    def play_an_offer(self, index: int, which: int, crypto: Decimal, moves: tuple[str, ...]) -> None:
        """On an ad that there is, by somebody who is not its maker, and on through some of its life."""
        index %= len(self.worlds.first.ads)
        maker_id = self.worlds.first.ads[index].maker_id
        takers = [person for person in self.people[:TRADERS] if person.id != maker_id]
        proposal = OfferProposal(crypto, None, ACCOUNT)
        if self.offer_on(index, takers[which], proposal)[0] == "done":
            for move in moves:
                self.move_rightly(move, len(self.worlds.first.offers) - 1)

    def offer_on(self, index: int, taker: Trader, proposal: OfferProposal, saved: int | None = None) -> Any:
        def call(played: Played) -> Any:
            ad_id, desk = played.ad_id(index), played.desk
            named = replace(proposal, saved_payment_method=method_of(played, saved))
            rules: dict[str, Any] = {"limits": desk.limits, "fee_percent": desk.fee_percent}
            rules["catalogue"] = desk.catalogue
            return desk.write(
                lambda unit: domain.make_offer(
                    ad_id, taker.id, named, book=unit.book, payment_methods=unit.payment_methods, **rules
                )
            )

        return self.act("make offer", call)

    @rule(
        what=st.sampled_from(MOVES),
        index=indexes,
        who=people,
        version=st.sampled_from([None, None, None, 1, 2]),
        favour=favours,
    )
    def move_offer(self, what: str, index: int, who: int, version: int | None, favour: str) -> None:
        use_case = getattr(domain, what)
        self.play_move(what, use_case, index, self.people[who], favour, version)

    @precondition(lambda self: self.worlds.first.offers)
    @rule(index=indexes, what=st.sampled_from(MOVES))
    def move_offer_rightly(self, index: int, what: str) -> None:
        self.move_rightly(what, index % len(self.worlds.first.offers))

    def move_rightly(self, what: str, index: int) -> None:
        """By whom the move belongs to, so that offers come far enough."""
        offer = self.worlds.first.offers[index]
        buyer, seller = self.worlds.first.desk.parties(offer)
        by = {"indicate_payment": buyer, "return_offer": buyer, "cancel_offer": offer.taker_id}.get(what, seller)
        person = next(each for each in self.people if each.id == by)
        if what in OF_STAFF:
            person = self.people[ELSE if what == "approve_proposal" else STAFF]
        favour = ("buyer", "seller", "split")[index % 3]
        self.play_move(what, getattr(domain, what), index, person, favour, None)

    def play_move(self, what: str, use_case: Any, index: int, by: Trader, favour: str, version: int | None) -> None:
        part = Decimal("0.00000000000000000001") if favour == "split" else None
        more: tuple[Any, ...] = ("As the receipt says.",) if what in (*OF_STAFF, "open_dispute") else ()
        if what == "resolve_dispute":
            more = (favour, "As the receipt says.", part)
        # Every other offer is so large that two of the staff must agree.
        rules = {"second_approval": {self.codes[0]: Decimal(0)}} if what == "resolve_dispute" and index % 2 else {}

        def call(played: Played) -> None:
            given = played.offer_id(index), Actor.of(by), *more
            played.desk.write(lambda unit: use_case(*given, book=unit.book, expected_version=version, **rules))

        self.act(what, call)

    @precondition(lambda self: self.worlds.first.offers)
    @rule(index=indexes, who=people, by_party=st.booleans(), positive=st.booleans(), rating=st.integers(0, 5))
    def rate(self, index: int, who: int, by_party: bool, positive: bool, rating: int) -> None:
        """By a party of an offer that there is, or by anybody of one that there may be."""
        by = self.people[who].id
        if by_party:
            index %= len(self.worlds.first.offers)
            by = self.worlds.first.desk.parties(self.worlds.first.offers[index])[who % 2]

        def call(played: Played) -> None:
            given = played.offer_id(index), Actor(by), positive, rating, "Quick 漢字"
            played.desk.write(lambda unit: domain.give_feedback(*given, book=unit.book))

        self.act("rate", call)
