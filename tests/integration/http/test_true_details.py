"""No detail says what is not so: effects, deadline and place to pay, in every state, for each of its readers."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from adapters.http.replies.presentation import MARK_FIRST, ShownOffer, detailed
from domain import MOVES, Action, AdType, OfferState, Profile, Role, Trader
from domain.model.lifecycle import EFFECT_PARTS, Moves
from domain.ports.readers import OfferView
from tests.factories import NOW, TraderFactory
from tests.integration.true_claims import Case, Claim, cases, false_claims

AT = NOW + timedelta(minutes=10)
STAFF = TraderFactory(id=UUID(int=99), staff=True)
READERS = ("buyer", "seller", "staff")
STATES = ("pending", "paid", "disputed", "completed", "cancelled", "expired")

CLAIMS: dict[str, Claim] = {
    "to the ad": lambda case, _: case.takes_back,
    "to the seller's p2p wallet": lambda case, reader: not case.takes_back and reader != "seller",
    "to your p2p wallet": lambda case, reader: not case.takes_back and reader == "seller",
    "The seller has given no account": lambda case, reader: not case.is_given and reader == "buyer",
    "You have given no account": lambda case, reader: not case.is_given and reader == "seller",
    "No account to pay to": lambda case, reader: not case.is_given and reader == "staff",
    "has not said that the money": lambda case, _: not case.locked.offer.has_indicated_paid,
    "ends the dispute": lambda case, _: case.locked.offer.state is OfferState.DISPUTED,
    MARK_FIRST: lambda case, reader: case.ad_type is AdType.BUY and case.is_given and reader == "buyer",
}


def read(case: Case, reader: str, moves: Moves = MOVES) -> ShownOffer:
    locked = case.locked
    caller: Trader = {"buyer": locked.buyer, "seller": locked.seller, "staff": STAFF}[reader]
    view = OfferView(locked.offer, locked.ad, Profile(locked.maker), Profile(locked.taker), dispute=locked.dispute)
    return detailed(view, caller, AT, moves)


def sentences(shown: ShownOffer) -> str:
    words = [action.effect for action in shown.allowed_actions]
    words += [shown.at_deadline or "", shown.pay_to.payment_details if shown.pay_to else ""]
    return " ".join(words)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("reader", READERS)
def test_a_detail_says_only_what_is_so(state: str, reader: str) -> None:
    for case in cases(**{} if state == "pending" else {state: True}):
        shown = read(case, reader)
        assert false_claims(case, reader, sentences(shown), CLAIMS) == [], case.name
        assert (shown.at_deadline is not None) == (state == "pending")


def test_a_row_of_the_lifecycle_is_all_that_a_detail_needs_to_tell_of_a_move() -> None:
    """The row's own words are told, to those whom the row names, with every part that they may leave open filled in."""
    words = " ".join(f"<{part}: {{{part}}}>" for part in sorted(EFFECT_PARTS))
    move = replace(MOVES[OfferState.PENDING, Action.CANCEL], by=frozenset({Role.BUYER}), effect=words)
    moves = {**MOVES, (OfferState.PAID, Action.CANCEL): move}
    for case in cases(paid=True):
        told = {
            reader: {found.action: found for found in read(case, reader, moves).allowed_actions} for reader in READERS
        }
        assert [reader for reader in READERS if "cancel" in told[reader]] == ["buyer"]
        found = told["buyer"]["cancel"]
        assert found.path == f"/p2p/offer/cancel/{case.locked.offer.id}/"
        assert re.findall(r"<(\w+): ", found.effect) == sorted(EFFECT_PARTS)


def test_what_the_desk_takes_is_told_with_whatever_gives_the_buyer_coins() -> None:
    for percent, words in ((Decimal(0), None), (Decimal("1.5000"), "The desk takes 1.5 % of what reaches the buyer")):
        for case in cases(disputed=True):
            locked = replace(case.locked, offer=replace(case.locked.offer, fee_percent=percent))
            for reader, deed in (("seller", "release"), ("staff", "resolve")):
                shown = read(replace(case, locked=locked), reader)
                effect = next(found.effect for found in shown.allowed_actions if found.action == deed)
                assert ("The desk takes" in effect) is (words is not None), case.name
                assert words is None or words in effect


def test_to_mark_first_is_told_where_the_lifecycle_lets_the_seller_cancel() -> None:
    cancel = OfferState.PENDING, Action.CANCEL
    moves = {**MOVES, cancel: replace(MOVES[cancel], by=frozenset({Role.MAKER}))}
    for case in (case for case in cases() if case.is_given):
        shown = read(case, "buyer", moves)
        is_told = case.ad_type is AdType.SELL
        assert (MARK_FIRST in (shown.pay_to.payment_details if shown.pay_to else "")) is is_told, case.name
        assert (
            MARK_FIRST in next(found.effect for found in shown.allowed_actions if found.action == "paid")
        ) is is_told


@pytest.mark.parametrize("reader", READERS)
def test_where_nobody_said_where_to_pay_everybody_is_told_so(reader: str) -> None:
    word = {"buyer": "The seller has given no account", "seller": "You have given no", "staff": "No account to pay"}
    for case in cases():
        shown = read(case, reader)
        assert (word[reader] in (shown.at_deadline or "")) == (not case.is_given), case.name
        effects = {action.action: action.effect for action in shown.allowed_actions}
        for action in effects.keys() & {"paid", "release"}:
            assert (word[reader] in effects[action]) == (not case.is_given), case.name
        assert (shown.pay_to is None) == (case.account == "nothing" or reader == "staff"), case.name


def test_a_buyer_who_can_be_cancelled_on_is_told_to_mark_first_behind_the_sellers_words() -> None:
    for case in cases():
        shown = {reader: read(case, reader).pay_to for reader in READERS}
        assert shown["staff"] is None, "there is no dispute"
        if case.ad_type is AdType.SELL or not case.is_given:
            assert shown["buyer"] == shown["seller"]
            continue
        words = case.locked.offer.payment_details
        assert shown["buyer"] and shown["seller"]
        assert shown["buyer"].payment_details == f"{words}\n\n{MARK_FIRST}".strip()
        assert shown["seller"].payment_details == words


def test_staff_who_judge_a_dispute_see_what_the_parties_do() -> None:
    for case in cases(disputed=True):
        shown = [read(case, reader) for reader in READERS]
        assert [(one.offer, one.pay_to) for one in shown] == [(shown[0].offer, shown[0].pay_to)] * 3, case.name
        assert (shown[0].pay_to is None) == (case.account == "nothing"), case.name


def test_an_ad_whose_last_day_is_over_by_the_deadline_takes_nothing_back() -> None:
    """At half past nine it is still its last day; the offer's time ends on the next."""
    for case in cases(offer__deadline=NOW + timedelta(days=1)):
        at_deadline = read(case, "buyer").at_deadline or ""
        takes_back = case.takes_back and case.situation != "last day"
        assert ("returns to the ad" in at_deadline) == takes_back, case.name
