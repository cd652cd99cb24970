"""``p2p migrate --check`` and ``--sql``: what is to be done, without doing it."""

import sqlite3
from contextlib import closing

from adapters.sql.migrations.revisions import head_revision, steps_after
from tests.conftest import NewDatabase
from tests.integration.running import KEY, Cli
from tests.integration.sql.conftest import administrator
from tests.integration.sql.test_released_revisions import upgraded_to

STEPS = f"p2p migrate makes {len(steps_after(None))} steps: {', '.join(steps_after(None))}"


def test_a_place_where_there_is_nothing_is_left_alone(empty_cli: Cli) -> None:
    for option in ("--check", "--sql"):
        assert "p2p.sqlite3; p2p migrate makes it" in empty_cli.refused("migrate", option)
    assert list(empty_cli.folder.iterdir()) == []


def test_a_database_that_is_up_to_date(cli: Cli) -> None:
    assert cli.done("migrate", "--check") == "The database is up to date"
    assert cli.done("migrate", "--sql") == ""


def test_a_database_that_is_behind(empty_cli: Cli, new_database: NewDatabase) -> None:
    url = new_database(migrated=False)
    empty_cli.settings.update(DATABASE_URL=url, SECRET_KEY=KEY, MAIL_URL="file:var/mail")
    ran = empty_cli.run("migrate", "--check")
    assert (ran.returncode, ran.stdout.strip()) == (1, f"The database has no tables; {STEPS}")
    upgraded_to(url, "deleted_traders")
    ran = empty_cli.run("migrate", "--check")
    assert ran.returncode == 1
    assert ran.stdout.startswith("The database is of revision deleted_traders; p2p migrate makes ")
    assert ran.stdout.endswith("; stop all processes before\n")
    script = empty_cli.done("migrate", "--sql")
    assert empty_cli.run("migrate", "--check").returncode == 1
    with closing(administrator(url)) as aside:
        aside.execute(script)
    assert empty_cli.done("migrate", "--check") == "The database is up to date"
    assert empty_cli.done("migrate") == "The database is up to date"


def test_the_statements_for_an_empty_file(empty_cli: Cli) -> None:
    path = empty_cli.folder / "new.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(empty_cli.done("migrate", "--sql", DATABASE_URL=make_empty(str(path))))
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(head_revision(),)]


def make_empty(path: str) -> str:
    """The address of a database in which there is nothing yet."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 0")
    return f"sqlite:///{path}"


def test_one_thing_at_a_time(cli: Cli) -> None:
    assert cli.run("migrate", "--sql", "--check").returncode == 2
