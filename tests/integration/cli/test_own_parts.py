"""A desk with parts of its operator's own: P2P_CONTAINER, in every process and command."""

import json
import subprocess
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from pathlib import Path

import pytest

from entrypoints.cli.demo_traders import PASSWORD, TRADERS
from tests.integration.cli.own_identifiers import MARK
from tests.integration.running import Cli
from tests.integration.serving import Addresses, Serving, ask
from tests.integration.waiting import until

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "own_parts"
OWN = "tests.integration.cli.own_identifiers"
MARKED = f"{OWN}:MarkedContainer"
HOURS_AHEAD = 72
EXAMPLE_CONTAINER = "my_desk.parts:MyContainer"
VARIABLES = {"PYTHONPATH": str(EXAMPLE), "MY_DESK_HOURS_AHEAD": str(HOURS_AHEAD)}
BANK = {"bank_account_name": "Jude Okafor", "bank_account_number": "1234567890", "bank_name": "Second Bank"}
AD = {
    "ad_type": "sell", "crypto_currency": "trx", "crypto_amount": "100", "price_per_unit": "200",
    "fiat_currency": "usd", "payment_method": "bank_transfer", **BANK,
}  # fmt: skip


@pytest.fixture
def addresses() -> Addresses:
    return Addresses()


def token_of(port: int, email: str) -> str:
    return str(ask(port, "POST", "/auth/token/", body={"email": email, "password": PASSWORD})[1]["entity"]["access"])


def run_with_example(cli: Cli, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command of the desk with the example's parts."""
    environment = {**cli.environment(CONTAINER=EXAMPLE_CONTAINER), **VARIABLES}
    return subprocess.run(
        cli.command(*arguments), env=environment, cwd=cli.folder, capture_output=True, text=True, check=False
    )


def machine_time(port: int) -> datetime:
    """By the header that waitress writes, which no container changes."""
    connection = HTTPConnection("127.0.0.1", port, timeout=15)
    connection.request("GET", "/healthz")
    date = connection.getresponse().getheader("Date")
    connection.close()
    assert date is not None
    return parsedate_to_datetime(date)


def test_the_example_replaces_mailer_and_clock(empty_cli: Cli, addresses: Addresses) -> None:
    settings = {**addresses.settings, "CONTAINER": EXAMPLE_CONTAINER}
    with Serving(empty_cli, "serve", "--demo", variables=VARIABLES, **settings) as desk:
        desk.wait_until_ready(addresses.http)
        jude, amara = (token_of(addresses.http, TRADERS[name]) for name in ("Jude", "Amara"))
        status, answer = ask(addresses.http, "POST", "/p2p/ad/", jude, AD)
        assert status == 200, answer
        _, own = ask(addresses.http, "GET", "/p2p/ad/?mine=1", jude)
        (ad,) = own["entity"]["items"]
        offer = {"ad": ad["id"], "currency_amount": "10", **BANK}
        status, answer = ask(addresses.http, "POST", "/p2p/offer/create/", amara, offer)
        assert status == 200, answer
        ahead = datetime.fromisoformat(answer["entity"]["created_at"]) - machine_time(addresses.http)
        assert abs(ahead - timedelta(hours=HOURS_AHEAD)) < timedelta(hours=1)
        letters = empty_cli.folder / "letters.jsonl"
        until(lambda: letters.exists() and letters.read_text().endswith("\n"))
        assert desk.stop() == 0
    (letter,) = map(json.loads, letters.read_text().splitlines())
    assert (letter["to"], letter["kind"]) == (TRADERS["Jude"], "ad_interest")
    assert not (empty_cli.folder / "var" / "mail").exists()
    # The books go by that clock too: by the machine's, all that was done lies in the future.
    for command in (["ledger", "verify"], ["backup", "copy.sqlite3"]):
        assert (run_with_example(empty_cli, *command).returncode, empty_cli.run(*command).returncode) == (0, 1)


def test_forked_processes_have_them(postgres_cli: Cli, addresses: Addresses) -> None:
    settings = {**addresses.settings, "HTTP_WORKERS": "3", "CONTAINER": MARKED}
    with Serving(postgres_cli, "http", **settings) as processes:
        processes.wait_until_ready(addresses.http)
        for number in range(4):
            body = {"email": f"amara{number}@example.com", "fullname": "Amara", "password": PASSWORD}
            status, answer = ask(addresses.http, "POST", "/auth/register/", body=body)
            assert status == 200, answer
        assert processes.stop() == 0
    traders = json.loads(postgres_cli.done("trader", "list", "--json"))
    assert [trader["id"].partition("-")[0] for trader in traders] == [MARK] * 4


def test_commands_have_them(cli: Cli) -> None:
    add = ("trader", "add", "jude@example.com", "--fullname", "Jude", "--password", PASSWORD)
    assert cli.done(*add, CONTAINER=MARKED).startswith(f"{MARK}-")
    assert cli.done("settings", CONTAINER=MARKED).endswith(f"P2P_CONTAINER={MARKED}")


COMMANDS = [
    "serve", "http", "ws", "worker", "migrate", "settings", "trader list", "trader token jude@example.com",
    "wallet deposit jude@example.com trx 1", "ledger verify", "backup copy.sqlite3", "outbox list", "outbox retry",
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_refuses_one_that_is_not_there(cli: Cli, command: str) -> None:
    said = cli.refused(*command.split(), code=78, CONTAINER="my_desk.parts:MyContainer")
    assert said == (
        "P2P_CONTAINER names my_desk.parts:MyContainer, and there is no module my_desk; "
        "it has to be installed, or its folder be in PYTHONPATH"
    )


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("config.no_such:MyContainer", "and there is no module config.no_such; it has to be installed, or its folder"),
        ("config.container:MyContainer", "and the module has no MyContainer"),
        ("config.container:Container.Inner", "and the module has no Container.Inner"),
        ("config.container:build", "which is no subclass of config.container.Container"),
        ("config.container:HTTP_THREADS", "which is no subclass of config.container.Container"),
        ("config.settings:Settings", "which is no subclass of config.container.Container"),
        (f"{OWN}:NeedsMore", "which is not made from the settings alone: missing a required argument: 'colour'"),
    ],
)
def test_one_that_is_no_container_is_refused(cli: Cli, name: str, reason: str) -> None:
    said = cli.refused("settings", code=78, CONTAINER=name)
    assert said.startswith(f"P2P_CONTAINER names {name}, {reason}")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import no_such_library\n", "ModuleNotFoundError: No module named 'no_such_library' (parts.py, line 1)"),
        ("\nprint(colour)\n", "NameError: name 'colour' is not defined (parts.py, line 2)"),
        ("import os\nos.no_such_name\n", "has no attribute 'no_such_name' (parts.py, line 2)"),
        ("class MyContainer(\n", "SyntaxError: '(' was never closed (parts.py, line 1)"),
    ],
)
def test_a_module_that_is_broken_is_one_line_that_says_where(cli: Cli, source: str, reason: str) -> None:
    (cli.folder / "parts.py").write_text(source)
    environment = {**cli.environment(CONTAINER="parts:MyContainer"), "PYTHONPATH": str(cli.folder)}
    ran = subprocess.run(
        cli.command("settings"), env=environment, cwd=cli.folder, capture_output=True, text=True, check=False
    )
    (line,) = ran.stderr.splitlines()
    assert (ran.returncode, ran.stdout) == (78, "")
    assert line.startswith("p2p: P2P_CONTAINER names parts:MyContainer, which does not import: ")
    assert line.endswith(reason)
