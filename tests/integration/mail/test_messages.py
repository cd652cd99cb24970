"""The mail around a letter: its headers, its parts, and that nobody can put words into them."""

import email
import email.policy
import quopri
from collections.abc import Callable
from email.message import EmailMessage

import pytest

from adapters.smtp.messages import Stationer, header_of_subject, quoted
from domain.ports.delivery import Letter, MailRefused
from tests.integration.mail.conftest import SENDER

Change = Callable[..., Letter]


def built(letter: Letter) -> EmailMessage:
    """The mail as its reader's program sees it."""
    sent = Stationer(SENDER).mail(letter).content
    return email.message_from_bytes(sent, policy=email.policy.default)


def test_the_headers(letter: Letter) -> None:
    message = built(letter)
    assert {name: str(message[name]) for name in message} == {
        "From": "The desk <desk@desk.example>",
        "To": "jude@example.com",
        "Subject": "You have an interested buyer on your p2p ad (offer #12)",
        "Date": "Mon, 02 Mar 2026 09:30:00 +0000",
        "Message-ID": letter.message_id,
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
        "Content-Type": message["Content-Type"],
    }


def test_a_text_and_an_html_part_in_seven_bits(changed: Change) -> None:
    letter = changed(facts={"taker": "Ámará 🦊"})
    assert Stationer(SENDER).mail(letter).content.isascii()
    message = built(letter)
    assert message.get_content_type() == "multipart/alternative"
    for kind in ("plain", "html"):
        assert (
            "Ámará 🦊 " in message.get_body((kind,)).get_content()
            or "Ámará 🦊<" in message.get_body((kind,)).get_content()
        )


def test_the_same_letter_has_the_same_message_id_each_time(letter: Letter) -> None:
    assert built(letter)["Message-ID"] == built(letter)["Message-ID"] == letter.message_id


@pytest.mark.parametrize("subject", ["Ámará 🦊 (offer #12)", "Jude, " * 60, "=?utf-8?q?=4a?= (offer #12)", "a" * 90])
def test_a_subject_of_any_kind_arrives_on_lines_that_are_short(changed: Change, subject: str) -> None:
    stationer = Stationer(SENDER)
    line = header_of_subject(subject)
    assert max(map(len, line.splitlines())) <= 78
    assert line.isascii()
    assert b"Subject: " not in line[1:]
    read = email.message_from_bytes(line + b"\r\n", policy=email.policy.default)["Subject"]
    assert str(read).split() == (["J", "(offer", "#12)"] if subject.startswith("=?") else subject.split())
    assert stationer.mail(changed()).content.startswith(b"From: ")


def test_no_line_of_a_mail_is_longer_than_servers_take_nor_can_end_a_part(changed: Change) -> None:
    message = "a" * 1500 + "\n--=_a part of this letter_=--\n.\nFrom me \n" + "é" * 400
    content = Stationer(SENDER).mail(changed("sell-ad-auto_reply", facts={"auto_reply_message": message})).content
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 100
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert content.count(b"\r\n--=_a part of this letter_=") == 3
    told = email.message_from_bytes(content, policy=email.policy.default).get_body(("plain",))
    assert told is not None
    assert "> From me\r\n" in told.get_content()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "a\rb\r\nc\n\nd",
        "= at the end =\n. \n.\n",
        "blank \t\n",
        "a" * 75,
        "b" * 76,
        "c" * 77 + " \n",
        "Ámará 🦊\n" * 30,
    ],
)
def test_a_text_is_quoted_line_by_line_as_a_whole_one_would_be(text: str) -> None:
    lines = "\r\n".join(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")).encode()
    # Once as it is seen first, and once as it is known again.
    for found in (quoted(text), quoted(text)):
        assert quopri.decodestring(found) == lines
        assert found.isascii()
        assert max(map(len, found.split(b"\r\n"))) <= 76
        assert not any(line.endswith((b" ", b"\t")) or line == b"." for line in found.split(b"\r\n"))


def test_a_long_message_id_stays_as_it_is(changed: Change) -> None:
    message_id = f"<notice.123456789.{'0' * 36}@{'a' * 60}.{'b' * 60}.example>"
    sent = Stationer(SENDER).mail(changed(message_id=message_id)).content
    assert f"{message_id}\r\n".encode() in sent


@pytest.mark.abuse("H1")
@pytest.mark.parametrize("mark", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x00"])
def test_no_text_of_a_trader_becomes_a_header(changed: Change, mark: str) -> None:
    forged = f"Jude{mark}Bcc: thief@evil.example{mark}{mark}Hello"
    names = ("taker", "maker", "buyer", "seller", "bank_name", "bank_account_name", "payment_method")
    letter = changed(facts=dict.fromkeys(names, forged), fullname=forged)
    message = built(letter)
    assert message["Bcc"] is None
    assert message["To"].addresses[0].addr_spec == "jude@example.com"
    assert len(message["To"].addresses) == 1


@pytest.mark.abuse("H2")
@pytest.mark.parametrize(
    "address",
    [
        "a@b.example\r\nRCPT TO:<x@evil.example>",
        "a@b.example>\r\nRCPT TO:<x@evil.example",
        "a@b.example,x@evil.example",
        "a@b.example x@evil.example",
        "a@b.example, <x@evil.example>",
        "Jude <a@b.example>",
        '"a b"@b.example',
        "a@[127.0.0.1]",
        "a@b.example\x00",
        "a@",
        "@b.example",
        "",
        "nobody",
        "ä@b.example",
        f"{'a' * 65}@b.example",
        f"a@{'b' * 320}",
    ],
)
def test_what_is_not_one_address_gets_no_mail(changed: Change, address: str) -> None:
    with pytest.raises(MailRefused):
        Stationer(SENDER).mail(changed(recipient=address))


def test_a_domain_in_another_script_is_written_in_ascii(changed: Change) -> None:
    assert Stationer(SENDER).mail(changed(recipient="jude@bücher.example")).recipient == "jude@xn--bcher-kva.example"


@pytest.mark.parametrize("message_id", ["", "no brackets", "<a@b>\r\nBcc: <x@evil.example>", "<a b@c>"])
def test_what_is_no_message_id_gets_no_mail(changed: Change, message_id: str) -> None:
    with pytest.raises(MailRefused):
        Stationer(SENDER).mail(changed(message_id=message_id))
