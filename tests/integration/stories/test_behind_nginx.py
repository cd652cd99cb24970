"""The production shape behind a real nginx with the committed configuration: one origin for everything."""

import gzip
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from websocket import WebSocketBadStatusException

from adapters.browser.assets import BrowserPages
from tests.integration.running import KEY, PASSWORD, Cli
from tests.integration.serving import Serving, is_ready
from tests.integration.stories.nginx import PATIENCE_SECONDS, Origin, Ports, nginx, some_ports
from tests.integration.waiting import within

KIBIBYTE = 1024
HSTS = "max-age=63072000"


@pytest.fixture
def ports() -> Ports:
    return some_ports()


@pytest.fixture
def origin(ports: Ports, tmp_path: Path) -> Iterator[Origin]:
    """A running nginx."""
    with nginx(ports, tmp_path) as origin:
        yield origin


@pytest.fixture
def cli(database_url: str, tmp_path: Path, ports: Ports, origin: Origin) -> Cli:
    settings = {"HTTP_LISTEN": f"127.0.0.1:{ports.first}", "WS_LISTEN": f"127.0.0.1:{ports.websocket}"}
    settings |= {"PUBLIC_URL": f"http://127.0.0.1:{origin.port}", "TRUSTED_PROXIES": "127.0.0.1"}
    settings |= {"DATABASE_URL": database_url, "SECRET_KEY": KEY, "MAIL_URL": "file:var/mail"}
    return Cli(tmp_path, HTTP_WORKERS="2", **settings)


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
    attachments(origin, amara, offer)
    origin.post(f"/p2p/offer/release/{offer}/", jude)
    frames.append(buying.recv())
    for each in (selling, buying):
        each.close()
    return [json.loads(frame)["type"] for frame in frames]


def board(origin: Origin, token: str) -> Any:
    return origin.answer("GET", "/p2p/ad/", token=token)[1]["entity"]["items"]


def attachments(origin: Origin, token: str, offer: int) -> None:
    """A file may be as large as the desk takes, and what is larger is refused in its words, by whichever of the two."""
    for size, status in ((3 * KIBIBYTE**2, 415), (5 * KIBIBYTE**2 + 1, 413), (6 * KIBIBYTE**2 + 1, 413)):
        path, headers = f"/p2p/offer/attachment/{offer}/", {"Content-Type": "image/png"}
        answer, envelope = origin.answer("POST", path, b" " * size, token, **headers)
        assert answer.status == status, envelope
        if status == 413:
            assert (answer.headers["Error-Code"], envelope["message"]) == (
                "too_large",
                "The file is larger than 5 MiB",
            )


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
        assert answer.headers["Error-Code"] == "too_large"
        assert answer.headers["X-Request-Id"]
        said = {"status": "failure", "entity": None, "message": "The body is larger than 64 KiB", "success": False}
        assert envelope == said


def pages(origin: Origin) -> None:
    """The page comes from the same origin, and may open its websocket there; its files come compressed, to be kept."""
    zipped = {"Accept-Encoding": "gzip"}
    shells = {}
    for path in ("/", "/offers/7"):
        shell, text = origin.answer("GET", path, Accept="text/html", **zipped)
        assert (shell.status, shell.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert f"connect-src 'self' ws://127.0.0.1:{origin.port};" in shell.headers["Content-Security-Policy"]
        assert shell.headers["Strict-Transport-Security"] == HSTS
        shells[path] = gzip.decompress(text) if shell.headers["Content-Encoding"] == "gzip" else text
    assert len(set(shells.values())) == 1
    script = f"/app/{BrowserPages().digest}/main.js"
    assert script.encode() in shells["/"]
    asset, code = origin.answer("GET", script, **zipped)
    assert (asset.status, asset.headers["Content-Encoding"]) == (200, "gzip")
    assert asset.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    plain, text = origin.answer("GET", script)
    assert (plain.status, plain.headers.get_content_type()) == (200, "text/javascript")
    assert gzip.decompress(code) == text


def figures(origin: Origin) -> None:
    """What only the operator may see is in no spelling of its address."""
    for path in ("/metrics", "/metrics/", "//metrics", "/./metrics/", "/%6detrics", "/p2p/../metrics", "/metrics?a=b"):
        answer, _ = origin.answer("GET", path)
        assert (answer.status, answer.headers["Error-Code"]) == (404, "not_found"), path
        assert answer.headers["Strict-Transport-Security"] == HSTS


def test_a_trade_through_one_origin(cli: Cli, origin: Origin, running: dict[str, Serving], tmp_path: Path) -> None:
    assert trade(cli, origin) == ["ad_interest", "payment_indication", "funds_released"]
    refusals(origin)
    pages(origin)
    figures(origin)
    assert running["http"].stop() == 0
    answer, envelope = origin.answer("GET", "/wallet/")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
    assert sorted(envelope) == ["entity", "message", "status", "success"]
    logged = (tmp_path / "p2p.log").read_text()
    assert '"GET /ws/p2p/" 101' in logged
    assert "token" not in logged.replace("/auth/token/", "")
    assert (tmp_path / "p2p.error.log").read_text() == ""
