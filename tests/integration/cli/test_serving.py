"""The whole desk in one process, and how it is started and stopped."""

import json
import shutil
import signal
import socket
import subprocess
from http.client import HTTPConnection
from urllib.request import urlopen

import pytest
from websocket import ABNF, create_connection

from adapters.system.network import own_address
from config.values import with_port
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
        assert f"  mails           {empty_cli.folder / 'var' / 'mail'}   (one file each)" in desk.said
        assert PASTE not in desk.said
        assert desk.stop() == 0
    assert empty_cli.done("ledger", "verify") == "Every invariant holds"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
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


def figures(port: int) -> str:
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=15) as answer:
        return str(answer.read(), "utf-8")


# As at a prompt, where zsh knows no comments and both read a ! as history; without anybody's own start-up files.
SHELLS = {"bash": ["bash", "--norc", "-i"], "zsh": ["zsh", "-f", "-i"]}


@pytest.mark.parametrize("shell", SHELLS)
def test_what_is_printed_can_be_pasted(empty_cli: Cli, addresses: Addresses, shell: str) -> None:
    if not all(shutil.which(program) for program in (shell, "curl")):
        pytest.skip(f"what is to be pasted needs {shell} and curl")
    with Serving(empty_cli, "serve", "--demo", **addresses.settings) as desk:
        desk.wait_for("Ctrl-C stops the desk.")
        script, _, rest = desk.said.partition(PASTE)[2].partition("And this, ")
        assert f'"ws://127.0.0.1:{addresses.websocket}/ws/p2p/?token=$JUDE&since=0"' in rest.splitlines()[2]
        pasted = subprocess.run(SHELLS[shell], input=script, capture_output=True, text=True, timeout=60, check=False)
        assert pasted.returncode == 0, pasted
        told = [line.partition("{'crypto_currency': 'trx'")[2] for line in pasted.stdout.splitlines()]
        before, after = filter(None, told)
        assert ("'p2p': '1000." in before, "'p2p': '1010." in after) == (True, True), pasted
        assert "'bank_account_name': 'Jude Okafor'" in pasted.stdout
        until(lambda: 'p2p_letters_total{outcome="sent"} 3.0' in figures(addresses.http))
        # What came of letters is put down some at a time, a moment later.
        until(lambda: 'p2p_letters_waiting{state="queued"} 0.0' in figures(addresses.http))
        assert "not found" not in pasted.stderr
        notices = ask(addresses.http, "GET", "/notifications/?since=0", token_of(addresses.http, TRADERS["Jude"]))[1]
        assert [notice["type"] for notice in notices["entity"]["items"]] == ["ad_interest", "payment_indication"]


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]"])
def test_a_desk_on_every_address_is_told_by_the_host_that_is_asked(
    empty_cli: Cli, addresses: Addresses, host: str
) -> None:
    settings = {"HTTP_LISTEN": f"{host}:{addresses.http}", "WS_LISTEN": f"{host}:{addresses.websocket}"}
    with Serving(empty_cli, "serve", **settings) as desk:
        desk.wait_for("The desk is open.")
        for asked in ("127.0.0.1", *(["::1"] if host == "[::]" else [])):
            connection = HTTPConnection(asked, addresses.http, timeout=15)
            connection.request("GET", "/ws/p2p/")
            answer = connection.getresponse()
            named = f"[{asked}]" if ":" in asked else asked
            wanted = f"The websocket is at ws://{named}:{addresses.websocket}/ws/p2p/"
            assert (answer.status, json.loads(answer.read())["message"]) == (426, wanted)
            connection.close()
            with socket.create_connection((asked, addresses.websocket), timeout=15):
                pass
        shown = own_address()
        if shown is not None:
            assert f"http://{with_port(shown, addresses.http)}/docs/" in desk.said
            assert f"ws://{with_port(shown, addresses.websocket)}/ws/p2p/" in desk.said
            assert "127.0.0.1" not in desk.said
        assert desk.stop() == 0


def test_who_outlives_its_terminal_goes_on(empty_cli: Cli, addresses: Addresses) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        desk = Serving(empty_cli, "serve", **addresses.settings)
    finally:
        signal.signal(signal.SIGHUP, before)
    with desk:
        desk.wait_for("The desk is open.")
        desk.process.send_signal(signal.SIGHUP)
        assert ask(addresses.http, "GET", "/healthz")[0] == 200
        assert desk.stop() == 0


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


def test_a_mail_folder_that_cannot_be_written_stops_the_start(cli: Cli, addresses: Addresses) -> None:
    (cli.folder / "file").touch()
    line = cli.refused("serve", code=78, MAIL_URL="file:file/mail", **addresses.settings)
    assert line.startswith("P2P_MAIL_URL names ")
    assert line.endswith("file/mail, where no mail can be written: Not a directory")


def test_nor_does_the_worker_start_with_it(postgres_cli: Cli) -> None:
    (postgres_cli.folder / "file").touch()
    line = postgres_cli.refused("worker", code=78, MAIL_URL="file:file")
    assert line.endswith("file, where no mail can be written: File exists")


@pytest.mark.parametrize("command", ["serve", "http", "ws", "worker"])
def test_an_unmigrated_postgresql_stops_the_start(new_database: NewDatabase, empty_cli: Cli, command: str) -> None:
    line = empty_cli.refused(
        command, DATABASE_URL=new_database(migrated=False), SECRET_KEY=KEY, MAIL_URL="file:var/mail"
    )
    assert line == "The database cannot be used: the database is not migrated; p2p migrate does that"


def test_a_migrated_postgresql_is_served(postgres_cli: Cli, addresses: Addresses) -> None:
    assert "--demo is for an embedded database" in postgres_cli.refused("serve", "--demo")
    with Serving(postgres_cli, "serve", **addresses.settings) as desk:
        desk.wait_until_ready(addresses.http)
        until(lambda: "The desk is open." in desk.said)
        assert desk.stop() == 0
        assert "Traceback" not in desk.said
