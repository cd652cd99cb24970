"""The mailer: a fixture ``mailroom``, which gives it with what its server has taken."""

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from .... import Actor, Letter, LockedOffer, MailRefused
from ...factories import LockedOfferFactory
from ...mailroom import Mailroom
from .given import given


@pytest.fixture
def mailroom_under_test(request: pytest.FixtureRequest) -> Mailroom:
    mailroom: Mailroom = given(request, "mailroom")
    return mailroom


@pytest.fixture
def letter() -> Letter:
    """The letter to a seller whose buyer says that the money was sent."""
    locked: LockedOffer = LockedOfferFactory()
    (notice,) = locked.indicate_payment(Actor.of(locked.buyer), locked.at).notices
    reader = locked.seller
    return Letter(
        id=1,
        trader_id=reader.id,
        number=1,
        kind=notice.kind,
        recipient=reader.email,
        fullname=reader.fullname,
        message_id=f"<notice.1.{reader.id}@desk.example>",
        facts=notice.facts,
        created_at=locked.at,
        attempts=1,
    )


def read(mail: bytes) -> EmailMessage:
    message = message_from_bytes(mail, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_letter_has_been_taken_once_it_is_sent(mailroom_under_test: Mailroom, letter: Letter) -> None:
    mailroom_under_test.mailer.send(letter)
    (mail,) = mailroom_under_test.received()
    assert read(mail)["Message-ID"] == letter.message_id
    assert letter.recipient in read(mail)["To"]


def test_a_letter_that_is_sent_again_can_be_told_by_its_id(mailroom_under_test: Mailroom, letter: Letter) -> None:
    mailroom_under_test.mailer.send(letter)
    mailroom_under_test.mailer.send(replace(letter, attempts=2))
    first, second = mailroom_under_test.received()
    assert read(first)["Message-ID"] == read(second)["Message-ID"]


def test_after_a_rest_letters_go_out_as_before(mailroom_under_test: Mailroom, letter: Letter) -> None:
    mailroom_under_test.mailer.rest()
    mailroom_under_test.mailer.send(letter)
    mailroom_under_test.mailer.rest()
    mailroom_under_test.mailer.rest()
    mailroom_under_test.mailer.send(replace(letter, id=2, message_id=letter.message_id.replace("notice", "other")))
    assert len(mailroom_under_test.received()) == 2


def test_a_name_adds_no_header_and_no_reader(mailroom_under_test: Mailroom, letter: Letter) -> None:
    """It is refused, or it is a name and nothing more."""
    try:
        mailroom_under_test.mailer.send(replace(letter, fullname="Jude\r\nBcc: other@desk.example\r\n\r\nHello"))
    except MailRefused:
        assert list(mailroom_under_test.received()) == []
        return
    (mail,) = mailroom_under_test.received()
    assert read(mail)["Bcc"] is None
    assert [address.addr_spec for address in read(mail)["To"].addresses] == [letter.recipient]
