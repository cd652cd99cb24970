"""One-time passwords: kept, used up and slowed down alike on every store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

import domain
from adapters.tokens.authenticator import STEP_SECONDS, TotpAuthenticator
from adapters.tokens.sealing import AesSealer
from domain import Actor, Refusal, Trader, errors
from domain.model.slowing import LONGEST_WAIT
from domain.ports.keys import Scope
from domain.ports.second_factors import SecondFactor
from domain.ports.store import Unit
from domain.use_cases.api_keys import make_key
from domain.use_cases.one_time_passwords import (
    RECOVERY_CODES,
    WRONG_IN_A_ROW,
    GivenOtp,
    begin_totp,
    confirm_totp,
    disable_totp,
    disable_totp_for,
)
from tests.integration.desk import Desk
from tests.integration.phones import Phone
from tests.integration.races import at_once

AUTHENTICATOR = TotpAuthenticator(AesSealer(["a secret of the tests, long enough to sign with"]), "P2P desk")
WRONG = "000000"


class TradersPhone(Phone):
    """One that knows whose it is, and where they trade."""

    def __init__(self, desk: Desk, trader: Trader, secret: str) -> None:
        super().__init__(desk.clock, secret)
        self.desk, self.trader = desk, trader


def given(unit: Unit, otp: str | None) -> GivenOtp:
    return GivenOtp(otp, unit.second_factors, AUTHENTICATOR)


def now_of(desk: Desk, trader: Trader) -> Trader:
    return desk.read(lambda unit: unit.traders.by_id(trader.id))


def begin(desk: Desk, trader: Trader) -> TradersPhone:
    ports = {"authenticator": AUTHENTICATOR, "identifiers": desk.identifiers, "at": desk.clock.now()}
    secret = desk.write(lambda unit: begin_totp(trader, factors=unit.second_factors, **ports))
    return TradersPhone(desk, trader, secret)


def kept(desk: Desk, work: Callable[[Unit], None]) -> type[Refusal] | None:
    """Do it, keep what it wrote though it says no, as a driver does, and tell how it said so."""

    def whole(unit: Unit) -> type[Refusal] | None:
        try:
            work(unit)
        except Refusal as refused:
            return type(refused)
        return None

    return desk.write(whole)


def confirm(phone: TradersPhone, otp: str) -> type[Refusal] | None:
    desk = phone.desk

    def work(unit: Unit) -> None:
        ports = {"book": unit.book, "identifiers": desk.identifiers, "at": desk.clock.now()}
        phone.codes = confirm_totp(phone.trader, given(unit, otp), **ports)

    return kept(desk, work)


def turned_on(desk: Desk, trader: Trader) -> TradersPhone:
    phone = begin(desk, trader)
    assert confirm(phone, phone.shows()) is None
    return phone


def use(phone: TradersPhone, otp: str | None) -> type[Refusal] | None:
    trader = now_of(phone.desk, phone.trader)
    return kept(phone.desk, lambda unit: given(unit, otp).check(trader, phone.desk.clock.now()))


def test_one_is_kept_whole(desk: Desk) -> None:
    trader, now = desk.trader(), desk.clock.now()
    assert desk.write(lambda unit: unit.second_factors.lock(trader.id)) is None
    begun = SecondFactor(trader.id, b"sealed", now)
    desk.write(lambda unit: unit.second_factors.begin(begun))
    assert desk.write(lambda unit: unit.second_factors.lock(trader.id)) == begun
    assert not now_of(desk, trader).has_totp
    whole = replace(begun, confirmed_at=now, last_step=5, recovery_digests=(b"1" * 32, b"2" * 32))
    desk.write(lambda unit: unit.second_factors.confirm(whole, now))
    assert now_of(desk, trader).has_totp
    used = replace(whole, last_step=6, recovery_digests=(b"2" * 32,), wrong=3, wait_until=now)
    desk.write(lambda unit: unit.second_factors.put_down(used))
    assert desk.write(lambda unit: unit.second_factors.lock(trader.id)) == used
    desk.write(lambda unit: unit.second_factors.remove(trader.id, now))
    assert desk.write(lambda unit: unit.second_factors.lock(trader.id)) is None
    assert not now_of(desk, trader).has_totp


def test_one_that_counts_is_not_replaced(desk: Desk) -> None:
    trader, now = desk.trader(), desk.clock.now()
    factor = SecondFactor(trader.id, b"sealed", now)
    desk.write(lambda unit: unit.second_factors.begin(factor))
    desk.write(lambda unit: unit.second_factors.confirm(replace(factor, confirmed_at=now), now))
    with pytest.raises(errors.ConcurrentChange):
        desk.write(lambda unit: unit.second_factors.begin(factor))


def test_it_counts_from_its_first_one_time_password_on(desk: Desk) -> None:
    trader = desk.trader()
    phone = begin(desk, trader)
    assert use(phone, None) is None
    assert confirm(phone, phone.wrong()) is errors.OneTimePasswordWrong
    assert not now_of(desk, trader).has_totp
    assert confirm(phone, f" {phone.shows()[:3]} {phone.shows()[3:]}\n") is None
    assert len(set(phone.codes)) == RECOVERY_CODES
    assert use(phone, None) is errors.OneTimePasswordRequired
    # Confirming has used it up.
    assert use(phone, phone.shows()) is errors.OneTimePasswordWrong
    assert use(phone, phone.next()) is None


def test_nothing_is_confirmed_that_was_not_begun(desk: Desk) -> None:
    phone = TradersPhone(desk, desk.trader(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    assert confirm(phone, phone.shows()) is errors.OneTimePasswordWrong


def test_the_last_secret_counts(desk: Desk) -> None:
    trader = desk.trader()
    first, second = begin(desk, trader), begin(desk, trader)
    assert confirm(first, first.shows()) is errors.OneTimePasswordWrong
    assert confirm(second, second.shows()) is None
    with pytest.raises(errors.OtpOnAlready):
        begin(desk, trader)
    assert confirm(second, second.next()) is errors.OtpOnAlready


def test_a_step_back_is_taken_and_none_ahead(desk: Desk) -> None:
    phone = turned_on(desk, desk.trader())
    desk.clock.advance(seconds=10 * STEP_SECONDS)
    for steps in (-2, 1):
        assert use(phone, phone.shows(steps)) is errors.OneTimePasswordWrong
    assert use(phone, phone.shows(-1)) is None
    assert use(phone, phone.shows()) is None
    # Nothing before the last one is good any more.
    assert use(phone, phone.shows(-1)) is errors.OneTimePasswordWrong


def test_a_recovery_code_is_good_once(desk: Desk) -> None:
    phone = turned_on(desk, desk.trader())
    for code in (phone.codes[0].upper().replace("-", " "), *phone.codes[1:]):
        assert use(phone, code) is None
        assert use(phone, code) is errors.OneTimePasswordWrong
    assert use(phone, phone.next()) is None


def test_where_whoever_asks_counts_the_row_stays_as_it_is(desk: Desk) -> None:
    phone = turned_on(desk, desk.trader())
    for _ in range(WRONG_IN_A_ROW):
        assert use(phone, "none") is errors.OneTimePasswordWrong
    trader, otp = now_of(desk, phone.trader), phone.next()

    def uncounted(otp: str) -> type[Refusal] | None:
        return kept(desk, lambda unit: given(unit, otp).check(trader, desk.clock.now(), counts=False))

    before = desk.write(lambda unit: unit.second_factors.lock(trader.id))
    assert uncounted("none") is errors.OneTimePasswordWrong
    assert desk.write(lambda unit: unit.second_factors.lock(trader.id)) == before
    assert [uncounted(otp), uncounted(phone.codes[0])] == [None, None]
    assert [uncounted(otp), uncounted(phone.codes[0])] == [errors.OneTimePasswordWrong] * 2
    after = desk.write(lambda unit: unit.second_factors.lock(trader.id))
    assert before is not None
    assert after is not None
    assert (after.wrong, after.wait_until) == (before.wrong, before.wait_until)
    judged = desk.read(lambda unit: [given(unit, otp).is_judged(trader), given(unit, None).is_judged(trader)])
    assert judged == [True, False]


def test_of_many_equal_ones_one_is_taken(desk: Desk) -> None:
    phone = turned_on(desk, desk.trader())
    otp = phone.next()
    assert sorted(map(str, at_once([lambda: use(phone, otp)] * 4))).count("None") == 1


def test_wrong_ones_in_a_row_make_the_next_wait(desk: Desk) -> None:
    phone = turned_on(desk, desk.trader())
    for _ in range(WRONG_IN_A_ROW - 1):
        assert use(phone, phone.wrong()) is errors.OneTimePasswordWrong
    assert use(phone, phone.next()) is None
    for _ in range(WRONG_IN_A_ROW):
        assert use(phone, phone.wrong()) is errors.OneTimePasswordWrong
    wait = timedelta(seconds=1)
    for _ in range(12):
        # What is right is not judged either, and whoever tries meanwhile makes it no longer.
        assert use(phone, phone.shows()) is errors.TooManyAttempts
        desk.clock.advance(seconds=wait.total_seconds() - 1e-6)
        assert use(phone, phone.codes[0]) is errors.TooManyAttempts
        desk.clock.advance(microseconds=1)
        assert use(phone, phone.wrong()) is errors.OneTimePasswordWrong
        wait = min(2 * wait, LONGEST_WAIT)
    desk.clock.advance(seconds=LONGEST_WAIT.total_seconds())
    assert use(phone, phone.next()) is None
    assert use(phone, phone.wrong()) is errors.OneTimePasswordWrong
    assert use(phone, phone.next()) is None


def test_another_secret_is_no_way_around_the_wait(desk: Desk) -> None:
    trader = desk.trader()
    phone = begin(desk, trader)
    for _ in range(WRONG_IN_A_ROW):
        assert confirm(phone, phone.wrong()) is errors.OneTimePasswordWrong
    phone = begin(desk, trader)
    assert confirm(phone, phone.shows()) is errors.TooManyAttempts
    desk.clock.advance(seconds=1)
    assert confirm(phone, phone.shows()) is None


def test_it_is_turned_off_by_one(desk: Desk) -> None:
    trader = desk.trader()
    phone = turned_on(desk, trader)

    def turn_off(otp: str | None) -> type[Refusal] | None:
        known = now_of(desk, trader)
        ports = {"identifiers": desk.identifiers, "at": desk.clock.now()}
        return kept(desk, lambda unit: disable_totp(known, given(unit, otp), book=unit.book, **ports))

    assert turn_off(None) is errors.OneTimePasswordRequired
    assert turn_off(phone.wrong()) is errors.OneTimePasswordWrong
    assert turn_off(phone.next()) is None
    assert turn_off(phone.next()) is errors.OtpIsOff
    assert use(phone, None) is None
    assert [letter.kind for letter in desk.store.outbox.claim(uuid4(), 60, 9)] == ["otp_on", "otp_off"]


def test_the_operator_turns_it_off_and_it_is_known(desk: Desk) -> None:
    trader = desk.trader()
    phone = turned_on(desk, trader)

    def turn_off(unit: Unit) -> None:
        ports = {"factors": unit.second_factors, "book": unit.book, "identifiers": desk.identifiers}
        disable_totp_for(unit.traders.by_id(trader.id), "She lost her phone.", at=desk.clock.now(), **ports)

    desk.write(turn_off)
    assert use(phone, None) is None
    (line,) = desk.read(lambda unit: unit.readers.staff_acts(None, 9)).items
    assert (line.act.by, line.act.act, line.act.subject, line.act.note) == (
        None, "trader.otp_off", f"trader:{trader.id}", "She lost her phone.",
    )  # fmt: skip
    assert kept(desk, turn_off) is errors.OtpIsOff


def test_one_that_was_turned_off_a_moment_ago_is_not_asked_for(desk: Desk) -> None:
    phone = turned_on(desk, desk.trader())
    known = now_of(desk, phone.trader)
    desk.write(lambda unit: unit.second_factors.remove(known.id, desk.clock.now()))
    assert kept(desk, lambda unit: given(unit, WRONG).check(known, desk.clock.now())) is None


def test_a_release_needs_one(desk: Desk) -> None:
    """After it is known who may, before what state the offer is in; and only what happens uses one up."""
    seller, buyer = desk.trader(usdt=10), desk.trader()
    phone = turned_on(desk, seller)
    offer = desk.offer(desk.ad(seller), buyer)

    def release(otp: str | None, by: Trader = seller, version: int | None = None) -> type[Refusal] | None:
        expected = None if version is None else frozenset({version})

        def work(unit: Unit) -> None:
            ports = {"book": unit.book, "expected_version": expected, "given_otp": given(unit, otp)}
            domain.release_funds(offer.id, Actor(by.id), **ports)

        try:
            return desk.write(lambda unit: work(unit))
        except errors.OneTimePasswordWrong:
            return kept(desk, work)
        except Refusal as refused:
            return type(refused)

    desk.pay(offer)
    assert release(phone.shows(), buyer) is errors.NotAuthorised
    assert release(None) is errors.OneTimePasswordRequired
    assert release(phone.wrong()) is errors.OneTimePasswordWrong
    assert release(phone.next(), version=9) is errors.VersionMismatch
    assert release(phone.shows()) is None
    assert release(phone.shows()) is errors.OneTimePasswordWrong
    assert release(phone.next()) is errors.AlreadyReleased
    assert use(phone, phone.shows()) is None


def test_a_key_needs_one(desk: Desk) -> None:
    """After the key's own fields are judged, so that what is refused for those uses none up."""
    phone = turned_on(desk, desk.trader())
    trader = now_of(desk, phone.trader)

    def make(otp: str | None, name: str = "bot") -> type[Refusal] | None:
        def work(unit: Unit) -> None:
            ports = {"keys": unit.keys, "logins": unit.logins, "book": unit.book, "identifiers": desk.identifiers}
            make_key(trader, name, (Scope.READ,), None, at=unit.now(), given_otp=given(unit, otp), **ports)

        return kept(desk, work)

    assert make(phone.next(), name="") is errors.InvalidFields
    assert make(None) is errors.OneTimePasswordRequired
    assert make(phone.wrong()) is errors.OneTimePasswordWrong
    assert not desk.read(lambda unit: unit.keys.live(trader.id, desk.clock.now(), 9))
    assert make(phone.shows()) is None
    assert [key.name for key in desk.read(lambda unit: unit.keys.live(trader.id, desk.clock.now(), 9))] == ["bot"]
