"""What is flooded: a desk as its operator runs it, with the bounds that it has unless told otherwise."""

from __future__ import annotations

import email
import itertools
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from adapters.sql.migrations.migrate import upgrade
from config.settings import SETTINGS
from tests.bench.processes import DeskProcess, desk_environment
from tests.postgres import Cluster
from tests.support.unlimited import UNLIMITED

from .asking import HEALTHY, VICTIM, Desk, Healthy

PASSWORD = "correct horse battery staple"
CRYPTO = "trx"
CALM_SECONDS = 4.0


class Scene:
    """``p2p http`` with two processes and ``p2p worker``, on PostgreSQL; somebody who trades, and somebody to harm."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        cluster = stack.enter_context(Cluster(max_connections=100))
        self.url = cluster.url(cluster.new_database())
        upgrade(self.url)
        self._mail = folder / "mail"
        self._read: dict[str, str] = {}
        self._numbers = itertools.count(1)
        bounds = {setting.name: setting.default for setting in SETTINGS if setting.name in UNLIMITED}
        self._settings = {**bounds, "P2P_DATABASE_URL": self.url, "P2P_MAIL_URL": f"file:{self._mail}"}
        serving = stack.enter_context(DeskProcess("http", self.url, self._settings))
        self.desk = Desk(serving.address[1])
        worker = subprocess.Popen(self._command("worker"), env=self._environment, stdout=subprocess.DEVNULL)
        stack.callback(worker.wait)
        stack.callback(worker.terminate)
        self.victim, self.healthy = self.new_email(), self.new_email()
        self.victim_token = self.join(self.victim, VICTIM)
        self.token = self.join(self.healthy, HEALTHY)

    @property
    def _environment(self) -> dict[str, str]:
        return desk_environment(self._settings)

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "entrypoints.cli.main", *arguments]

    def new_email(self) -> str:
        """An address that nobody has had."""
        return f"trader{next(self._numbers)}@example.com"

    def join(self, address: str, source: str) -> str:
        """Become a trader, and log in from there: the access token."""
        self._done(source, "/auth/register/", email=address, fullname="Chidi Okafor", password=PASSWORD)
        return str(self._done(source, "/auth/token/", email=address, password=PASSWORD)["access"])

    def log_in(self, source: str, address: str, password: str) -> int:
        """The status of the answer."""
        return self.desk.ask(source, "POST", "/auth/token/", email=address, password=password)[0]

    def healthz(self) -> int:
        """Somebody new asks whether anybody is there: the status of the answer."""
        connection = self.desk.connection(HEALTHY)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status
        finally:
            connection.close()

    def calm(self) -> float:
        """An honest client's p99 in seconds while nobody floods: what this machine takes for it at the moment."""
        healthy = Healthy(self.desk, self.token)
        with healthy.asking():
            time.sleep(CALM_SECONDS)
        return healthy.p99

    def deposit(self, address: str) -> None:
        """Coins for a trader."""
        command = self._command("wallet", "deposit", address, CRYPTO, "1000", "--wallet", "p2p")
        subprocess.run(command, env=self._environment, check=True, capture_output=True)

    def sell(self, token: str, source: str) -> int:
        """An ad of a trader with coins: its number."""
        terms = {"ad_type": "sell", "crypto_currency": CRYPTO, "crypto_amount": "500", "price_per_unit": "2"}
        self._done(source, "/p2p/ad/", token, **terms, fiat_currency="usd", payment_method="cash_deposit")
        _, mine = self.desk.ask(source, "GET", "/p2p/ad/?mine=1", token)
        return int(mine["items"][0]["id"])

    def offer(self, token: str, source: str, ad: int) -> int:
        """An offer on an ad: its number."""
        return int(self._done(source, "/p2p/offer/create/", token, ad=ad, currency_amount="10")["id"])

    def letters(self) -> Counter[str]:
        """How many mails there are to each address."""
        for file in self._mail.glob("*.eml"):
            if file.name not in self._read:
                self._read[file.name] = str(email.message_from_bytes(file.read_bytes())["To"])
        return Counter(to.rpartition("<")[2].rstrip(">") for to in self._read.values())

    def most_letters(self) -> int:
        """How many the address has that has the most."""
        return max(self.letters().values(), default=0)

    def _done(self, source: str, path: str, token: str = "", **body: Any) -> Any:
        status, entity = self.desk.ask(source, "POST", path, token, **body)
        if status != 200:
            raise RuntimeError(f"{path} was answered by {status}")
        return entity
