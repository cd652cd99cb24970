"""Units of work: what commits, what does not, who sees what, and who is woken."""

from dataclasses import replace
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from domain import Actor, Ad, AdStatus, Changes, ConcurrentChange, Fault, Offer, OfferState, Purse
from domain.errors import CommitUnknown, OfferNotFound
from domain.ports.admission import RequestKey, StoredAnswer
from domain.ports.store import TRIES, Store, Unit
from tests.factories import OfferProposalFactory, TraderFactory
from tests.integration.desk import Desk
from tests.integration.wakers import RecordingWaker


def test_a_return_commits(desk: Desk) -> None:
    desk.write(lambda unit: unit.traders.add(TraderFactory(), "hash"))
    assert desk.read(lambda unit: unit.traders.count()) == 1


@pytest.mark.abuse("H6")
def test_a_raise_rolls_everything_back(desk: Desk, waker: RecordingWaker) -> None:
    maker, taker = desk.trader(usdt=10, btc=1), desk.trader()
    ad = desk.ad(maker)

    def work(unit: Unit) -> None:
        locked = unit.book.ad_for_offer(ad.id, taker.id)
        changes = locked.make_offer(OfferProposalFactory(), desk.clock.now(), desk.catalogue)
        unit.book.apply(changes)
        unit.traders.add(TraderFactory(), "hash")
        assert unit.readers.offer(made(changes).id).offer == made(changes)

    waker.forget()
    desk.undo(work)

    assert desk.read(lambda unit: unit.readers.ad(ad.id)).ad == ad
    assert desk.read(lambda unit: unit.traders.count()) == 2
    assert desk.store.tail.last_numbers([maker.id]) == {maker.id: 0}
    assert list(desk.store.outbox.waiting(10)) == []
    assert waker.nudges == []


def test_a_unit_sees_what_it_wrote(desk: Desk) -> None:
    trader = TraderFactory()

    def work(unit: Unit) -> None:
        unit.traders.add(trader, "hash")
        assert unit.traders.by_email(trader.email) == trader
        assert unit.readers.wallet(trader.id) == []

    desk.undo(work)


def taken(desk: Desk) -> tuple[Ad, RequestKey]:
    """An ad, and the key of a request to make an offer on it."""
    return desk.sell_ad(), RequestKey(desk.trader().id, "key", b"\x00" * 32)


def admitted_offer(desk: Desk, unit: Unit, ad: Ad, key: RequestKey) -> Changes:
    """Let a taker's request with a key in, and decide to make the offer."""
    unit.admission.admit(key.trader_id, uuid4(), key)
    changes = unit.book.ad_for_offer(ad.id, key.trader_id).make_offer(
        OfferProposalFactory(), desk.clock.now(), desk.catalogue
    )
    unit.book.apply(changes)
    return changes


def made(changes: Changes) -> Offer:
    assert changes.offer is not None
    return changes.offer.after


def test_a_unit_with_a_key_sees_what_it_decided(desk: Desk) -> None:
    """A store may write a decision with its answer at the end, but nobody who asks before may see the difference."""
    ad, key = taken(desk)

    def work(unit: Unit) -> Changes:
        changes = admitted_offer(desk, unit, ad, key)
        assert unit.readers.offer(made(changes).id).offer == made(changes)
        unit.admission.record(key, StoredAnswer(key.fingerprint, 200, b"{}", None), desk.clock.now())
        return changes

    changes = desk.write(work)
    assert desk.read(lambda unit: unit.readers.offer(made(changes).id)).offer == made(changes)


def test_a_second_decision_of_a_unit_with_a_key_builds_on_the_first(desk: Desk) -> None:
    ad, key = taken(desk)

    def work(unit: Unit) -> Changes:
        changes = admitted_offer(desk, unit, ad, key)
        locked = unit.book.lock_offer(made(changes).id)
        assert locked.offer == made(changes)
        unit.book.apply(locked.cancel(Actor.of(locked.taker), desk.clock.now()))
        return changes

    changes = desk.write(work)
    assert desk.state_of(made(changes)) is OfferState.CANCELLED


def test_a_decision_without_an_answer_is_written_at_the_commit(desk: Desk) -> None:
    ad, key = taken(desk)
    changes = desk.write(lambda unit: admitted_offer(desk, unit, ad, key))
    assert desk.read(lambda unit: unit.readers.offer(made(changes).id)).offer == made(changes)


def test_a_decision_that_waits_for_its_answer_is_forgotten_with_its_unit(desk: Desk) -> None:
    ad, key = taken(desk)
    decided: list[Changes] = []
    desk.undo(lambda unit: decided.append(admitted_offer(desk, unit, ad, key)))
    with pytest.raises(OfferNotFound):
        desk.read(lambda unit: unit.readers.offer(made(decided[0]).id))


def test_a_guard_that_fails_undoes_the_answer_too(desk: Desk) -> None:
    """Whenever the guard is looked at: at the decision, with the answer, or at the end."""
    ad, key = taken(desk)
    answer = StoredAnswer(key.fingerprint, 200, b"{}", None)

    def work(unit: Unit) -> None:
        unit.admission.admit(key.trader_id, uuid4(), key)
        changes = unit.book.ad_for_offer(ad.id, key.trader_id).make_offer(
            OfferProposalFactory(), desk.clock.now(), desk.catalogue
        )
        assert changes.ad is not None and changes.ad.before is not None
        # A store may guard an offer's ad by its version, or by its edition, or by what the offer needs of it.
        before = changes.ad.before
        stale = {"version": before.version + 1, "edition": before.edition + 1, "status": AdStatus.PAUSED}
        change = replace(
            changes.ad, before=replace(changes.ad.before, **stale), after=replace(changes.ad.after, **stale)
        )
        unit.book.apply(replace(changes, ad=change))
        unit.admission.record(key, answer, desk.clock.now())

    with pytest.raises(ConcurrentChange):
        desk.write(work)
    assert desk.write(lambda unit: unit.admission.admit(key.trader_id, uuid4(), key)).answer is None
    assert desk.read(lambda unit: unit.readers.ad(ad.id)).ad == ad


def test_nobody_else_sees_it_before_the_commit(desk: Desk) -> None:
    def work(unit: Unit) -> None:
        unit.traders.add(TraderFactory(), "hash")
        assert desk.read(lambda other: other.traders.count()) == 0

    desk.write(work)
    assert desk.read(lambda other: other.traders.count()) == 1


def test_a_reader_waits_for_no_writer(desk: Desk) -> None:
    trader = desk.trader(usdt=10)

    def work(unit: Unit) -> None:
        unit.book.lock_wallet(trader.id, "usdt")
        # A reader that waited would do so for ever: the writer ends only after it.
        purses = desk.read(lambda other: other.readers.wallet(trader.id))
        assert purses[0].p2p == 10

    desk.write(work)


def test_a_unit_that_is_never_used_holds_nothing(desk: Desk) -> None:
    desk.write(lambda _: desk.trader())
    assert desk.read(lambda unit: unit.traders.count()) == 1


def test_an_aborted_writer_lets_the_next_one_in(desk: Desk) -> None:
    trader = desk.trader(usdt=10)
    desk.undo(lambda unit: unit.book.lock_wallet(trader.id, "usdt"))
    desk.transfer(trader, Decimal(1), Purse.P2P, Purse.MAIN)


def stale_close(desk: Desk) -> Changes:
    """A decision that another one has overtaken."""
    maker = desk.trader(usdt=10)
    ad = desk.ad(maker)
    stale = desk.write(lambda unit: unit.book.lock_ad(ad.id)).close(maker.id, desk.clock.now())
    desk.pause(ad)
    return stale


@pytest.mark.abuse("D10")
def test_a_change_meanwhile_is_tried_again_as_a_whole(desk: Desk) -> None:
    """Three times altogether, each in a new unit that has nothing of the one before, and the last one is raised."""
    stale = stale_close(desk)
    seen: list[int] = []

    def work(unit: Unit) -> None:
        seen.append(unit.traders.count())
        unit.traders.add(TraderFactory(), "hash")
        unit.book.apply(stale)

    with pytest.raises(ConcurrentChange):
        desk.write(work)
    assert seen == [1] * TRIES
    assert desk.read(lambda unit: unit.traders.count()) == 1


def test_a_second_try_that_succeeds_is_the_only_one_that_counts(desk: Desk) -> None:
    stale, trader = stale_close(desk), TraderFactory()
    tries = count(1)

    def work(unit: Unit) -> int:
        number = next(tries)
        unit.traders.add(trader, "hash")
        if number == 1:
            unit.book.apply(stale)
        return number

    assert desk.write(work) == 2
    assert desk.read(lambda unit: unit.traders.by_id(trader.id)) == trader


def test_a_change_meanwhile_may_be_told_as_late_as_the_commit(desk: Desk) -> None:
    """With a key a store may write at the end of the unit; what it finds then is tried again all the same."""
    stale, key, tries = stale_close(desk), taken(desk)[1], []

    def work(unit: Unit) -> None:
        tries.append(None)
        unit.admission.admit(key.trader_id, uuid4(), key)
        unit.book.apply(stale)

    with pytest.raises(ConcurrentChange):
        desk.write(work)
    assert len(tries) == TRIES


@pytest.mark.parametrize("error", [OfferNotFound(), Fault("no"), CommitUnknown("gone"), KeyError("a slip")])
def test_nothing_else_is_tried_again(desk: Desk, error: Exception) -> None:
    tries = []

    def work(unit: Unit) -> None:
        tries.append(unit.traders.count())
        unit.traders.add(TraderFactory(), "hash")
        raise error

    with pytest.raises(type(error)):
        desk.write(work)
    assert tries == [0]
    assert desk.read(lambda unit: unit.traders.count()) == 0


def test_whoever_has_new_notices_is_woken_after_the_commit(desk: Desk, waker: RecordingWaker) -> None:
    taker = desk.trader()
    ad = desk.sell_ad(auto_reply_message="Hello")
    waker.forget()
    desk.offer(ad, taker)
    assert waker.nudges == [frozenset({ad.maker_id, taker.id})]


def test_nobody_is_woken_where_nothing_is_told(desk: Desk, waker: RecordingWaker) -> None:
    desk.close(desk.sell_ad())
    assert waker.nudges == []


def test_the_notices_are_there_when_the_waker_is_called(desk: Desk, waker: RecordingWaker) -> None:
    ad, taker = desk.sell_ad(), desk.trader()
    seen: list[Any] = []
    waker.then = lambda trader_ids: seen.append(desk.store.tail.last_numbers(trader_ids))
    desk.offer(ad, taker)
    assert seen == [{ad.maker_id: 1}]


def test_the_store_answers(store: Store) -> None:
    store.ping()
