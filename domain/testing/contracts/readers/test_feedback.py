"""Feedback: each party once, counted in the profile of whom it is about, and told."""

import pytest

from .... import Actor, Feedback, Offer, OfferQuery, Ratings, Trader, TraderQuery, errors, give_feedback
from ...races import at_once, outcomes
from ...store_desk import StoreDesk


@pytest.fixture
def offer(desk: StoreDesk) -> Offer:
    offer = desk.offer(desk.sell_ad(), desk.trader())
    desk.pay(offer)
    desk.release(offer)
    return offer


def ratings_of(desk: StoreDesk, trader: Trader) -> Ratings:
    profiles = desk.read(lambda unit: unit.readers.traders(TraderQuery(), None, 100)).items
    (profile,) = (profile for profile in profiles if profile.id == trader.id)
    return profile.ratings


def test_what_is_said_is_counted(desk: StoreDesk, offer: Offer) -> None:
    maker, taker = desk.traders
    desk.rate(offer, 4)
    assert (ratings_of(desk, maker), ratings_of(desk, taker)) == (Ratings(1, 0, 4, 1), Ratings())
    desk.rate(offer, 1, by_maker=True)
    assert (ratings_of(desk, maker), ratings_of(desk, taker)) == (Ratings(1, 0, 4, 1), Ratings(0, 1, 1, 1))
    view = desk.read(lambda unit: unit.readers.offer(offer.id))
    assert (view.maker.ratings, view.taker.ratings) == (Ratings(1, 0, 4, 1), Ratings(0, 1, 1, 1))
    assert desk.read(lambda unit: unit.readers.ad(offer.ad_id)).maker.ratings == Ratings(1, 0, 4, 1)


def test_whoever_reads_an_offer_finds_what_they_said_of_it(desk: StoreDesk, offer: Offer) -> None:
    maker, taker = desk.traders
    other = desk.offer(desk.sell_ad(), taker)
    assert desk.read(lambda unit: unit.readers.offer(offer.id, taker.id)).feedback is None
    of_taker, of_maker = desk.rate(offer, 4), desk.rate(offer, 1, by_maker=True)

    def found(reader: Trader | None) -> list[Feedback | None]:
        query = OfferQuery(reader.id if reader else None, desk.clock.now())
        page = desk.read(lambda unit: unit.readers.offers(query, None, 9))
        listed = {view.offer.id: view.feedback for view in page.items}
        alone = desk.read(lambda unit: unit.readers.offer(offer.id, reader.id if reader else None))
        return [alone.feedback, listed[offer.id], listed.get(other.id)]

    assert (found(taker), found(maker), found(None)) == ([of_taker] * 2 + [None], [of_maker] * 2 + [None], [None] * 3)


def test_the_other_party_is_told(desk: StoreDesk, offer: Offer) -> None:
    maker, taker = desk.traders
    desk.rate(offer)
    told = desk.read(lambda unit: unit.readers.notices(maker.id, 0, 100))[-1]
    message = f"{taker.fullname} has rated your trade."
    assert told.frame == {"message": message, "type": "feedback_given", "offer_id": offer.id}
    assert desk.read(lambda unit: unit.readers.notices(taker.id, 0, 100))[-1].kind.value == "funds_released"


def test_each_rates_once(desk: StoreDesk, offer: Offer) -> None:
    desk.rate(offer)
    with pytest.raises(errors.AlreadyRated):
        desk.rate(offer, 1)
    assert ratings_of(desk, desk.traders[0]) == Ratings(1, 0, 5, 1)


def test_ninety_days_by_the_store_s_clock(desk: StoreDesk, offer: Offer) -> None:
    desk.clock.advance(days=90)
    with pytest.raises(errors.FeedbackIsOver):
        desk.rate(offer)


def test_an_offer_that_is_not_there(desk: StoreDesk) -> None:
    with pytest.raises(errors.OfferNotFound):
        desk.write(lambda unit: unit.book.offer_for_feedback(10**15))


def test_of_many_at_once_one_is_heard(desk: StoreDesk, offer: Offer) -> None:
    maker, taker = desk.traders

    def rate(rating: int) -> None:
        said = rating > 2, rating, ""
        desk.write(lambda unit: give_feedback(offer.id, Actor(taker.id), *said, book=unit.book))

    calls = [lambda rating=number % 5 + 1: rate(rating) for number in range(50)]
    assert outcomes(at_once(calls)) == {"done": 1, "already_rated": 49}
    assert ratings_of(desk, maker).stars_count == 1
