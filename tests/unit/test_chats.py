"""The rules of chats: who may take part and when, what a message changes, and when somebody is mailed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain import (
    Actor,
    Attachment,
    Changes,
    Chat,
    ChatChange,
    LockedChat,
    Member,
    Message,
    NoticeKind,
    Trader,
    errors,
)
from domain.model.chat import ATTACHMENTS_LIMIT, MAIL_AFTER, MAILS_APART, OPEN_AFTER_END, check_may_read, file_name
from tests.factories import NOW, LockedOfferFactory, TraderFactory, actor

JUDE, AMARA = TraderFactory(fullname="Jude Okafor"), TraderFactory(fullname="Amara Obi")
ADA = TraderFactory(staff=True, fullname="Ada")
FILE = Attachment(uuid4(), "receipt.png", "image/png", 100)


def locked(trader: Trader, chat: Chat | None = None, **traits: Any) -> LockedChat:
    """The chat of Amara's offer on Jude's ad."""
    of = LockedOfferFactory(maker=JUDE, taker=AMARA, **traits)
    moved = None if chat is None else replace(chat, offer_id=of.offer.id)
    return LockedChat(moved, of.offer, of.ad, JUDE, AMARA, trader, NOW, of.dispute)


def write(trader: Trader, text: str = "Hello.", chat: Chat | None = None, **traits: Any) -> tuple[Message, Changes]:
    return locked(trader, chat, **traits).write(actor(trader), text, NOW)


def after(changes: Changes) -> Chat:
    assert changes.chat is not None
    return changes.chat.after


def member(changes: Changes, trader: Trader) -> Member:
    found = after(changes).member(trader.id)
    assert found is not None
    return found


def test_a_first_message_begins_the_chat() -> None:
    message, changes = write(AMARA, "I have paid.")
    assert (message.number, message.by, message.is_staff, message.text) == (1, AMARA.id, False, "I have paid.")
    assert message.attachment is None
    assert changes.facts == (message,)
    assert changes.chat is not None
    assert changes.chat.before is None
    assert [member.trader_id for member in after(changes).members] == sorted([JUDE.id, AMARA.id])
    assert len(changes.chat.changed_members) == 2
    assert member(changes, AMARA) == Member(AMARA.id)
    assert member(changes, JUDE) == Member(JUDE.id, told_up_to=1, mail_due_at=NOW + MAIL_AFTER)


def test_the_other_is_told_by_frame_alone() -> None:
    message, changes = write(AMARA, "I have paid.")
    (notice,) = changes.notices
    assert (notice.trader_id, notice.kind, notice.is_mailed) == (JUDE.id, NoticeKind.CHAT_MESSAGE, False)
    assert dict(notice.frame) == {
        "message": "Amara Obi has written to you.",
        "type": "chat_message",
        "offer_id": message.offer_id,
        "from": str(AMARA.id),
        "text": "I have paid.",
    }


def test_a_later_message() -> None:
    first, changes = write(AMARA)
    second, changes = write(JUDE, chat=after(changes))
    assert (first.number, second.number) == (1, 2)
    assert member(changes, AMARA).told_up_to == 2
    assert member(changes, JUDE).has_unread
    assert changes.chat is not None
    assert [(was and was.told_up_to, now.told_up_to) for was, now in changes.chat.changed_members] == [(0, 2)]


def test_who_writes_as_staff_comes_into_the_chat() -> None:
    _, changes = write(AMARA, disputed=True)
    message, changes = write(ADA, chat=after(changes), disputed=True)
    assert message.is_staff
    assert member(changes, ADA) == Member(ADA.id, is_staff=True)
    assert {notice.trader_id for notice in changes.notices} == {JUDE.id, AMARA.id}
    _, changes = write(JUDE, chat=after(changes), disputed=True)
    assert {notice.trader_id for notice in changes.notices} == {ADA.id, AMARA.id}


def test_a_file_is_a_message_without_a_text() -> None:
    message, changes = locked(AMARA).send(actor(AMARA), FILE, NOW)
    assert (message.text, message.attachment) == ("", FILE)
    assert member(changes, AMARA).attached == 1
    assert changes.notices[0].frame["text"] == ""


def test_twenty_files_are_taken_of_each() -> None:
    chat = Chat(1, 30).having(Member(JUDE.id), Member(AMARA.id, attached=ATTACHMENTS_LIMIT - 1))
    _, changes = locked(AMARA, chat).send(actor(AMARA), FILE, NOW)
    with pytest.raises(errors.TooManyAttachments) as refused:
        locked(AMARA, after(changes)).send(actor(AMARA), FILE, NOW)
    assert refused.value.most == 20
    locked(JUDE, after(changes)).send(actor(JUDE), FILE, NOW)
    assert write(AMARA, chat=after(changes))[0].number == 32


@pytest.mark.parametrize("text", ["", " \n\t ", "x" * 2001])
def test_what_is_no_message(text: str) -> None:
    with pytest.raises(errors.InvalidFields):
        write(AMARA, text)


@pytest.mark.parametrize("trait", ["", "paid", "disputed", "completed", "cancelled", "expired"])
def test_strangers_have_no_part_in_it(trait: str) -> None:
    traits = {trait: True} if trait else {}
    for nobody in (TraderFactory(), None):
        asked = locked(nobody or JUDE, **traits)
        by = Actor() if nobody is None else actor(nobody)
        with pytest.raises(errors.OfferNotFound):
            asked.write(by, "Hello.", NOW)
    with pytest.raises(errors.OfferNotFound):
        # The operator has no name to write under.
        check_may_read(asked.parties, asked.offer, asked.dispute, Actor(is_staff=True), NOW)


def test_staff_come_with_a_dispute_and_read_on_after_it() -> None:
    with pytest.raises(errors.OfferNotFound):
        write(ADA, paid=True)
    write(ADA, disputed=True)
    over = locked(ADA, completed=True)
    quarrelled = replace(over, dispute=locked(ADA, disputed=True).dispute)
    check_may_read(quarrelled.parties, quarrelled.offer, quarrelled.dispute, actor(ADA), NOW + timedelta(days=999))
    with pytest.raises(errors.ChatIsReadOnly):
        quarrelled.write(actor(ADA), "Well.", NOW)


@pytest.mark.parametrize("trait", ["completed", "cancelled", "expired", ""])
def test_the_parties_chat_ends_after_thirty_days(trait: str) -> None:
    chat = locked(JUDE, **({trait: True} if trait else {}))
    ended = chat.offer.ended_at or chat.offer.deadline
    at: datetime = ended + OPEN_AFTER_END
    chat.write(actor(JUDE), "Thanks.", at - timedelta(microseconds=1))
    with pytest.raises(errors.ChatClosed):
        chat.write(actor(JUDE), "Thanks.", at)


def test_a_live_offer_s_chat_has_no_end() -> None:
    locked(JUDE, paid=True).write(actor(JUDE), "Well?", NOW + timedelta(days=999))


def test_a_mail_is_due_ten_minutes_after_the_first_unread_message() -> None:
    told = Member(JUDE.id).told(1, NOW).told(2, NOW + timedelta(minutes=5))
    assert (told.told_up_to, told.mail_due_at) == (2, NOW + MAIL_AFTER)
    assert told.read(1).mail_due_at == NOW + MAIL_AFTER
    assert told.read(2).mail_due_at is None
    assert told.read(2).read(1).read_up_to == 2


def test_no_second_mail_before_an_hour_is_over_and_they_have_read() -> None:
    mailed = Member(JUDE.id).told(1, NOW).mailed(NOW)
    assert mailed.told(2, NOW + timedelta(days=1)).mail_due_at is None
    read = mailed.read(1)
    assert read.told(2, NOW).mail_due_at == NOW + MAILS_APART
    later = NOW + timedelta(hours=5)
    assert read.told(2, later).mail_due_at == later + MAIL_AFTER


@pytest.mark.parametrize(
    ("trader", "buy", "reader"), [(JUDE, False, "seller"), (AMARA, False, "buyer"), (JUDE, True, "buyer")]
)
def test_the_letter_about_what_is_unread(trader: Trader, buy: bool, reader: str) -> None:
    writer = AMARA if trader is JUDE else JUDE
    _, changes = write(writer, "A secret.", buy=buy)
    letter_id, due = uuid4(), NOW + MAIL_AFTER
    asked = locked(trader, after(changes), buy=buy)
    with pytest.raises(errors.NotDueYet):
        asked.mail_unread(letter_id, due - timedelta(microseconds=1))
    mailed = asked.mail_unread(letter_id, due)
    (letter,) = mailed.letters
    assert (letter.id, letter.trader_id, letter.kind, letter.at) == (letter_id, trader.id, "chat_message", due)
    assert letter.facts["reader"] == reader
    assert "A secret." not in str(letter.facts)
    assert (member(mailed, trader).mail_due_at, member(mailed, trader).mailed_at) == (None, due)
    with pytest.raises(errors.NotDueYet):
        locked(trader, after(mailed), buy=buy).mail_unread(uuid4(), due + timedelta(days=1))


def test_staff_are_mailed_too() -> None:
    chat = Chat(1, 1).having(Member(JUDE.id), Member(AMARA.id), Member(ADA.id, True).told(1, NOW))
    (letter,) = locked(ADA, chat, disputed=True).mail_unread(uuid4(), NOW + MAIL_AFTER).letters
    assert letter.facts["reader"] == "staff"


def test_nobody_is_mailed_about_nothing() -> None:
    for chat in (None, Chat(1).having(Member(JUDE.id))):
        with pytest.raises(errors.NotDueYet):
            locked(AMARA, chat).mail_unread(uuid4(), NOW)


def test_a_change_of_a_chat_names_who_is_not_as_before() -> None:
    before = Chat(1, 1).having(Member(JUDE.id), Member(AMARA.id))
    change = ChatChange(before, before.having(Member(AMARA.id, read_up_to=1)))
    assert change.changed_members == ((Member(AMARA.id), Member(AMARA.id, read_up_to=1)),)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("receipt.png", "receipt.png"),
        ("../etc/passwd", ".._etc_passwd"),
        ("a\\b", "a_b"),
        ("a\nb\x00c", "a_b_c"),
        ("a\u202eb", "a_b"),
        (" receipt ", "receipt"),
        ("\u200b", "file"),
        ("", "file"),
        ("x" * 101, "x" * 100),
    ],
)
def test_the_name_of_a_file(given: str, name: str) -> None:
    assert file_name(given) == name


def test_staff_who_took_the_dispute_are_told_before_they_wrote() -> None:
    """Once, also where they are in the chat already; whoever wrote before them stays in it."""
    found = locked(AMARA, disputed=True)
    assert found.dispute is not None
    taken = replace(found, dispute=replace(found.dispute, handled_by=ADA.id))
    _, changes = taken.write(actor(AMARA), "Look at this.", NOW)
    assert {notice.trader_id for notice in changes.notices} == {JUDE.id, ADA.id}
    assert member(changes, ADA).is_staff
    assert member(changes, ADA).has_unread
    again = replace(taken, chat=after(changes))
    assert len(again.write(actor(JUDE), "I did.", NOW)[1].notices) == 2
    own = replace(again, trader=ADA).write(actor(ADA), "Which account?", NOW)[1]
    assert {notice.trader_id for notice in own.notices} == {JUDE.id, AMARA.id}
