"""From a URL to a mailer, and the mailers that stay on the machine."""

import email
import email.policy
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.smtp import mailer_from_url
from adapters.smtp.local import ConsoleMailer, FileMailer, MemoryMailer
from adapters.smtp.mailer import _server
from adapters.smtp.submission import Server as Address
from adapters.smtp.submission import SmtpMailer
from domain.ports.delivery import Letter, MailDeferred, MailRefused
from tests.integration.mail.conftest import SENDER
from tests.integration.mail.server import Server


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
def test_a_url_says_how_to_reach_the_server(url: str, address: Address) -> None:
    assert isinstance(mailer_from_url(url, SENDER), SmtpMailer)
    assert _server(url) == address


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "a mail URL is"),
        ("http://mail.example", "a mail URL is"),
        ("file:", "a mail URL is"),
        ("console:x", "a mail URL is"),
        ("smtp:", "names no host"),
        ("smtp://:25", "names no host"),
        ("smtp://mail.example:x", "the port"),
        ("smtp://mail.example:70000", "the port"),
        ("smtp://mail.example/inbox", "behind its host"),
        ("smtp://mail.example#x", "behind its host"),
        ("smtp://mail.example?starttls=yes", "starttls"),
        ("smtps://mail.example?starttls=1", "starttls"),
        ("smtp://mail.example?timeout=0", "timeout"),
        ("smtp://mail.example?timeout=61", "timeout"),
        ("smtp://mail.example?timeout=1.5", "timeout"),
        ("smtp://mail.example?timeout=5&timeout=6", "repeated"),
        ("smtp://mail.example?tls=1", "unknown option: tls"),
        ("smtp://mail.example?starttls", "name=value"),
        ("smtp://jude:hunter2hunter2@mail.example", "needs starttls=1 or smtps"),
    ],
)
def test_a_malformed_url_is_refused_with_one_line(url: str, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)) as refused:
        mailer_from_url(url, SENDER)
    assert "\n" not in str(refused.value)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("sender", ["", "nobody", "The desk", "a@b.example\nBcc: x@evil.example", "The desk <>"])
def test_a_sender_without_an_address_is_refused(sender: str) -> None:
    with pytest.raises(ValueError, match="address"):
        mailer_from_url("memory:", sender)


def test_a_password_is_not_shown() -> None:
    assert "hunter2" not in repr(_server("smtps://jude:hunter2@mail.example"))


def test_a_mail_goes_out_by_url(server: Server, letter: Letter) -> None:
    mailer_from_url(f"smtp://127.0.0.1:{server.port}", SENDER).send(letter)
    assert server.received[0].recipients == [letter.recipient]


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
    for part in ("To: jude@example.com", "(offer #12)", "Amara Nwosu wants to buy 10 TRX"):
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
