"""Units of work: what commits, what does not, who sees what, and who is woken."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import transaction
from transaction.interfaces import DoomedTransaction, TransientError

from domain import AdStatus, Changes, ConcurrentChange, Offer, OfferState, Purse
from domain.errors import OfferNotFound
from domain.ports.admission import RequestKey, StoredAnswer
from domain.ports.store import Store, Unit
from tests.factories import OfferProposalFactory, TraderFactory
from tests.integration.desk import Desk
from tests.integration.wakers import RecordingWaker


class FailsToVote:
    """A data manager of somebody else, that joins the same transaction and turns the commit down."""

    transaction_manager = None

    def abort(self, transaction: Any) -> None: ...

    tpc_begin = commit = tpc_finish = tpc_abort = abort

    def tpc_vote(self, transaction: Any) -> None:
        raise OSError("the disk of the other one is full")

    def sortKey(self) -> str:  # noqa: N802
        return "~ after every other"


def test_a_return_commits(desk: Desk) -> None:
    desk.write(lambda unit: unit.traders.add(TraderFactory(), "hash"))
    assert desk.read(lambda unit: unit.traders.count()) == 1


def test_a_raise_rolls_everything_back(desk: Desk, waker: RecordingWaker) -> None:
    maker, taker = desk.trader(usdt=10, btc=1), desk.trader()
    ad = desk.ad(maker)
    manager, unit = desk.open_unit()
    locked = unit.book.ad_for_offer(ad.id, taker.id)
    changes = locked.make_offer(OfferProposalFactory(), desk.clock.now(), desk.catalogue)
    assert changes.offer is not None
    unit.book.apply(changes)
    unit.traders.add(TraderFactory(), "hash")
    assert unit.readers.offer(changes.offer.after.id).offer == changes.offer.after
    waker.forget()
    manager.abort()

    assert desk.read(lambda unit: unit.readers.ad(ad.id)).ad == ad
    assert desk.read(lambda unit: unit.traders.count()) == 2
    assert desk.store.tail.last_numbers([maker.id]) == {maker.id: 0}
    assert list(desk.store.outbox.waiting(10)) == []
    assert waker.nudges == []


def test_a_unit_sees_what_it_wrote(desk: Desk) -> None:
    trader = TraderFactory()
    manager, unit = desk.open_unit()
    unit.traders.add(trader, "hash")
    assert unit.traders.by_email(trader.email) == trader
    assert unit.readers.wallet(trader.id) == []
    manager.abort()


def admitted_offer(desk: Desk) -> tuple[Any, Unit, Changes, RequestKey]:
    """A unit that has let a taker's request with a key in, and decided to make the offer."""
    ad, taker = desk.sell_ad(), desk.trader()
    key = RequestKey(taker.id, "key", b"\x00" * 32)
    manager, unit = desk.open_unit()
    unit.admission.admit(taker.id, uuid4(), key)
    changes = unit.book.ad_for_offer(ad.id, taker.id).make_offer(
        OfferProposalFactory(), desk.clock.now(), desk.catalogue
    )
    unit.book.apply(changes)
    return manager, unit, changes, key


def made(changes: Changes) -> Offer:
    assert changes.offer is not None
    return changes.offer.after


def test_a_unit_with_a_key_sees_what_it_decided(desk: Desk) -> None:
    """A store may write a decision with its answer at the end, but nobody who asks before may see the difference."""
    manager, unit, changes, key = admitted_offer(desk)
    assert unit.readers.offer(made(changes).id).offer == made(changes)
    unit.admission.record(key, StoredAnswer(key.fingerprint, 200, b"{}", None), desk.clock.now())
    manager.commit()
    assert desk.read(lambda unit: unit.readers.offer(made(changes).id)).offer == made(changes)


def test_a_second_decision_of_a_unit_with_a_key_builds_on_the_first(desk: Desk) -> None:
    manager, unit, changes, _ = admitted_offer(desk)
    locked = unit.book.lock_offer(made(changes).id)
    assert locked.offer == made(changes)
    unit.book.apply(locked.cancel(locked.taker, desk.clock.now()))
    manager.commit()
    assert desk.read(lambda unit: unit.readers.offer(made(changes).id)).offer.state is OfferState.CANCELLED


def test_a_decision_without_an_answer_is_written_at_the_commit(desk: Desk) -> None:
    manager, _, changes, _ = admitted_offer(desk)
    manager.commit()
    assert desk.read(lambda unit: unit.readers.offer(made(changes).id)).offer == made(changes)


def test_a_decision_that_waits_for_its_answer_is_forgotten_with_its_unit(desk: Desk) -> None:
    manager, _, changes, _ = admitted_offer(desk)
    manager.abort()
    with pytest.raises(OfferNotFound):
        desk.read(lambda unit: unit.readers.offer(made(changes).id))


def test_a_guard_that_fails_undoes_the_answer_too(desk: Desk) -> None:
    """Whenever the guard is looked at: at the decision, with the answer, or at the end."""
    ad, taker = desk.sell_ad(), desk.trader()
    key = RequestKey(taker.id, "key", b"\x00" * 32)
    answer = StoredAnswer(key.fingerprint, 200, b"{}", None)
    manager, unit = desk.open_unit()
    unit.admission.admit(taker.id, uuid4(), key)
    changes = unit.book.ad_for_offer(ad.id, taker.id).make_offer(
        OfferProposalFactory(), desk.clock.now(), desk.catalogue
    )
    assert changes.ad is not None and changes.ad.before is not None
    # A store may guard an offer's ad by its version, or by what the offer needs of it.
    stale = replace(changes.ad.before, version=changes.ad.before.version + 1, status=AdStatus.PAUSED)

    def decide_and_answer() -> None:
        assert changes.ad is not None
        unit.book.apply(replace(changes, ad=replace(changes.ad, before=stale)))
        unit.admission.record(key, answer, desk.clock.now())
        manager.commit()

    with pytest.raises(ConcurrentChange):
        decide_and_answer()
    manager.abort()
    assert desk.write(lambda unit: unit.admission.admit(taker.id, uuid4(), key)).answer is None
    assert desk.read(lambda unit: unit.readers.ad(ad.id)).ad == ad


def test_nobody_else_sees_it_before_the_commit(desk: Desk) -> None:
    manager, unit = desk.open_unit()
    unit.traders.add(TraderFactory(), "hash")
    assert desk.read(lambda other: other.traders.count()) == 0
    manager.commit()
    assert desk.read(lambda other: other.traders.count()) == 1


def test_a_reader_waits_for_no_writer(desk: Desk) -> None:
    trader = desk.trader(usdt=10)
    manager, unit = desk.open_unit()
    unit.book.lock_wallet(trader.id, "usdt")
    # A reader that waited would do so for ever: the writer ends only after it.
    purses = desk.read(lambda other: other.readers.wallet(trader.id))
    assert purses[0].p2p == 10
    manager.abort()


def test_a_unit_that_is_never_used_holds_nothing(desk: Desk) -> None:
    manager, _ = desk.open_unit()
    desk.trader()
    manager.commit()


def test_an_aborted_writer_lets_the_next_one_in(desk: Desk) -> None:
    trader = desk.trader(usdt=10)
    manager, unit = desk.open_unit()
    unit.book.lock_wallet(trader.id, "usdt")
    manager.abort()
    desk.transfer(trader, Decimal(1), Purse.P2P, Purse.MAIN)


def test_a_commit_that_another_data_manager_turns_down_rolls_back_and_lets_the_next_one_in(
    desk: Desk, waker: RecordingWaker
) -> None:
    trader = desk.trader(usdt=10)
    manager, unit = desk.open_unit()
    unit.book.lock_wallet(trader.id, "usdt")
    unit.traders.add(TraderFactory(), "hash")
    manager.get().join(FailsToVote())
    with pytest.raises(OSError, match="disk"):
        manager.commit()
    manager.abort()
    assert desk.read(lambda other: other.traders.count()) == 1
    desk.transfer(trader, Decimal(1), Purse.P2P, Purse.MAIN)
    assert waker.nudges == []


def test_a_doomed_transaction_does_not_commit(desk: Desk) -> None:
    manager, unit = desk.open_unit()
    unit.traders.add(TraderFactory(), "hash")
    manager.doom()
    with pytest.raises(DoomedTransaction):
        manager.commit()
    manager.abort()
    assert desk.read(lambda other: other.traders.count()) == 0


def test_what_a_guard_raises_is_tried_again_by_the_transaction_manager(desk: Desk) -> None:
    desk.trader(usdt=10)
    maker = desk.traders[0]
    ad = desk.ad(maker)
    stale = desk.write(lambda unit: unit.book.lock_ad(ad.id)).close(maker.id, desk.clock.now())
    desk.pause(ad)
    manager = transaction.TransactionManager(explicit=True)
    tried = []

    def work() -> None:
        tried.append(None)
        desk.store.unit(manager, writes=True).book.apply(stale)

    with pytest.raises(ConcurrentChange):
        manager.run(work, tries=3)
    assert len(tried) == 3


def test_what_a_guard_raises_says_so_by_itself(desk: Desk) -> None:
    """pyramid_retry asks the error or the data manager, while the transaction is still there."""
    desk.trader(usdt=10)
    maker = desk.traders[0]
    ad = desk.ad(maker)
    stale = desk.write(lambda unit: unit.book.lock_ad(ad.id)).close(maker.id, desk.clock.now())
    desk.pause(ad)
    manager, unit = desk.open_unit()
    with pytest.raises(ConcurrentChange) as caught:
        unit.book.apply(stale)
    assert isinstance(caught.value, TransientError) or manager._retryable(caught.type, caught.value)
    manager.abort()


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
