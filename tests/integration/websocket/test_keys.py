"""A program listens by its key: docs/contract/accounts.md, "Keys of programs"."""

from __future__ import annotations

from domain import Trader
from domain.ports.keys import ApiKey, Scope
from domain.use_cases.api_keys import make_key
from tests.integration.websocket.client import Client
from tests.integration.websocket.conftest import Service


def made(service: Service, trader: Trader, *scopes: Scope) -> tuple[ApiKey, str]:
    desk = service.desk
    return desk.write(
        lambda unit: make_key(
            trader,
            "bot",
            scopes,
            keys=unit.keys,
            logins=unit.logins,
            book=unit.book,
            identifiers=desk.identifiers,
            at=unit.now(),
        )
    )


def listening(service: Service, text: str) -> Client:
    return service.client(header={"Authorization": f"Bearer {text}"}, suppress_origin=True)


def test_a_key_that_may_read_opens_a_socket_until_it_ends(service: Service) -> None:
    trader = service.desk.trader()
    key, text = made(service, trader, Scope.READ)
    client = listening(service, text)
    assert client.status is None
    service.desk.write(lambda unit: unit.logins.end(key.id, unit.now()))
    assert client.expect_code() == 4401
    assert listening(service, text).status == 401


def test_a_key_in_the_address_or_of_another_secret_opens_none(service: Service) -> None:
    _, text = made(service, service.desk.trader(), Scope.READ)
    assert service.client(f"?token={text}").status == 401
    forged = text[:-1] + ("A" if text[-1] != "A" else "B")
    for wrong in (forged, text + "A", "p2pk_" + "A" * 84):
        assert listening(service, wrong).status == 401


def test_a_key_that_may_not_read_opens_none(service: Service) -> None:
    _, text = made(service, service.desk.trader(), Scope.TRADE, Scope.RELEASE)
    assert listening(service, text).status == 403


def test_a_suspended_trader_s_key_opens_none(service: Service) -> None:
    trader = service.desk.trader()
    _, text = made(service, trader, Scope.READ)
    service.desk.suspend(trader)
    assert listening(service, text).status == 403
