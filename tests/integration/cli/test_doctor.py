"""``p2p doctor`` on both databases: with nothing wrong, and with each thing wrong that it looks for."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from adapters.sql.migrations.migrate import upgrade
from adapters.sql.schema.grants import grants
from config.doctor import disk
from tests.integration.mail.server import USER, running
from tests.integration.running import KEY, Cli
from tests.integration.serving import Addresses, Serving
from tests.postgres import Cluster

LOOKED_AT = ["python", "settings", "database", "database version"]
ON_POSTGRESQL = ["database clock", "database role", "database durability", "database server"]
AND_THEN = [
    "database schema", "database writes", "mail", "P2P_HTTP_LISTEN", "P2P_WS_LISTEN", "files", "files disk",
]  # fmt: skip


def found(cli: Cli, code: int, **settings: str) -> dict[str, str]:
    """The lines by what they are about, each with its word in front."""
    ran = cli.run("doctor", **settings)
    assert ran.returncode == code, (ran.stdout, ran.stderr)
    lines: dict[str, str] = {}
    for line in ran.stdout.splitlines():
        word, _, rest = line.partition(" ")
        what, _, said = rest.strip().partition(": ")
        lines[what] = f"{word}: {said}"
    return lines


def troubles(lines: dict[str, str]) -> dict[str, str]:
    return {what: said.removeprefix("trouble: ") for what, said in lines.items() if said.startswith("trouble")}


@pytest.fixture
def sound(tmp_path: Path) -> Iterator[Cli]:
    """A desk on a PostgreSQL that keeps what it acknowledges."""
    with Cluster(max_connections=20, fsync=True) as cluster:
        name = cluster.new_database()
        upgrade(cluster.url(name))
        yield Cli(tmp_path, DATABASE_URL=cluster.url(name), SECRET_KEY=KEY, MAIL_URL="file:var/mail")


def test_an_embedded_desk_that_is_well(cli: Cli) -> None:
    before = sorted(path.name for path in cli.folder.rglob("*"))
    lines = found(cli, 0, **Addresses().settings)
    assert list(lines) == [*LOOKED_AT, *AND_THEN, "database disk"]
    assert troubles(lines) == {}
    after = {path.name for path in cli.folder.rglob("*")} - {"p2p.sqlite3-wal", "p2p.sqlite3-shm"}
    assert sorted(after) == [name for name in before if not name.endswith(("-wal", "-shm"))]
    data = json.loads(cli.done("doctor", "--json", **Addresses().settings))
    assert data[0]["what"] == "python"
    assert all(finding["is_ok"] for finding in data)


def test_a_desk_on_postgresql_that_is_well(sound: Cli) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    lines = found(sound, 0, **Addresses().settings, STATUS_LISTEN=f"127.0.0.1:{port}")
    expected = [*LOOKED_AT, *ON_POSTGRESQL, *AND_THEN]
    expected.insert(expected.index("files"), "P2P_STATUS_LISTEN")
    assert list(lines) == expected
    assert troubles(lines) == {}
    assert "may do to every table what the desk does" in lines["database role"]
    assert KEY not in str(lines)


def test_a_desk_that_runs_is_no_trouble(cli: Cli) -> None:
    addresses = Addresses()
    with Serving(cli, "serve", **addresses.settings) as serving:
        serving.wait_until_ready(addresses.http)
        lines = found(cli, 0, **addresses.settings)
    assert lines["P2P_HTTP_LISTEN"] == f"ok: 127.0.0.1:{addresses.http}: a desk is there"
    assert lines["P2P_WS_LISTEN"] == f"ok: 127.0.0.1:{addresses.websocket}: a desk is there"


def test_a_database_that_is_not_there_is_not_made(empty_cli: Cli) -> None:
    wrong = troubles(found(empty_cli, 1, **Addresses().settings))
    assert list(wrong) == ["database"]
    assert "p2p migrate makes it" in wrong["database"]
    assert list(empty_cli.folder.iterdir()) == []


def test_what_keeps_nothing_is_no_desk(empty_cli: Cli) -> None:
    assert "keeps nothing" in troubles(found(empty_cli, 1, DATABASE_URL="memory:", **Addresses().settings))["database"]


def test_a_postgresql_that_is_away(postgres_cli: Cli) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    url = f"postgresql+psycopg://desk:a-password@127.0.0.1:{port}/desk"
    wrong = troubles(found(postgres_cli, 1, DATABASE_URL=url, **Addresses().settings))
    assert list(wrong) == ["database"]
    assert "Connection refused" in wrong["database"]
    assert "a-password" not in wrong["database"]


def test_a_postgresql_with_all_that_can_be_wrong(postgres_cli: Cli) -> None:
    """Not on disk, as the tests have it; with a role that may do too little; of another version; and read-only."""
    url = make_url(postgres_cli.settings["DATABASE_URL"])
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    role = f"clerk_{os.urandom(4).hex()}"
    with closing(psycopg.connect(plain, autocommit=True)) as administrator:
        administrator.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'a-password'")  # type: ignore[arg-type]
        try:
            administrator.execute(f"GRANT SELECT ON alembic_version TO {role}")  # type: ignore[arg-type]
            other = url.set(username=role, password="a-password").render_as_string(hide_password=False)
            settings = {"DATABASE_URL": other, **Addresses().settings}
            wrong = troubles(found(postgres_cli, 1, **settings))
            assert list(wrong) in (
                ["database role", "database durability", "database use"],
                ["database role", "database use"],
            )
            assert f"{role} may not do all that the desk does to accounts, ads," in wrong["database role"]
            assert "permission denied" in wrong["database use"]
            # Who may read everything, such as an auditor, cannot run a desk; nor who may do all but one thing.
            administrator.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")  # type: ignore[arg-type]
            wrong = troubles(found(postgres_cli, 1, **settings))
            assert f"{role} may not do all that the desk does to accounts, ads," in wrong["database role"]
            assert "restores" not in wrong["database role"], "which is only read"
            administrator.execute("; ".join(grants(role)))  # type: ignore[arg-type]
            administrator.execute(f"REVOKE UPDATE ON offers FROM {role}")  # type: ignore[arg-type]
            wrong = troubles(found(postgres_cli, 1, **settings))
            assert wrong["database role"] == f"{role} may not do all that the desk does to offers"
            administrator.execute(f"ALTER DATABASE {url.database} SET default_transaction_read_only = on")  # type: ignore[arg-type]
            wrong = troubles(found(postgres_cli, 1, **Addresses().settings))
            assert "read-only" in wrong["database use"]
            administrator.execute(f"ALTER DATABASE {url.database} RESET default_transaction_read_only")  # type: ignore[arg-type]
        finally:
            administrator.execute("SET default_transaction_read_only = off")
            administrator.execute(f"DROP OWNED BY {role}")  # type: ignore[arg-type]
            administrator.execute(f"DROP ROLE {role}")  # type: ignore[arg-type]
        administrator.execute("UPDATE alembic_version SET version_num = 'webhooks'")
        wrong = troubles(found(postgres_cli, 1, **Addresses().settings))
        assert "is of revision webhooks, before this version's" in wrong["database use"]


def test_settings_that_are_wrong(cli: Cli) -> None:
    free = Addresses().settings
    assert troubles(found(cli, 1, TIME_TO_PAY="soon", **free)) == {
        "settings": "P2P_TIME_TO_PAY is no whole number from 1 to 1440"
    }
    assert (
        "P2P_TIME_TOPAY (the nearest is P2P_TIME_TO_PAY)" in troubles(found(cli, 1, TIME_TOPAY="5", **free))["settings"]
    )
    key = cli.folder / "var" / "p2p.sqlite3-secret-key"
    key.chmod(0o644)
    assert "which others can read" in troubles(found(cli, 1, **free))["settings"]


def test_addresses_that_others_have(cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        wrong = troubles(found(cli, 1, **{**Addresses().settings, "WS_LISTEN": address}))
    assert wrong == {"P2P_WS_LISTEN": f"P2P_WS_LISTEN: {address} cannot be listened on: Address already in use"}


def test_a_mail_server_that_lets_us_in_and_one_that_does_not(cli: Cli) -> None:
    free = Addresses().settings
    with running() as server:
        lines = found(cli, 0, MAIL_URL=f"smtp://127.0.0.1:{server.port}", **free)
        assert lines["mail"].startswith(f"ok: smtp://127.0.0.1:{server.port} lets us in: ")
        assert not lines["mail"].endswith("lets us in:")
        server.script.steps = {"greeting": "421 Not today"}
        wrong = troubles(found(cli, 1, MAIL_URL=f"smtp://{USER}:a-password@127.0.0.1:{server.port}", **free))
    assert "421 Not today" in wrong["mail"]
    assert "a-password" not in wrong["mail"]
    assert server.received == []


def test_folders_and_prices(cli: Cli) -> None:
    free = Addresses().settings
    (cli.folder / "a-file").write_text("no folder")
    wrong = troubles(found(cli, 1, MAIL_URL="file:a-file/mail", PRICES_URL="file:nowhere.json", **free))
    assert list(wrong) == ["mail", "prices"]
    assert "cannot be written" in wrong["mail"]
    (cli.folder / "prices.json").write_text('{"btc": {"usd": "65000.12"}}')
    assert found(cli, 0, PRICES_URL="file:prices.json", **free)["prices"] == "ok: 1 are told"


def test_a_disk_that_is_nearly_full(tmp_path: Path) -> None:
    assert disk("files", tmp_path / "not" / "there", 1).is_ok
    full = disk("files", tmp_path, 10**18)
    assert str(full).startswith("trouble  files disk: ")
