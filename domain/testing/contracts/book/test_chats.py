"""Chats: locked by themselves, moved only from as they were read, and numbered without a gap."""

import pytest

from .... import Actor, Attachment, Changes, ConcurrentChange, Message, Offer, Trader, send_attachment, write_message
from ....errors import OfferNotFound, TooManyAttachments, TraderNotFound, VersionMismatch
from ....model.versions import Expected
from ...desk import BookDesk
from ...identifiers import fresh_id
from ...races import at_once, outcomes


@pytest.fixture
def offer(desk: BookDesk) -> Offer:
    return desk.offer(desk.sell_ad(), desk.trader())


def parties(desk: BookDesk, offer: Offer) -> tuple[Trader, Trader]:
    locked = desk.offer_now(offer.id)
    return locked.maker, locked.taker


def say(desk: BookDesk, offer: Offer, by: Trader, text: str = "Hello.") -> Message:
    return desk.write(lambda book: write_message(offer.id, Actor.of(by), text, book=book)).message


def test_a_chat_comes_with_who_is_who(desk: BookDesk, offer: Offer) -> None:
    maker, taker = parties(desk, offer)
    locked = desk.write(lambda book: book.lock_chat(offer.id, taker.id))
    assert (locked.chat, locked.offer.id, locked.maker, locked.taker) == (None, offer.id, maker, taker)
    assert (locked.trader, locked.dispute, locked.at) == (taker, None, desk.clock.now())
    say(desk, offer, taker)
    desk.pay(offer)
    desk.dispute(offer)
    locked = desk.write(lambda book: book.lock_chat(offer.id, maker.id))
    assert locked.chat is not None
    assert (locked.trader, locked.chat.last, len(locked.chat.members)) == (maker, 1, 2)
    assert locked.dispute is not None


def test_a_message_may_be_meant_for_one_version_of_the_offer(desk: BookDesk, offer: Offer) -> None:
    _, taker = parties(desk, offer)
    desk.pay(offer)

    def write(expected: Expected) -> None:
        by = Actor.of(taker)
        desk.write(lambda book: write_message(offer.id, by, "Hello.", book=book, expected_version=expected))

    def send(expected: Expected) -> None:
        by, file = Actor.of(taker), Attachment(fresh_id(), "receipt.png", "image/png", 10)
        desk.write(lambda book: send_attachment(offer.id, by, file, book=book, expected_version=expected))

    for deed in (write, send):
        for other in (1, frozenset({1, 3})):
            with pytest.raises(VersionMismatch):
                deed(other)
        deed(2)
        deed(frozenset({1, 2}))
    chat = desk.write(lambda book: book.lock_chat(offer.id, taker.id)).chat
    assert chat is not None
    assert chat.last == 4


def test_a_chat_of_nothing(desk: BookDesk, offer: Offer) -> None:
    with pytest.raises(OfferNotFound):
        desk.write(lambda book: book.lock_chat(10**15, offer.taker_id))
    with pytest.raises(TraderNotFound):
        desk.write(lambda book: book.lock_chat(offer.id, fresh_id()))


def test_what_a_message_changes_comes_back_as_it_was_written(desk: BookDesk, offer: Offer) -> None:
    _, taker = parties(desk, offer)
    for _ in range(2):
        locked = desk.write(lambda book: book.lock_chat(offer.id, taker.id))
        _, changes = locked.write(Actor.of(taker), "Hello.", locked.at)
        desk.apply(changes)
        assert changes.chat is not None
        assert desk.write(lambda book: book.lock_chat(offer.id, taker.id)).chat == changes.chat.after
        desk.clock.advance(minutes=1)


def test_a_message_that_another_has_overtaken(desk: BookDesk, offer: Offer) -> None:
    maker, taker = parties(desk, offer)

    def decided() -> Changes:
        locked = desk.write(lambda book: book.lock_chat(offer.id, taker.id))
        return locked.write(Actor.of(taker), "Late.", locked.at)[1]

    for _ in range(2):
        changes = decided()
        say(desk, offer, maker)
        with pytest.raises(ConcurrentChange):
            desk.apply(changes)
    assert say(desk, offer, taker).number == 3


def test_numbers_without_gaps_however_many_write_at_once(desk: BookDesk, offer: Offer) -> None:
    people = parties(desk, offer)
    say(desk, offer, people[0])
    calls = [lambda by=by: say(desk, offer, by).number for by in people * 6]
    assert sorted(at_once(calls)) == list(range(2, 14))
    told = [notice.frame for person in people for notice in desk.books.notices(person.id)]
    assert len([frame for frame in told if frame["type"] == "chat_message"]) == 13


def test_of_many_files_at_once_exactly_twenty_are_taken(desk: BookDesk, offer: Offer) -> None:
    maker, taker = parties(desk, offer)
    say(desk, offer, taker)

    def send(by: Trader) -> int:
        file = Attachment(fresh_id(), "receipt.pdf", "application/pdf", 9)
        return desk.write(lambda book: send_attachment(offer.id, Actor.of(by), file, book=book)).message.number

    answers = at_once([lambda: send(taker) for _ in range(60)])
    assert outcomes(answers) == {"done": 20, TooManyAttachments.code: 40}
    assert send(maker) == 22
