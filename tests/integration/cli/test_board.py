"""What the shipped board and alerts ask for is there, in what real processes of all roles answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.integration.running import PASSWORD, Cli
from tests.integration.serving import Addresses, Serving, ask
from tests.integration.waiting import until, within
from tests.postgres import free_ports

OPERATIONS = Path(__file__).parents[3] / "docs" / "operations"
PROCESSES = 3
PATIENCE_SECONDS = 60.0
NAME = re.compile(r"\b(?:p2p_[a-z0-9_]+|up)\b")
OF_PROMETHEUS = frozenset({"up"})
"""What Prometheus itself knows of whom it asks."""
COUNTED_REQUESTS = 30


def queries() -> Iterator[str]:
    board = json.loads((OPERATIONS / "grafana.json").read_text())
    for panel in board["panels"]:
        yield from (target["expr"] for target in panel["targets"])
    for group in yaml.safe_load((OPERATIONS / "alerts.yml").read_text())["groups"]:
        yield from (rule["expr"] for rule in group["rules"])


def scraped(port: int) -> str:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    return text


def values(text: str, name: str) -> dict[tuple[str, ...], float]:
    """By the values of its labels."""
    found = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return {tuple(sample.labels.values()): sample.value for sample in found if sample.name == name}


@pytest.fixture
def ports(postgres_cli: Cli) -> Iterator[dict[str, int]]:
    """All roles at work, and where each tells its figures."""
    free = free_ports(attempts=5)
    addresses = Addresses()
    status = {role: next(free) for role in ("ws", "worker")}
    with ExitStack() as roles:
        for role in ("http", "ws", "worker"):
            settings = {**addresses.settings, "HTTP_WORKERS": str(PROCESSES)}
            if role in status:
                settings["STATUS_LISTEN"] = f"127.0.0.1:{status[role]}"
            roles.enter_context(Serving(postgres_cli, role, **settings))
        found = {"http": addresses.http, **status}
        for port in found.values():
            until(lambda port=port: is_there(port), PATIENCE_SECONDS)  # type: ignore[misc]
        yield found


def is_there(port: int) -> bool:
    try:
        return ask(port, "GET", "/readyz")[0] == 200
    except OSError:
        return False


def test_every_figure_that_is_asked_for_is_there(ports: dict[str, int], postgres_cli: Cli) -> None:
    postgres_cli.done("trader", "add", "jude@example.com", "--fullname", "Jude Okafor", "--password", PASSWORD)
    postgres_cli.done("wallet", "deposit", "jude@example.com", "trx", "100", "--wallet", "p2p")
    credentials = {"email": "jude@example.com", "password": PASSWORD}
    token = ask(ports["http"], "POST", "/auth/token/", body=credentials)[1]["entity"]["access"]
    ad = {
        "ad_type": "sell", "crypto_currency": "trx", "crypto_amount": "70", "price_per_unit": "2",
        "fiat_currency": "usd", "payment_method": "card",
    }  # fmt: skip
    assert ask(ports["http"], "POST", "/p2p/ad/", token, ad)[0] == 200
    assert ask(ports["http"], "GET", "/p2p/ad/detail/999/", token)[0] == 404
    postgres_cli.done("ledger", "verify")

    def all_of_them() -> str:
        return "".join(map(scraped, ports.values()))

    asked_for = {name for query in queries() for name in NAME.findall(query)} - OF_PROMETHEUS

    def missing() -> set[str]:
        families = text_string_to_metric_families(all_of_them())
        return asked_for - {sample.name for family in families for sample in family.samples}

    assert len(asked_for) > 15
    # The worker looks at the desk as a whole every half a minute.
    assert within(lambda: not missing(), PATIENCE_SECONDS), missing()
    worker = scraped(ports["worker"])
    assert values(worker, "p2p_escrow_held") == {("trx",): 70}
    assert values(worker, "p2p_ledger_broken") == {(): 0}
    assert values(scraped(ports["http"]), "p2p_http_refusals_total") == {("ad_not_found",): 1}


def test_figures_of_several_processes_add_up(ports: dict[str, int]) -> None:
    """Each request may be answered by another process, and each answer of figures, too."""
    for _ in range(COUNTED_REQUESTS):
        assert ask(ports["http"], "GET", "/p2p/settings/")[0] == 200
    counted = {values(scraped(ports["http"]), "p2p_http_requests_total")["settings", "200"] for _ in range(10)}
    assert counted == {COUNTED_REQUESTS}
    limits: Any = [values(scraped(ports[role]), "p2p_database_connections_limit")[()] for role in ("http", "ws")]
    assert limits[0] == PROCESSES * limits[1]
