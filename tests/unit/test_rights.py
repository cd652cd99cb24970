"""Who may act at all, over every use case there is: nobody who is suspended, and only staff where staff are needed."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from inspect import getmembers, isfunction
from typing import Any
from uuid import UUID, uuid4

import pytest

import domain
import domain.use_cases
from adapters.memory.store import MemoryStore
from adapters.system.wakers import Wakers
from domain import DESK, Actor, AdType, Attachment, Purse, Refusal, Trader, errors
from domain.ports.store import Unit
from tests.clock import SettableClock
from tests.integration.desk import Desk

Act = Callable[[], Any]


@pytest.fixture
def desk() -> Desk:
    return Desk(MemoryStore(waker=Wakers(), message_id_domain="desk.example", clock=SettableClock()))


def on_offer(desk: Desk, use_case: Callable[..., None], role: str, *more: Any) -> tuple[Trader, Act]:
    """The buyer, the seller or the taker of a paid offer, and what they would do with it."""
    maker, taker = desk.trader(usdt=10), desk.trader()
    offer = desk.offer(desk.ad(maker), taker)
    if use_case not in (domain.indicate_payment, domain.cancel_offer):
        desk.pay(offer)
    if use_case is domain.give_feedback:
        desk.release(offer)
    actor = maker if role == "seller" else taker
    return actor, lambda: desk.write(lambda unit: use_case(offer.id, Actor(actor.id), *more, book=unit.book))


def on_ad(desk: Desk, use_case: Callable[..., None], *more: Any, **ports: Any) -> tuple[Trader, Act]:
    maker = desk.trader(usdt=10)
    ad = desk.ad(maker)
    if use_case is domain.resume_ad:
        desk.pause(ad)
        ports["catalogue"] = desk.catalogue
    return maker, lambda: desk.write(lambda unit: use_case(ad.id, maker.id, *more, book=unit.book, **ports))


def posting(desk: Desk) -> tuple[Trader, Act]:
    maker = desk.trader(usdt=10)
    return maker, lambda: desk.ad(maker)


def offering(desk: Desk) -> tuple[Trader, Act]:
    ad, taker = desk.sell_ad(), desk.trader()
    return taker, lambda: desk.offer(ad, taker)


def offering_coins(desk: Desk) -> tuple[Trader, Act]:
    ad, taker = desk.ad(desk.trader(), ad_type=AdType.BUY), desk.trader(usdt=10)
    return taker, lambda: desk.offer(ad, taker)


def transferring(desk: Desk) -> tuple[Trader, Act]:
    owner = desk.trader(usdt=10)
    return owner, lambda: desk.transfer(owner, Decimal(1), Purse.P2P, Purse.MAIN)


def resolving(desk: Desk) -> tuple[Trader, Callable[[Unit, Actor], None]]:
    offer, staff = desk.offer(desk.sell_ad(), desk.trader()), desk.staff()
    desk.pay(offer)
    desk.dispute(offer)
    return staff, lambda unit, by: domain.resolve_dispute(offer.id, by, "buyer", "So.", book=unit.book)


def withdrawing(desk: Desk) -> tuple[Trader, Act]:
    seller = desk.trader(usdt=10)
    offer = desk.offer(desk.ad(seller), desk.trader())
    desk.pay(offer)
    desk.dispute(offer)
    return seller, lambda: desk.withdraw_dispute(offer)


def on_dispute(
    desk: Desk, use_case: Callable[..., None], *, is_proposed: bool = False
) -> tuple[Trader, Callable[[Unit, Actor], None]]:
    """Somebody of the staff, and what they would do with a dispute."""
    offer, staff = desk.offer(desk.sell_ad(), desk.trader()), desk.staff()
    desk.pay(offer)
    desk.dispute(offer)
    if is_proposed:
        desk.propose(offer, desk.staff(), "buyer")
    return staff, lambda unit, by: use_case(offer.id, by, "So.", book=unit.book)


def restricting(desk: Desk) -> tuple[Trader, Callable[[Unit, Actor], None]]:
    staff, trader = desk.staff(), desk.trader()
    ports: dict[str, Any] = {"at": desk.clock.now(), "catalogue": desk.catalogue}

    def restrict(unit: Unit, by: Actor) -> None:
        domain.set_restricted(trader.id, "usdt", True, by, "Why.", book=unit.book, traders=unit.traders, **ports)

    return staff, restrict


def looking(desk: Desk) -> tuple[Trader, Callable[[Unit, Actor], None]]:
    staff, at = desk.staff(), desk.clock.now()
    return staff, lambda unit, by: domain.note_accounts_seen(7, by, book=unit.book, readers=unit.readers, at=at)


def suspending(desk: Desk) -> tuple[Trader, Callable[[Unit, Actor], None]]:
    staff, trader = desk.staff(), desk.trader()
    at = desk.clock.now()
    return staff, lambda unit, by: domain.set_suspended(trader.id, True, by, "Why.", traders=unit.traders, at=at)


def freezing(desk: Desk) -> tuple[Trader, Callable[[Unit, Actor], None]]:
    at = desk.clock.now()
    return desk.staff(), lambda unit, by: domain.set_frozen(True, by, "Why.", freezing=unit.freezing, at=at)


def verifying(desk: Desk) -> tuple[Trader, Callable[[Unit, Actor], None]]:
    staff, trader = desk.staff(), desk.trader()
    ports: dict[str, Any] = {"at": desk.clock.now()}
    verified = domain.Verified(has_kyc=True)
    return staff, lambda unit, by: domain.set_verified(trader.id, verified, by, "Why.", traders=unit.traders, **ports)


def saying(desk: Desk, role: str) -> tuple[Trader, Act]:
    maker, taker, staff = desk.trader(usdt=10), desk.trader(), desk.staff()
    offer = desk.offer(desk.ad(maker), taker)
    desk.pay(offer)
    desk.dispute(offer)
    who = {"maker": maker, "staff": staff}[role]
    return who, lambda: desk.say(offer, who)


def sending(desk: Desk) -> tuple[Trader, Act]:
    offer, taker = desk.offer(desk.sell_ad(), desk.trader()), desk.traders[-1]
    file = Attachment(uuid4(), "receipt.png", "image/png", 100)
    actor = Actor(taker.id)
    return taker, lambda: desk.write(lambda unit: domain.send_attachment(offer.id, actor, file, book=unit.book))


def hearing(desk: Desk) -> tuple[Trader, Act]:
    offer, taker = desk.offer(desk.sell_ad(), desk.trader()), desk.traders[-1]
    return taker, lambda: desk.hear(offer, replace(taker, is_suspended=False))


def fetching(desk: Desk) -> tuple[Trader, Act]:
    offer, taker = desk.offer(desk.sell_ad(), desk.trader()), desk.traders[-1]

    def fetch(unit: Unit) -> None:
        domain.read_attachment(offer.id, 1, Actor(taker.id), readers=unit.readers, at=unit.now())

    return taker, lambda: desk.read(fetch)


TRADERS_ACT: dict[str, list[Callable[[Desk], tuple[Trader, Act]]]] = {
    "post_ad": [posting],
    "make_offer": [offering, offering_coins],
    "transfer_funds": [transferring],
    "edit_ad": [lambda desk: on_ad(desk, domain.edit_ad, domain.AdEdit(), default_time_to_pay=30)],
    "pause_ad": [lambda desk: on_ad(desk, domain.pause_ad)],
    "resume_ad": [lambda desk: on_ad(desk, domain.resume_ad)],
    "close_ad": [lambda desk: on_ad(desk, domain.close_ad)],
    "indicate_payment": [lambda desk: on_offer(desk, domain.indicate_payment, "buyer")],
    "cancel_offer": [lambda desk: on_offer(desk, domain.cancel_offer, "taker")],
    "withdraw_dispute": [withdrawing],
    "return_offer": [lambda desk: on_offer(desk, domain.return_offer, "taker")],
    "release_funds": [lambda desk: on_offer(desk, domain.release_funds, "seller")],
    "write_message": [lambda desk: saying(desk, "maker"), lambda desk: saying(desk, "staff")],
    "send_attachment": [sending],
    "read_chat": [hearing],
    "read_attachment": [fetching],
    "open_dispute": [
        lambda desk: on_offer(desk, domain.open_dispute, "seller", "Nothing came."),
        lambda desk: on_offer(desk, domain.open_dispute, "buyer", "No answer."),
    ],
    "give_feedback": [
        lambda desk: on_offer(desk, domain.give_feedback, "seller", True, 5),
        lambda desk: on_offer(desk, domain.give_feedback, "buyer", False, 1),
    ],
}
STAFF_ACT = {
    "resolve_dispute": resolving,
    "take_dispute": lambda desk: on_dispute(desk, domain.take_dispute),
    "approve_proposal": lambda desk: on_dispute(desk, domain.approve_proposal, is_proposed=True),
    "reject_proposal": lambda desk: on_dispute(desk, domain.reject_proposal, is_proposed=True),
    "set_restricted": restricting,
    "set_suspended": suspending,
    "set_verified": verifying,
    "set_frozen": freezing,
    "note_accounts_seen": looking,
}
OTHERS = {
    "expire_ad": "the desk does it",
    "expire_offer": "the desk does it",
    "end_ad_of_suspended": "the desk does it",
    "end_offer_of_suspended": "the desk does it",
    "mail_unread": "the desk does it",
    "escalate_offer": "the desk does it",
    "tell_staff": "the desk does it",
    "mail_staff": "the desk does it",
    "lock_for_arbiter": "the deeds on disputes begin with it",
    "deposit_funds": "the operator or a custody system says what has come",
    "withdraw_funds": "the operator or a custody system says what has left",
    "register_trader": "nobody is a trader yet",
    "still_known": "opening a login begins with it",
    "open_login": "test_accounts.py holds it",
    "refresh_login": "test_accounts.py holds it",
    "send_code": "whoever asks was let in, or need not be",
    "counted": "it says whether something may be done at an address, whoever asks",
    "use_code": "whoever asks was let in, or need not be",
    "note_operator": "only the operator can",
    "may_guess": "it says whether a secret may be tried, of whoever asks",
    "was_right": "it says whether a secret may be tried, of whoever asks",
    "note_login": "whoever logs in has shown the password",
    "set_password": "whoever asks was let in, or has shown a code",
    "wrong_password": "it is a refusal",
    "make_key": "whoever asks was let in",
    "begin_totp": "whoever asks was let in",
    "confirm_totp": "whoever asks was let in",
    "disable_totp": "whoever asks was let in",
    "disable_totp_for": "the operator alone does, on the command line",
    "end_key": "whoever asks was let in",
    "read_key": "whoever admits looks at the login",
    "end_own_login": "test_accounts.py holds it",
    "logins_to_leave": "whoever is shut out may leave",
    "issue_ticket": "it is good only as long as its login, which whoever redeems it looks at",
    "redeem_ticket": "whoever redeems it looks at the login",
    "block_trader": "it moves nothing, and an actor who says that they are suspended is refused",
    "unblock_trader": "it moves nothing, and an actor who says that they are suspended is refused",
    "save_payment_method": "test_payment_methods.py holds it",
    "edit_payment_method": "test_payment_methods.py holds it",
    "delete_payment_method": "test_payment_methods.py holds it",
    "terms_with_saved": "it only looks up what its caller's own is",
    "proposal_with_saved": "it only looks up what its caller's own is",
    "delete_account": "whoever asks was let in, and has shown the password",
    "export_data": "whoever asks was let in",
    "add_webhook": "test_webhooks.py holds it",
    "remove_webhook": "test_webhooks.py holds it",
    "turn_on_webhook": "test_webhooks.py holds it",
    "send_test": "test_webhooks.py holds it",
    "give_up_webhook": "the desk does it",
    "take_prices": "the worker asks for them",
    "draw_link": "the worker does it",
    "head_of_chain": "the operator does it",
    "look_for_statement": "the worker does it",
    "draw_statement": "the worker does it",
    "prove_holdings": "whoever asks was let in",
    "mark_read": "what one has been told may be read",
}
HELPERS = {"_problem", "_problems", "is_repeated", "checked_reference", "check_shape"}
"""Parts of use cases that only judge what was given, by the end of their names."""
CASES = [(name, number) for name, scenes in TRADERS_ACT.items() for number in range(len(scenes))]


def test_every_use_case_is_looked_at() -> None:
    found = set()
    for module in pkgutil.iter_modules(domain.use_cases.__path__):
        inside = importlib.import_module(f"domain.use_cases.{module.name}")
        functions = getmembers(inside, lambda it, name=inside.__name__: isfunction(it) and it.__module__ == name)
        found |= {name for name, _ in functions if not name.startswith("_")}
    found = {name for name in found if not name.endswith(tuple(HELPERS))}
    assert found == {*TRADERS_ACT, *STAFF_ACT, *OTHERS}


@pytest.mark.parametrize(("name", "number"), CASES)
def test_a_suspended_trader_does_nothing(desk: Desk, name: str, number: int) -> None:
    """And may again once they are let in, so that nothing but the suspension was in the way."""
    trader, act = TRADERS_ACT[name][number](desk)
    desk.suspend(trader)
    with pytest.raises(errors.TraderSuspended):
        act()
    desk.suspend(trader, suspended=False)
    act()


@pytest.mark.parametrize("name", STAFF_ACT)
def test_only_staff_of_good_standing_do_what_staff_do(desk: Desk, name: str) -> None:
    staff, do = STAFF_ACT[name](desk)

    def refused(by: Actor) -> type[Refusal]:
        with pytest.raises(Refusal) as caught:
            desk.write(lambda unit: do(unit, by))
        return type(caught.value)

    assert refused(Actor.of(desk.trader())) is errors.StaffOnly
    assert refused(Actor.of(replace(staff, is_suspended=True))) is errors.TraderSuspended
    assert refused(Actor.of(replace(desk.trader(), is_suspended=True))) is errors.TraderSuspended
    desk.write(lambda unit: do(unit, Actor.of(staff)))


OPERATORS_TOO = ["set_restricted", "set_suspended", "set_verified", "set_frozen", "note_accounts_seen"]


@pytest.mark.parametrize("name", OPERATORS_TOO)
def test_the_operator_needs_no_rights(desk: Desk, name: str) -> None:
    _, do = STAFF_ACT[name](desk)
    desk.write(lambda unit: do(unit, DESK))


def test_whoever_says_that_they_are_suspended_blocks_nobody(desk: Desk) -> None:
    trader, by = desk.trader(), Actor.of(replace(desk.trader(), is_suspended=True))
    with pytest.raises(errors.TraderSuspended):
        desk.write(lambda unit: domain.block_trader(by, trader.id, people=unit.people, at=unit.now()))
    with pytest.raises(errors.TraderSuspended):
        desk.write(lambda unit: domain.unblock_trader(by, trader.id, people=unit.people))


def test_the_other_party_of_somebody_suspended_goes_on(desk: Desk) -> None:
    maker, taker = desk.trader(usdt=10), desk.trader()
    offer = desk.offer(desk.ad(maker), taker)
    desk.suspend(maker)
    desk.pay(offer)
    desk.suspend(maker, suspended=False)
    desk.suspend(taker)
    desk.release(offer)
    purses = desk.read(lambda unit: unit.readers.wallet(taker.id))
    assert [purse.p2p for purse in purses] == [2]


def test_an_actor_is_who_they_are_as_far_as_they_say(desk: Desk) -> None:
    trader = desk.trader()
    assert Actor.of(trader) == Actor(trader.id)
    assert isinstance(trader.id, UUID)
