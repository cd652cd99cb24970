"""From a URL to a mailer, and the mailers that stay on the machine."""

import email
import email.policy
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.smtp.addresses import Server as Address
from adapters.smtp.addresses import place_of
from adapters.smtp.local import ConsoleMailer, FileMailer, MemoryMailer
from adapters.smtp.mailer import mailer_from_url
from adapters.smtp.submission import SmtpMailer
from config.settings import read_settings
from config.wrong_setting import WrongSetting
from domain.ports.delivery import Letter, MailDeferred, MailRefused
from tests.integration.mail.conftest import SENDER
from tests.integration.mail.server import Server

FOLDER = Path("/desk")
WRONG_SENDERS = [
    "", "nobody", "The desk", "a@b.example\nBcc: x@evil.example", "The desk <>", ".desk@example.com", "desk.@b.example",
    "a..b@example.com", "desk@-b.example", "desk@b..example", "desk@.example", "a@b.example, c@d.example",
    "Desk <a@b.example> and more", '"a b"@example.com', f"{'x' * 65}@example.com", f"a@{'x' * 250}.example",
    "d\xe9sk@example.com", "desk@ex_ample.com",
]  # fmt: skip


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("smtp://mail.example", Address("mail.example", 25)),
        ("smtp://mail.example/", Address("mail.example", 25)),
        ("smtp://mail.example?starttls=1", Address("mail.example", 587, starttls=True)),
        ("smtp://127.0.0.1:2525?starttls=0&timeout=7", Address("127.0.0.1", 2525, timeout_seconds=7)),
        ("smtp://[::1]:2525", Address("::1", 2525)),
        ("smtps://mail.example", Address("mail.example", 465, implicit_tls=True)),
        (
            "smtp://jude%40desk:a%2Fb%3Ac@mail.example:2587?starttls=1",
            Address("mail.example", 2587, starttls=True, user="jude@desk", password="a/b:c"),
        ),
    ],
)
def test_a_url_says_how_to_reach_theplace_of(url: str, address: Address) -> None:
    assert isinstance(mailer_from_url(url, SENDER), SmtpMailer)
    assert place_of(url) == address


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "is none of"),
        ("http://mail.example", "is none of"),
        ("file:", "names no folder"),
        ("file://", "names no folder"),
        ("file:a%00b", "control character"),
        ("file:a%0ab", "control character"),
        ("file:%ff", "no UTF-8"),
        ("console:x", "is none of"),
        ("smtp:", "names no host"),
        ("smtp://:25", "names no host"),
        ("smtp://mail.example:x", "port"),
        ("smtp://mail.example:70000", "port"),
        ("smtp://mail.example:0", "port"),
        ("smtp://[::1", "no address"),
        ("smtp://mail.example:465", "smtps://"),
        ("smtp://mail.example:465?starttls=1", "smtps://"),
        ("smtps://mail.example:587", "smtp:// with starttls=1"),
        ("smtps://mail.example:25", "smtp:// with starttls=1"),
        ("smtp://mail..example", "a host that cannot be one"),
        (f"smtp://{'x' * 64}.example", "a host that cannot be one"),
        ("smtp://mail.example ?starttls=1", "blank"),
        ("smtp://mail.example/inbox", "behind its host"),
        ("smtp://mail.example#x", "behind its host"),
        ("smtp://mail.example?starttls=yes", "starttls"),
        ("smtps://mail.example?starttls=1", "starttls"),
        ("smtp://mail.example?timeout=0", "timeout"),
        ("smtp://mail.example?timeout=61", "timeout"),
        ("smtp://mail.example?timeout=1.5", "timeout"),
        ("smtp://mail.example?timeout=²", "timeout"),
        (f"smtp://mail.example?timeout={'9' * 5000}", "timeout"),
        ("smtp://mail.example?timeout=5&timeout=6", "repeated"),
        ("smtp://mail.example?tls=1", "unknown option: tls"),
        ("smtp://mail.example?starttls", "name=value"),
        ("smtp://jude:hunter2hunter2@mail.example", "needs starttls=1 or smtps"),
        ("smtps://jude@mail.example", "a user without a password"),
        ("smtps://:hunter2@mail.example", "a password without a user"),
        ("smtps://jude:hunter2 hunter2@mail.example", "blank"),
        ("smtps://jude:hunter2#@mail.example", "port"),
        ("smtps://jude:hunter2/@mail.example", "port"),
        ("smtps://jude:hunter2%00@mail.example", "control character"),
        ("smtps://jude:hunter2%0d@mail.example", "control character"),
        ("smtps://jude:hunter2%e9@mail.example", "no UTF-8"),
        ("smtps://jude:hunter2\udce9@mail.example", "control character"),
    ],
)
def test_a_malformed_url_is_refused_with_one_line_by_mailer_and_settings(url: str, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)) as refused:
        mailer_from_url(url, SENDER)
    assert "\n" not in str(refused.value)
    assert "hunter2" not in str(refused.value)
    with pytest.raises(WrongSetting, match=r"^P2P_MAIL_URL ") as stopped:
        read_settings({"P2P_MAIL_URL": url}, FOLDER)
    assert stopped.value.reason in (str(refused.value), "is empty")


@pytest.mark.parametrize("sender", WRONG_SENDERS)
def test_a_sender_without_one_address_is_refused(sender: str) -> None:
    with pytest.raises(ValueError, match="no one mail address"):
        mailer_from_url("memory:", sender)


@pytest.mark.parametrize("sender", WRONG_SENDERS)
def test_the_settings_refuse_every_sender_that_the_mailer_does(sender: str) -> None:
    with pytest.raises(WrongSetting, match=r"^P2P_MAIL_FROM "):
        read_settings({"P2P_MAIL_FROM": sender}, FOLDER)


@pytest.mark.parametrize(
    ("sender", "address"),
    [
        ("desk@example.com", "desk@example.com"),
        ("The Desk <desk@example.com>", "desk@example.com"),
        ('"Desk, The" <desk+mail@example.com>', "desk+mail@example.com"),
        ("Börse <desk@bücher.example>", "desk@xn--bcher-kva.example"),
    ],
)
def test_a_sender_that_the_settings_take_sends(sender: str, address: str, server: Server, letter: Letter) -> None:
    settings = read_settings({"P2P_MAIL_FROM": sender, "P2P_MAIL_URL": f"smtp://127.0.0.1:{server.port}"}, FOLDER)
    assert settings.message_id_domain == address.partition("@")[2]
    mailer_from_url(settings.mail_url, settings.mail_from).send(letter)
    assert server.received[0].sender == address


def test_a_password_is_not_shown() -> None:
    assert "hunter2" not in repr(place_of("smtps://jude:hunter2@mail.example"))


def test_a_mail_goes_out_by_url(server: Server, letter: Letter) -> None:
    mailer_from_url(f"smtp://127.0.0.1:{server.port}", SENDER).send(letter)
    assert server.received[0].recipients == [letter.recipient]


@pytest.mark.abuse("J4")
def test_a_folder_gets_a_file_for_each_mail_that_only_its_owner_reads(tmp_path: Path, letter: Letter) -> None:
    mailer = mailer_from_url(f"file:{tmp_path / 'new' / 'mail'}", SENDER)
    assert isinstance(mailer, FileMailer)
    mailer.send(letter)
    mailer.send(letter)
    (path,) = (tmp_path / "new" / "mail").iterdir()
    assert path.suffix == ".eml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert message["To"] == letter.recipient


def test_a_folder_that_cannot_be_written_is_for_later(tmp_path: Path, letter: Letter) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MailDeferred, match="cannot be written"):
        mailer_from_url(f"file://{tmp_path / 'file'}", SENDER).send(letter)


def test_the_terminal_shows_who_is_told_what(letter: Letter, capsys: pytest.CaptureFixture[str]) -> None:
    mailer = mailer_from_url("console:", SENDER)
    assert isinstance(mailer, ConsoleMailer)
    mailer.send(letter)
    shown = capsys.readouterr().out
    for part in ("To: jude@example.com", "(offer #12)", "Amara Nwosu wants to buy 10 trx"):
        assert part in shown


def test_memory_keeps_all(letter: Letter) -> None:
    mailer = mailer_from_url("memory:", SENDER)
    assert isinstance(mailer, MemoryMailer)
    mailer.send(letter)
    assert [mail.recipient for mail in mailer.sent] == [letter.recipient]


@pytest.mark.parametrize("url", ["memory:", "console:", "file:mail", "smtp://127.0.0.1:1"])
def test_no_mailer_takes_a_letter_that_cannot_be_built(changed: Callable[..., Letter], url: str) -> None:
    with pytest.raises(MailRefused):
        mailer_from_url(url, SENDER).send(changed(recipient="nobody"))
