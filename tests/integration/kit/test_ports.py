"""The contracts of the second tier, over the desk's own adapters."""

from collections.abc import Iterator

import pytest

from adapters.smtp.addresses import Server as Address
from adapters.smtp.messages import Stationer
from adapters.smtp.submission import SmtpMailer
from adapters.system.clock import SystemClock
from adapters.system.identifiers import RandomIdentifiers
from adapters.system.wakers import Wakers
from adapters.tokens.argon2_passwords import Argon2Passwords
from domain import Clock, Identifiers, Passwords, Waker
from domain.testing import Mailroom
from domain.testing.contracts.ports.test_clock import *  # noqa: F403
from domain.testing.contracts.ports.test_identifiers import *  # noqa: F403
from domain.testing.contracts.ports.test_mailer import *  # noqa: F403
from domain.testing.contracts.ports.test_passwords import *  # noqa: F403
from domain.testing.contracts.ports.test_waker import *  # noqa: F403
from tests.integration.mail.server import running


@pytest.fixture
def clock() -> Clock:
    return SystemClock()


@pytest.fixture
def identifiers() -> Identifiers:
    return RandomIdentifiers()


@pytest.fixture
def passwords() -> Passwords:
    return Argon2Passwords.cheapest()


@pytest.fixture
def waker() -> Waker:
    return Wakers()


@pytest.fixture
def mailroom() -> Iterator[Mailroom]:
    with running() as server:
        mailer = SmtpMailer(Address("127.0.0.1", server.port), Stationer("The desk <desk@desk.example>"), None)
        yield Mailroom(mailer, lambda: [mail.content for mail in server.received])
