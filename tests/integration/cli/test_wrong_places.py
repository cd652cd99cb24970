"""Databases that cannot be used, each with every command that needs one: one line that says what to do, and exit 1."""

import ctypes
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.conftest import NewDatabase
from tests.integration.running import KEY, PASSWORD, Cli, parted
from tests.integration.sql.conftest import administrator
from tests.postgres import Cluster, Server

TRADER = "jude@example.com"
COMMANDS = (
    ["serve"],
    ["migrate"],
    ["trader", "add", TRADER, "--fullname", "Jude", "--password", PASSWORD],
    *(["trader", name, TRADER] for name in ("token", "suspend", "unsuspend")),
    *(["trader", name, TRADER, "trx"] for name in ("restrict", "unrestrict")),
    *(["wallet", name, TRADER, "trx", "1"] for name in ("deposit", "withdraw")),
    ["ledger", "verify"],
    ["outbox", "list"],
    ["outbox", "retry"],
)
ROLES = (["http"], ["ws"], ["worker"])
"""These run on PostgreSQL only."""
NEWER = "UPDATE alembic_version SET version_num = 'tomorrow'; DELETE FROM compatible_revisions"
"""What a newer desk leaves whose tables do not serve this one."""


def check_refused(cli: Cli, arguments: list[str], words: str, **settings: str) -> None:
    """One line with these words, and nothing else."""
    line = cli.refused(*arguments, **settings)
    assert words in line, f"{arguments}: {line}"
    assert PASSWORD not in line
    assert KEY not in line


def contents(folder: Path) -> dict[Path, bytes | None]:
    return {path: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


# SQLite --------------------------------------------------------------------------------------------------------

Prepare = Callable[[Path], str]


def make(path: Path, script: str) -> str:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    return path.name


def no_database(folder: Path) -> str:
    (folder / "notes.txt").write_text("Not a database, whatever its name is.\n" * 100)
    return "notes.txt"


def a_folder(folder: Path) -> str:
    (folder / "folder").mkdir()
    return "folder"


def below_a_file(folder: Path) -> str:
    (folder / "file").touch()
    return "file/p2p.sqlite3"


def another_program_s(folder: Path) -> str:
    return make(folder / "other.sqlite3", "CREATE TABLE songs (title TEXT); CREATE TABLE traders (name TEXT);")


def another_s_with_revisions(folder: Path) -> str:
    script = "CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES ('first');"
    return make(folder / "other.sqlite3", script + "CREATE TABLE songs (title TEXT);")


def cut_short(folder: Path) -> str:
    make(
        folder / "cut.sqlite3",
        "CREATE TABLE songs (title TEXT);" + "INSERT INTO songs VALUES (hex(zeroblob(9999)));" * 9,
    )
    whole = (folder / "cut.sqlite3").read_bytes()
    (folder / "cut.sqlite3").write_bytes(b"SQLite format 3\0" + b"\xff" * (len(whole) - 16))
    return "cut.sqlite3"


SQLITE = {
    no_database: "file is not a database; P2P_DATABASE_URL should name another file",
    a_folder: "is a folder; P2P_DATABASE_URL should name a file in it",
    below_a_file: "file",
    another_program_s: "another program's (songs, traders); give the desk a database of its own",
    another_s_with_revisions: "another program's (songs); give the desk a database of its own",
    cut_short: "file is not a database; P2P_DATABASE_URL should name another file",
}


@pytest.mark.parametrize("prepare", SQLITE, ids=lambda prepare: prepare.__name__)
def test_an_sqlite_file_that_cannot_be_used(empty_cli: Cli, prepare: Prepare) -> None:
    url = f"sqlite:///{prepare(empty_cli.folder)}"
    before = contents(empty_cli.folder)
    for arguments in COMMANDS:
        check_refused(empty_cli, arguments, SQLITE[prepare], DATABASE_URL=url)
    assert contents(empty_cli.folder) == before


@pytest.mark.parametrize("path", ["/proc/p2p.sqlite3", "/proc/self/nowhere/p2p.sqlite3", "/dev/full", "a" * 300])
def test_a_place_where_nobody_can_make_a_file(empty_cli: Cli, path: str) -> None:
    for arguments in (["migrate"], ["serve"], ["ledger", "verify"]):
        check_refused(empty_cli, arguments, path, DATABASE_URL=f"sqlite:///{path}")
    assert contents(empty_cli.folder) == {}


def test_a_newer_desk_has_migrated_it(cli: Cli) -> None:
    make(cli.folder / "var" / "p2p.sqlite3", NEWER)
    for arguments in COMMANDS:
        check_refused(cli, arguments, "of revision tomorrow, which this version of the desk does not know")


def test_an_older_desk_has_migrated_it(cli: Cli) -> None:
    make(cli.folder / "var" / "p2p.sqlite3", "UPDATE alembic_version SET version_num = 'first'")
    check_refused(cli, ["ledger", "verify"], "of revision first, before this version's; p2p migrate brings it up")


def test_a_table_is_gone(cli: Cli) -> None:
    make(cli.folder / "var" / "p2p.sqlite3", "DROP TABLE letters")
    for arguments in (["ledger", "verify"], ["outbox", "list"]):
        check_refused(cli, arguments, "no such table: letters")


def without_privileges() -> None:
    """As root is on most machines, who may write everywhere: without what lets it pass permissions by."""
    drop_from_bounding_set, override, read_search = 24, 1, 2
    for capability in (override, read_search):
        ctypes.CDLL(None).prctl(drop_from_bounding_set, capability, 0, 0, 0)


def run_without_privileges(cli: Cli, *arguments: str) -> str:
    """The one line that a command is refused with."""
    ran = subprocess.run(
        cli.command(*arguments),
        env=cli.environment(),
        cwd=cli.folder,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=without_privileges,
    )
    _, said = parted(ran.stderr)
    assert (ran.returncode, ran.stdout, len(said.splitlines())) == (1, "", 1), ran
    return said


@pytest.mark.parametrize("command", [["migrate"], ["serve"], ["trader", "token", TRADER], ["ledger", "verify"]])
@pytest.mark.parametrize("place", ["var/p2p.sqlite3", "var"])
def test_what_only_can_be_read(cli: Cli, command: list[str], place: str) -> None:
    path = cli.folder / place
    mode = path.stat().st_mode
    path.chmod(mode & 0o555)
    try:
        line = run_without_privileges(cli, *command)
        assert f"{path} cannot be written by whoever runs this" in line
    finally:
        path.chmod(mode)
    assert cli.done("ledger", "verify") == "Every invariant holds"


def test_a_folder_in_which_nothing_can_be_made(empty_cli: Cli) -> None:
    (empty_cli.folder / "var").mkdir(0o500)
    line = run_without_privileges(empty_cli, "migrate")
    assert "p2p.sqlite3 cannot be made: Permission denied; whoever runs this must be able to write there" in line


@pytest.mark.parametrize("blocks", [0, 8, 200])
def test_a_disk_that_is_full(empty_cli: Cli, blocks: int) -> None:
    """A limit of what the process may write fails where a full disk would, in the middle."""
    limited = ["sh", "-c", f'ulimit -f {blocks}; exec "$@"', "sh", *empty_cli.command("migrate")]
    ran = subprocess.run(
        limited, env=empty_cli.environment(), cwd=empty_cli.folder, capture_output=True, text=True, check=False
    )
    _, said = parted(ran.stderr)
    assert (ran.returncode, len(said.splitlines())) == (1, 1), ran
    assert "disk" in said
    assert empty_cli.done("migrate") == "The database is up to date"


# PostgreSQL ----------------------------------------------------------------------------------------------------


def check_all_refused(cli: Cli, url: str, words: str, *, migrate: str | None = None) -> None:
    for arguments in (*COMMANDS, *ROLES):
        said = migrate if migrate is not None and arguments == ["migrate"] else words
        check_refused(cli, arguments, said, DATABASE_URL=url, SECRET_KEY=KEY, MAIL_URL="file:var/mail")


def test_another_program_s_postgresql(empty_cli: Cli, new_database: NewDatabase) -> None:
    url = new_database(migrated=False)
    with closing(administrator(url)) as aside:
        aside.execute("CREATE TABLE songs (title TEXT)")
    check_all_refused(empty_cli, url, "another program's (songs); give the desk a database of its own")


def test_a_newer_desk_s_postgresql(empty_cli: Cli, database_url: str) -> None:
    with closing(administrator(database_url)) as aside:
        aside.execute(NEWER)
    check_all_refused(empty_cli, database_url, "of revision tomorrow, which this version of the desk does not know")


@pytest.fixture
def limited(cluster: Server) -> Iterator[str]:
    """A role that may log in and nothing else."""
    with closing(cluster.connect()) as aside:
        aside.execute("CREATE ROLE limited LOGIN")
        yield "limited"
        aside.execute("DROP ROLE limited")


def as_role(url: str, role: str) -> str:
    return make_url(url).set(username=role).render_as_string(hide_password=False)


def test_a_role_that_may_not_create(empty_cli: Cli, new_database: NewDatabase, limited: str) -> None:
    url = as_role(new_database(migrated=False), limited)
    check_all_refused(
        empty_cli, url, "not migrated", migrate="permission denied for schema public; the desk's role needs to own"
    )


def test_a_role_that_may_not_read(empty_cli: Cli, database_url: str, limited: str) -> None:
    check_all_refused(
        empty_cli, as_role(database_url, limited), "permission denied for table alembic_version; the desk's"
    )


def test_a_role_that_may_not_connect(empty_cli: Cli, database_url: str, limited: str) -> None:
    with closing(administrator(database_url)) as aside:
        aside.execute(f"REVOKE CONNECT ON DATABASE {aside.info.dbname} FROM PUBLIC")
    check_all_refused(empty_cli, as_role(database_url, limited), "permission denied for database")


def test_nobody_there(empty_cli: Cli, database_url: str) -> None:
    name = make_url(database_url).database
    check_all_refused(empty_cli, database_url.replace(str(name), "p2p_no_such_database"), "p2p_no_such_database")
    check_all_refused(empty_cli, as_role(database_url, "p2p_nobody"), 'role "p2p_nobody" does not exist')


@pytest.mark.parametrize(
    ("server", "words"),
    [
        ("desk@127.0.0.1:1/desk", "Connection refused; look at P2P_DATABASE_URL, and whether that server runs"),
        ("desk@no-such-host.invalid/desk", "failed to resolve host 'no-such-host.invalid'"),
    ],
)
def test_no_server(empty_cli: Cli, server: str, words: str) -> None:
    check_all_refused(empty_cli, f"postgresql+psycopg://{server}", words)


def test_a_wrong_password(empty_cli: Cli) -> None:
    with Cluster(fsync=False) as cluster:
        with closing(cluster.connect()) as aside:
            aside.execute("CREATE ROLE desk LOGIN PASSWORD 'right-as-rain'")
            rules = Path(str((aside.execute("SHOW hba_file").fetchone() or [""])[0]))
            rules.write_text(f"host all desk 127.0.0.1/32 scram-sha-256\n{rules.read_text()}")
            aside.execute("SELECT pg_reload_conf()")
        url = make_url(cluster.url("postgres")).set(username="desk", password="wrong-as-snow")
        check_all_refused(
            empty_cli, url.render_as_string(hide_password=False), 'password authentication failed for user "desk"'
        )


def test_a_postgresql_that_is_not_utf8(empty_cli: Cli, cluster: Server) -> None:
    name = "p2p_test_ascii"
    with closing(cluster.connect()) as aside:
        aside.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'")
    try:
        check_all_refused(empty_cli, cluster.url(name), "its encoding is SQL_ASCII")
    finally:
        cluster.drop_database(name)
