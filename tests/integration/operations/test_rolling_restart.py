"""Everything is started anew behind the committed nginx while people trade: no request fails, and nothing is missed."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest
from websocket import ABNF, WebSocketBadStatusException

from tests.integration.faults.rig.run import by_form
from tests.integration.operations.figures import Figures
from tests.integration.running import KEY, PASSWORD, Cli
from tests.integration.serving import Serving
from tests.integration.stories.nginx import PATIENCE_SECONDS, Origin, Ports, nginx, some_ports
from tests.integration.waiting import until

ROUNDS = by_form(1, 3)
TRADERS = 2
CONNECTIONS = 3
REST_SECONDS = 0.01


@dataclass
class Load:
    """Clients that write and read without end, each on a connection of its own that it keeps."""

    origin: Origin
    tokens: list[str]
    said: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, token: str) -> None:
        connection = HTTPConnection("127.0.0.1", self.origin.port, timeout=PATIENCE_SECONDS)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        transfer = json.dumps({"crypto_currency": "trx", "amount": "0.1", "source": "p2p", "target": "main"})
        back = json.dumps({"crypto_currency": "trx", "amount": "0.1", "source": "main", "target": "p2p"})
        while not self.ended.is_set():
            for method, path, body in (
                ("POST", "/wallet/transfer/", transfer),
                ("GET", "/p2p/ad/", None),
                ("POST", "/wallet/transfer/", back),
            ):
                self._note(method, *_asked(connection, method, path, body, headers))
                time.sleep(REST_SECONDS)
        connection.close()

    def _note(self, method: str, status: int, text: str) -> None:
        with self._lock:
            self.said[f"{method} {status}"] += 1
            if status != 200:
                self.failed.append(f"{method} {status} {text}")

    @property
    def answered(self) -> int:
        return sum(self.said.values())


def _asked(
    connection: HTTPConnection, method: str, path: str, body: str | None, headers: dict[str, str]
) -> tuple[int, str]:
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()[:300]
    except (OSError, HTTPException) as failure:
        connection.close()
        return 0, repr(failure)


@pytest.fixture
def ports() -> Ports:
    return some_ports()


@pytest.fixture
def origin(ports: Ports, tmp_path: Path) -> Iterator[Origin]:
    # All clients of this test are one address, which may ask as often as it likes.
    with nginx(ports, tmp_path, ("rate=50r/s", "rate=50000r/s")) as origin:
        yield origin


@pytest.fixture
def cli(database_url: str, tmp_path: Path, ports: Ports, origin: Origin) -> Cli:
    settings = {"WS_LISTEN": f"127.0.0.1:{ports.websocket}", "TRUSTED_PROXIES": "127.0.0.1", "RATE_LIMITS": "off"}
    settings |= {"PUBLIC_URL": f"http://127.0.0.1:{origin.port}"}
    settings |= {"DATABASE_URL": database_url, "SECRET_KEY": KEY, "MAIL_URL": "file:var/mail"}
    return Cli(tmp_path, HTTP_WORKERS="2", **settings)


def started(cli: Cli, port: int) -> Serving:
    serving = Serving(cli, "http", HTTP_LISTEN=f"127.0.0.1:{port}")
    serving.wait_until_ready(port)
    return serving


@pytest.mark.soak
def test_both_http_processes_are_started_anew_and_no_request_fails(
    cli: Cli, origin: Origin, ports: Ports, figures: Figures
) -> None:
    cli.done("migrate")
    tokens = []
    for number in range(TRADERS):
        email = f"trader{number}@example.com"
        cli.done("trader", "add", email, "--fullname", f"Trader {number}", "--password", PASSWORD)
        cli.done("wallet", "deposit", email, "trx", "100", "--wallet", "p2p")
        tokens.append(cli.done("trader", "token", email))
    with ExitStack() as stack:
        serving = {port: stack.enter_context(started(cli, port)) for port in (ports.first, ports.second)}
        load, stopping = Load(origin, tokens), list[float]()
        clients = [threading.Thread(target=load.run, args=(token,)) for token in tokens * CONNECTIONS]
        for client in clients:
            client.start()
        try:
            _after(load, 100)
            for port in (ports.first, ports.second) * ROUNDS:
                began = time.monotonic()
                assert serving[port].stop() == 0
                stopping.append(time.monotonic() - began)
                # The other one answers alone, also once nginx has looked at this one anew.
                _after(load, 100)
                time.sleep(1.5)
                serving[port] = stack.enter_context(started(cli, port))
                _after(load, 100)
        finally:
            load.ended.set()
            for client in clients:
                client.join(PATIENCE_SECONDS)
        assert load.failed == []
        assert load.answered > 500
        for each in serving.values():
            assert each.stop() == 0
            assert "cut off" not in each.said
    assert "Every invariant holds" in cli.done("ledger", "verify")
    figures.note(
        "rolling restart behind nginx",
        processes_started_anew=len(stopping),
        requests_answered=load.answered,
        requests_failed=len(load.failed),
        longest_seconds_to_stop=round(max(stopping), 2),
    )


def _after(load: Load, requests: int) -> None:
    """Wait until so many more requests were answered."""
    wanted = load.answered + requests
    until(lambda: load.answered >= wanted or load.failed, PATIENCE_SECONDS)


@pytest.mark.soak
def test_the_websocket_is_started_anew_and_nothing_is_missed(
    cli: Cli, origin: Origin, ports: Ports, figures: Figures
) -> None:
    """Its clients are told 1001, come again with the last number they had, and hear the rest."""
    cli.done("migrate")
    for name in ("jude", "amara"):
        cli.done("trader", "add", f"{name}@example.com", "--fullname", name, "--password", PASSWORD)
    cli.done("wallet", "deposit", "jude@example.com", "trx", "100", "--wallet", "p2p")
    jude, amara = (cli.done("trader", "token", f"{name}@example.com") for name in ("jude", "amara"))
    with ExitStack() as stack:
        stack.enter_context(started(cli, ports.first))
        pushing = stack.enter_context(Serving(cli, "ws"))
        pushing.wait_for("Listening on")
        terms = {"ad_type": "sell", "crypto_currency": "trx", "crypto_amount": "50", "price_per_unit": "2"}
        origin.post("/p2p/ad/", jude, **terms, fiat_currency="usd", payment_method="cash_deposit")
        [ad] = [each["id"] for each in origin.answer("GET", "/p2p/ad/", token=amara)[1]["entity"]["items"]]
        sockets = [origin.listen(jude, 0) for _ in range(3)]
        origin.post("/p2p/offer/create/", amara, ad=ad, currency_amount="10")
        assert [json.loads(each.recv())["notice"] for each in sockets] == [1] * 3
        began = time.monotonic()
        assert pushing.stop() == 0
        for each in sockets:
            opcode, data = each.recv_data(control_frame=True)
            assert (opcode, int.from_bytes(data[:2], "big")) == (ABNF.OPCODE_CLOSE, 1001)
            each.shutdown()
        origin.post("/p2p/offer/create/", amara, ad=ad, currency_amount="10")
        stack.enter_context(Serving(cli, "ws")).wait_for("Listening on")
        again = until(lambda: _listening(origin, jude, 1), PATIENCE_SECONDS)
        assert json.loads(again.recv())["notice"] == 2
        seconds = time.monotonic() - began
        again.close()
    figures.note(
        "rolling restart of the websocket",
        sockets_closed_with_1001=len(sockets),
        notices_missed=0,
        seconds_until_told_again=round(seconds, 1),
    )


def _listening(origin: Origin, token: str, since: int) -> Any:
    """A socket; None where nginx has not looked anew yet whether there is a server."""
    try:
        return origin.listen(token, since)
    except WebSocketBadStatusException:
        return None
