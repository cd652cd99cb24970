"""Every way in which a mail server can fail, and what becomes of the mail."""

import socket
from collections.abc import Iterator

import pytest

from adapters.smtp.submission import SmtpMailer
from domain.ports.delivery import Letter, MailDeferred, MailRefused
from tests.integration.mail.conftest import mailer_to
from tests.integration.mail.server import DROP, DROP_INSIDE, SILENCE, Server, free_port, running


@pytest.fixture(params=[False, True], ids=["one by one", "pipelining"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with running(pipelining=request.param) as server:
        yield server


def test_a_mail_reaches_its_one_recipient(server: Server, mailer: SmtpMailer, letter: Letter) -> None:
    mailer.send(letter)
    (received,) = server.received
    assert (received.sender, received.recipients) == ("desk@desk.example", [letter.recipient])
    assert received.message["Message-ID"] == letter.message_id


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "message"])
@pytest.mark.parametrize("answer", ["421 Closing", "450 Greylisted", "452 Full"])
def test_a_4xx_is_for_later(server: Server, mailer: SmtpMailer, letter: Letter, step: str, answer: str) -> None:
    server.script.steps = {step: answer}
    with pytest.raises(MailDeferred, match=answer.split()[0]) as deferred:
        mailer.send(letter)
    assert not deferred.value.ambiguous
    assert server.received == []


@pytest.mark.abuse("H7")
@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "message"])
@pytest.mark.parametrize("answer", ["550 Unknown", "554 No", "552 Too big"])
def test_a_5xx_is_for_good(server: Server, mailer: SmtpMailer, letter: Letter, step: str, answer: str) -> None:
    server.script.steps = {step: answer}
    with pytest.raises(MailRefused, match=answer.split()[0]):
        mailer.send(letter)
    assert server.received == []


@pytest.mark.parametrize("answer", ["421 Too busy", "554 No mail here"])
def test_a_server_that_lets_nobody_in_is_for_later(
    server: Server, mailer: SmtpMailer, letter: Letter, answer: str
) -> None:
    server.script.steps = {"greeting": answer}
    with pytest.raises(MailDeferred, match="no connection") as deferred:
        mailer.send(letter)
    assert not deferred.value.ambiguous


@pytest.mark.parametrize(
    ("step", "action"),
    [("greeting", DROP), ("mail", DROP), ("rcpt", DROP), ("data", DROP), ("data", DROP_INSIDE)],
)
def test_a_line_that_breaks_before_the_dot_left_nothing_behind(
    server: Server, mailer: SmtpMailer, letter: Letter, step: str, action: str
) -> None:
    server.script.steps = {step: action}
    with pytest.raises(MailDeferred):
        mailer.send(letter)
    assert server.received == []


@pytest.mark.parametrize("step", ["greeting", "mail", "rcpt", "data"])
def test_silence_before_the_dot_is_for_later(server: Server, letter: Letter, step: str) -> None:
    server.script.steps = {step: SILENCE}
    with pytest.raises(MailDeferred, match="timed out") as deferred:
        mailer_to(server.port, timeout_seconds=0.2).send(letter)
    assert not deferred.value.ambiguous


@pytest.mark.parametrize("action", [DROP, SILENCE])
def test_no_answer_to_the_dot_is_ambiguous(server: Server, letter: Letter, action: str) -> None:
    server.script.steps = {"message": action}
    with pytest.raises(MailDeferred) as deferred:
        mailer_to(server.port, final_dot_timeout_seconds=0.2).send(letter)
    assert deferred.value.ambiguous
    assert len(server.received) == 1


def test_an_answer_to_the_dot_that_is_none_is_ambiguous(server: Server, mailer: SmtpMailer, letter: Letter) -> None:
    server.script.steps = {"message": "354 What"}
    with pytest.raises(MailDeferred) as deferred:
        mailer.send(letter)
    assert deferred.value.ambiguous


@pytest.mark.parametrize("action", [DROP, "421 Closing", "500 What"])
def test_an_error_at_quit_is_none(server: Server, mailer: SmtpMailer, letter: Letter, action: str) -> None:
    server.script.steps = {"quit": action}
    mailer.send(letter)
    mailer.rest()
    assert len(server.received) == 1


def test_nobody_at_the_port_is_for_later(letter: Letter) -> None:
    with pytest.raises(MailDeferred, match="no connection"):
        mailer_to(free_port()).send(letter)


def test_who_speaks_another_protocol_is_for_later(letter: Letter) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(MailDeferred, match="no connection"):
        mailer_to(silent.getsockname()[1], timeout_seconds=0.2).send(letter)


def test_lines_that_begin_with_a_dot_arrive_as_they_were(server: Server, mailer: SmtpMailer, changed) -> None:
    text = ".\n..\n.end"
    mailer.send(changed("sell-ad-auto_reply", facts={"auto_reply_message": text}))
    html = server.received[0].message.get_body(("html",)).get_content()
    assert ".\r\n..\r\n.end" in html
