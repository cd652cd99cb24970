"""Chats: who may write and read, in which order, who is told, and who is mailed about what they have not read."""

from datetime import timedelta
from uuid import uuid4

import pytest

import domain
from domain import Actor, ConcurrentChange, Member, Message, NoticeKind, Offer, Trader, errors
from tests.integration.desk import Desk
from tests.integration.races import at_once

UNICODE = "Ọmọ́ \U0001f4b8 'single' \\ % _ {0} :name $1 漢字\nline\ttab"


@pytest.fixture
def maker(desk: Desk) -> Trader:
    return desk.trader(usdt=100)


@pytest.fixture
def taker(desk: Desk) -> Trader:
    return desk.trader()


@pytest.fixture
def offer(desk: Desk, maker: Trader, taker: Trader) -> Offer:
    return desk.offer(desk.ad(maker), taker)


def numbers(messages: list[Message]) -> list[int]:
    return [message.number for message in messages]


def frames(desk: Desk, whom: Trader) -> list[dict[str, object]]:
    told = desk.store.tail.after(whom.id, 0, 1000)
    return [dict(notice.frame) for notice in told if notice.kind is NoticeKind.CHAT_MESSAGE]


def member(desk: Desk, offer: Offer, who: Trader) -> Member:
    chat = desk.write(lambda unit: unit.book.lock_chat(offer.id, who.id)).chat
    assert chat is not None
    found = chat.member(who.id)
    assert found is not None
    return found


def mail(desk: Desk) -> list[tuple[int, str]]:
    """What the worker does; tells the offers and members who were mailed."""
    due = desk.read(lambda unit: unit.chats.due_mails(unit.now(), 100))
    for offer_id, reader in due:
        desk.write(
            lambda unit, offer_id=offer_id, reader=reader: domain.mail_unread(
                offer_id, reader, book=unit.book, identifiers=desk.identifiers
            )
        )
    return [(offer_id, str(reader)) for offer_id, reader in due]


def test_messages_are_numbered_and_read_in_order(desk: Desk, offer: Offer, maker: Trader, taker: Trader) -> None:
    written = [desk.say(offer, taker, UNICODE), desk.say(offer, maker, "Yes?"), desk.say(offer, taker, "Nothing.")]
    assert numbers(written) == [1, 2, 3]
    for reader in (maker, taker):
        assert desk.hear(offer, reader) == written
    assert desk.hear(offer, maker, since=1) == written[1:]
    assert desk.hear(offer, maker, since=1, limit=1) == written[1:2]
    assert desk.hear(offer, maker, since=3) == []
    views = desk.read(lambda unit: unit.chats.messages(offer.id, 0, 9))
    assert [view.fullname for view in views] == [taker.fullname, maker.fullname, taker.fullname]


def test_chats_are_apart(desk: Desk, maker: Trader, taker: Trader, offer: Offer) -> None:
    other = desk.offer(desk.ad(maker), taker)
    desk.say(offer, taker, "One.")
    assert desk.say(other, taker, "Other.").number == 1
    assert [message.text for message in desk.hear(other, maker)] == ["Other."]


def test_the_other_is_told(desk: Desk, offer: Offer, maker: Trader, taker: Trader) -> None:
    desk.say(offer, taker, UNICODE)
    assert frames(desk, maker) == [
        {
            "message": f"{taker.fullname} has written to you.",
            "type": "chat_message",
            "offer_id": offer.id,
            "from": str(taker.id),
            "text": UNICODE,
        }
    ]
    assert frames(desk, taker) == []


def test_two_readers_see_one_order(desk: Desk, offer: Offer, maker: Trader, taker: Trader) -> None:
    """Many write at one moment; each number is there once, and both read the same."""

    def say(place: int) -> None:
        by = (maker, taker)[place % 2]
        for _ in range(20):
            try:
                desk.say(offer, by, f"{place}")
            except ConcurrentChange:
                continue
            return

    desk.say(offer, maker, "first")
    at_once([lambda place=place: say(place) for place in range(24)])
    heard = desk.hear(offer, maker)
    assert numbers(heard) == list(range(1, 26))
    assert desk.hear(offer, taker) == heard
    assert [frame["text"] for frame in frames(desk, maker)] == [
        message.text for message in heard if message.by == taker.id
    ]


def test_two_first_messages_at_once(desk: Desk, offer: Offer, maker: Trader, taker: Trader) -> None:
    at_once([lambda by=by: desk.say(offer, by) for by in (maker, taker)])
    assert numbers(desk.hear(offer, maker)) == [1, 2]


def test_nobody_who_writes_waits_for_a_trade(desk: Desk, offer: Offer, engine: str, maker: Trader) -> None:
    """The offer and its ad are locked by another, and the message is written all the same."""
    if engine != "postgres":
        pytest.skip("only PostgreSQL has locks of rows")
    manager, unit = desk.open_unit()
    unit.book.lock_offer(offer.id)
    unit.book.lock_ad(offer.ad_id)
    assert desk.say(offer, maker).number == 1
    manager.abort()


def test_a_stranger_learns_nothing(desk: Desk, offer: Offer) -> None:
    stranger, staff = desk.trader(), desk.staff()
    for nobody in (stranger, staff):
        with pytest.raises(errors.OfferNotFound):
            desk.say(offer, nobody)
        with pytest.raises(errors.OfferNotFound):
            desk.hear(offer, nobody)
    with pytest.raises(errors.TraderNotFound):
        desk.write(lambda unit: domain.write_message(offer.id, Actor(uuid4()), "Hello.", book=unit.book))
    with pytest.raises(errors.OfferNotFound):
        desk.write(lambda unit: domain.write_message(10**15, Actor.of(stranger), "Hello.", book=unit.book))


def test_staff_come_with_a_dispute(desk: Desk, offer: Offer, maker: Trader, taker: Trader) -> None:
    staff = desk.staff()
    desk.say(offer, taker, "I have paid.")
    desk.pay(offer)
    desk.dispute(offer)
    assert numbers(desk.hear(offer, staff)) == [1]
    said = desk.say(offer, staff, "Show me, please.")
    assert (said.number, said.is_staff) == (2, True)
    assert [frame["from"] for frame in frames(desk, maker)][-1] == str(staff.id)
    desk.say(offer, taker, "Here.")
    assert [frame["text"] for frame in frames(desk, staff)] == ["Here."]
    desk.resolve(offer, staff, "buyer")
    with pytest.raises(errors.ChatIsReadOnly):
        desk.say(offer, staff)
    assert numbers(desk.hear(offer, staff)) == [1, 2, 3]
    # Whoever wrote as staff is still told.
    desk.say(offer, maker, "Thank you.")
    assert [frame["text"] for frame in frames(desk, staff)] == ["Here.", "Thank you."]


def test_the_end_of_a_chat(desk: Desk, offer: Offer, maker: Trader, taker: Trader) -> None:
    staff = desk.staff()
    desk.say(offer, taker)
    desk.pay(offer)
    desk.dispute(offer)
    desk.release(offer)
    desk.clock.advance(days=30, microseconds=-1)
    assert desk.say(offer, maker).number == 2
    desk.clock.advance(microseconds=1)
    with pytest.raises(errors.ChatClosed):
        desk.say(offer, maker)
    with pytest.raises(errors.ChatClosed):
        desk.hear(offer, taker)
    assert numbers(desk.hear(offer, staff)) == [1, 2]


def test_an_offer_that_nobody_swept_has_ended(desk: Desk, offer: Offer, maker: Trader) -> None:
    desk.clock.set(offer.deadline + timedelta(days=30, microseconds=-1))
    desk.say(offer, maker)
    desk.clock.advance(microseconds=1)
    with pytest.raises(errors.ChatClosed):
        desk.say(offer, maker)


def test_what_is_no_message(desk: Desk, offer: Offer, maker: Trader) -> None:
    for text in ("", " \n", "x" * 2001):
        with pytest.raises(errors.InvalidFields):
            desk.say(offer, maker, text)
    assert desk.say(offer, maker, "x" * 2000).number == 1


def test_a_message_that_is_undone_leaves_no_gap(desk: Desk, offer: Offer, maker: Trader, taker: Trader) -> None:
    desk.say(offer, maker)
    desk.undo(lambda unit: domain.write_message(offer.id, Actor.of(taker), "Never.", book=unit.book))
    assert desk.say(offer, taker).number == 2
    assert frames(desk, maker)[0]["text"] == "Hello."


def test_what_was_read(desk: Desk, offer: Offer, maker: Trader, taker: Trader) -> None:
    for _ in range(3):
        desk.say(offer, taker)
    assert (member(desk, offer, maker).read_up_to, member(desk, offer, maker).told_up_to) == (0, 3)
    desk.hear(offer, maker, limit=2)
    found = member(desk, offer, maker)
    assert (found.read_up_to, found.has_unread) == (2, True)
    assert found.mail_due_at == desk.clock.now() + timedelta(minutes=10)
    desk.hear(offer, maker)
    desk.hear(offer, maker, limit=1)
    found = member(desk, offer, maker)
    assert (found.read_up_to, found.has_unread, found.mail_due_at) == (3, False, None)
    assert member(desk, offer, taker).mail_due_at is None


def test_unread_is_mailed_once_until_it_is_read(desk: Desk, offer: Offer, maker: Trader, taker: Trader) -> None:
    desk.say(offer, taker, "A secret.")
    desk.clock.advance(minutes=10, microseconds=-1)
    assert mail(desk) == []
    desk.clock.advance(microseconds=1)
    assert mail(desk) == [(offer.id, str(maker.id))]
    assert mail(desk) == []
    letters = [letter for letter in desk.store.outbox.claim(uuid4(), 60, 100) if letter.kind is NoticeKind.CHAT_MESSAGE]
    (letter,) = letters
    assert (letter.trader_id, letter.number, letter.facts["offer_id"]) == (maker.id, None, offer.id)
    assert "A secret." not in repr(letter.facts)
    desk.say(offer, taker, "Another.")
    desk.clock.advance(hours=3)
    assert mail(desk) == []
    desk.hear(offer, maker)
    desk.say(offer, taker, "A third.")
    desk.clock.advance(minutes=10)
    assert mail(desk) == [(offer.id, str(maker.id))]


def test_one_mail_an_hour_at_most(desk: Desk, offer: Offer, maker: Trader, taker: Trader) -> None:
    desk.say(offer, taker)
    desk.clock.advance(minutes=10)
    assert len(mail(desk)) == 1
    desk.hear(offer, maker)
    desk.say(offer, taker)
    desk.clock.advance(minutes=60, microseconds=-1)
    assert mail(desk) == []
    desk.clock.advance(microseconds=1)
    assert len(mail(desk)) == 1


def test_nobody_is_mailed_who_has_read(desk: Desk, offer: Offer, maker: Trader, taker: Trader) -> None:
    desk.say(offer, taker)
    desk.hear(offer, maker)
    desk.clock.advance(hours=1)
    assert mail(desk) == []
    with pytest.raises(errors.NotDueYet):
        desk.write(lambda unit: domain.mail_unread(offer.id, maker.id, book=unit.book, identifiers=desk.identifiers))


def test_two_workers_mail_once(desk: Desk, offer: Offer, maker: Trader, taker: Trader) -> None:
    desk.say(offer, taker)
    desk.clock.advance(minutes=10)

    def one() -> int:
        try:
            desk.write(
                lambda unit: domain.mail_unread(offer.id, maker.id, book=unit.book, identifiers=desk.identifiers)
            )
        except errors.NotDueYet:
            return 0
        return 1

    assert sum(at_once([one] * 4)) == 1


def test_staff_who_took_the_dispute_are_told(desk: Desk, offer: Offer, maker: Trader, taker: Trader) -> None:
    """Before they wrote a word, and in a chat that began before and in one that begins then."""
    ada = desk.staff()
    desk.say(offer, taker, "Hello.")
    desk.pay(offer)
    desk.dispute(offer)
    desk.write(lambda unit: domain.take_dispute(offer.id, Actor.of(ada), book=unit.book))
    desk.say(offer, maker, "Nothing came.")
    desk.say(offer, taker, "It did.")
    kinds = [notice.kind for notice in desk.store.tail.after(ada.id, 0, 10)]
    assert kinds == [NoticeKind.CHAT_MESSAGE] * 2
