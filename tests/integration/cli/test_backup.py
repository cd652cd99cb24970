"""A backup of a desk at work, and what is left of it elsewhere."""

import json
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from config.databases import dump_command
from entrypoints.cli.demo_traders import PASSWORD, TRADERS
from tests.integration.running import Cli
from tests.integration.serving import Addresses, Serving, ask
from tests.integration.waiting import until

TRANSFER = {"crypto_currency": "trx", "amount": "0.000001", "source": "p2p", "target": "main"}


class Writer(Thread):
    """A client that moves coins, one request after the other, and counts the answers."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port
        self._stopping = Event()
        self.sent = self.answered = 0

    def run(self) -> None:
        email = {"email": TRADERS["Jude"], "password": PASSWORD}
        token = ask(self._port, "POST", "/auth/token/", body=email)[1]["entity"]["access"]
        while not self._stopping.is_set():
            self.sent += 1
            assert ask(self._port, "POST", "/wallet/transfer/", token, TRANSFER)[0] == 200
            self.answered += 1

    def stop(self) -> None:
        self._stopping.set()
        self.join()


def transfers_in(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        [number] = connection.execute("SELECT count(*) FROM entries WHERE kind = 'transfer'").fetchone()
    return int(number)


def test_a_backup_of_a_desk_at_work_is_restored_elsewhere(empty_cli: Cli, tmp_path: Path) -> None:
    addresses, backup = Addresses(), tmp_path / "backup.sqlite3"
    with Serving(empty_cli, "serve", "--demo", RATE_LIMITS="off", **addresses.settings) as desk:
        desk.wait_until_ready(addresses.http)
        writer = Writer(addresses.http)
        writer.start()
        try:
            until(lambda: writer.answered >= 20)
            before = writer.answered
            said = empty_cli.done("backup", "backup.sqlite3")
            after = writer.sent
        finally:
            writer.stop()
        assert desk.stop() == 0
    assert said.splitlines()[0] == "Wrote backup.sqlite3, which is whole"
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if "backup" in path.name] == ["backup.sqlite3"]

    elsewhere = tmp_path / "elsewhere" / "var"
    elsewhere.mkdir(parents=True)
    shutil.copy(backup, elsewhere / "p2p.sqlite3")
    shutil.copy(tmp_path / "var" / "p2p.sqlite3-secret-key", elsewhere)
    restored = Cli(elsewhere.parent)
    assert restored.done("ledger", "verify") == "Every invariant holds"
    assert before <= transfers_in(elsewhere / "p2p.sqlite3") <= after
    assert restored.done("trader", "token", TRADERS["Jude"])


def test_no_backup_is_written_over_anything(cli: Cli) -> None:
    kept = cli.folder / "kept"
    kept.write_text("dear")
    (cli.folder / "link").symlink_to("nowhere")
    for name in ("kept", "link", "var", "var/p2p.sqlite3"):
        assert "is there already" in cli.refused("backup", name)
    assert kept.read_text() == "dear"
    assert cli.done("ledger", "verify") == "Every invariant holds"


@pytest.mark.parametrize("target", ["no folder/backup", "var/p2p.sqlite3/backup", "/proc/backup", "/dev/full/backup"])
def test_a_place_that_takes_no_backup(cli: Cli, target: str) -> None:
    assert f"{target} cannot be written: " in cli.refused("backup", target)


def test_where_there_is_nothing_to_copy(empty_cli: Cli) -> None:
    assert "there is no database at" in empty_cli.refused("backup", "backup")
    assert "nothing is kept" in empty_cli.refused("backup", "backup", DATABASE_URL="memory:")
    (empty_cli.folder / "notes").write_text("no database" * 99)
    assert "not a database" in empty_cli.refused("backup", "backup", DATABASE_URL="sqlite:///notes")
    (empty_cli.folder / "empty").touch()
    assert "alembic_version" in empty_cli.refused("backup", "backup", DATABASE_URL="sqlite:///empty")
    assert [path.name for path in empty_cli.folder.iterdir() if "backup" in path.name] == []


BROKEN = {
    "every entry has postings": "INSERT INTO entries VALUES (1, 'deposit', 'no', '2026-01-01T00:00:00.000000+00:00')",
    "every row that another points at": "INSERT INTO notice_counters VALUES ('nobody', 0, 0, 0)",
    "the books cannot be checked": "INSERT INTO accounts VALUES ('nobody', 'trx', 'p2p', 'much', 1)",
}


@pytest.mark.parametrize("says", BROKEN)
def test_broken_books_are_copied_and_told(cli: Cli, says: str) -> None:
    with closing(sqlite3.connect(cli.folder / "var" / "p2p.sqlite3", isolation_level=None)) as database:
        database.execute("PRAGMA ignore_check_constraints = ON")
        database.execute(BROKEN[says])
    ran = cli.run("backup", "backup", "--json")
    told = json.loads(ran.stdout)
    assert (ran.returncode, told["holds"], told["file"]) == (1, False, "backup")
    assert says in " ".join(told["broken"])
    assert (cli.folder / "backup").exists()
    assert cli.run("ledger", "verify").returncode == 1


def test_a_backup_is_made_before_a_migration_too(cli: Cli) -> None:
    with closing(sqlite3.connect(cli.folder / "var" / "p2p.sqlite3", isolation_level=None)) as database:
        database.execute("UPDATE alembic_version SET version_num = 'first'")
    assert cli.done("backup", "backup").startswith("Wrote backup, which is whole")


def test_a_damaged_file_is_found(cli: Cli) -> None:
    database = cli.folder / "var" / "p2p.sqlite3"
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        [page] = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'logins_expires_at_idx'"
        ).fetchone()
        [size] = connection.execute("PRAGMA page_size").fetchone()
    with database.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    said = cli.run("ledger", "verify")
    assert (said.returncode, "Traceback" in said.stderr) == (1, False)
    assert "restore a backup" in said.stdout + said.stderr
    assert "damaged" in cli.refused("backup", "backup")


def test_postgresql_makes_its_own(empty_cli: Cli) -> None:
    address = "postgresql+psycopg://desk:sword%40fish@db.example:5433/desk?sslmode=require"
    settings: dict[str, Any] = {
        "DATABASE_URL": address,
        "SECRET_KEY": "a key of these tests alone 0123456789",
        "MAIL_URL": "memory:",
    }
    line = empty_cli.refused("backup", "to here.dump", **settings)
    assert line == (
        "Nothing was copied. PostgreSQL makes its own backups: pg_dump --format=custom --file='to here.dump'"
        " 'postgresql://desk@db.example:5433/desk?sslmode=require'"
    )


def test_the_command_shows_no_password() -> None:
    shown = dump_command("postgresql+psycopg://desk:p@ss@word@db.example/desk?password=secret", Path("x"))
    assert shown == "pg_dump --format=custom --file=x postgresql://desk@db.example/desk"


def test_several_servers_are_spelled_as_pg_dump_takes_them() -> None:
    several = "host=one.example:5433&host=other.example&target_session_attrs=primary&options=-cx%3Dsecret"
    shown = dump_command(f"postgresql+psycopg://desk:swordfish@/desk?{several}", Path("x"))
    address = "postgresql://desk@one.example:5433,other.example/desk?target_session_attrs=primary"
    assert shown == f"pg_dump --format=custom --file=x '{address}'"
    shown = dump_command(f"postgresql+psycopg:///desk?{several}", Path("x"))
    assert "postgresql://one.example:5433,other.example/desk?" in shown
