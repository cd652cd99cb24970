"""One trade told from the logs of all roles by its request ids: from each request to its letters and frames."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import pytest
import requests

from tests.integration.running import PASSWORD, Cli
from tests.integration.serving import Addresses, Serving
from tests.integration.waiting import until
from tests.integration.websocket.client import Client

BANK = {"bank_account_name": "Jude Okafor", "bank_account_number": "1234567890", "bank_name": "Second Bank"}
AD = {
    "ad_type": "sell", "crypto_currency": "trx", "crypto_amount": "100", "price_per_unit": "200",
    "fiat_currency": "usd", "payment_method": "bank_transfer", **BANK,
}  # fmt: skip


class Desk:
    """The three roles, each a process with its log, and two traders."""

    def __init__(self, cli: Cli, addresses: Addresses, roles: Sequence[Serving]) -> None:
        self.cli = cli
        self.roles = roles
        self._http = f"http://127.0.0.1:{addresses.http}"
        self._websocket = f"ws://127.0.0.1:{addresses.websocket}/ws/p2p/"
        self.ids, self._tokens = dict[str, str](), dict[str, str]()
        for name in ("jude", "amara"):
            email = f"{name}@example.com"
            self.ids[name] = cli.done("trader", "add", email, "--fullname", name.title(), "--password", PASSWORD)
            self._tokens[name] = cli.done("trader", "token", email)

    def ask(self, name: str, path: str, body: dict[str, Any] | None = None) -> tuple[str, requests.Response]:
        """One request; its id and its answer."""
        headers = {"Authorization": f"Bearer {self._tokens[name]}"}
        answer = requests.post(self._http + path, json=body, headers=headers, timeout=30)
        return answer.headers["X-Request-Id"], answer

    def listen(self, name: str) -> Client:
        return Client(f"{self._websocket}?token={self._tokens[name]}&since=0")

    def told(self, request_id: str) -> list[dict[str, Any]]:
        """What all roles have logged of one request."""
        lines = [line for role in self.roles for line in role.said.splitlines() if request_id in line]
        return [json.loads(line) for line in lines]


@pytest.fixture
def desk(postgres_cli: Cli) -> Iterator[Desk]:
    addresses = Addresses()
    settings = {**addresses.settings, "LOG_FORMAT": "json"}
    with ExitStack() as running:
        roles = [running.enter_context(Serving(postgres_cli, role, **settings)) for role in ("http", "ws", "worker")]
        roles[0].wait_until_ready(addresses.http)
        roles[1].wait_for("Listening on")
        roles[2].wait_for("at work")
        yield Desk(postgres_cli, addresses, roles)


def facts(line: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: line[name] for name in names if name in line}


def test_a_trade_from_request_to_letter_to_frame(desk: Desk) -> None:
    desk.cli.done("wallet", "deposit", "jude@example.com", "trx", "1000", "--wallet", "p2p")
    socket = desk.listen("amara")
    _, placed = desk.ask("jude", "/p2p/ad/", AD)
    ad = int(placed.headers["Location"].rsplit("/", 1)[1])
    _, made = desk.ask("amara", "/p2p/offer/create/", {"ad": ad, "currency_amount": "10", **BANK})
    offer = made.json()["entity"]["id"]
    refusal, refused = desk.ask("amara", f"/p2p/offer/release/{offer}/")
    assert refused.headers["Error-Code"] == "not_authorised"
    desk.ask("amara", f"/p2p/offer/paid/{offer}/")
    released, answer = desk.ask("jude", f"/p2p/offer/release/{offer}/")
    assert answer.status_code == 200
    until(lambda: len(desk.told(released)) >= 3)
    socket.close()

    lines = {line["logger"]: line for line in desk.told(released)}
    names = ("trader_id", "offer_id", "request_id")
    who, whom = ({"trader_id": desk.ids[name], "offer_id": offer, "request_id": released} for name in ("jude", "amara"))
    assert {logger: facts(line, *names) for logger, line in lines.items()} == {
        "adapters.http.metrics": who,
        "adapters.worker.postman": whom,
        "adapters.websocket.server": whom,
    }
    assert {line["level"] for line in lines.values()} == {"info"}
    assert lines["adapters.worker.postman"]["kind"] == lines["adapters.websocket.server"]["kind"] == "funds_released"
    (said_no,) = desk.told(refusal)
    assert facts(said_no, *names, "error_code") == {**whom, "request_id": refusal, "error_code": "not_authorised"}

    shown = json.loads(desk.cli.done("offer", "show", str(offer), "--json"))
    assert {notice["kind"]: notice["request_id"] for notice in shown["notices"]}["funds_released"] == released
    assert f"    by request {released}" in desk.cli.done("offer", "show", str(offer)).splitlines()
