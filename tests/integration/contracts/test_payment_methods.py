"""Saved payment methods, on every store: each trader's own, copied when used and never changed afterwards."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

import domain
from domain import Actor, Ad, AdType, BankDetails, Offer, OfferProposal, PaymentMethodTerms, SavedPaymentMethod, Trader
from domain.errors import FieldProblem, InvalidFields, PaymentMethodNotFound, Problem, TraderSuspended
from domain.ports.readers import BadCursor
from tests.integration.contracts.invariants import every
from tests.integration.desk import Desk

UNICODE = "Ọmọ́ \U0001f4b8 'single' \\ % _ {0} :name $1 漢字"
BANK = BankDetails("Amara " + UNICODE, "0123456789", "First Bank")
BY_BANK = PaymentMethodTerms("In town " + UNICODE, "bank_transfer", BANK)
BY_PHONE = PaymentMethodTerms("My phone", "mobile_money", payment_details="0700 000 000\n" + UNICODE)


def save(desk: Desk, owner: Trader, terms: PaymentMethodTerms = BY_BANK) -> SavedPaymentMethod:
    return desk.write(
        lambda unit: domain.save_payment_method(
            Actor.of(owner), terms, payment_methods=unit.payment_methods, catalogue=desk.catalogue, at=unit.now()
        )
    )


def edit(desk: Desk, owner: Trader, method_id: int, terms: PaymentMethodTerms) -> SavedPaymentMethod:
    ports: dict[str, Any] = {"catalogue": desk.catalogue}
    return desk.write(
        lambda unit: domain.edit_payment_method(
            Actor.of(owner), method_id, terms, payment_methods=unit.payment_methods, **ports
        )
    )


def delete(desk: Desk, owner: Trader, method_id: int) -> None:
    actor = Actor.of(owner)
    desk.write(lambda unit: domain.delete_payment_method(actor, method_id, payment_methods=unit.payment_methods))


def saved_by(desk: Desk, owner: Trader) -> list[SavedPaymentMethod]:
    return list(every(lambda cursor: desk.read(lambda unit: unit.payment_methods.saved_by(owner.id, cursor, 2))))


def place(desk: Desk, maker: Trader, **terms: Any) -> Ad:
    asked, ports = desk.terms(**terms), {"catalogue": desk.catalogue, "default_time_to_pay": 30}
    return desk.write(
        lambda unit: domain.post_ad(maker.id, asked, book=unit.book, payment_methods=unit.payment_methods, **ports)
    )


def take(desk: Desk, ad: Ad, taker: Trader, **asked: Any) -> Offer:
    given, ports = (ad.id, taker.id, OfferProposal(Decimal(1), None, **asked)), {"catalogue": desk.catalogue}
    return desk.write(
        lambda unit: domain.make_offer(*given, book=unit.book, payment_methods=unit.payment_methods, **ports)
    )


def refused(act: Any, *given: Any, **more: Any) -> tuple[FieldProblem, ...]:
    with pytest.raises(InvalidFields) as caught:
        act(*given, **more)
    return caught.value.problems


def test_they_come_back_as_they_were_saved(desk: Desk) -> None:
    owner, other = desk.trader(), desk.trader()
    first, second, third = save(desk, owner), save(desk, owner, BY_PHONE), save(desk, owner)
    assert (first.label, first.payment_method, first.bank) == (BY_BANK.label, "bank_transfer", BANK)
    assert (second.bank, second.payment_details) == (BankDetails(), BY_PHONE.payment_details)
    assert (first.trader_id, first.created_at) == (owner.id, desk.clock.now())
    assert saved_by(desk, owner) == [third, second, first]
    assert saved_by(desk, other) == []
    assert desk.read(lambda unit: unit.payment_methods.find(owner.id, second.id)) == second
    assert desk.read(lambda unit: unit.payment_methods.find(other.id, second.id)) is None
    page = desk.read(lambda unit: unit.payment_methods.saved_by(owner.id, None, 2))
    delete(desk, owner, second.id)
    assert list(desk.read(lambda unit: unit.payment_methods.saved_by(owner.id, page.next, 2)).items) == [first]
    for trader in (owner, other):
        with pytest.raises(BadCursor):
            desk.read(lambda unit, of=trader: unit.payment_methods.saved_by(of.id, "nonsense", 2))


def test_they_are_changed_and_deleted_by_their_owner_alone(desk: Desk) -> None:
    owner, other = desk.trader(), desk.trader()
    saved = save(desk, owner)
    changed = edit(desk, owner, saved.id, BY_PHONE)
    assert changed == saved.with_terms(BY_PHONE)
    assert saved_by(desk, owner) == [changed]
    for method_id, trader in ((saved.id, other), (saved.id + 1, owner)):
        with pytest.raises(PaymentMethodNotFound):
            edit(desk, trader, method_id, BY_BANK)
        with pytest.raises(PaymentMethodNotFound):
            delete(desk, trader, method_id)
    delete(desk, owner, saved.id)
    assert saved_by(desk, owner) == []


def test_whoever_is_suspended_or_nobody_saves_nothing(desk: Desk) -> None:
    owner = desk.trader()
    saved, suspended = save(desk, owner), replace(owner, is_suspended=True)
    for act, given in ((save, ()), (edit, (saved.id, BY_PHONE)), (delete, (saved.id,))):
        with pytest.raises(TraderSuspended):
            act(desk, suspended, *given)  # type: ignore[operator]
    with pytest.raises(PaymentMethodNotFound):
        desk.write(
            lambda unit: domain.delete_payment_method(domain.DESK, saved.id, payment_methods=unit.payment_methods)
        )


def test_an_ad_copies_one(desk: Desk) -> None:
    maker = desk.trader(usdt=20)
    saved = save(desk, maker)
    ads = [place(desk, maker, payment_method=None, saved_payment_method=saved.id)]
    ads.append(place(desk, maker, saved_payment_method=saved.id))
    edit(desk, maker, saved.id, replace(BY_BANK, bank=replace(BANK, account_number="999")))
    delete(desk, maker, saved.id)
    for ad in ads:
        kept = desk.read(lambda unit, of=ad: unit.readers.ad(of.id)).ad
        assert (kept.payment_method, kept.bank, kept.payment_details) == ("bank_transfer", BANK, "")


@pytest.mark.parametrize("ad_type", AdType)
def test_an_offer_copies_one(desk: Desk, ad_type: AdType) -> None:
    taker = desk.trader(usdt=10)
    ad = desk.ad(desk.trader(usdt=10), ad_type=ad_type)
    saved = save(desk, taker)
    offer = take(desk, ad, taker, saved_payment_method=saved.id)
    edit(desk, taker, saved.id, BY_PHONE)
    assert desk.read(lambda unit: unit.readers.offer(offer.id)).offer.bank == BANK
    # It is of another method than the ad's now.
    problems = refused(take, desk, ad, taker, saved_payment_method=saved.id)
    assert problems == (FieldProblem("saved_payment_method", Problem.ANOTHER_METHOD),)


@pytest.mark.abuse("B7")
def test_another_s_is_none(desk: Desk) -> None:
    owner, other = desk.trader(usdt=10), desk.trader(usdt=10)
    saved, ad = save(desk, owner), desk.ad(owner)
    problem = (FieldProblem("saved_payment_method", Problem.NOT_SAVED, saved.id),)
    assert refused(place, desk, other, payment_method=None, saved_payment_method=saved.id) == problem
    assert refused(take, desk, ad, other, saved_payment_method=saved.id) == problem


@pytest.mark.parametrize("given", [{"bank": BANK}, {"payment_details": "Elsewhere."}])
def test_it_stands_alone(desk: Desk, given: dict[str, Any]) -> None:
    maker = desk.trader(usdt=10)
    saved, problem = save(desk, maker), (FieldProblem("saved_payment_method", Problem.NOT_TOGETHER),)
    assert refused(place, desk, maker, saved_payment_method=saved.id, **given) == problem
    assert refused(take, desk, desk.sell_ad(), maker, saved_payment_method=saved.id, **given) == problem


def test_it_is_of_the_ad_s_method(desk: Desk) -> None:
    maker = desk.trader(usdt=10)
    saved, problem = save(desk, maker, BY_PHONE), (FieldProblem("saved_payment_method", Problem.ANOTHER_METHOD),)
    assert refused(place, desk, maker, saved_payment_method=saved.id) == problem
    ad = place(desk, maker, payment_method=None, saved_payment_method=saved.id)
    assert (ad.payment_method, ad.payment_details) == ("mobile_money", BY_PHONE.payment_details)
