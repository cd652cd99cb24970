"""Commands that look or change something and end."""

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from uuid import UUID

import pytest

from adapters.tokens.argon2_passwords import Argon2Passwords
from adapters.tokens.jwt_tokens import JwtTokens
from config.settings import SETTINGS
from domain.ports.tokens import TokenType
from tests.integration.running import PASSWORD, Cli

AddTrader = Callable[[str], str]

COMMANDS = [
    ["serve"], ["http"], ["ws"], ["worker"], ["migrate"], ["demo"], ["openapi"], ["settings"], ["solvency", "check"],
    *(["trader", name] for name in ("add", "list", "token", "restrict", "unrestrict", "suspend", "unsuspend")),
    ["wallet", "deposit"], ["wallet", "withdraw"], ["ledger", "verify"], ["outbox", "list"], ["outbox", "retry"],
    ["letters", "preview"], ["backup"], ["restored"], ["grants"], ["freeze"], ["unfreeze"], ["trader", "otp-off"],
    ["ledger", "head"], ["doctor"],
]  # fmt: skip


def test_every_command_explains_itself(empty_cli: Cli) -> None:
    top = empty_cli.done("--help")
    for command in COMMANDS:
        assert command[0] in top
    for command in {tuple(each) for each in COMMANDS} | {(each[0],) for each in COMMANDS}:
        assert f"usage: p2p {' '.join(command)}" in empty_cli.done(*command, "--help")
    assert list(empty_cli.folder.iterdir()) == []


def test_the_traders_are_listed_the_newest_first(cli: Cli, add_trader: AddTrader) -> None:
    assert cli.done("trader", "list") == "Nobody trades here"
    assert json.loads(cli.done("trader", "list", "--json")) == []
    jude = add_trader("Jude")
    amara = cli.done(
        "trader",
        "add",
        "amara@example.com",
        "--fullname",
        "Amara",
        "--country",
        "ng",
        "--staff",
        "--password",
        PASSWORD,
    )
    cli.done("trader", "suspend", "jude@example.com")
    first, second = cli.done("trader", "list").splitlines()
    assert re.fullmatch(rf"{amara}  [-0-9T:+]+  amara@example\.com  Amara  \(staff\)", first)
    assert re.fullmatch(rf"{jude}  [-0-9T:+]+  jude@example\.com  Jude  \(suspended\)", second)
    assert cli.done("trader", "list", "--limit", "1") == first
    listed = json.loads(cli.done("trader", "list", "--json"))
    assert datetime.fromisoformat(listed[0].pop("created_at")).tzinfo == UTC
    assert listed[0] == {
        "id": amara, "email": "amara@example.com", "fullname": "Amara", "country": "NG", "is_staff": True,
        "is_suspended": False,
    }  # fmt: skip
    assert [(each["id"], each["is_suspended"]) for each in listed] == [(amara, False), (jude, True)]


def test_the_version_is_the_api_s(empty_cli: Cli) -> None:
    version = json.loads(empty_cli.done("openapi"))["info"]["version"]
    assert empty_cli.done("--version") == f"p2p {version}"
    assert list(empty_cli.folder.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["nonsense"], ["trader"], ["trader", "add"], ["trader", "add", "a@b.c"], ["trader", "token"],
        ["wallet", "deposit", "a@b.c", "trx"], ["wallet", "deposit", "a@b.c", "trx", "1", "--wallet", "escrow"],
        ["wallet", "withdraw", "a@b.c", "trx", "1", "--wallet", "p2p"], ["outbox", "list", "--limit", "0"],
        ["trader", "list", "--limit", "0"], ["trader", "list", "--limit", "100001"],
        ["outbox", "retry", "x"], ["outbox", "retry", "99999999999999999999"], ["serve", "--port", "80"],
        ["wallet", "deposit", "a@b.c", "trx", "1", "--reference", "x" * 256],
        ["wallet", "deposit", "a@b.c", "trx", "1", "--reference", "a\nb"],
        ["wallet", "deposit", "a@b.c", "trx", "1", "--reference", ""],
        ["wallet", "deposit", "a@b.c", "trx", "1", "--reference", "\u3164 "],
        ["trader", "suspend", "a@b.c", "--reason", "x" * 2001],
    ],
)  # fmt: skip
def test_misuse_is_told_and_changes_nothing(empty_cli: Cli, arguments: list[str]) -> None:
    ran = empty_cli.run(*arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "usage: p2p" in ran.stderr
    assert list(empty_cli.folder.iterdir()) == []


def test_an_argument_that_is_no_text_is_misuse(empty_cli: Cli) -> None:
    assert empty_cli.run("trader", "token", "\udcff@example.com").returncode == 2


class TestTraders:
    def test_adding_prints_the_id(self, cli: Cli, add_trader: AddTrader) -> None:
        assert UUID(add_trader("Jude")).version == 4

    def test_adding_as_json(self, cli: Cli) -> None:
        arguments = ("--fullname", "Eve", "--password", PASSWORD, "--staff", "--country", "ng", "--json")
        added = json.loads(cli.done("trader", "add", "Eve@Example.com", *arguments))
        wanted = {"id": added["id"], "email": "Eve@Example.com", "fullname": "Eve", "is_staff": True}
        assert added == wanted

    def test_a_password_may_come_by_standard_input(self, cli: Cli) -> None:
        ran = cli.run("trader", "add", "jude@example.com", "--fullname", "Jude", stdin=f"{PASSWORD}\n")
        assert (ran.returncode, ran.stderr) == (0, "")

    @pytest.mark.parametrize("written", [f"{PASSWORD}\n", f"\ufeff{PASSWORD}\r\nanother line\n", PASSWORD])
    def test_a_password_may_be_in_a_file(self, cli: Cli, written: str) -> None:
        (cli.folder / "secret").write_text(written, encoding="utf-8", newline="")
        arguments = ("trader", "add", "--fullname", "Jude", "--password-file")
        cli.done(*arguments, "secret", "jude@example.com")
        ran = cli.run(*arguments, "-", "amara@example.com", stdin=f"{PASSWORD}\n")
        assert (ran.returncode, ran.stderr) == (0, "")
        with closing(sqlite3.connect(cli.folder / "var" / "p2p.sqlite3")) as database:
            kept = database.execute("SELECT password_hash FROM traders").fetchall()
        assert [Argon2Passwords().verify(each, PASSWORD) for (each,) in kept] == [True, True]

    def test_a_file_without_a_password_is_told_of(self, cli: Cli) -> None:
        (cli.folder / "latin").write_bytes(b"\xe9" * 20)
        (cli.folder / "empty").write_bytes(b"")
        (cli.folder / "long").write_bytes(b"x" * 100_000)
        arguments = ("trader", "add", "jude@example.com", "--fullname", "Jude", "--password-file")
        assert cli.refused(*arguments, "nowhere") == "nowhere cannot be read: No such file or directory"
        assert cli.refused(*arguments, ".") == ". cannot be read: Is a directory"
        assert cli.refused(*arguments, "a\0b").startswith("a")
        assert cli.refused(*arguments, "latin") == "The password is not UTF-8"
        for name in ("empty", "long"):
            assert cli.refused(*arguments, name).startswith("(password) ")
        assert cli.run(*arguments, "empty", "--password", PASSWORD).returncode == 2

    @pytest.mark.parametrize(
        ("changed", "complaint"),
        [
            ({"email": "no address"}, "(email) "),
            ({"email": "a@b.c\nBcc: d@e.f"}, "(email) "),
            ({"--fullname": " "}, "(fullname) "),
            ({"--fullname": "\u3164\u200b"}, "(fullname) "),
            ({"--fullname": "x" * 101}, "(fullname) "),
            ({"--password": "fourteen chars"}, "(password) "),
            ({"--password": "x" * 257}, "(password) "),
            ({"--country": "xx"}, "(country) "),
        ],
    )
    def test_who_cannot_be_added_is_told_why(self, cli: Cli, changed: dict[str, str], complaint: str) -> None:
        given = {"email": "jude@example.com", "--fullname": "Jude", "--password": PASSWORD, **changed}
        email = given.pop("email")
        line = cli.refused("trader", "add", email, *(text for option in given.items() for text in option))
        assert line.startswith(complaint)
        assert PASSWORD not in line

    def test_blanks_around_an_address_are_no_part_of_it(self, cli: Cli) -> None:
        arguments = ("--fullname", " Jude\u00a0", "--password", PASSWORD, "--json")
        added = json.loads(cli.done("trader", "add", " jude@example.com ", *arguments))
        assert (added["email"], added["fullname"]) == ("jude@example.com", "Jude")
        assert cli.done("trader", "suspend", "jude@example.com\u200b", "--reason", "\u3164")

    @pytest.mark.parametrize("written", [f"{PASSWORD}\r\n", f"\ufeff{PASSWORD}\r\n", PASSWORD])
    def test_nothing_of_the_system_that_wrote_it_is_in_a_password(self, cli: Cli, written: str) -> None:
        ran = cli.run("trader", "add", "jude@example.com", "--fullname", "Jude", stdin=written)
        assert (ran.returncode, ran.stderr) == (0, "")
        with closing(sqlite3.connect(cli.folder / "var" / "p2p.sqlite3")) as database:
            [(kept,)] = database.execute("SELECT password_hash FROM traders")
        assert Argon2Passwords().verify(kept, PASSWORD)

    def test_one_email_is_added_once(self, cli: Cli, add_trader: AddTrader) -> None:
        add_trader("Jude")
        arguments = ("JUDE@example.com", "--fullname", "Other", "--password", PASSWORD)
        assert cli.refused("trader", "add", *arguments).startswith("(email) ")

    def test_a_token_is_that_trader_s(self, cli: Cli, add_trader: AddTrader) -> None:
        trader_id = add_trader("Jude")
        token = cli.done("trader", "token", "jude@example.com")
        key = (cli.folder / "var" / "p2p.sqlite3-secret-key").read_text().strip()
        claims = JwtTokens(key).verify(token, TokenType.ACCESS, datetime.now(UTC))
        assert claims is not None
        assert str(claims.trader_id) == trader_id

    def test_a_login_as_json(self, cli: Cli, add_trader: AddTrader) -> None:
        add_trader("Jude")
        login = json.loads(cli.done("trader", "token", "jude@example.com", "--json", ACCESS_MINUTES="7"))
        assert (login.keys(), login["expires_in"]) == ({"access", "refresh", "expires_in"}, 420)

    @pytest.mark.parametrize("command", ["token", "suspend", "unsuspend", "otp-off"])
    def test_nobody_is_not_found(self, cli: Cli, command: str) -> None:
        assert cli.refused("trader", command, "nobody@example.com") == "Trader not found"

    def test_suspending_shuts_out_and_unsuspending_lets_in(self, cli: Cli, add_trader: AddTrader) -> None:
        add_trader("Jude")
        assert cli.done("trader", "suspend", "jude@example.com") == "jude@example.com is suspended"
        assert "suspended" in cli.refused("trader", "token", "jude@example.com")
        unsuspended = json.loads(cli.done("trader", "unsuspend", "jude@example.com", "--json"))
        assert unsuspended == {"email": "jude@example.com", "suspended": False}
        assert cli.done("trader", "token", "jude@example.com")

    def test_restricting_is_for_what_is_traded(self, cli: Cli, add_trader: AddTrader) -> None:
        add_trader("Jude")
        assert cli.done("trader", "restrict", "jude@example.com", "USDT").endswith("is restricted from trading usdt")
        lifted = json.loads(cli.done("trader", "unrestrict", "jude@example.com", "usdt", "--json"))
        assert lifted == {"email": "jude@example.com", "crypto_currency": "usdt", "restricted": False}
        said = cli.refused("trader", "restrict", "jude@example.com", "shells")
        assert said == cli.refused("wallet", "deposit", "jude@example.com", "shells", "1")
        assert said.startswith("(crypto_currency) ")
        assert cli.refused("trader", "restrict", "nobody@example.com", "usdt") == "Trader not found"


class TestWallets:
    @pytest.fixture(autouse=True)
    def jude(self, add_trader: AddTrader) -> None:
        add_trader("Jude")

    def move(self, cli: Cli, direction: str, *arguments: str) -> dict[str, object]:
        moved: dict[str, object] = json.loads(cli.done("wallet", direction, "jude@example.com", *arguments, "--json"))
        return moved

    def test_a_deposit_goes_into_the_main_wallet(self, cli: Cli) -> None:
        line = cli.done("wallet", "deposit", "jude@example.com", "TRX", "100.5")
        assert line.startswith("Deposited 100.5 trx into the main wallet of jude@example.com (operator:")
        assert self.move(cli, "withdraw", "trx", "100.5")["done"] is True

    def test_or_into_the_p2p_wallet(self, cli: Cli) -> None:
        assert self.move(cli, "deposit", "trx", "1", "--wallet", "p2p")["wallet"] == "p2p"
        assert cli.refused("wallet", "withdraw", "jude@example.com", "trx", "1") == "Insufficient main balance"

    @pytest.mark.parametrize("direction", ["deposit", "withdraw"])
    def test_a_repeated_reference_does_nothing(self, cli: Cli, direction: str) -> None:
        self.move(cli, "deposit", "trx", "10")
        first = self.move(cli, direction, "trx", "1", "--reference", "chain:7")
        assert first == {
            "email": "jude@example.com", "crypto_currency": "trx", "wallet": "main", "amount": "1",
            "reference": "chain:7", "done": True,
        }  # fmt: skip
        assert self.move(cli, direction, "trx", "1", "--reference", "chain:7")["done"] is False
        said = cli.refused("wallet", direction, "jude@example.com", "trx", "2", "--reference", "chain:7")
        assert said == "This reference is that of another movement"
        left = "9" if direction == "withdraw" else "11"
        assert self.move(cli, "withdraw", "trx", left)["done"] is True
        assert cli.refused("wallet", "withdraw", "jude@example.com", "trx", "0.000001") == "Insufficient main balance"

    @pytest.mark.parametrize(
        ("crypto", "amount", "complaint"),
        [
            ("trx", "0", "(amount) "),
            ("trx", "1e5", "(amount) "),
            ("trx", "+1", "(amount) "),
            ("trx", "NaN", "(amount) "),
            ("trx", "1.0000001", "(amount) "),
            ("trx", "1" + "0" * 18, "(amount) "),
            ("shells", "1", "(crypto_currency) "),
        ],
    )
    def test_no_amount_is_no_movement(self, cli: Cli, crypto: str, amount: str, complaint: str) -> None:
        assert cli.refused("wallet", "deposit", "jude@example.com", crypto, amount).startswith(complaint)

    def test_what_is_no_longer_traded_still_leaves_whole(self, cli: Cli) -> None:
        for code, amount in (("doge", "10.12345678"), ("trx", "7.000001")):
            self.move(cli, "deposit", code, amount, "--reference", f"chain:{code}")
        later = Cli(cli.folder, CRYPTO_CURRENCIES="btc:8,trx:2")
        restricted = later.done("trader", "restrict", "jude@example.com", "doge")
        assert restricted == "jude@example.com is restricted from trading doge"
        assert later.done("trader", "unrestrict", "jude@example.com", "doge").endswith("may trade doge")
        assert later.refused("wallet", "deposit", "jude@example.com", "doge", "1").startswith("(crypto_currency) ")
        assert self.move(later, "deposit", "doge", "10.12345678", "--reference", "chain:doge")["done"] is False
        for code, amount in (("doge", "10.12345678"), ("trx", "7.000001")):
            assert self.move(later, "withdraw", code, amount)["done"] is True
        assert later.done("ledger", "verify") == "Every invariant holds"

    def test_an_amount_is_printed_in_the_one_way(self, cli: Cli) -> None:
        line = cli.done("wallet", "deposit", "jude@example.com", "TRX", "0100.500000")
        assert line.startswith("Deposited 100.5 trx into the main wallet")

    def test_a_balance_has_a_bound(self, cli: Cli) -> None:
        self.move(cli, "deposit", "trx", "9" * 18)
        assert "18 digits" in cli.refused("wallet", "deposit", "jude@example.com", "trx", "1")

    def test_nobody_has_no_wallet(self, cli: Cli) -> None:
        assert cli.refused("wallet", "deposit", "nobody@example.com", "trx", "1") == "Trader not found"


class TestLedger:
    def test_the_books_of_an_empty_desk_are_right(self, cli: Cli) -> None:
        assert cli.done("ledger", "verify") == "Every invariant holds"
        kinds = ("traders", "ads", "offers", "entries", "notices", "letters")
        found = {"holds": True, "broken": [], "counted": dict.fromkeys(kinds, 0)}
        assert json.loads(cli.done("ledger", "verify", "--json")) == found

    def test_a_broken_invariant_is_named(self, cli: Cli, add_trader: AddTrader) -> None:
        add_trader("Jude")
        cli.done("wallet", "deposit", "jude@example.com", "trx", "1")
        with sqlite3.connect(cli.folder / "var" / "p2p.sqlite3") as database:
            database.execute("UPDATE accounts SET balance = replace(balance, '1', '2') WHERE purse = 'main'")
        database.close()
        ran = cli.run("ledger", "verify", "--json")
        found = json.loads(ran.stdout)
        assert (ran.returncode, found["holds"]) == (1, False)
        assert all(isinstance(sentence, str) for sentence in found["broken"])
        assert "balance" in " ".join(found["broken"])


class TestOutbox:
    def test_nothing_waits(self, cli: Cli) -> None:
        assert cli.done("outbox", "list") == "No letter waits"
        assert json.loads(cli.done("outbox", "list", "--json")) == []
        assert cli.done("outbox", "retry", "7") == "0 parked letters due again"


class TestReference:
    def test_the_letters_can_be_looked_at(self, empty_cli: Cli) -> None:
        empty_cli.done("letters", "preview", "previews")
        suffixes = {path.suffix for path in (empty_cli.folder / "previews").iterdir()}
        assert suffixes == {".txt", ".html"}

    def test_a_folder_that_cannot_be_made_is_named(self, empty_cli: Cli) -> None:
        (empty_cli.folder / "file").touch()
        assert "file/previews" in empty_cli.refused("letters", "preview", "file/previews")

    def test_the_interface_is_described(self, empty_cli: Cli) -> None:
        assert json.loads(empty_cli.done("openapi"))["openapi"].startswith("3.1.")

    def test_settings_are_shown_with_secrets_masked(self, empty_cli: Cli) -> None:
        secret = {"SECRET_KEY": "swordfish" * 8, "MAIL_URL": "smtp://u:mackerel@localhost"}
        text = empty_cli.done("settings", **secret)
        assert [line.partition("=")[0] for line in text.splitlines()] == [setting.name for setting in SETTINGS]
        assert "swordfish" not in text
        assert "smtp://u:***@localhost" in text
        assert list(json.loads(empty_cli.done("settings", "--json", **secret))) == [each.name for each in SETTINGS]


class TestSettings:
    def test_a_wrong_one_is_one_line_and_a_code_of_its_own(self, empty_cli: Cli) -> None:
        for command in (["settings"], ["migrate"], ["trader", "token", "a@b.c"], ["serve"], ["http"], ["worker"]):
            line = empty_cli.refused(*command, code=78, HTTP_LISTEN="nowhere")
            assert line == "P2P_HTTP_LISTEN is no host:port, such as 127.0.0.1:8080"

    @pytest.mark.parametrize("command", [["settings", "--json"], ["openapi"], ["ledger", "verify", "--json"]])
    @pytest.mark.parametrize("log_format", ["console", "json"])
    def test_an_unknown_one_is_told_of_in_one_line(self, cli: Cli, command: list[str], log_format: str) -> None:
        (cli.folder / "desk.env").write_text("P2P_TIME_TOPAY=5\nOTHER=x\n")
        for given in ({"TIME_TOPAY": "mackerel"}, {}):
            option = () if given else ("--env-file", "desk.env")
            ran = cli.run(*command, *option, LOG_FORMAT=log_format, **given)
            assert ran.returncode == 0
            assert json.loads(ran.stdout)
            [line] = ran.stderr.splitlines()
            assert "P2P_TIME_TOPAY is no setting of the desk and does nothing; the nearest is P2P_TIME_TO_PAY." in line
            assert "mackerel" not in line
            assert (line[0] == "{") is (log_format == "json")

    def test_a_kept_key_that_cannot_be_used_is_told(self, cli: Cli) -> None:
        (cli.folder / "var" / "p2p.sqlite3-secret-key").chmod(0o640)
        line = cli.refused("settings", code=78)
        assert "which others can read" in line
        assert cli.refused("serve", code=78) == line

    def test_a_lost_key_is_told(self, cli: Cli, add_trader: AddTrader) -> None:
        add_trader("Jude")
        (cli.folder / "var" / "p2p.sqlite3-secret-key").unlink()
        ran = cli.run("trader", "token", "jude@example.com")
        assert ran.returncode == 0
        [line] = ran.stderr.splitlines()
        assert "whoever was logged in has to log in again" in line

    def test_postgresql_needs_a_key(self, empty_cli: Cli) -> None:
        line = empty_cli.refused("migrate", code=78, DATABASE_URL="postgresql+psycopg://localhost/desk")
        assert line.startswith("P2P_SECRET_KEY is needed with PostgreSQL")

    @pytest.mark.parametrize("place", ["before", "after"])
    def test_a_file_sets_what_the_environment_does_not(self, empty_cli: Cli, place: str) -> None:
        (empty_cli.folder / "desk.env").write_text("P2P_TIME_TO_PAY=5 # minutes\nP2P_LOG_FORMAT='json'\n")
        option = ("--env-file", "desk.env")
        arguments = (*option, "settings") if place == "before" else ("settings", *option)
        text = empty_cli.done(*arguments, LOG_FORMAT="console")
        assert {"P2P_TIME_TO_PAY=5", "P2P_LOG_FORMAT=console"} <= set(text.splitlines())

    def test_a_wrong_file_is_named(self, empty_cli: Cli) -> None:
        assert empty_cli.refused("settings", "--env-file", "gone.env", code=78).startswith("--env-file gone.env cannot")
