"""An address that nobody has shown to be theirs gets so many letters a day, whatever accounts come and go there."""

from __future__ import annotations

from functools import partial

import pytest

from domain import Trader
from domain.model.account_letters import AccountLetter
from domain.ports.delivery import UNVERIFIED_LETTERS_A_DAY, Letter
from domain.testing.races import at_once
from tests.factories import TraderFactory
from tests.integration.contracts.test_own_data import delete
from tests.integration.desk import Desk
from tests.integration.kit.delivery.test_letter_order import OTHER, claim, sent, write

EMAIL = "victim@example.com"


def joined(desk: Desk, email: str = EMAIL) -> Trader:
    return desk.add(TraderFactory(email=email, email_verified=False, created_at=desk.clock.now()))


@pytest.mark.abuse("H5")
def test_an_address_gets_no_more_letters_by_joining_again(desk: Desk) -> None:
    """In whatever case it is spelled; other addresses and letters with a code have nothing to do with it."""
    first = joined(desk)
    write(desk, first, UNVERIFIED_LETTERS_A_DAY - 5)
    write(desk, first, 3, AccountLetter.RESET_CODE)
    assert sent(desk).count(OTHER) == UNVERIFIED_LETTERS_A_DAY - 5
    delete(desk, first)
    second = joined(desk, EMAIL.upper())
    write(desk, second, UNVERIFIED_LETTERS_A_DAY)
    assert len(sent(desk)) == 5
    delete(desk, second)
    third, other = joined(desk), joined(desk, "other@example.com")
    write(desk, third)
    write(desk, third, 1, AccountLetter.VERIFY_CODE)
    write(desk, other)
    assert sorted(sent(desk)) == sorted([OTHER, AccountLetter.VERIFY_CODE])
    assert desk.store.outbox.backlog().queued == 0


def test_after_a_day_the_address_gets_as_many_again(desk: Desk) -> None:
    first = joined(desk)
    write(desk, first, UNVERIFIED_LETTERS_A_DAY)
    assert len(sent(desk)) == UNVERIFIED_LETTERS_A_DAY
    desk.clock.advance(hours=23)
    delete(desk, first)
    second = joined(desk)
    # What is swept meanwhile is none of what counts.
    desk.write(lambda unit: unit.attempts.forget(desk.clock.now(), 100))
    write(desk, second)
    assert sent(desk) == []
    desk.clock.advance(hours=1)
    write(desk, second, UNVERIFIED_LETTERS_A_DAY + 1)
    assert len(sent(desk)) == UNVERIFIED_LETTERS_A_DAY


def test_what_was_never_sent_counts_for_nobody(desk: Desk) -> None:
    """Neither what was withheld, nor what still waited when its account was deleted."""
    first = joined(desk)
    write(desk, first, 2)
    assert len(sent(desk)) == 2
    write(desk, first, 10)
    delete(desk, first)
    second = joined(desk)
    write(desk, second, UNVERIFIED_LETTERS_A_DAY)
    assert len(sent(desk)) == UNVERIFIED_LETTERS_A_DAY - 2


def test_what_is_just_being_sent_counts_as_sent(desk: Desk) -> None:
    first = joined(desk)
    write(desk, first, 7)
    assert len(claim(desk, 7)) == 7
    delete(desk, first)
    second = joined(desk)
    write(desk, second, UNVERIFIED_LETTERS_A_DAY)
    assert len(sent(desk)) == UNVERIFIED_LETTERS_A_DAY - 7


def test_whatever_comes_first_of_a_claim_and_leaving_is_counted(desk: Desk) -> None:
    """Many times, since it is a race: what was handed out counts for whoever joins next."""
    for number in range(8):
        email = f"victim{number}@example.com"
        first = joined(desk, email)
        write(desk, first, 12)
        handed_out: list[list[Letter]] = at_once([partial(claim, desk, 12), partial(delete, desk, first)])[:1]
        write(desk, joined(desk, email), UNVERIFIED_LETTERS_A_DAY)
        assert len(handed_out[0]) + len(sent(desk)) == UNVERIFIED_LETTERS_A_DAY
