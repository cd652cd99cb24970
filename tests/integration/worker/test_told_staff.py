"""Staff are told of disputes by the worker: each of them once, whoever else works, and whatever is untold meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.worker.sweeper import HELD_BACK, Sweeper
from domain import NoticeKind, NumberedNotice, Offer, Trader, errors
from domain.ports.store import Store
from domain.use_cases.tell_staff import tell_staff
from tests.integration.conftest import NewStore
from tests.integration.desk import Desk
from tests.integration.races import at_once


@pytest.fixture
def desk(store: Store) -> Desk:
    """A desk on each of the three engines."""
    return Desk(store)


def disputed(desk: Desk, maker: Trader | None = None, taker: Trader | None = None) -> Offer:
    offer = desk.offer(desk.ad(maker or desk.trader(usdt=10)), taker or desk.trader())
    desk.pay(offer)
    desk.dispute(offer)
    return offer


def told(desk: Desk, trader: Trader) -> list[NumberedNotice]:
    found = desk.read(lambda unit: unit.readers.notices(trader.id, 0, 99))
    return [notice for notice in found if notice.kind is NoticeKind.OFFER_DISPUTED]


def test_all_of_the_staff_are_told_once_and_nobody_is_named(desk: Desk) -> None:
    ada, ben, out = desk.staff(), desk.staff(), desk.staff()
    desk.suspend(out)
    stranger, taker = desk.trader(), desk.trader()
    offer = disputed(desk, taker=taker)
    assert (told(desk, ada), len(told(desk, taker))) == ([], 1), "the dispute's own write tells its parties"
    for _ in range(3):
        assert Sweeper(desk.store).sweep_once() == 0, "nothing is ended by it"
    frame = {"message": "A dispute was opened on this offer.", "type": "offer_disputed", "offer_id": offer.id}
    assert [[dict(notice.frame) for notice in told(desk, each)] for each in (ada, ben)] == [[frame]] * 2
    assert (len(told(desk, taker)), told(desk, out), told(desk, stranger)) == (1, [], [])


def test_staff_who_are_a_party_are_told_as_such_and_no_more(desk: Desk) -> None:
    ada, ben = desk.staff(), desk.staff()
    disputed(desk, taker=ada)
    Sweeper(desk.store).sweep_once()
    assert (len(told(desk, ada)), len(told(desk, ben))) == (1, 1)


def test_the_next_dispute_on_an_offer_is_told_too_and_one_that_is_over_is_not(desk: Desk) -> None:
    ada = desk.staff()
    offer, over = disputed(desk), disputed(desk)
    desk.release(over)
    sweeper = Sweeper(desk.store)
    sweeper.sweep_once()
    assert [notice.frame["offer_id"] for notice in told(desk, ada)] == [offer.id]
    desk.withdraw_dispute(offer)
    desk.dispute(offer)
    sweeper.sweep_once()
    assert [notice.frame["offer_id"] for notice in told(desk, ada)] == [offer.id] * 2


def test_where_there_is_nobody_to_tell_it_is_tried_again_a_minute_later(desk: Desk) -> None:
    offer = disputed(desk)
    sweeper = Sweeper(desk.store)
    sweeper.sweep_once()
    ada = desk.staff()
    sweeper.sweep_once()
    assert told(desk, ada) == []
    desk.clock.advance(seconds=HELD_BACK.total_seconds())
    sweeper.sweep_once()
    assert len(told(desk, ada)) == 1
    assert desk.read(lambda unit: unit.readers.disputes_to_tell(9)) == []
    assert desk.read(lambda unit: unit.readers.staff_to_tell(offer.id)) == []


def test_whoever_joins_the_staff_later_is_not_told_of_what_others_were(desk: Desk) -> None:
    desk.staff()
    disputed(desk)
    Sweeper(desk.store).sweep_once()
    late = desk.staff()
    Sweeper(desk.store).sweep_once()
    assert told(desk, late) == []


def test_it_is_judged_under_the_lock_and_not_by_what_was_read(desk: Desk) -> None:
    ada, offer = desk.staff(), disputed(desk)
    desk.release(offer)
    assert desk.read(lambda unit: unit.readers.staff_to_tell(offer.id)) == []

    def tell(offer_id: int) -> bool:
        return desk.write(
            lambda unit: tell_staff(offer_id, book=unit.book, readers=unit.readers, mails=unit.staff_mails)
        )

    assert not tell(offer.id)
    with pytest.raises(errors.OfferNotFound):
        tell(999)
    assert told(desk, ada) == []


def test_the_longest_dispute_is_first_and_no_more_are_asked_for_than_wanted(desk: Desk) -> None:
    offers = []
    for _ in range(3):
        offers.append(disputed(desk))
        desk.clock.advance(seconds=timedelta(minutes=1).total_seconds())
    assert desk.read(lambda unit: unit.readers.disputes_to_tell(2)) == [offer.id for offer in offers[:2]]


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_of_several_workers_one_tells(new_store: NewStore, engine: str) -> None:
    desk = Desk(new_store(engine))
    ada = desk.staff()
    for _ in range(5):
        disputed(desk)
    sweepers = [Sweeper(desk.store) for _ in range(4)]
    at_once([lambda sweeper=sweeper: sweeper.sweep_once() for sweeper in sweepers])  # type: ignore[misc]
    assert len(told(desk, ada)) == 5
