"""Encryption, and the login that it protects."""

import ssl
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest

from domain.ports.delivery import Letter, MailDeferred
from tests.integration.mail.conftest import mailer_to
from tests.integration.mail.server import PASSWORD, USER, Server, running

Login = Callable[..., Server]
LOGIN = {"user": USER, "password": PASSWORD}


def test_starttls_and_a_login(server_tls: ssl.SSLContext, trusting_tls: ssl.SSLContext, letter: Letter) -> None:
    with running(tls=server_tls, starttls=True, login=True) as server:
        mailer_to(server.port, trusting_tls, starttls=True, **LOGIN).send(letter)
        assert len(server.received) == 1


def test_tls_from_the_start(server_tls: ssl.SSLContext, trusting_tls: ssl.SSLContext, letter: Letter) -> None:
    with running(tls=server_tls) as server:
        mailer_to(server.port, trusting_tls, implicit_tls=True).send(letter)
        assert len(server.received) == 1


@pytest.mark.parametrize("how", [{"starttls": True}, {"implicit_tls": True}])
def test_a_certificate_that_nobody_vouches_for_gets_no_mail(
    server_tls: ssl.SSLContext, letter: Letter, how: dict[str, bool]
) -> None:
    with running(tls=server_tls, starttls="starttls" in how) as server:
        with pytest.raises(MailDeferred, match="certificate verify failed"):
            mailer_to(server.port, **how, **LOGIN).send(letter)
        assert server.received == []


def test_a_server_without_starttls_gets_neither_password_nor_mail(letter: Letter) -> None:
    with running() as server:
        with pytest.raises(MailDeferred, match="STARTTLS"):
            mailer_to(server.port, starttls=True, **LOGIN).send(letter)
        assert server.received == []


def test_a_wrong_password_is_for_later(
    server_tls: ssl.SSLContext, trusting_tls: ssl.SSLContext, letter: Letter
) -> None:
    with running(tls=server_tls, starttls=True, login=True) as server:
        with pytest.raises(MailDeferred, match=r"^the mail server refuses our login: 535 5\.7\.8$"):
            mailer_to(server.port, trusting_tls, starttls=True, user=USER, password="wrong").send(letter)
        assert server.received == []


@pytest.fixture
def login(server_tls: ssl.SSLContext, trusting_tls: ssl.SSLContext, letter: Letter) -> Login:
    """Sends a letter to a server that asks for a login, and returns the server as it was left."""

    def log_in(said: str, **options: Any) -> Server:
        answers = options.pop("answers", {})
        with running(tls=server_tls, starttls=True, login=True, **options) as server:
            server.script.steps = answers
            mailer_to(server.port, trusting_tls, starttls=True, user=USER, password=said).send(letter)
            return server

    return log_in


MECHANISMS = ["PLAIN", "LOGIN", "CRAM-MD5"]


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("password", [PASSWORD, "schlüssel-пароль-鍵-🔑"])
def test_a_password_of_any_letters_is_said_in_utf_8(login: Login, mechanism: str, password: str) -> None:
    assert len(login(password, password=password, mechanism=mechanism).received) == 1


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("password", ["mackerel", "mäckerel\udce4"])
def test_nothing_of_a_password_is_in_the_reason_why_it_failed(login: Login, mechanism: str, password: str) -> None:
    with pytest.raises(MailDeferred) as deferred:
        login(password, mechanism=mechanism)
    assert told_without("mack", "ck", "ä", "dce4", "xe4", deferred=deferred.value)


@pytest.mark.parametrize("answer", ["500 5.5.1 Command unrecognized: AUTH PLAIN {}", "535 mackerel is wrong", "535 ma"])
def test_nor_where_the_server_repeats_what_it_was_told(login: Login, answer: str) -> None:
    said = b64encode(f"\0{USER}\0mackerel".encode()).decode()
    with pytest.raises(MailDeferred) as deferred:
        login("mackerel", mechanism="PLAIN", answers={"refused login": answer.format(said)})
    assert told_without("ma", said[:4], said[-8:], deferred=deferred.value)


def told_without(*parts: str, deferred: MailDeferred) -> bool:
    told = str(deferred).removeprefix("the mail server refuses our login: 5")
    told = told.removeprefix("the login to the mail server failed: ")
    assert told != str(deferred)
    return deferred.__cause__ is None and not any(part in told for part in parts)


def test_a_server_that_knows_no_way_to_log_in_is_for_later(server: Server, letter: Letter) -> None:
    with pytest.raises(MailDeferred, match="the login to the mail server failed: SMTP AUTH extension"):
        mailer_to(server.port, user=USER, password=PASSWORD).send(letter)


def test_a_server_that_asks_without_end_is_for_later(login: Login) -> None:
    with pytest.raises(MailDeferred, match="the server asks for more and more"):
        login(PASSWORD, mechanism="CRAM-MD5", answers={"challenge": "more"})
