"""The production shape behind a real nginx with the committed configuration: one origin for everything."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest
from websocket import WebSocketBadStatusException, create_connection

from tests.integration.running import KEY, PASSWORD, Cli
from tests.integration.serving import Addresses, Serving, is_ready
from tests.integration.waiting import within
from tests.postgres import free_ports

CONFIGURATION = Path(__file__).parents[3] / "docs" / "operations" / "nginx.conf"
PATIENCE_SECONDS = 60
# Debian keeps nginx where only root's PATH leads.
SEARCHED = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"))
KIBIBYTE = 1024


@dataclass
class Origin:
    """All that a client knows: one address."""

    port: int

    def answer(self, method: str, path: str, payload: bytes = b"", token: str = "") -> tuple[HTTPResponse, Any]:
        """The answer and its body."""
        headers = {"Content-Type": "application/json"} if method == "POST" else {}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, payload, headers)
            answer = connection.getresponse()
            return answer, json.loads(answer.read())
        finally:
            connection.close()

    def post(self, path: str, token: str = "", **body: object) -> Any:
        """The entity of an answer that is to be a success."""
        answer, envelope = self.answer("POST", path, json.dumps(body).encode(), token)
        assert answer.status == 200, envelope
        return envelope["entity"]

    def listen(self, token: str) -> Any:
        """An open websocket, from the trader's first notice on."""
        address = f"ws://127.0.0.1:{self.port}/ws/p2p/?token={token}&since=0"
        return create_connection(address, timeout=PATIENCE_SECONDS)

    def log_in(self, email: str) -> str:
        return str(self.post("/auth/token/", email=email, password=PASSWORD)["access"])


def nginx_program() -> str:
    found = shutil.which("nginx", path=SEARCHED)
    if found is None:
        reason = "nginx is not installed, so that its configuration is not tested"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def adapted(configuration: str, origin: int, addresses: Addresses, folder: Path) -> str:
    """The configuration on these ports, without encryption; each change must find what it changes."""
    changes = [
        (r"listen 443 ssl;", f"listen 127.0.0.1:{origin};"),
        (r"ssl_certificate [^;]+;", ""),
        (r"ssl_certificate_key [^;]+;", ""),
        (r"server 127\.0\.0\.1:8080;", f"server 127.0.0.1:{addresses.http};"),
        (r"server 127\.0\.0\.1:8081;", f"server 127.0.0.1:{addresses.websocket};"),
        (r"/var/log/nginx/", f"{folder}/"),
    ]
    for pattern, replacement in changes:
        configuration, number = re.subn(pattern, replacement, configuration)
        assert number > 0, pattern
    return configuration


def main_block(included: Path, folder: Path) -> str:
    """What stands around the included file."""
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # Started by root, its workers would be of a user who may not look into a test's folder.
    user = "user root root;\n" if os.geteuid() == 0 else ""
    return (
        f"{user}daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
        f"events {{ worker_connections 256; }}\nhttp {{\n{temporary}include {included};\n}}\n"
    )


@pytest.fixture
def addresses() -> Addresses:
    return Addresses()


@pytest.fixture
def origin(addresses: Addresses, tmp_path: Path) -> Iterator[Origin]:
    """A running nginx."""
    program = nginx_program()
    origin = Origin(next(free_ports(attempts=5)))
    included, main = tmp_path / "desk.conf", tmp_path / "nginx.conf"
    included.write_text(adapted(CONFIGURATION.read_text(encoding="utf-8"), origin.port, addresses, tmp_path))
    main.write_text(main_block(included, tmp_path))
    process = subprocess.Popen([program, "-p", str(tmp_path), "-c", str(main), "-e", str(tmp_path / "error.log")])
    try:
        yield origin
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


@pytest.fixture
def cli(database_url: str, tmp_path: Path, addresses: Addresses, origin: Origin) -> Cli:
    public = f"http://127.0.0.1:{origin.port}"
    settings = {**addresses.settings, "HTTP_WORKERS": "2", "PUBLIC_URL": public}
    return Cli(tmp_path, DATABASE_URL=database_url, SECRET_KEY=KEY, MAIL_URL="file:var/mail", **settings)


@pytest.fixture
def running(cli: Cli, origin: Origin) -> Iterator[dict[str, Serving]]:
    """The three roles, reached through the one origin."""
    with ExitStack() as stack:
        roles = {role: stack.enter_context(Serving(cli, role)) for role in ("http", "ws", "worker")}
        roles["ws"].wait_for(f"Listening on ws://127.0.0.1:{origin.port}/ws/p2p/")
        assert within(lambda: is_ready(origin.port), PATIENCE_SECONDS), roles["http"].said
        yield roles


def trade(cli: Cli, origin: Origin) -> list[str]:
    """Play a trade, and return the frames that were pushed."""
    for name in ("Jude", "Amara"):
        email = f"{name.lower()}@example.com"
        cli.done("trader", "add", email, "--fullname", name, "--password", PASSWORD)
    cli.done("wallet", "deposit", "jude@example.com", "trx", "100", "--wallet", "p2p")
    jude, amara = origin.log_in("jude@example.com"), origin.log_in("amara@example.com")
    selling, buying = origin.listen(jude), origin.listen(amara)
    terms = {"ad_type": "sell", "crypto_currency": "trx", "crypto_amount": "50", "price_per_unit": "2"}
    origin.post("/p2p/ad/", jude, **terms, fiat_currency="usd", payment_method="cash_deposit")
    [ad] = board(origin, amara)
    offer = origin.post("/p2p/offer/create/", amara, ad=ad["id"], currency_amount="10")["id"]
    frames = [selling.recv()]
    origin.post(f"/p2p/offer/paid/{offer}/", amara)
    frames.append(selling.recv())
    origin.post(f"/p2p/offer/release/{offer}/", jude)
    frames.append(buying.recv())
    for each in (selling, buying):
        each.close()
    return [json.loads(frame)["type"] for frame in frames]


def board(origin: Origin, token: str) -> Any:
    return origin.answer("GET", "/p2p/ad/", token=token)[1]["entity"]["items"]


def refusals(origin: Origin) -> None:
    """What is refused on the way is refused in the desk's own words."""
    with pytest.raises(WebSocketBadStatusException) as refused:
        origin.listen("no-token")
    assert refused.value.status_code == 401
    answer, envelope = origin.answer("GET", "/wallet/")
    assert (answer.status, envelope["success"]) == (401, False)
    assert answer.headers["X-Request-Id"]
    for size in (64 * KIBIBYTE + 1, 128 * KIBIBYTE + 1):
        answer, envelope = origin.answer("POST", "/p2p/ad/", b" " * size, origin.log_in("jude@example.com"))
        assert answer.status == 413
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["X-Request-Id"]
        said = {"status": "failure", "entity": None, "message": "The body is larger than 64 KiB", "success": False}
        assert envelope == said


def test_a_trade_through_one_origin(cli: Cli, origin: Origin, running: dict[str, Serving], tmp_path: Path) -> None:
    assert trade(cli, origin) == ["ad_interest", "payment_indication", "funds_released"]
    refusals(origin)
    assert running["http"].stop() == 0
    answer, envelope = origin.answer("GET", "/wallet/")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
    assert sorted(envelope) == ["entity", "message", "status", "success"]
    logged = (tmp_path / "p2p.log").read_text()
    assert '"GET /ws/p2p/" 101' in logged
    assert "token" not in logged.replace("/auth/token/", "")
    assert (tmp_path / "p2p.error.log").read_text() == ""
