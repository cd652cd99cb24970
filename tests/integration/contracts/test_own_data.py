"""All that is kept about one trader: to have it, and to have it erased, alike on every store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from adapters.tokens.jwt_tokens import JwtTokens
from domain import (
    AccountInUse,
    Actor,
    AdType,
    DisputeKind,
    KeptDispute,
    Offer,
    Purse,
    StaffAct,
    Trader,
    UsedAddress,
    Verified,
)
from domain.errors import AdNotOpen, Fault, Refusal, TraderNotFound, TraderSuspended, UnknownAd, WrongCredentials
from domain.model.erasure import GONE, is_nowhere
from domain.ports.logins import Login, Standing
from domain.ports.store import Unit
from domain.testing.races import at_once
from domain.use_cases.delete_account import delete_account
from domain.use_cases.export_data import export_data
from domain.use_cases.open_login import TokenLifetimes, open_login
from tests.factories import BankDetailsFactory, TraderFactory
from tests.integration.contracts import (
    test_blocks,
    test_codes,
    test_keys,
    test_payment_methods,
    test_second_factors,
    test_webhooks,
)
from tests.integration.desk import Desk
from tests.spelled import spelled


def export(desk: Desk, trader: Trader) -> Mapping[str, Sequence[Any]]:
    return desk.read(lambda unit: export_data(trader.id, unit, desk.clock.now()))


def delete(desk: Desk, trader: Trader) -> None:
    def leave(unit: Unit) -> None:
        ports: dict[str, Any] = {"own_data": unit.own_data, "traders": unit.traders, "attempts": unit.attempts}
        delete_account(trader.id, **ports, at=desk.clock.now())

    desk.write(leave)


def log_in(desk: Desk, trader: Trader) -> Login:
    now = desk.clock.now()
    login = Login(uuid4(), trader.id, uuid4(), now, now + timedelta(days=1), address="192.0.2.7", client="curl")
    desk.write(lambda unit: unit.logins.open(login))
    return login


def traded(desk: Desk, maker: Trader, taker: Trader, ad_type: AdType = AdType.SELL) -> Offer:
    """An offer that was rated, talked about and released; what it brought is taken out again."""
    seller, buyer = (maker, taker) if ad_type is AdType.SELL else (taker, maker)
    desk.deposit(seller, Decimal(2))
    account = {"bank": BankDetailsFactory()} if ad_type is AdType.SELL else {}
    ad = desk.ad(maker, ad_type=ad_type, crypto_amount=Decimal(2), terms_of_trade="Be quick.", **account)
    offer = desk.offer(ad, taker, Decimal(2))
    desk.pay(offer)
    desk.say(offer, taker)
    desk.release(offer)
    desk.rate(offer)
    desk.rate(offer, by_maker=True)
    desk.transfer(buyer, Decimal(2), Purse.P2P, Purse.MAIN)
    desk.withdraw(buyer, Decimal(2))
    return offer


def texts_of(desk: Desk, *traders: Trader) -> str:
    """All that is told to these, and all that is shown of what they did, as one text."""
    return "\n".join(spelled(export(desk, trader)) for trader in traders)


def test_all_of_it_is_exported_and_nothing_of_others(desk: Desk) -> None:
    jude, amara = desk.trader(), desk.trader()
    traded(desk, jude, amara)
    login = log_in(desk, jude)
    key, _ = test_keys.made(desk, jude)
    webhook = test_webhooks.add(desk, jude)
    desk.write(lambda unit: unit.people.block(jude.id, amara.id, unit.now()))
    told = export(desk, jude)
    assert told["profile"][0].email == jude.email
    assert list(told["logins"]) == [login]
    assert (list(told["keys"]), list(told["webhooks"])) == ([key], [webhook])
    assert told["blocked"] == [{"id": amara.id}]
    assert [len(told[name]) for name in ("ads", "offers", "feedback_given", "feedback_received")] == [1, 1, 1, 1]
    assert [notice.number for notice in told["notices"]] == list(range(1, len(told["notices"]) + 1))
    assert [letter.state for letter in told["letters"]] == ["queued"] * len(told["letters"])
    assert told["movements"]
    assert told["messages"] == []
    assert [message.by for message in export(desk, amara)["messages"]] == [amara.id]
    assert login.address not in texts_of(desk, amara)


def test_where_an_account_was_used_from_is_exported(desk: Desk) -> None:
    jude, amara = desk.trader(), desk.trader()
    now = desk.clock.now()
    later = now + timedelta(minutes=1)
    for who, address, at in (
        (jude, "192.0.2.7", now),
        (jude, "192.0.2.10", now),
        (amara, "198.51.100.1", now),
        (jude, "192.0.2.7", later),
    ):
        desk.write(partial(_note_address, who, address, at))
    assert export(desk, jude)["addresses"] == [UsedAddress("192.0.2.10", now), UsedAddress("192.0.2.7", later)]


def _note_address(trader: Trader, address: str, at: datetime, unit: Unit) -> None:
    unit.attempts.note_address(trader.id, address, at)


def test_both_parties_get_their_disputes_and_nobody_else_does(desk: Desk) -> None:
    jude, amara, eve, staff = desk.trader(usdt=10), desk.trader(), desk.trader(), desk.staff()
    offer = desk.disputed(desk.ad(jude, crypto_amount=Decimal(2)), amara)
    opened_at = desk.clock.now()
    desk.withdraw_dispute(offer)
    desk.dispute(offer, "Still nothing.")
    desk.resolve(offer, staff, "seller")
    opened = (offer.id, DisputeKind.OTHER, jude.id)
    withdrawn, resolved = export(desk, jude)["disputes"]
    assert withdrawn == KeptDispute(*opened, "The money never came.", opened_at, None, None, "", desk.clock.now())
    ruling = ("seller", None, "Both were heard.", desk.clock.now())
    assert resolved == KeptDispute(*opened, "Still nothing.", opened_at, *ruling)
    assert export(desk, amara)["disputes"] == [withdrawn, resolved]
    assert export(desk, eve)["disputes"] == export(desk, staff)["disputes"] == []


def test_a_long_past_is_exported_whole(desk: Desk) -> None:
    jude = desk.trader(usdt=300)
    ad = desk.ad(jude, crypto_amount=Decimal(110))
    taker = desk.trader()
    for _ in range(105):
        desk.cancel(desk.offer(ad, taker, Decimal(1)))
    told = export(desk, jude)
    assert len(told["offers"]) == 105
    assert len(told["notices"]) == 210


@pytest.mark.abuse("J5")
@pytest.mark.parametrize("what", ["coins", "live ads", "live offers", "live offers on theirs"])
def test_nobody_leaves_while_anything_is_held_or_under_way(desk: Desk, what: str) -> None:
    jude, other = desk.trader(), desk.trader(usdt=10)
    if what == "coins":
        desk.deposit(jude, Decimal(1))
    elif what == "live ads":
        desk.ad(jude, ad_type=AdType.BUY)
    elif what == "live offers":
        desk.offer(desk.ad(other), jude, Decimal(1))
    else:
        ad = desk.ad(jude, ad_type=AdType.BUY)
        desk.offer(ad, other, Decimal(1))
        desk.close(ad)
    with pytest.raises(AccountInUse) as refused:
        delete(desk, jude)
    assert refused.value.holds == (what.removesuffix(" on theirs"),)
    assert desk.read(lambda unit: unit.traders.by_id(jude.id)) == jude


@pytest.mark.abuse("J5")
@pytest.mark.parametrize("ad_type", list(AdType))
def test_whoever_has_gone_leaves_no_name_and_no_details(desk: Desk, ad_type: AdType) -> None:
    jude, amara = desk.trader(), desk.trader()
    traded(desk, jude, amara, ad_type)
    traded(desk, amara, jude, ad_type)
    before = texts_of(desk, amara)
    assert jude.fullname in before
    ads = export(desk, jude)["ads"]
    assert any(ad.terms_of_trade for ad in ads)
    assert any(ad.bank for ad in ads) is (ad_type is AdType.SELL)
    delete(desk, jude)
    after = texts_of(desk, jude, amara)
    assert jude.fullname not in after
    assert jude.email not in after
    assert GONE in after
    left = export(desk, jude)
    assert not any(ad.bank or ad.terms_of_trade or ad.payment_details for ad in left["ads"])
    assert not any(offer.bank for offer in left["offers"] if offer.taker_id == jude.id)
    assert is_nowhere(left["profile"][0].email)
    assert left["movements"]
    # What the other gave is theirs, and stays.
    assert any(offer.bank for offer in export(desk, amara)["offers"] if offer.taker_id == amara.id)


def test_whoever_has_gone_is_found_by_nobody_and_told_nothing(desk: Desk) -> None:
    jude, amara = desk.trader(), desk.trader()
    offer = traded(desk, amara, jude)
    login, (key, _) = log_in(desk, jude), test_keys.made(desk, jude)
    webhook = test_webhooks.add(desk, jude)
    desk.write(lambda unit: unit.people.block(amara.id, jude.id, unit.now()))
    delete(desk, jude)
    ends = desk.read(lambda unit: unit.logins.standing([login.id, key.id], desk.clock.now()))
    assert set(ends.values()) == {Standing.ENDED}
    (kept,) = export(desk, jude)["logins"]
    assert (kept.address, kept.client) == ("", "")
    assert [each.name for each in export(desk, jude)["keys"]] == [""]
    assert desk.read(lambda unit: unit.webhooks.find(jude.id, webhook.id)) is None
    assert export(desk, amara)["blocked"] == []
    with pytest.raises(TraderNotFound):
        desk.read(lambda unit: unit.people.public_record(jude.id))
    with pytest.raises(TraderNotFound):
        desk.read(lambda unit: unit.people.feedback_about(jude.id, None, 10))
    with pytest.raises(TraderNotFound):
        desk.read(lambda unit: unit.traders.by_email(jude.email))
    assert not [letter for letter in desk.store.outbox.waiting(100) if jude.email in letter.recipient]
    (message,) = desk.read(lambda unit: unit.chats.messages(offer.id, 0, 10))
    assert message.fullname == GONE


def test_the_address_can_register_anew(desk: Desk) -> None:
    jude = desk.trader()
    delete(desk, jude)
    again = desk.add(TraderFactory(email=jude.email))
    assert again.id != jude.id
    assert desk.read(lambda unit: unit.traders.by_email(jude.email)).id == again.id


def test_nobody_leaves_twice_or_without_having_been(desk: Desk) -> None:
    jude = desk.trader()
    delete(desk, jude)
    with pytest.raises(TraderNotFound):
        delete(desk, jude)
    with pytest.raises(TraderNotFound):
        desk.write(lambda unit: unit.own_data.lock_holdings(uuid4(), desk.clock.now()))


def test_nothing_begins_for_somebody_who_has_gone(desk: Desk) -> None:
    jude, ad = desk.trader(), desk.sell_ad()
    delete(desk, jude)
    for deed, refusals in (
        (lambda: desk.deposit(jude, Decimal(1)), TraderNotFound),
        (lambda: desk.ad(jude, ad_type=AdType.BUY), (TraderNotFound, TraderSuspended)),
        (lambda: desk.offer(ad, jude, Decimal(1)), (UnknownAd, TraderSuspended)),
    ):
        with pytest.raises(refusals):
            deed()


DEEDS: dict[str, Callable[[Desk, Trader, Any], Any]] = {
    "deposit": lambda desk, jude, _: desk.deposit(jude, Decimal(1)),
    "ad": lambda desk, jude, _: desk.ad(jude, ad_type=AdType.BUY),
    "offer": lambda desk, jude, ad: desk.offer(ad, jude, Decimal(1)),
}


@pytest.mark.abuse("J5")
@pytest.mark.parametrize("deed", DEEDS)
def test_either_they_are_gone_or_there_is_something(desk: Desk, deed: str) -> None:
    """Many times, since it is a race: one of the two wins, and never both."""
    ad = desk.sell_ad(100)
    for _ in range(12):
        jude = desk.trader()
        answers = at_once([partial(delete, desk, jude), partial(DEEDS[deed], desk, jude, ad)])
        refused = [isinstance(answer, Refusal) for answer in answers]
        assert not [answer for answer in answers if isinstance(answer, Fault)]
        assert sum(refused) == 1, answers
        gone = is_nowhere(desk.read(lambda unit, who=jude: unit.traders.by_id(who.id)).email)
        assert gone is refused[1]


ADDED: dict[str, Callable[[Desk, Trader, Trader], Any]] = {
    "payment method": lambda desk, jude, _: test_payment_methods.save(desk, jude),
    "webhook": lambda desk, jude, _: test_webhooks.add(desk, jude),
    "key": lambda desk, jude, _: test_keys.made(desk, jude),
    "code": lambda desk, jude, _: test_codes.ask(desk, jude),
    "login": lambda desk, jude, _: log_in(desk, jude),
    "authenticator": lambda desk, jude, _: test_second_factors.begin(desk, jude),
    "block": lambda desk, jude, other: test_blocks.block(desk, jude, other),
    "block of them": lambda desk, jude, other: test_blocks.block(desk, other, jude),
}
"""What somebody may add to what is theirs alone, or others to what is kept of them."""


def left_of(desk: Desk, jude: Trader, other: Trader) -> dict[str, int]:
    """How much is kept of what can be added, as far as it should have gone with its trader."""
    kept, at = export(desk, jude), desk.clock.now()
    counted = {name: len(kept[name]) for name in ("payment_methods", "webhooks", "blocked")}
    counted |= {"named keys": sum(bool(key.name) for key in kept["keys"])}
    counted |= {"live logins": len(desk.read(lambda unit: unit.logins.live(jude.id, at, 10)))}
    counted |= {"authenticators": int(desk.write(lambda unit: unit.second_factors.lock(jude.id)) is not None)}
    counted |= {"blocks of them": len(export(desk, other)["blocked"])}
    return counted | {"codes": desk.write(lambda unit: unit.codes.forget(at + timedelta(hours=1), 100))}


@pytest.mark.abuse("J5")
@pytest.mark.parametrize("what", ADDED)
def test_nothing_is_added_to_somebody_who_has_gone(desk: Desk, what: str) -> None:
    jude, other = desk.trader(), desk.trader()
    delete(desk, jude)
    with pytest.raises(TraderNotFound):
        ADDED[what](desk, jude, other)
    assert not any(left_of(desk, jude, other).values())


@pytest.mark.abuse("J5")
@pytest.mark.parametrize("what", ADDED)
def test_nothing_is_left_of_what_is_added_just_then(desk: Desk, what: str) -> None:
    """Many times, since it is a race: what comes first is erased with the rest, and what comes later is refused."""
    for _ in range(12):
        jude, other = desk.trader(), desk.trader()
        gone, added = at_once([partial(delete, desk, jude), partial(ADDED[what], desk, jude, other)])
        assert gone is None
        assert not isinstance(added, Refusal) or isinstance(added, TraderNotFound)
        assert not any(left_of(desk, jude, other).values()), (what, added)


def test_whoever_has_gone_cannot_get_in_by_what_was_right_before(desk: Desk) -> None:
    jude, at = desk.trader(), desk.clock.now()
    code = test_codes.send(desk, jude)
    delete(desk, jude)
    assert not test_codes.use(desk, jude.id, code)
    day = timedelta(days=1)
    with pytest.raises(WrongCredentials):
        desk.write(
            lambda unit: open_login(
                jude,
                logins=unit.logins,
                tokens=JwtTokens("a" * 32),
                at=at,
                identifiers=desk.identifiers,
                lifetimes=TokenLifetimes(day, day, day),
            )
        )
    assert not desk.write(lambda unit: unit.attempts.note_address(jude.id, "192.0.2.7", at))
    assert not desk.read(lambda unit: unit.attempts.has_used(jude.id, "192.0.2.7"))


@pytest.mark.abuse("J5")
def test_nobody_has_somebody_back_who_has_gone(desk: Desk) -> None:
    jude, at = desk.trader(), desk.clock.now()
    delete(desk, jude)
    gone = desk.read(lambda unit: unit.traders.by_id(jude.id))
    act = StaffAct(desk.staff().id, at, "trader.unsuspend", f"trader:{jude.id}", "By mistake.")
    deeds: tuple[Callable[[Unit], None], ...] = (
        lambda unit: unit.traders.set_suspended(jude.id, False, act),
        lambda unit: unit.traders.set_suspended(jude.id, True, act, end_trades=True),
        lambda unit: unit.traders.set_verified(jude.id, Verified(has_kyc=True), act),
        lambda unit: unit.traders.set_restricted(jude.id, "usdt", True, act),
        lambda unit: unit.traders.set_restricted(jude.id, "usdt", False, act),
        lambda unit: unit.traders.set_password(jude.id, "a hash", at),
        lambda unit: unit.traders.hold_password_hash(jude.id),
        lambda unit: unit.traders.set_email_verified(jude.id, at),
        lambda unit: unit.second_factors.remove(jude.id, at),
    )
    for deed in deeds:
        with pytest.raises(TraderNotFound):
            desk.write(deed)
    assert desk.read(lambda unit: unit.traders.by_id(jude.id)) == gone
    assert desk.read(lambda unit: unit.traders.password_hash(jude.id)) == ""
    assert desk.read(lambda unit: unit.traders.restrictions(jude.id)) == frozenset()
    assert not desk.read(lambda unit: unit.readers.staff_acts(None, 9)).items


def test_the_one_who_is_left_goes_on(desk: Desk) -> None:
    jude, amara = desk.trader(), desk.trader(usdt=10)
    ad = desk.ad(amara)
    desk.cancel(desk.offer(ad, jude, Decimal(1)))
    delete(desk, jude)
    other = desk.trader()
    desk.release(desk.offer(ad, other, Decimal(1)))
    assert Actor(amara.id).id == amara.id
    desk.close(ad)
    with pytest.raises(AdNotOpen):
        desk.offer(ad, other, Decimal(1))


def test_where_somebody_came_from_is_forgotten(desk: Desk) -> None:
    trader = desk.trader()
    desk.write(lambda unit: unit.attempts.note_address(trader.id, "192.0.2.7", desk.clock.now()))
    assert desk.read(lambda unit: unit.attempts.has_used(trader.id, "192.0.2.7"))
    delete(desk, trader)
    assert not desk.read(lambda unit: unit.attempts.has_used(trader.id, "192.0.2.7"))
