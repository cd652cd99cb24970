"""Codes that were mailed: kept, counted and forgotten alike on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain import Trader, errors
from domain.ports.codes import MailCode, Purpose
from domain.use_cases.at_an_address import CODES_AN_HOUR
from domain.use_cases.mail_codes import CODE_DIGITS, CODE_LIFETIME, CODE_PAUSE, CODE_TRIES, send_code, use_code
from tests.integration.desk import Desk
from tests.integration.races import at_once, outcomes

VERIFY, RESET = Purpose.VERIFY, Purpose.RESET


def ask(desk: Desk, trader: Trader, purpose: Purpose = VERIFY) -> None:
    at = desk.clock.now()
    desk.write(
        lambda unit: send_code(
            trader,
            purpose,
            codes=unit.codes,
            attempts=unit.attempts,
            book=unit.book,
            identifiers=desk.identifiers,
            at=at,
        )
    )


def send(desk: Desk, trader: Trader, purpose: Purpose = VERIFY) -> str:
    """Have a code sent, and read it in the letter."""
    ask(desk, trader, purpose)
    return newest(desk)


def newest(desk: Desk) -> str:
    letters = desk.store.outbox.claim(uuid4(), 60, 100)
    return str(letters[-1].facts["code"])


def use(desk: Desk, trader_id: UUID, code: str, purpose: Purpose = VERIFY) -> bool:
    return desk.write(lambda unit: use_code(trader_id, purpose, code, codes=unit.codes, at=desk.clock.now()))


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08}"


def kept(desk: Desk, trader_id: UUID, purpose: Purpose, since: datetime) -> list[MailCode]:
    return list(desk.write(lambda unit: unit.codes.lock(trader_id, purpose, since)))


def test_a_code_is_kept_whole(desk: Desk) -> None:
    trader, now = desk.trader(), desk.clock.now()
    codes = [
        MailCode(uuid4(), trader.id, VERIFY, bytes([number]) * 32, now + timedelta(minutes=number))
        for number in range(3)
    ]
    of_another = MailCode(uuid4(), desk.trader().id, VERIFY, b"1" * 32, now)
    for code in (*codes, of_another, replace(codes[0], id=uuid4(), purpose=RESET)):
        desk.write(lambda unit, code=code: unit.codes.add(code))
    assert kept(desk, trader.id, VERIFY, now) == codes[::-1]
    [other] = kept(desk, trader.id, RESET, now)
    assert other.purpose is RESET
    assert kept(desk, trader.id, VERIFY, now + timedelta(minutes=1)) == codes[:0:-1]
    used = replace(codes[2], tries=3, used_at=now + timedelta(minutes=9))
    desk.write(lambda unit: unit.codes.put_down(used))
    assert kept(desk, trader.id, VERIFY, now) == [used, codes[1], codes[0]]
    with pytest.raises(errors.TraderNotFound):
        kept(desk, uuid4(), VERIFY, now)


def test_a_right_one_that_is_not_used_up_is_as_good_as_before(desk: Desk) -> None:
    trader = desk.trader()
    code = send(desk, trader)

    def look(given: str) -> bool:
        ports: dict[str, Any] = {"at": desk.clock.now(), "uses_up": False}
        return desk.write(lambda unit: use_code(trader.id, VERIFY, given, codes=unit.codes, **ports))

    assert all(look(code) for _ in range(CODE_TRIES + 1))
    assert not any(look(wrong(code)) for _ in range(CODE_TRIES))
    assert not look(code)


def test_old_codes_are_forgotten_a_part_at_a_time(desk: Desk) -> None:
    trader, now = desk.trader(), desk.clock.now()
    for minutes in range(4):
        code = MailCode(uuid4(), trader.id, VERIFY, b"x" * 32, now + timedelta(minutes=minutes))
        desk.write(lambda unit, code=code: unit.codes.add(code))
    before = now + timedelta(minutes=3)
    assert [desk.write(lambda unit: unit.codes.forget(before, 2)) for _ in range(3)] == [2, 1, 0]
    assert len(kept(desk, trader.id, VERIFY, now)) == 1


@pytest.mark.abuse("A11")
def test_a_code_is_good_once(desk: Desk) -> None:
    trader = desk.trader()
    code = send(desk, trader)
    assert code.isdigit()
    assert len(code) == 8
    assert not use(desk, trader.id, wrong(code))
    assert not use(desk, trader.id, code, RESET)
    assert not use(desk, desk.trader().id, code)
    assert use(desk, trader.id, f" {code}\n")
    assert not use(desk, trader.id, code)


@pytest.mark.abuse("A11")
def test_a_code_is_good_for_a_while(desk: Desk) -> None:
    trader = desk.trader()
    code = send(desk, trader)
    desk.clock.advance(seconds=CODE_LIFETIME.total_seconds())
    assert use(desk, trader.id, code)
    desk.clock.advance(hours=1)
    late = send(desk, trader)
    desk.clock.advance(seconds=CODE_LIFETIME.total_seconds(), microseconds=1)
    assert not use(desk, trader.id, late)


def test_a_code_is_good_for_so_many_tries(desk: Desk) -> None:
    trader = desk.trader()
    code = send(desk, trader)
    for _ in range(CODE_TRIES - 1):
        assert not use(desk, trader.id, wrong(code))
    assert use(desk, trader.id, code)
    desk.clock.advance(minutes=1)
    code = send(desk, trader)
    for _ in range(CODE_TRIES):
        assert not use(desk, trader.id, wrong(code))
    assert not use(desk, trader.id, code)


def test_the_next_code_takes_the_place_of_the_one_before(desk: Desk) -> None:
    trader = desk.trader()
    first = send(desk, trader)
    desk.clock.advance(seconds=CODE_PAUSE.total_seconds())
    second = send(desk, trader)
    assert not use(desk, trader.id, first)
    assert use(desk, trader.id, second)


def test_the_bounds_of_codes_are_those_that_are_promised() -> None:
    """The other tests go by their names, and would hold whatever they are: docs/contract/accounts.md, "Codes"."""
    assert (CODE_DIGITS, CODE_TRIES, CODES_AN_HOUR) == (8, 5, 5)
    assert (CODE_LIFETIME.total_seconds(), CODE_PAUSE.total_seconds()) == (15 * 60, 60)


@pytest.mark.abuse("H5")
def test_codes_go_out_at_a_pace(desk: Desk) -> None:
    """After a pause of each purpose's own, and so many in an hour of all together."""
    trader = desk.trader()
    began = desk.clock.now()
    send(desk, trader, RESET)
    for _ in range(CODES_AN_HOUR - 1):
        send(desk, trader)
        with pytest.raises(errors.TooManyAttempts) as refused:
            send(desk, trader)
        assert refused.value.seconds >= CODE_PAUSE.total_seconds()
        desk.clock.advance(seconds=CODE_PAUSE.total_seconds())
    for purpose in (VERIFY, RESET):
        with pytest.raises(errors.TooManyAttempts) as refused:
            send(desk, trader, purpose)
        assert refused.value.seconds == (began + timedelta(hours=1) - desk.clock.now()).total_seconds()
    assert send(desk, desk.trader())
    desk.clock.set(began + timedelta(hours=1))
    assert send(desk, trader)


def test_of_many_equal_requests_for_both_purposes_no_more_letters_go_out_than_may(desk: Desk) -> None:
    trader = desk.trader()
    for _ in range(CODES_AN_HOUR - 1):
        send(desk, trader)
        desk.clock.advance(seconds=CODE_PAUSE.total_seconds())

    made = outcomes(at_once([partial(ask, desk, trader, purpose) for purpose in (VERIFY, RESET) * 4]))
    assert made == {"done": 1, "too_many_attempts": 7}


@pytest.mark.abuse("H5")
def test_of_many_equal_requests_one_sends_a_code(desk: Desk) -> None:
    trader = desk.trader()

    made = outcomes(at_once([partial(ask, desk, trader)] * 8))
    assert made == {"done": 1, "too_many_attempts": 7}


@pytest.mark.abuse("A11")
def test_of_many_equal_tries_of_a_code_one_is_right(desk: Desk) -> None:
    trader = desk.trader()
    code = send(desk, trader)
    assert sorted(at_once([lambda: use(desk, trader.id, code)] * 4)) == [False] * 3 + [True]
