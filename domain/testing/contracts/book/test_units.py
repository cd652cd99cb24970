"""Units of work: what is kept, what is not, and who waits for whom."""

from collections.abc import Callable
from decimal import Decimal
from threading import Thread

import pytest

from .... import Actor, Book, Changes, ConcurrentChange, Offer, OfferState, Purse, Refusal, make_offer
from ....errors import AlreadyReleased, StoreUnavailable
from ...books import BookStore, Capabilities, in_unit
from ...desk import BookDesk
from ...races import PATIENCE_SECONDS
from .test_guards import picture


class ChangedMyMind(Exception):
    """Something that only the test raises."""


def test_a_return_commits_and_gives_its_answer(desk: BookDesk) -> None:
    trader = desk.trader(usdt=3)
    assert desk.write(lambda book: book.lock_wallet(trader.id, "usdt").owner) == trader
    assert desk.holds(trader) == (0, 3, 0)


@pytest.mark.parametrize("raised", [ChangedMyMind(), AlreadyReleased(), KeyboardInterrupt()])
def test_a_raise_rolls_everything_back(desk: BookDesk, raised: BaseException) -> None:
    ad, taker = desk.sell_ad(), desk.trader()
    before = picture(desk)

    def work(book: Book) -> None:
        make_offer(ad.id, taker.id, desk.proposal(), book=book, catalogue=desk.catalogue)
        raise raised

    with pytest.raises(type(raised)) as caught:
        desk.write(work)
    assert caught.value is raised
    assert picture(desk) == before
    # Whoever comes next is let in.
    assert desk.offer(ad, taker)


def test_a_refusal_is_an_answer_and_is_not_asked_for_twice(desk: BookDesk) -> None:
    asked: list[None] = []

    def work(book: Book) -> None:
        asked.append(None)
        raise AlreadyReleased

    with pytest.raises(Refusal):
        desk.write(work)
    assert len(asked) == 1


def test_a_guard_that_fails_has_the_whole_unit_done_again(desk: BookDesk) -> None:
    """The first time the work brings what was decided before another came; the second time it decides anew."""
    ad, taker = desk.sell_ad(), desk.trader()
    decided = desk.write(lambda book: book.lock_ad(ad.id))
    stale: list[Changes] = [decided.close(ad.maker_id, decided.at)]
    desk.pause(ad)

    def work(book: Book) -> None:
        locked = book.lock_ad(ad.id)
        book.apply(stale.pop() if stale else locked.close(ad.maker_id, locked.at))

    desk.write(work)
    assert not desk.ad_now(ad.id).is_live
    assert taker in desk.traders


def test_a_guard_that_always_fails_is_told_in_the_end(desk: BookDesk) -> None:
    ad = desk.sell_ad()
    decided = desk.write(lambda book: book.lock_ad(ad.id))
    stale = decided.close(ad.maker_id, decided.at)
    desk.pause(ad)
    with pytest.raises(ConcurrentChange):
        desk.apply(stale)


def test_a_unit_sees_what_it_decided(desk: BookDesk) -> None:
    ad, taker = desk.sell_ad(), desk.trader()

    def work(book: Book) -> Offer:
        made = make_offer(ad.id, taker.id, desk.proposal(), book=book, catalogue=desk.catalogue)
        locked = book.lock_offer(made.id)
        assert (locked.offer, locked.ad.reserved) == (made, made.currency_amount)
        book.apply(locked.indicate_payment(Actor.of(locked.taker), locked.at))
        return made

    offer = desk.write(work)
    desk.offers.append(offer.id)
    assert desk.offer_now(offer.id).offer.state is OfferState.PAID


@pytest.mark.parametrize("after", [1, 2])
def test_a_unit_that_breaks_down_after_any_of_its_calls_keeps_nothing(
    desk: BookDesk, failing_store: Callable[[int], BookStore], after: int
) -> None:
    ad, taker = desk.buy_ad(), desk.trader(usdt=5)
    before = picture(desk)
    with pytest.raises(StoreUnavailable):
        in_unit(
            failing_store(after),
            lambda unit: make_offer(ad.id, taker.id, desk.proposal(), book=unit.book, catalogue=desk.catalogue),
        )
    assert picture(desk) == before
    assert desk.offer(ad, taker)


def test_a_unit_that_asks_nothing_is_in_nobodys_way(desk: BookDesk) -> None:
    assert in_unit(desk.books.store, lambda _: 3) == 3
    assert in_unit(desk.books.store, lambda _: 3, writes=False) == 3


def test_units_that_lock_nothing_in_common_go_on_together(desk: BookDesk, capabilities: Capabilities) -> None:
    if not capabilities.many_writers:
        pytest.skip("this store says that it has one writer at a time")
    one, other = desk.trader(usdt=5), desk.trader(usdt=5)
    beside = Thread(target=lambda: desk.transfer(other, Decimal(1), Purse.P2P, Purse.MAIN))

    def work(book: Book) -> bool:
        book.lock_wallet(one.id, "usdt")
        beside.start()
        beside.join(PATIENCE_SECONDS)
        return beside.is_alive()

    assert not desk.write(work)
    assert desk.holds(other) == (1, 4, 0)
