"""Encryption, and the login that it protects."""

import ssl

import pytest

from domain.ports.delivery import Letter, MailDeferred
from tests.integration.mail.conftest import mailer_to
from tests.integration.mail.server import PASSWORD, USER, running

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
        with pytest.raises(MailDeferred, match="535"):
            mailer_to(server.port, trusting_tls, starttls=True, user=USER, password="wrong").send(letter)
        assert server.received == []
