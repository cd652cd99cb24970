"""Which letters go first, and how many go to an address that nobody has shown to be theirs."""

from __future__ import annotations

import inspect
import sys
from datetime import timedelta
from decimal import Decimal

import pytest

from .... import Trader
from ....model.account_letters import AccountLetter
from ....model.changes import Changes
from ....model.notices import LetterAlone, NoticeKind
from ....ports.delivery import TURNS, UNVERIFIED_LETTERS_A_DAY, Letter
from ...factories import TraderFactory
from ...identifiers import fresh_id
from ...races import at_once
from ...store_desk import StoreDesk

LEASE_SECONDS = 60
OTHER = AccountLetter.PASSWORD_CHANGED


def claim(desk: StoreDesk, limit: int = 1) -> list[Letter]:
    return list(desk.store.outbox.claim(fresh_id(), LEASE_SECONDS, limit))


def write(desk: StoreDesk, trader: Trader, count: int = 1, kind: AccountLetter = OTHER) -> None:
    """So many letters to a trader, a moment apart."""
    for _ in range(count):
        letter = LetterAlone(fresh_id(), trader.id, kind, {"code": "1", "minutes": "15", "at": "now"}, desk.clock.now())
        desk.write(lambda unit, letter=letter: unit.book.apply(Changes(letters=(letter,))))
        desk.clock.advance(microseconds=1)


def verified(desk: StoreDesk) -> Trader:
    trader = desk.add(TraderFactory(email_verified=True, created_at=desk.clock.now()))
    desk.deposit(trader, Decimal(10))
    return trader


def test_letters_about_money_go_before_all_others_and_codes_before_the_rest(desk: StoreDesk) -> None:
    maker, taker, victim = verified(desk), verified(desk), verified(desk)
    write(desk, victim, 30)
    write(desk, victim, 1, AccountLetter.VERIFY_CODE)
    offer = desk.offer(desk.ad(maker), taker)
    desk.pay(offer)
    desk.dispute(offer)
    kinds = [letter.kind for letter in claim(desk, 4)]
    assert kinds[0] is NoticeKind.PAYMENT_INDICATION
    assert set(kinds[1:3]) == {NoticeKind.OFFER_DISPUTED}
    assert kinds[3] is AccountLetter.VERIFY_CODE


def test_whoever_is_sent_one_letter_waits_behind_nobody_s_flood(desk: StoreDesk) -> None:
    flooded, others = verified(desk), [verified(desk) for _ in range(3)]
    write(desk, flooded, 40)
    for other in others:
        write(desk, other)
    served = [claim(desk)[0].trader_id for _ in range(6)]
    assert served == [flooded.id, *(other.id for other in others), flooded.id, flooded.id]


def test_whoever_had_one_long_ago_is_first_again(desk: StoreDesk) -> None:
    first, others = verified(desk), [verified(desk) for _ in range(TURNS)]
    write(desk, first)
    for other in others:
        write(desk, other)
    assert [claim(desk)[0].trader_id for _ in range(TURNS + 1)] == [first.id, *(other.id for other in others)]
    write(desk, first)
    write(desk, others[-1])
    assert [claim(desk)[0].trader_id for _ in range(2)] == [first.id, others[-1].id]


def sent(desk: StoreDesk) -> list[AccountLetter | NoticeKind]:
    """Send all that is due."""
    letters: list[Letter] = []
    while claimed := claim(desk, 7):
        for letter in claimed:
            assert letter.id not in [sent.id for sent in letters], "a letter that is sent twice"
            assert desk.store.outbox.mark_sent(letter)
            letters.append(letter)
    return [letter.kind for letter in letters]


@pytest.mark.abuse("H5")
def test_an_address_that_nobody_has_shown_to_be_theirs_gets_so_many_letters_a_day(desk: StoreDesk) -> None:
    """The rest is never sent, and codes are none of them."""
    stranger, known = desk.trader(), verified(desk)
    write(desk, stranger, UNVERIFIED_LETTERS_A_DAY + 15)
    write(desk, known, UNVERIFIED_LETTERS_A_DAY + 15)
    write(desk, stranger, 1, AccountLetter.RESET_CODE)
    assert sent(desk).count(OTHER) == 2 * UNVERIFIED_LETTERS_A_DAY + 15
    assert desk.store.outbox.backlog().queued == 0
    write(desk, stranger)
    write(desk, stranger, 1, AccountLetter.VERIFY_CODE)
    assert sent(desk) == [AccountLetter.VERIFY_CODE]
    desk.clock.advance(days=1)
    write(desk, stranger)
    assert sent(desk) == [OTHER]


def test_of_many_who_claim_at_once_no_more_are_let_through(desk: StoreDesk) -> None:
    stranger = desk.trader()
    write(desk, stranger, UNVERIFIED_LETTERS_A_DAY + 20)
    claimed = at_once([lambda: len(claim(desk, 5))] * 8)
    assert sum(claimed) + len(claim(desk, 50)) == UNVERIFIED_LETTERS_A_DAY


def test_however_many_are_withheld_whoever_claims_needs_no_deeper_stack(desk: StoreDesk) -> None:
    stranger = desk.trader()
    write(desk, stranger, UNVERIFIED_LETTERS_A_DAY + 200)
    assert len(claim(desk, UNVERIFIED_LETTERS_A_DAY)) == UNVERIFIED_LETTERS_A_DAY
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 150)
    try:
        assert claim(desk) == []
    finally:
        sys.setrecursionlimit(limit)
    assert desk.store.outbox.backlog().queued == UNVERIFIED_LETTERS_A_DAY


def test_a_claim_that_ran_out_still_counts_once(desk: StoreDesk) -> None:
    stranger = desk.trader()
    write(desk, stranger, UNVERIFIED_LETTERS_A_DAY)
    assert len(claim(desk, 50)) == UNVERIFIED_LETTERS_A_DAY
    desk.clock.advance(seconds=timedelta(seconds=LEASE_SECONDS).total_seconds())
    assert len(claim(desk, 50)) == UNVERIFIED_LETTERS_A_DAY


def test_letters_that_were_withheld_are_forgotten_as_those_that_were_sent(desk: StoreDesk) -> None:
    stranger = desk.trader()
    write(desk, stranger, UNVERIFIED_LETTERS_A_DAY + 5)
    assert len(sent(desk)) == UNVERIFIED_LETTERS_A_DAY
    desk.clock.advance(days=2)
    write(desk, stranger)
    assert desk.store.outbox.forget(desk.clock.now() - timedelta(days=1), 100) == UNVERIFIED_LETTERS_A_DAY + 5
