"""Letters: claimed under a lease, fenced by the claim, sent once marked, parked and armed again."""

from dataclasses import replace
from datetime import timedelta
from itertools import chain
from uuid import UUID

import pytest

from .... import NoticeKind
from ....model.account_letters import AccountLetter
from ....model.changes import Changes
from ....model.notices import LetterAlone
from ....ports.delivery import Backlog, Letter
from ...identifiers import fresh_id
from ...races import at_once
from ...store_desk import StoreDesk

LEASE_SECONDS = 60
TICK = timedelta(microseconds=1)


@pytest.fixture
def queued(desk: StoreDesk) -> int:
    """Three letters, a second apart: two of offers made, and one of the reply to the first."""
    ad = desk.sell_ad(auto_reply_message="Hello")
    desk.offer(ad, desk.trader())
    desk.clock.advance(seconds=1)
    desk.offer(desk.buy_ad(), desk.trader(usdt=10))
    return 3


def claim(desk: StoreDesk, limit: int = 10, holder: UUID | None = None) -> list[Letter]:
    return list(desk.store.outbox.claim(holder or fresh_id(), LEASE_SECONDS, limit))


def states(desk: StoreDesk) -> list[tuple[str, int, str | None]]:
    return [(item.state, item.attempts, item.last_error) for item in desk.store.outbox.waiting(100)]


def test_nothing_to_send(desk: StoreDesk) -> None:
    assert claim(desk) == []
    assert list(desk.store.outbox.waiting(10)) == []
    assert desk.store.outbox.rearm(None) == 0


def test_letters_wait_in_the_order_in_which_they_were_written(desk: StoreDesk, queued: int) -> None:
    items = list(desk.store.outbox.waiting(100))
    kinds = [item.kind for item in items]
    assert kinds == [NoticeKind.AD_INTEREST, NoticeKind.AUTO_REPLY, NoticeKind.AD_INTEREST]
    assert states(desk) == [("queued", 0, None)] * 3
    assert [item.id for item in items] == sorted(item.id for item in items)
    assert items[2].created_at == items[2].next_attempt_at == desk.clock.now()
    assert [item.recipient for item in items[:2]] == [desk.traders[0].email, desk.traders[1].email]
    assert list(desk.store.outbox.waiting(2)) == items[:2]


def test_the_backlog_is_what_is_not_sent(desk: StoreDesk, queued: int) -> None:
    outbox = desk.store.outbox
    assert outbox.backlog() == Backlog(queued=3, parked=0)
    sent, parked, _ = claim(desk)
    assert outbox.backlog() == Backlog(queued=3, parked=0)
    outbox.mark_sent(sent)
    outbox.park(parked, "no such mailbox")
    assert outbox.backlog() == Backlog(queued=1, parked=1)


def test_a_claim_takes_the_oldest_and_counts_an_attempt(desk: StoreDesk, queued: int) -> None:
    holder = fresh_id()
    letters = claim(desk, 2, holder)
    assert [(letter.claim, letter.attempts) for letter in letters] == [(holder, 1)] * 2
    assert [letter.kind for letter in letters] == [NoticeKind.AD_INTEREST, NoticeKind.AUTO_REPLY]
    assert [letter.fullname for letter in letters] == [desk.traders[0].fullname, desk.traders[1].fullname]
    assert states(desk) == [("sending", 1, None)] * 2 + [("queued", 0, None)]


def test_a_letter_is_due_no_earlier_than_it_was_written(desk: StoreDesk, queued: int) -> None:
    desk.clock.advance(seconds=-1)
    assert len(claim(desk)) == 2
    desk.clock.advance(seconds=1, microseconds=-1)
    assert claim(desk) == []
    desk.clock.advance(microseconds=1)
    assert len(claim(desk)) == 1


def test_what_one_holds_another_does_not_get(desk: StoreDesk, queued: int) -> None:
    first, second = claim(desk, 2), claim(desk, 2)
    assert (len(first), len(second)) == (2, 1)
    assert not {letter.id for letter in first} & {letter.id for letter in second}
    assert claim(desk) == []


def test_sent_is_sent(desk: StoreDesk, queued: int) -> None:
    letters = claim(desk)
    assert desk.store.outbox.mark_sent(*letters) == {letter.id for letter in letters}
    assert desk.store.outbox.mark_sent(*letters) == desk.store.outbox.mark_sent() == set()
    assert list(desk.store.outbox.waiting(10)) == []
    desk.clock.advance(days=1)
    assert claim(desk) == []


def test_a_lease_that_is_over_lets_another_have_the_letter(desk: StoreDesk, queued: int) -> None:
    first = claim(desk)
    desk.clock.advance(seconds=LEASE_SECONDS, microseconds=-1)
    assert claim(desk) == []
    desk.clock.advance(microseconds=1)
    second = claim(desk)
    assert [letter.attempts for letter in second] == [2] * 3
    assert {letter.message_id for letter in second} == {letter.message_id for letter in first}


def test_who_lost_the_claim_marks_nothing(desk: StoreDesk, queued: int) -> None:
    (lost,) = claim(desk, 1)
    desk.clock.advance(seconds=LEASE_SECONDS)
    taken = next(letter for letter in claim(desk) if letter.id == lost.id)
    outbox = desk.store.outbox
    assert not outbox.mark_sent(lost)
    assert not outbox.retry_after(lost, TICK, "late")
    assert not outbox.park(lost, "late")
    assert outbox.mark_sent(taken)


def test_of_many_that_are_marked_at_once_those_are_that_are_still_held(desk: StoreDesk, queued: int) -> None:
    """Each by its own claim: one that another holds is not marked for a claim that holds another letter."""
    (lost,) = claim(desk, 1)
    desk.clock.advance(seconds=LEASE_SECONDS)
    held = claim(desk)
    (again,) = (letter for letter in held if letter.id == lost.id)
    others = [letter for letter in held if letter.id != lost.id]
    assert desk.store.outbox.mark_sent(lost, *others) == {letter.id for letter in others}
    assert desk.store.outbox.mark_sent(again, again) == {again.id}


def test_what_is_handed_back_was_never_tried(desk: StoreDesk, queued: int) -> None:
    lost, *letters = claim(desk)
    assert desk.store.outbox.park(lost, "550")
    assert desk.store.outbox.hand_back(lost, *letters) == {letter.id for letter in letters}
    assert desk.store.outbox.hand_back(*letters) == set()
    assert states(desk) == [("parked", 1, "550"), ("queued", 0, None), ("queued", 0, None)]
    again = claim(desk)
    assert [letter.attempts for letter in again] == [1, 1]
    assert [letter.facts for letter in again] == [letter.facts for letter in letters]


def test_who_is_late_but_was_not_overtaken_still_marks(desk: StoreDesk, queued: int) -> None:
    (letter,) = claim(desk, 1)
    desk.clock.advance(seconds=LEASE_SECONDS + 1)
    assert desk.store.outbox.mark_sent(letter)


def test_a_letter_that_was_never_claimed_cannot_be_marked(desk: StoreDesk, queued: int) -> None:
    (letter,) = claim(desk, 1)
    assert not desk.store.outbox.mark_sent(replace(letter, claim=None))
    assert not desk.store.outbox.mark_sent(replace(letter, claim=fresh_id()))
    assert not desk.store.outbox.mark_sent(replace(letter, id=10**9))


def test_a_letter_to_try_again_is_due_when_it_was_said(desk: StoreDesk, queued: int) -> None:
    (letter,) = claim(desk, 1)
    later = desk.clock.now() + timedelta(minutes=5)
    assert desk.store.outbox.retry_after(letter, timedelta(minutes=5), "451 greylisted — später")
    assert not desk.store.outbox.retry_after(letter, timedelta(minutes=5), "again")
    assert states(desk)[0] == ("queued", 1, "451 greylisted — später")
    assert desk.store.outbox.waiting(1)[0].next_attempt_at == later
    desk.clock.set(later - TICK)
    assert letter.id not in [other.id for other in claim(desk)]
    desk.clock.set(later)
    again = next(other for other in claim(desk) if other.id == letter.id)
    assert (again.attempts, again.message_id) == (2, letter.message_id)


def test_a_parked_letter_waits_for_a_person(desk: StoreDesk, queued: int) -> None:
    letters = claim(desk)
    assert desk.store.outbox.park(letters[2], "550 no such user")
    assert not desk.store.outbox.mark_sent(letters[2])
    assert states(desk)[0] == ("parked", 1, "550 no such user")
    assert [item.id for item in desk.store.outbox.waiting(10)] == [letters[each].id for each in (2, 0, 1)]
    desk.clock.advance(days=30)
    assert letters[2].id not in [letter.id for letter in claim(desk)]


def test_a_parked_letter_is_armed_again(desk: StoreDesk, queued: int) -> None:
    letters = claim(desk)
    for letter in letters:
        desk.store.outbox.park(letter, "550 no such user")
    desk.clock.advance(days=1)
    outbox = desk.store.outbox
    assert outbox.rearm([letters[0].id, letters[0].id, 10**9]) == 1
    assert outbox.rearm([]) == 0
    assert [(letter.id, letter.attempts) for letter in claim(desk)] == [(letters[0].id, 1)]
    assert outbox.rearm(None) == 2
    assert outbox.rearm(None) == 0
    assert [letter.id for letter in claim(desk)] == [letters[1].id, letters[2].id]


def test_an_error_may_be_as_long_as_it_likes(desk: StoreDesk, queued: int) -> None:
    (letter,) = claim(desk, 1)
    assert desk.store.outbox.park(letter, "550 \x00" + "no " * 10_000)
    (error,) = [item.last_error for item in desk.store.outbox.waiting(1)]
    assert error is not None
    assert error.startswith("550 no no no")


def test_many_who_claim_at_the_same_time_share_without_doubles(desk: StoreDesk) -> None:
    ad = desk.sell_ad(40)
    for _ in range(12):
        desk.offer(ad, desk.trader(), 1)
    claimed = list(chain.from_iterable(at_once([lambda: claim(desk, 2) for _ in range(12)], workers=6)))
    claimed += claim(desk, 100)
    assert len({letter.id for letter in claimed}) == len(claimed) == 12
    assert [letter.attempts for letter in claimed] == [1] * 12


def test_what_a_letter_alone_tells_is_kept_until_it_was_sent(desk: StoreDesk) -> None:
    """However often the letter is tried."""
    trader = desk.trader()
    code = LetterAlone(fresh_id(), trader.id, AccountLetter.VERIFY_CODE, {"code": "02718281"}, desk.clock.now())
    desk.apply(Changes(letters=(code,)))
    (first,) = claim(desk)
    assert (first.kind, first.facts, first.number) == (AccountLetter.VERIFY_CODE, {"code": "02718281"}, None)
    desk.store.outbox.retry_after(first, timedelta(0), "later")
    (again,) = claim(desk)
    assert again.facts == first.facts
    assert desk.store.outbox.mark_sent(again)


def test_what_was_sent_long_ago_is_forgotten_in_parts(desk: StoreDesk, queued: int) -> None:
    """What waits is not, nor what was sent since then."""
    outbox, ad = desk.store.outbox, desk.sell_ad()
    first = claim(desk)
    outbox.mark_sent(*first)
    desk.clock.advance(days=1)
    later = desk.clock.now()
    for _ in range(3):
        desk.offer(ad, desk.trader(), 1)
    sent, parked, _ = claim(desk)
    outbox.mark_sent(sent)
    outbox.park(parked, "no such mailbox")
    assert [outbox.forget(later, 2) for _ in range(3)] == [2, 1, 0]
    assert outbox.forget(later + TICK, 100) == 1
    assert outbox.backlog() == Backlog(queued=1, parked=1)
    assert outbox.mark_sent(*first) == set()
    notices = desk.read(lambda unit: unit.readers.notices(sent.trader_id, 0, 10))
    assert [notice.number for notice in notices] == list(range(1, len(notices) + 1))
    assert notices
    desk.offer(ad, desk.trader(), 1)
    desk.clock.advance(seconds=LEASE_SECONDS)
    assert len({letter.id for letter in claim(desk)} - {letter.id for letter in first}) == 2


def test_the_newest_letter_is_kept_for_its_number(desk: StoreDesk, queued: int) -> None:
    outbox = desk.store.outbox
    letters = claim(desk)
    outbox.mark_sent(*letters)
    desk.clock.advance(days=1)
    assert outbox.forget(desk.clock.now(), 100) == 2
    desk.offer(desk.sell_ad(), desk.trader(), 1)
    (next_one,) = claim(desk)
    assert next_one.id > max(letter.id for letter in letters)
