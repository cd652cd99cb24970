"""The whole desk in one process, and how it is started and stopped."""

import shutil
import signal
import socket
import subprocess

import pytest
from websocket import ABNF, create_connection

from entrypoints.cli.demo_traders import PASSWORD, TRADERS
from tests.conftest import NewDatabase
from tests.integration.running import KEY, Cli
from tests.integration.serving import Addresses, Serving, ask
from tests.integration.waiting import until

PASTE = "Paste this into another terminal to trade:"


@pytest.fixture
def addresses() -> Addresses:
    return Addresses()


def token_of(port: int, email: str) -> str:
    status, answer = ask(port, "POST", "/auth/token/", body={"email": email, "password": PASSWORD})
    assert status == 200, answer
    return str(answer["entity"]["access"])


def test_an_embedded_database_is_migrated_and_served(empty_cli: Cli, addresses: Addresses) -> None:
    with Serving(empty_cli, "serve", **addresses.settings) as desk:
        desk.wait_until_ready(addresses.http)
        desk.wait_for("The desk is open.")
        assert f"http://127.0.0.1:{addresses.http}" in desk.said
        assert f"ws://127.0.0.1:{addresses.websocket}/ws/p2p/" in desk.said
        assert PASTE not in desk.said
        assert desk.stop() == 0
    assert empty_cli.done("ledger", "verify") == "Every invariant holds"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_says_goodbye_to_its_sockets(
    empty_cli: Cli, addresses: Addresses, number: signal.Signals
) -> None:
    with Serving(empty_cli, "serve", "--demo", **addresses.settings) as desk:
        desk.wait_for(PASTE)
        token = token_of(addresses.http, TRADERS["Jude"])
        demo = ask(addresses.http, "GET", "/p2p/settings/")[1]["entity"]["demo"]
        assert demo == [{"fullname": name, "email": email, "password": PASSWORD} for name, email in TRADERS.items()]
        line = create_connection(f"ws://127.0.0.1:{addresses.websocket}/ws/p2p/?token={token}", timeout=15)
        desk.process.send_signal(number)
        opcode, data = line.recv_data()
        assert (opcode, int.from_bytes(data[:2], "big")) == (ABNF.OPCODE_CLOSE, 1001)
        line.shutdown()
        assert desk.process.wait(15) == 0
        assert "Traceback" not in desk.said


def test_the_demo_traders_are_there_once(empty_cli: Cli, addresses: Addresses) -> None:
    said = []
    for _ in range(2):
        with Serving(empty_cli, "serve", "--demo", **addresses.settings) as desk:
            desk.wait_for("Ctrl-C stops the desk.")
            token = token_of(addresses.http, TRADERS["Amara"])
            _, wallet = ask(addresses.http, "GET", "/wallet/", token)
            assert {purse["p2p"] for purse in wallet["entity"]} == {"1000.00000000000000000000"}
            assert {purse["main"] for purse in wallet["entity"]} == {"0.00000000000000000000"}
            assert len(wallet["entity"]) == 10
            assert desk.stop() == 0
            said.append(desk.said[desk.said.rindex(PASTE) :])
    assert said[0].partition("Ctrl-C")[0] == said[1].partition("Ctrl-C")[0]


def test_a_desk_where_others_trade_gets_no_demo_traders(cli: Cli, addresses: Addresses) -> None:
    cli.done("trader", "add", "eve@example.com", "--fullname", "Eve", "--password", PASSWORD)
    with Serving(cli, "serve", "--demo", **addresses.settings) as desk:
        desk.wait_for("Others trade here already, so no demo traders were added.")
        assert PASTE not in desk.said
        assert desk.stop() == 0
    assert cli.refused("trader", "token", TRADERS["Jude"]) == "Trader not found"


def test_what_is_printed_can_be_pasted(empty_cli: Cli, addresses: Addresses) -> None:
    if not all(shutil.which(program) for program in ("bash", "curl")):
        pytest.skip("what is to be pasted needs bash and curl")
    with Serving(empty_cli, "serve", "--demo", **addresses.settings) as desk:
        desk.wait_for("Ctrl-C stops the desk.")
        script = desk.said.partition(PASTE)[2].partition("# What Jude is told")[0]
        listening = desk.said.partition("# What Jude is told")[2].splitlines()[1]
        assert f'"ws://127.0.0.1:{addresses.websocket}/ws/p2p/?token=$JUDE&since=0"' in listening
        pasted = subprocess.run(["bash", "-eu"], input=script, capture_output=True, text=True, timeout=60, check=False)
        assert '"message": "Offer created successfully"' in pasted.stdout, pasted
        notices = ask(addresses.http, "GET", "/notifications/?since=0", token_of(addresses.http, TRADERS["Jude"]))[1]
        assert [notice["type"] for notice in notices["entity"]["items"]] == ["ad_interest"]


def test_nothing_is_kept_in_memory(empty_cli: Cli, addresses: Addresses) -> None:
    settings = {**addresses.settings, "DATABASE_URL": "memory:", "MAIL_URL": "memory:"}
    with Serving(empty_cli, "serve", "--demo", **settings) as desk:
        desk.wait_for(PASTE)
        assert token_of(addresses.http, TRADERS["Jude"])
        assert desk.stop() == 0
    assert [path.suffix for path in empty_cli.folder.iterdir()] == [".log"]


@pytest.mark.parametrize("name", ["http", "websocket"])
def test_an_address_that_is_taken_is_told_in_one_line(cli: Cli, addresses: Addresses, name: str) -> None:
    port, setting = (addresses.http, "P2P_HTTP_LISTEN") if name == "http" else (addresses.websocket, "P2P_WS_LISTEN")
    with socket.create_server(("127.0.0.1", port)):
        line = cli.refused("serve", **addresses.settings)
    assert line == f"{setting}: 127.0.0.1:{port} cannot be listened on: Address already in use"


@pytest.mark.parametrize(
    "url", ["smtp://localhost?starttls=maybe", "smtp://u:mackerel@mail.example", "smtp://localhost:465"]
)
def test_a_wrong_mail_address_stops_the_start(cli: Cli, addresses: Addresses, url: str) -> None:
    line = cli.refused("serve", code=78, MAIL_URL=url, **addresses.settings)
    assert line.startswith("P2P_MAIL_URL ")
    assert "mackerel" not in line
    assert cli.refused("settings", code=78, MAIL_URL=url) == line


@pytest.mark.parametrize("command", ["serve", "http", "ws", "worker"])
def test_an_unmigrated_postgresql_stops_the_start(new_database: NewDatabase, empty_cli: Cli, command: str) -> None:
    line = empty_cli.refused(command, DATABASE_URL=new_database(migrated=False), SECRET_KEY=KEY)
    assert line == "The database cannot be used: the database is not migrated; p2p migrate does that"


def test_a_migrated_postgresql_is_served(postgres_cli: Cli, addresses: Addresses) -> None:
    assert "--demo is for an embedded database" in postgres_cli.refused("serve", "--demo")
    with Serving(postgres_cli, "serve", **addresses.settings) as desk:
        desk.wait_until_ready(addresses.http)
        until(lambda: "The desk is open." in desk.said)
        assert desk.stop() == 0
        assert "Traceback" not in desk.said
