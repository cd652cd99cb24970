"""Guesses, and the addresses that an account was used from: kept, counted and forgotten alike on every store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from domain import errors
from domain.model.slowing import WINDOW, WRONG_OF_BOTH, WRONG_OF_ONE, WrongTries
from domain.use_cases.guess_secret import Attempt, Secret, may_guess, was_right
from tests.integration.desk import Desk
from tests.integration.races import at_once

HERE, THERE = "192.0.2.7", "2001:db8::/64"
SECOND = timedelta(seconds=1)


def guess(
    desk: Desk, account: str = "jude@example.com", address: str = HERE, secret: Secret = Secret.PASSWORD, **known: bool
) -> Attempt:
    return desk.write(
        lambda unit: may_guess(secret, account, address, attempts=unit.attempts, at=desk.clock.now(), **known)
    )


def waits(desk: Desk, *where: str, **known: bool) -> int:
    """How many seconds the next has to wait; what this finds out changes nothing."""
    found: list[int] = []
    try:
        desk.undo(lambda unit: may_guess(Secret.PASSWORD, *where, attempts=unit.attempts, at=desk.clock.now(), **known))
    except errors.TooManyAttempts as refused:
        found.append(refused.seconds)
    return found[0] if found else 0


def test_tries_are_kept_whole(desk: Desk) -> None:
    now = desk.clock.now()
    keys = [bytes([number]) * 32 for number in (3, 1, 2)]
    kept = [WrongTries((now, now + SECOND), 2, now + 9 * SECOND), WrongTries((now,)), WrongTries()]
    desk.write(lambda unit: (unit.attempts.lock(keys), unit.attempts.put(dict(zip(keys, kept, strict=True)))))
    assert desk.write(lambda unit: list(unit.attempts.lock(keys[::-1]))) == kept[::-1]
    desk.undo(lambda unit: (unit.attempts.lock(keys), unit.attempts.put({keys[0]: WrongTries()})))
    assert desk.write(lambda unit: list(unit.attempts.lock([keys[0], b"?" * 32]))) == [kept[0], WrongTries()]


def test_what_makes_no_difference_is_forgotten_a_part_at_a_time(desk: Desk) -> None:
    for number in range(3):
        guess(desk, f"{number}@example.com", f"192.0.2.{number}")
    desk.clock.advance(seconds=WINDOW.total_seconds())
    assert desk.write(lambda unit: unit.attempts.forget(desk.clock.now(), 100)) == 0
    guess(desk, "2@example.com", "192.0.2.2")
    desk.clock.advance(seconds=1)
    assert [desk.write(lambda unit: unit.attempts.forget(desk.clock.now(), 4)) for _ in range(3)] == [4, 2, 0]
    assert waits(desk, "2@example.com", "192.0.2.2") == 0


def test_addresses_are_known_until_they_are_forgotten(desk: Desk) -> None:
    jude, amara, now = desk.trader(), desk.trader(), desk.clock.now()

    def note(address: str, days: int) -> bool:
        return desk.write(lambda unit: unit.attempts.note_address(jude.id, address, now + timedelta(days=days)))

    def elsewhere(address: str) -> datetime | None:
        return desk.read(lambda unit: unit.attempts.used_elsewhere(jude.id, address))

    def known() -> list[bool]:
        of = [(jude, HERE), (jude, THERE), (amara, HERE)]
        return desk.read(lambda unit: [unit.attempts.has_used(trader.id, address) for trader, address in of])

    assert [note(HERE, 0), note(THERE, 1), note(HERE, 2)] == [True, True, False]
    assert known() == [True, True, False]
    assert [elsewhere(HERE), elsewhere(THERE)] == [now + timedelta(days=1), now + timedelta(days=2)]
    before = now + timedelta(days=2)
    assert [desk.write(lambda unit: unit.attempts.forget_addresses(before, 1)) for _ in range(2)] == [1, 0]
    assert known() == [True, False, False]
    assert [elsewhere(HERE), elsewhere(THERE)] == [None, now + timedelta(days=2)]


def test_after_the_fifth_wrong_one_the_next_has_to_wait(desk: Desk) -> None:
    for _ in range(WRONG_OF_BOTH):
        assert waits(desk, "jude@example.com", HERE) == 0
        guess(desk)
    for _ in range(3):
        with pytest.raises(errors.TooManyAttempts) as refused:
            guess(desk, " JUDE@example.com")
        assert refused.value.seconds == 1
    assert [waits(desk, "jude@example.com", THERE), waits(desk, "amara@example.com", HERE)] == [0, 0]
    guess(desk, secret=Secret.ONE_TIME_PASSWORD)
    desk.clock.advance(seconds=1)
    guess(desk)
    assert waits(desk, "jude@example.com", HERE) == 2


def test_a_right_one_clears_that_account_from_that_address(desk: Desk) -> None:
    for _ in range(3):
        for _ in range(WRONG_OF_BOTH - 1):
            guess(desk)
        right = guess(desk)
        desk.write(lambda unit, right=right: was_right(right, attempts=unit.attempts))
    assert waits(desk, "jude@example.com", HERE) == 0
    # What was wrong of one alone stays: 12 of both, and 8 of either.
    for number in range(WRONG_OF_ONE - 12):
        guess(desk, address=f"198.51.100.{number}")
        guess(desk, f"{number}@example.com")
    assert [waits(desk, "jude@example.com", THERE), waits(desk, "chidi@example.com", HERE)] == [1, 1]


def test_from_a_known_address_only_what_was_tried_there_counts(desk: Desk) -> None:
    for number in range(WRONG_OF_ONE):
        guess(desk, address=f"198.51.100.{number}")
    assert waits(desk, "jude@example.com", HERE) == 1
    for _ in range(WRONG_OF_BOTH):
        assert waits(desk, "jude@example.com", HERE, is_known=True) == 0
        guess(desk, is_known=True)
    assert waits(desk, "jude@example.com", HERE, is_known=True) == 1


def test_without_an_address_the_account_counts_alone(desk: Desk) -> None:
    for number in range(WRONG_OF_ONE + 1):
        guess(desk, f"{number}@example.com", "")
    for _ in range(WRONG_OF_BOTH):
        guess(desk, address="")
    assert waits(desk, "jude@example.com", "") == 1


@pytest.mark.abuse("A8")
def test_of_fifty_at_once_no_more_are_judged_than_may_be(desk: Desk) -> None:
    def judged(account: str, address: str) -> Callable[[], bool]:
        def call() -> bool:
            try:
                guess(desk, account, address)
            except errors.TooManyAttempts:
                return False
            return True

        return call

    assert sum(at_once([judged("jude@example.com", HERE)] * 50)) == WRONG_OF_BOTH
    from_anywhere = [judged("amara@example.com", f"198.51.100.{number}") for number in range(50)]
    assert sum(at_once(from_anywhere)) == WRONG_OF_ONE
    at_anybody = [judged(f"{number}@example.com", THERE) for number in range(50)]
    assert sum(at_once(at_anybody)) == WRONG_OF_ONE
