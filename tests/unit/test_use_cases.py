"""The use cases through real ports in memory: what they refuse, in which order, and whole stories of both ad types."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

import domain
from adapters.memory.store import MemoryStore
from adapters.system.wakers import Wakers
from domain import Actor, Ad, AdStatus, AdType, Money, Offer, OfferProposal, OfferState, Problem, Purse, Refusal, errors
from domain.errors import FieldProblem
from domain.use_cases.mark_read import mark_read
from tests.clock import SettableClock
from tests.factories import BankDetailsFactory, TraderFactory
from tests.integration.desk import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk(MemoryStore(waker=Wakers(), message_id_domain="desk.example", clock=SettableClock()))


def refusal_of(doing: Callable[[], Any]) -> Refusal:
    with pytest.raises(Refusal) as refused:
        doing()
    return refused.value


def purses(desk: Desk, trader: domain.Trader) -> tuple[Decimal, Decimal, Decimal]:
    """What is in main, p2p and escrow."""
    (wallet,) = desk.read(lambda unit: unit.readers.wallet(trader.id))
    return wallet.main, wallet.p2p, wallet.escrow


def notices(desk: Desk, trader: domain.Trader) -> list[tuple[int, str]]:
    found = desk.read(lambda unit: unit.readers.notices(trader.id, 0, 100))
    return [(notice.number, notice.kind.value) for notice in found]


def seen(desk: Desk, offer: Offer) -> Offer:
    return desk.read(lambda unit: unit.readers.offer(offer.id)).offer


def seen_ad(desk: Desk, ad: Ad) -> Ad:
    return desk.read(lambda unit: unit.readers.ad(ad.id)).ad


def test_a_sell_ad_is_traded_to_its_end(desk: Desk) -> None:
    jude, amara = desk.trader(usdt=12), desk.trader()
    ad = desk.ad(jude, auto_reply_message="Hello")
    assert purses(desk, jude) == (0, 2, 10)
    first, second = desk.offer(ad, amara, 4), desk.offer(ad, amara, 6)
    desk.pay(first)
    desk.release(first)
    desk.release(second)
    assert (purses(desk, jude), purses(desk, amara)) == ((0, 2, 0), (0, 10, 0))
    assert seen_ad(desk, ad).status is AdStatus.COMPLETED
    assert notices(desk, jude) == [(1, "ad_interest"), (2, "ad_interest"), (3, "payment_indication")]
    assert notices(desk, amara) == [(1, "auto_reply"), (2, "auto_reply"), (3, "funds_released"), (4, "funds_released")]


def test_a_buy_ad_is_traded_to_its_end(desk: Desk) -> None:
    jude, amara = desk.trader(), desk.trader(usdt=12)
    ad = desk.ad(jude, ad_type=AdType.BUY)
    offer = desk.offer(ad, amara, 10)
    assert purses(desk, amara) == (0, 2, 10)
    desk.pay(offer)
    desk.release(offer)
    assert (purses(desk, jude), purses(desk, amara)) == ((0, 10, 0), (0, 2, 0))
    assert seen_ad(desk, ad).status is AdStatus.COMPLETED
    assert notices(desk, jude) == [(1, "ad_interest"), (2, "funds_released")]
    assert notices(desk, amara) == [(1, "payment_indication")]


def test_a_dispute_is_opened_and_resolved(desk: Desk) -> None:
    ad, staff = desk.sell_ad(10), desk.staff()
    amara = desk.trader()
    for_buyer, for_seller = desk.offer(ad, amara, 2), desk.offer(ad, amara, 3)
    for offer, winner in ((for_buyer, "buyer"), (for_seller, "seller")):
        desk.pay(offer)
        desk.dispute(offer)
        desk.resolve(offer, staff, winner, "Proof was shown")
    assert (seen(desk, for_buyer).state, seen(desk, for_seller).state) == (OfferState.COMPLETED, OfferState.CANCELLED)
    assert purses(desk, amara) == (0, 2, 0)
    assert seen_ad(desk, ad).available == 8


def test_an_unpaid_offer_expires_and_its_ad_takes_offers_again(desk: Desk) -> None:
    ad, amara = desk.sell_ad(10), desk.trader()
    offer = desk.offer(ad, amara, 10)
    assert isinstance(refusal_of(lambda: desk.expire(offer)), errors.NotDueYet)
    desk.clock.advance(minutes=30)
    assert isinstance(refusal_of(lambda: desk.offer(ad, amara, 1)), errors.NotEnoughAvailable)
    desk.expire(offer)
    assert isinstance(refusal_of(lambda: desk.expire(offer)), errors.NotDueYet)
    assert desk.offer(ad, amara, 10)


@pytest.mark.parametrize("end", ["close", "expire_ad"])
def test_an_ad_ends_with_a_live_offer_which_goes_on(desk: Desk, end: str) -> None:
    maker = desk.trader(usdt=10)
    ad = desk.ad(maker, end_date=desk.clock.now().date())
    kept, dropped = (desk.offer(ad, desk.trader(), amount) for amount in (3, 2))
    desk.pay(kept)
    if end == "expire_ad":
        assert isinstance(refusal_of(lambda: desk.expire_ad(ad)), errors.NotDueYet)
        desk.cancel(dropped)
        desk.clock.advance(days=1)
        desk.expire_ad(ad)
        assert purses(desk, maker) == (0, 7, 3)
    else:
        desk.close(ad)
        assert purses(desk, maker) == (0, 5, 5)
        desk.cancel(dropped)
    assert purses(desk, maker) == (0, 7, 3)
    desk.release(kept)
    assert purses(desk, maker) == (0, 7, 0)


def test_an_ad_is_paused_and_resumed(desk: Desk) -> None:
    ad = desk.sell_ad(10)
    desk.pause(ad)
    refused = refusal_of(lambda: desk.offer(ad, desk.trader()))
    assert isinstance(refused, errors.AdNotOpen)
    desk.resume(ad)
    assert desk.offer(ad, desk.trader())


def test_a_restricted_maker_keeps_what_is_under_way_and_gets_no_more(desk: Desk) -> None:
    maker = desk.trader(usdt=20)
    ad, taker = desk.ad(maker), desk.trader()
    offer = desk.offer(ad, taker)
    desk.restrict(maker)
    refused = refusal_of(lambda: desk.offer(ad, taker))
    assert isinstance(refused, errors.AdNotOpen)
    assert refused.reason == "maker_restricted"
    assert isinstance(refusal_of(lambda: desk.ad(maker)), errors.RestrictedFromTrading)
    desk.pay(offer)
    desk.release(offer)
    assert purses(desk, taker) == (0, 2, 0)


def test_only_what_is_or_was_traded_can_be_barred_and_anything_freed(desk: Desk) -> None:
    trader = desk.trader()
    refused = refusal_of(lambda: desk.restrict(trader, "shells"))
    assert isinstance(refused, errors.InvalidFields)
    unknown = errors.FieldProblem("crypto_currency", errors.Problem.UNKNOWN_CHOICE, tuple(desk.catalogue.crypto))
    assert refused.problems == (unknown,)
    desk.restrict(trader, "shells", restricted=False)


def test_all_that_is_wrong_with_a_transfer_is_named(desk: Desk) -> None:
    unknown, wrong = errors.Problem.UNKNOWN_CHOICE, errors.Problem.TOO_MANY_DECIMALS
    trader = desk.trader(usdt=1)

    def problems(amount: str, source: Purse, target: Purse, code: str) -> list[tuple[str, Problem]]:
        refused = refusal_of(lambda: desk.transfer(trader, Decimal(amount), source, target, code))
        assert isinstance(refused, errors.InvalidFields)
        return [(problem.field, problem.problem) for problem in refused.problems]

    assert problems("1e-21", Purse.ESCROW, Purse.OUTSIDE, "shells") == [
        ("crypto_currency", unknown),
        ("amount", wrong),
        ("source", unknown),
        ("target", unknown),
    ]
    same = problems("1e-7", Purse.MAIN, Purse.MAIN, "usdt")
    assert same == [("amount", wrong), ("target", errors.Problem.SAME_PURSE)]


def test_refusals_of_a_new_ad_come_in_the_contracts_order(desk: Desk) -> None:
    maker = desk.trader(usdt=1)
    desk.restrict(maker)
    for terms, kind in (({"crypto_currency": None}, errors.InvalidFields), ({}, errors.RestrictedFromTrading)):
        assert type(refusal_of(lambda terms=terms: desk.ad(maker, **terms))) is kind
    desk.restrict(maker, restricted=False)
    assert type(refusal_of(lambda: desk.ad(maker))) is errors.InsufficientBalance


def test_an_offer_names_an_ad_that_exists_before_anything_else(desk: Desk) -> None:
    taker, wrong = desk.trader(), OfferProposal(None, None)
    ports = {"catalogue": desk.catalogue}
    refused = refusal_of(
        lambda: desk.write(lambda unit: domain.make_offer(999, taker.id, wrong, book=unit.book, **ports))
    )
    assert isinstance(refused, errors.UnknownAd)
    assert refused.ad_id == 999


OFFER_ACTIONS: list[Callable[..., None]] = [
    domain.indicate_payment,
    domain.cancel_offer,
    domain.release_funds,
    domain.return_offer,
]


@pytest.mark.parametrize("act", OFFER_ACTIONS)
def test_an_offer_is_found_then_the_role_then_the_version_then_the_state(desk: Desk, act: Callable[..., None]) -> None:
    ad, taker = desk.sell_ad(10), desk.trader()
    offer = desk.offer(ad, taker)
    desk.cancel(offer)
    right = ad.maker_id if act is domain.release_funds else taker.id

    def refused(offer_id: int, by: Actor, version: int | None) -> type[Refusal]:
        return type(
            refusal_of(lambda: desk.write(lambda unit: act(offer_id, by, book=unit.book, expected_version=version)))
        )

    assert refused(999, Actor(right), 1) is errors.OfferNotFound
    assert refused(offer.id, Actor(TraderFactory().id), 1) is errors.NotAuthorised
    assert refused(offer.id, Actor(right), 1) is errors.VersionMismatch
    assert refused(offer.id, Actor(right), 2) is errors.AlreadyCancelled
    assert refused(offer.id, Actor(right), None) is errors.AlreadyCancelled


def test_refusals_of_a_dispute_and_its_verdict_come_in_order(desk: Desk) -> None:
    ad, taker, staff = desk.sell_ad(10), desk.trader(), desk.staff()
    offer = desk.offer(ad, taker)

    def dispute(by: Actor, reason: str, version: int | None = None, offer_id: int = offer.id) -> type[Refusal]:
        return type(
            refusal_of(
                lambda: desk.write(
                    lambda unit: domain.open_dispute(offer_id, by, reason, book=unit.book, expected_version=version)
                )
            )
        )

    stranger, party = Actor(TraderFactory().id), Actor(taker.id)
    assert dispute(stranger, "", offer_id=999) is errors.OfferNotFound
    assert dispute(stranger, "") is errors.InvalidFields
    assert dispute(stranger, "No money") is errors.NotAuthorised
    assert dispute(party, "No money", 9) is errors.VersionMismatch
    assert dispute(party, "No money") is errors.OnlyPaidCanBeDisputed

    def resolve(by: Actor, verdict: str, version: int | None = None, offer_id: int = offer.id) -> type[Refusal]:
        return type(
            refusal_of(
                lambda: desk.write(
                    lambda unit: domain.resolve_dispute(
                        offer_id, by, verdict, "So.", book=unit.book, expected_version=version
                    )
                )
            )
        )

    assert resolve(party, "nobody", offer_id=999) is errors.StaffOnly
    assert resolve(Actor.of(staff), "nobody", offer_id=999) is errors.OfferNotFound
    assert resolve(domain.DESK, "nobody") is errors.InvalidFields
    assert resolve(domain.DESK, "buyer") is errors.NotAuthorised
    assert resolve(Actor(taker.id, is_staff=True), "buyer", 9) is errors.ArbiterIsParty
    assert resolve(Actor.of(staff), "buyer", 9) is errors.VersionMismatch
    assert resolve(Actor.of(staff), "buyer") is errors.NotDisputed


@pytest.mark.parametrize("act", [domain.pause_ad, domain.resume_ad, domain.close_ad])
def test_an_ad_is_found_then_owned_then_as_it_was_seen_then_live(desk: Desk, act: Callable[..., None]) -> None:
    ports = {"catalogue": desk.catalogue} if act is domain.resume_ad else {}
    ad = desk.sell_ad(10)
    desk.close(ad)
    stranger = TraderFactory().id
    for ad_id, by, version, kind in (
        (999, ad.maker_id, 1, errors.AdNotFound),
        (ad.id, stranger, 1, errors.NotYourAd),
        (ad.id, ad.maker_id, 1, errors.VersionMismatch),
        (ad.id, ad.maker_id, 2, errors.AdHasEnded),
        (ad.id, ad.maker_id, None, errors.AdHasEnded),
    ):
        given = {"expected_version": version, **ports}
        refused = refusal_of(
            lambda ad_id=ad_id, by=by, given=given: desk.write(lambda unit: act(ad_id, by, book=unit.book, **given))
        )
        assert type(refused) is kind


def test_a_refused_use_case_leaves_no_trace(desk: Desk) -> None:
    maker, taker = desk.trader(usdt=10), desk.trader()
    ad = desk.ad(maker)
    before = (seen_ad(desk, ad), purses(desk, maker))
    for proposal in (OfferProposal(Decimal(11), None, BankDetailsFactory()), OfferProposal(Decimal(1), None)):
        refusal_of(
            lambda it=proposal: desk.write(
                lambda u: domain.make_offer(ad.id, taker.id, it, book=u.book, catalogue=desk.catalogue)
            )
        )
    assert (seen_ad(desk, ad), purses(desk, maker)) == before
    assert notices(desk, maker) == []


def test_coins_come_in_move_and_leave_once_for_each_reference(desk: Desk) -> None:
    trader = desk.trader()
    assert desk.deposit(trader, Decimal(5), purse=Purse.MAIN, reference="chain:1")
    assert not desk.deposit(trader, Decimal(5), purse=Purse.MAIN, reference="chain:1")
    desk.transfer(trader, Decimal(2), Purse.MAIN, Purse.P2P)
    assert purses(desk, trader) == (3, 2, 0)
    desk.transfer(trader, Decimal(1), Purse.P2P, Purse.MAIN)
    assert desk.withdraw(trader, Decimal(4), reference="chain:1")
    assert not desk.withdraw(trader, Decimal(4), reference="chain:1")
    assert purses(desk, trader) == (0, 1, 0)
    assert isinstance(refusal_of(lambda: desk.withdraw(trader, Decimal(1))), errors.InsufficientBalance)


@pytest.mark.parametrize(
    ("money", "problem"),
    [
        (
            Money(Decimal(1), "seashells"),
            FieldProblem("crypto_currency", Problem.UNKNOWN_CHOICE, ("usdt", "btc", "fine")),
        ),
        (Money(Decimal(0), "usdt"), FieldProblem("amount", Problem.ZERO)),
        (Money(Decimal("0.0000001"), "usdt"), FieldProblem("amount", Problem.TOO_MANY_DECIMALS, 6)),
    ],
)
def test_coins_that_move_are_some_of_a_currency_that_is_traded_here(
    desk: Desk, money: Money, problem: FieldProblem
) -> None:
    trader = desk.trader(usdt=10)
    for doing in (
        lambda: desk.deposit(trader, money.amount, money.currency),
        lambda: desk.withdraw(trader, money.amount, money.currency),
        lambda: desk.transfer(trader, money.amount, Purse.MAIN, Purse.P2P, money.currency),
    ):
        refused = refusal_of(doing)
        assert isinstance(refused, errors.InvalidFields)
        assert refused.problems == (problem,)


@pytest.mark.abuse("B7")
@pytest.mark.parametrize(
    ("source", "target", "problem"),
    [
        (Purse.ESCROW, Purse.P2P, FieldProblem("source", Problem.UNKNOWN_CHOICE)),
        (Purse.MAIN, Purse.OUTSIDE, FieldProblem("target", Problem.UNKNOWN_CHOICE)),
        (Purse.P2P, Purse.P2P, FieldProblem("target", Problem.SAME_PURSE)),
    ],
)
def test_a_trader_moves_coins_between_main_and_p2p_only(
    desk: Desk, source: Purse, target: Purse, problem: FieldProblem
) -> None:
    trader = desk.trader(usdt=10)
    refused = refusal_of(lambda: desk.transfer(trader, Decimal(1), source, target))
    assert isinstance(refused, errors.InvalidFields)
    assert refused.problems == (problem,)


def test_a_deposit_goes_to_a_purse_of_the_traders_own(desk: Desk) -> None:
    trader = desk.trader()
    for purse in (Purse.ESCROW, Purse.FEES):
        refused = refusal_of(lambda purse=purse: desk.deposit(trader, Decimal(1), purse=purse))
        assert isinstance(refused, errors.InvalidFields)
        assert refused.problems == (FieldProblem("wallet", Problem.UNKNOWN_CHOICE),)


def test_a_deposit_that_would_reach_the_limit_is_refused(desk: Desk) -> None:
    trader = desk.trader(usdt=Decimal("999999999999999999"))
    assert isinstance(refusal_of(lambda: desk.deposit(trader, Decimal(1))), errors.BalanceTooLarge)
    assert isinstance(refusal_of(lambda: desk.deposit(TraderFactory(), Decimal(1))), errors.TraderNotFound)


def test_what_was_read_stays_read_and_nothing_is_read_before_it_was_told(desk: Desk) -> None:
    maker = desk.trader(usdt=10)
    ad = desk.ad(maker)
    for _ in range(2):
        desk.offer(ad, desk.trader(), 1)
    marked = [desk.write(lambda unit, n=n: mark_read(maker.id, n, inbox=unit.inbox)) for n in (1, 0, 99)]
    assert marked == [1, 1, 2]
    assert desk.read(lambda unit: unit.inbox.read_up_to(maker.id)) == 2
