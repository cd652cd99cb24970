"""Mail after mail over one connection, and what of one mail must never touch the next."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from adapters.smtp.addresses import Server as Address
from adapters.smtp.connections import KEPT_SECONDS, MAILS_A_CONNECTION
from adapters.smtp.messages import Stationer
from adapters.smtp.submission import SmtpMailer
from domain.ports.delivery import Letter, MailDeferred, MailRefused
from tests.integration.mail.conftest import SENDER, mailer_to
from tests.integration.mail.server import DROP, SILENCE, Server, running
from tests.integration.waiting import until


@pytest.fixture(params=[False, True], ids=["one by one", "pipelining"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with running(pipelining=request.param) as server:
        yield server


def another(letter: Letter) -> Letter:
    return replace(letter, id=letter.id + 1, recipient="amara@example.com", message_id="<another@desk.example>")


def test_one_mail_after_the_other_goes_over_one_connection(server: Server, mailer: SmtpMailer, letter: Letter) -> None:
    for _ in range(3):
        mailer.send(letter)
        mailer.send(another(letter))
    assert server.greeted == 1
    assert [mail.recipients for mail in server.received] == [[letter.recipient], ["amara@example.com"]] * 3
    assert server.said == ["EHLO", *["MAIL", "RCPT", "DATA"] * 6]


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "message"])
@pytest.mark.parametrize("answer", ["450 Later", "550 Never"])
def test_of_a_mail_that_was_not_taken_nothing_is_left_for_the_next(
    server: Server, mailer: SmtpMailer, letter: Letter, step: str, answer: str
) -> None:
    server.script.steps = {step: answer}
    with pytest.raises((MailDeferred, MailRefused), match=answer.split()[0]):
        mailer.send(letter)
    server.script.steps = {}
    mailer.send(another(letter))
    assert [(mail.recipients, mail.message["To"]) for mail in server.received] == [
        (["amara@example.com"], "amara@example.com")
    ]
    assert "RSET" in server.said
    assert server.greeted == 1


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "message"])
def test_who_says_that_it_closes_is_not_asked_again(
    server: Server, mailer: SmtpMailer, letter: Letter, step: str
) -> None:
    server.script.steps = {step: "421 Closing"}
    with pytest.raises(MailDeferred, match="421"):
        mailer.send(letter)
    assert server.greeted == 1
    server.script.steps = {}
    mailer.send(letter)
    assert server.greeted == 2
    assert "RSET" not in server.said


def test_a_connection_that_was_kept_in_vain_costs_no_attempt(
    server: Server, mailer: SmtpMailer, letter: Letter
) -> None:
    mailer.send(letter)
    for connection in list(server.open):
        connection.loop.call_soon_threadsafe(connection.cut)
    until(lambda: not server.open)
    mailer.send(another(letter))
    assert len(server.received) == server.greeted == 2


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("action", [DROP, "421 Too many mails on this connection"])
def test_a_server_that_has_enough_of_a_connection_is_sent_the_mail_on_another(
    server: Server, mailer: SmtpMailer, letter: Letter, step: str, action: str
) -> None:
    mailer.send(letter)
    (kept,) = server.open
    server.script.decide = lambda at, connection: action if at == step and connection is kept else None
    mailer.send(another(letter))
    assert [mail.recipients for mail in server.received] == [[letter.recipient], ["amara@example.com"]]
    assert server.greeted == 2


def test_another_connection_is_tried_once(server: Server, mailer: SmtpMailer, letter: Letter) -> None:
    mailer.send(letter)
    server.script.steps = {"mail": "421 Busy"}
    with pytest.raises(MailDeferred, match="421 Busy"):
        mailer.send(letter)
    assert server.greeted == 2


@pytest.mark.parametrize("action", [DROP, SILENCE, "354 What"])
def test_a_mail_that_may_have_been_taken_is_not_sent_again_at_once(server: Server, letter: Letter, action: str) -> None:
    mailer = mailer_to(server.port, final_dot_timeout_seconds=0.2)
    mailer.send(letter)
    server.script.steps = {"message": action}
    with pytest.raises(MailDeferred) as deferred:
        mailer.send(another(letter))
    assert deferred.value.ambiguous
    assert server.greeted == 1
    assert [mail.message["To"] for mail in server.received] == [letter.recipient, "amara@example.com"]


def test_a_connection_carries_no_more_mails_than_servers_like(letter: Letter) -> None:
    with running(pipelining=True) as server:
        mailer = SmtpMailer(Address("127.0.0.1", server.port), Stationer(SENDER))
        for _ in range(MAILS_A_CONNECTION + 1):
            mailer.send(letter)
        assert server.greeted == 2
        assert server.said.count("QUIT") == 1
        mailer.rest()


def test_nothing_is_kept_once_there_is_nothing_to_send(server: Server, mailer: SmtpMailer, letter: Letter) -> None:
    mailer.rest()
    mailer.send(letter)
    mailer.rest()
    assert server.said[-1] == "QUIT"
    until(lambda: not server.open)
    mailer.send(letter)
    assert server.greeted == 2


def test_a_connection_that_was_kept_for_long_is_not_used(server: Server, mailer: SmtpMailer, letter: Letter) -> None:
    mailer.send(letter)
    connection = mailer.kept.take()
    assert connection is not None
    mailer.kept.keep(connection)
    connection.kept_at -= KEPT_SECONDS
    mailer.send(letter)
    assert server.greeted == 2
    assert server.said.count("QUIT") == 1


def test_who_lets_go_of_a_mailer_lets_go_of_its_connections(server: Server, letter: Letter) -> None:
    mailer = mailer_to(server.port)
    mailer.send(letter)
    assert server.open
    del mailer
    until(lambda: not server.open)
