"""Real websocket servers on one reactor, which runs in a thread for as long as the tests do."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

import pytest
from twisted.internet import reactor as installed_reactor
from twisted.internet.threads import blockingCallFromThread

from adapters.system.identifiers import RandomIdentifiers
from adapters.system.network import listening_socket
from adapters.tokens.jwt_tokens import JwtTokens
from adapters.websocket.limits import Limits
from adapters.websocket.server import WebsocketServer
from domain import Trader
from domain.ports.store import Store
from domain.use_cases.open_login import TokenLifetimes, TokenPair, open_login
from domain.use_cases.tickets import issue_ticket
from tests.integration.conftest import NewStore
from tests.integration.desk import Desk
from tests.integration.wakers import RecordingWaker
from tests.integration.websocket.client import Client

LIFETIMES = TokenLifetimes(access=timedelta(minutes=30), refresh=timedelta(days=14), login=timedelta(days=90))
# What these tests wait for must not take the time that it takes in production.
# The clients of the tests say that they are pages of this machine, unless told otherwise.
QUICK = {"poll_seconds": 0.1, "standing_seconds": 0.1, "close_seconds": 2.0, "loopback_origins": True}


@pytest.fixture(scope="session")
def reactor() -> Iterator[Any]:
    """Twisted has one reactor a process, and it starts only once."""
    thread = threading.Thread(target=installed_reactor.run, kwargs={"installSignalHandlers": False}, daemon=True)
    thread.start()
    yield installed_reactor
    installed_reactor.callFromThread(installed_reactor.stop)
    thread.join()


@dataclass
class Service:
    """A running server with the desk that it tells of."""

    server: WebsocketServer
    desk: Desk
    tokens: JwtTokens
    reactor: Any
    rounds: Counter[str] = field(default_factory=Counter)
    """How often each of the server's loops said that it goes round."""
    identifiers: RandomIdentifiers = field(default_factory=RandomIdentifiers)
    clients: list[Client] = field(default_factory=list)

    def log_in(self, trader: Trader) -> TokenPair:
        return self.desk.write(
            lambda unit: open_login(
                trader,
                logins=unit.logins,
                tokens=self.tokens,
                at=unit.now(),
                identifiers=self.identifiers,
                lifetimes=LIFETIMES,
            )
        )

    def ticket(self, trader: Trader) -> str:
        """A ticket on a new login."""
        return self.ticket_of(self.log_in(trader))

    def ticket_of(self, pair: TokenPair) -> str:
        """A ticket on the login of these tokens."""
        login_id = self.login_id(pair)
        return self.desk.write(
            lambda unit: issue_ticket(login_id, logins=unit.logins, at=unit.now(), identifiers=self.identifiers)
        )

    def login_id(self, pair: TokenPair) -> Any:
        from domain.ports.tokens import TokenType

        claims = self.tokens.verify(pair.access, TokenType.ACCESS, self.desk.clock.now())
        assert claims is not None
        return claims.login_id

    def url(self, query: str = "", path: str = "/ws/p2p/") -> str:
        return f"ws://127.0.0.1:{self.server.port}{path}{query}"

    def client(self, query: str = "", *, path: str = "/ws/p2p/", **options: Any) -> Client:
        """A client that asks for just this."""
        self.clients.append(Client(self.url(query, path), **options))
        return self.clients[-1]

    def listen(self, trader: Trader, since: int | None = None, **options: Any) -> Client:
        """A client of this trader."""
        query = f"?token={self.log_in(trader).access}"
        return self.client(query if since is None else f"{query}&since={since}", **options)

    def on_reactor(self, work: Callable[..., Any], *args: Any) -> Any:
        return blockingCallFromThread(self.reactor, work, *args)

    def stop(self) -> None:
        self.on_reactor(self.server.stop)


class Serve(Protocol):
    def __call__(self, store: Store | None = None, **limits: Any) -> Service: ...


@pytest.fixture
def serve(reactor: Any, new_store: NewStore, waker: RecordingWaker) -> Iterator[Serve]:
    """A function that starts a server, woken by the commits of its store."""
    services: list[Service] = []

    def start(store: Store | None = None, **limits: Any) -> Service:
        used = store or new_store("memory")
        desk = Desk(used)
        tokens = JwtTokens("k" * 32)
        rounds: Counter[str] = Counter()
        server = WebsocketServer(
            reactor=reactor,
            listening=listening_socket("127.0.0.1", 0),
            store=used,
            tokens=tokens,
            limits=Limits(**QUICK | limits),
            now=desk.clock.now,
            watch=lambda name, _: lambda: rounds.update([name]),
        )
        blockingCallFromThread(reactor, server.start)
        waker.then = server.wake
        services.append(Service(server, desk, tokens, reactor, rounds))
        return services[-1]

    yield start
    for service in services:
        service.stop()
        for client in service.clients:
            client.close()


@pytest.fixture
def service(serve: Serve) -> Service:
    """A server with the usual limits."""
    return serve()
