"""A trade on the production shape: HTTP processes, websocket and worker apart, one PostgreSQL between them."""

import email
import email.policy
import json
from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

import pytest
from websocket import create_connection

from tests.integration.running import KEY, PASSWORD, Cli
from tests.integration.serving import Addresses, Serving, ask
from tests.integration.waiting import until

PATIENCE_SECONDS = 60


class Trader:
    """Somebody who trades over HTTP and listens on a websocket."""

    def __init__(self, cli: Cli, addresses: Addresses, name: str) -> None:
        self._addresses = addresses
        self.email = f"{name.lower()}@example.com"
        cli.done("trader", "add", self.email, "--fullname", name, "--password", PASSWORD)
        cli.done("wallet", "deposit", self.email, "trx", "100", "--wallet", "p2p")
        self.token = cli.done("trader", "token", self.email)
        address = f"ws://127.0.0.1:{addresses.websocket}/ws/p2p/?token={self.token}&since=0"
        self.socket = create_connection(address, timeout=PATIENCE_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.shutdown()

    def get(self, path: str) -> Any:
        status, answer = ask(self._addresses.http, "GET", path, self.token)
        assert status == 200, answer
        return answer["entity"]

    def post(self, path: str, **body: object) -> Any:
        status, answer = ask(self._addresses.http, "POST", path, self.token, body)
        assert status == 200, answer
        return answer["entity"]

    def hears(self) -> tuple[str, int]:
        frame = json.loads(self.socket.recv())
        return frame["type"], frame["notice"]

    def p2p(self) -> Decimal:
        [purse] = self.get("/wallet/")
        return Decimal(purse["p2p"])


@pytest.fixture
def cli(database_url: str, tmp_path: Path) -> Cli:
    return Cli(tmp_path, DATABASE_URL=database_url, SECRET_KEY=KEY, MAIL_URL="file:var/mail", HTTP_WORKERS="2")


@pytest.fixture
def addresses(cli: Cli) -> Iterator[Addresses]:
    """Where the three roles are served."""
    addresses = Addresses()
    cli.settings.update(addresses.settings)
    with ExitStack() as running:
        http, websocket, _worker = [running.enter_context(Serving(cli, role)) for role in ("http", "ws", "worker")]
        http.wait_until_ready(addresses.http)
        websocket.wait_for("Listening on ws://")
        yield addresses


def mails(folder: Path) -> set[tuple[str, str]]:
    """Who has mail, and about what."""
    read = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in folder.glob("*.eml")]
    return {(str(mail["To"]), str(mail["Subject"])) for mail in read}


def test_a_trade_from_ad_to_release(cli: Cli, addresses: Addresses) -> None:
    with Trader(cli, addresses, "Jude") as jude, Trader(cli, addresses, "Amara") as amara:
        jude.post(
            "/p2p/ad/",
            ad_type="sell", crypto_currency="trx", crypto_amount="50", price_per_unit="2", fiat_currency="usd",
            payment_method="cash_deposit", auto_reply_message="At the counter, please.",
        )  # fmt: skip
        [ad] = amara.get("/p2p/ad/")["items"]
        offer = amara.post("/p2p/offer/create/", ad=ad["id"], currency_amount="10")["id"]
        assert jude.hears() == ("ad_interest", 1)
        assert amara.hears() == ("auto_reply", 1)
        amara.post(f"/p2p/offer/paid/{offer}/")
        assert jude.hears() == ("payment_indication", 2)
        jude.post(f"/p2p/offer/release/{offer}/")
        assert amara.hears() == ("funds_released", 2)
        assert (jude.p2p(), amara.p2p()) == (50, 110)
        folder = cli.folder / "var" / "mail"
        until(lambda: len(mails(folder)) >= 4, PATIENCE_SECONDS)
        assert sorted(to for to, _ in mails(folder)) == [amara.email] * 2 + [jude.email] * 2
    # What came of letters is put down some at a time, a moment later.
    until(lambda: cli.done("outbox", "list") == "No letter waits", PATIENCE_SECONDS)
    assert cli.done("ledger", "verify") == "Every invariant holds"
