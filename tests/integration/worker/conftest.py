"""A mail server that fails as it is told, and the postman that has to do with it."""

import random
import threading
from collections.abc import Callable, Iterator

import pytest

from adapters.smtp.addresses import Server as Address
from adapters.smtp.messages import Stationer
from adapters.smtp.submission import SmtpMailer
from adapters.system.identifiers import RandomIdentifiers
from adapters.worker.figures import LetterFigures
from adapters.worker.postman import Postman
from domain.ports.delivery import Mailer
from domain.ports.store import Store
from tests.integration.desk import Desk
from tests.integration.mail.server import Server, running

MakePostman = Callable[..., Postman]


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as server:
        yield server


@pytest.fixture
def mailer(server: Server) -> Mailer:
    address = Address("127.0.0.1", server.port, timeout_seconds=5.0, final_dot_timeout_seconds=2.0)
    return SmtpMailer(address, Stationer("desk@desk.example"))


@pytest.fixture
def desk(store: Store) -> Desk:
    """A desk on each of the three engines."""
    return Desk(store)


def postman_of(desk: Desk, mailer: Mailer, figures: LetterFigures | None = None) -> Postman:
    return Postman(desk.store.outbox, mailer, RandomIdentifiers(), mark_pause_seconds=0.01, figures=figures)


def deliver_once(postman: Postman) -> int:
    """Claim one due letter and deliver it; how many that were."""
    letters = postman.claim(1)
    for letter in letters:
        postman.deliver(letter)
    postman.put_down()
    return len(letters)


def deliver_all(postman: Postman) -> int:
    """Deliver until nothing is due."""
    delivered = 0
    while deliver_once(postman):
        delivered += 1
    return delivered


def is_ambiguous(fate: tuple[str, str] | None) -> bool:
    """Whether the server has the mail then, without an answer that tells so."""
    return fate is not None and fate[0] == "message" and not fate[1].startswith(("2", "4", "5"))


class Fates:
    """What happens to each mail, drawn by a seed: one step goes wrong, or none.

    ``ambiguous`` counts the mails that the server has, and for which it gave no answer that tells so.
    """

    def __init__(self, seed: int, fates: dict[tuple[str, str] | None, int]) -> None:
        self._random = random.Random(seed)
        self._fates, self._weights = list(fates), list(fates.values())
        self._of_connection: dict[int, tuple[str, str] | None] = {}
        self._is_first: dict[int, bool] = {}
        self._lock = threading.Lock()
        self.ambiguous = 0

    def decide(self, step: str, connection: object) -> str | None:
        """For ``Script.decide``: a fate is drawn when a connection is greeted, and for each further mail on it."""
        with self._lock:
            if step == "greeting":
                self._draw(connection)
                self._is_first[id(connection)] = True
            elif step == "mail":
                if not self._is_first[id(connection)]:
                    self._draw(connection)
                self._is_first[id(connection)] = False
            fate = self._of_connection.get(id(connection))
            if fate is None or fate[0] != step:
                return None
            return fate[1]

    def _draw(self, connection: object) -> None:
        drawn = self._random.choices(self._fates, self._weights)[0]
        self._of_connection[id(connection)] = drawn
        self.ambiguous += is_ambiguous(drawn)
