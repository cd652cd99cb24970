"""How far a database was migrated, which code its tables serve, and the statements that would bring it up."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adapters.sql.audit.verify import verify
from adapters.sql.migrations.as_sql import statements
from adapters.sql.migrations.migrate import SchemaState, state_of, upgrade
from adapters.sql.migrations.revisions import compatible_after, head_revision, steps_after
from domain.errors import StoreUnavailable
from tests.conftest import NewDatabase
from tests.integration.desk import Desk
from tests.integration.sql.conftest import administrator
from tests.integration.sql.shape import shape_of
from tests.integration.sql.test_released_revisions import upgraded_to
from tests.integration.waiting import until

HEAD = head_revision()
only_postgresql = pytest.mark.parametrize("engine", ["postgres"], indirect=True)


@pytest.fixture
def bare_url(engine: str, new_database: NewDatabase, tmp_path: Path) -> str:
    """A database without any table, which is there."""
    if engine == "postgres":
        return new_database(migrated=False)
    sqlite3.connect(tmp_path / "bare.sqlite3").close()
    return f"sqlite:///{tmp_path / 'bare.sqlite3'}"


def execute(url: str, script: str) -> list[Any]:
    """Run statements past the desk, and return what the last one found."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
            connection.executescript(script)
            return []
    with closing(administrator(url)) as connection:
        found = connection.execute(script)
        return found.fetchall() if found.description else []


# Which code the tables serve -----------------------------------------------------------------------------------


def test_a_step_that_expands_serves_those_before_and_any_other_does_not() -> None:
    assert "compatible_revisions" in steps_after("audit_subjects")
    assert compatible_after(["compatible_revisions"], ["audit_subjects"]) >= {"audit_subjects", "compatible_revisions"}
    assert "deleted_traders" not in compatible_after(["audit_subjects", "compatible_revisions"], ["deleted_traders"])
    assert compatible_after([], ["audit_subjects"]) == {"audit_subjects", HEAD}


def test_what_is_missing_is_told_in_order(bare_url: str) -> None:
    assert state_of(bare_url) == SchemaState(None, steps_after(None))
    upgraded_to(bare_url, "audit_subjects")
    state = state_of(bare_url)
    assert state == SchemaState("audit_subjects", steps_after("audit_subjects"))
    upgrade(bare_url)
    assert state_of(bare_url) == SchemaState(HEAD, ())
    assert not state_of(bare_url).is_newer


def newer(url: str, *, serves_us: bool) -> None:
    """What a newer version leaves behind."""
    script = "UPDATE alembic_version SET version_num = 'tomorrow';"
    script += "INSERT INTO compatible_revisions VALUES ('tomorrow');"
    execute(url, script + ("" if serves_us else f"DELETE FROM compatible_revisions WHERE revision = '{HEAD}'"))


def test_a_newer_database_that_serves_this_code_too(desk: Desk, url: str) -> None:
    newer(url, serves_us=True)
    desk.store.ping()
    desk.pay(desk.offer(desk.sell_ad(), desk.trader()))
    assert verify(url) == []
    assert state_of(url).is_newer
    before = shape_of(url)
    upgrade(url)
    assert (state_of(url).revision, shape_of(url)) == ("tomorrow", before)


def test_a_newer_database_that_does_not(desk: Desk, url: str) -> None:
    newer(url, serves_us=False)
    for ask in (desk.store.ping, lambda: state_of(url), lambda: upgrade(url), lambda: statements(url)):
        with pytest.raises(StoreUnavailable, match="a newer one has migrated it; run that one"):
            ask()


def test_a_table_that_somebody_emptied_says_it_again_once_migrated(url: str) -> None:
    execute(url, "DELETE FROM compatible_revisions")
    upgrade(url)
    newer(url, serves_us=True)
    assert state_of(url).is_newer


# The statements ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("begin", [None, "finding_traders", "audit_subjects"])
def test_the_statements_do_what_migrating_does(begin: str | None, bare_url: str, url: str) -> None:
    if begin is not None:
        upgraded_to(bare_url, begin)
    before = shape_of(bare_url) if begin else None
    told = statements(bare_url)
    # Nothing has been done by telling.
    assert state_of(bare_url).revision == begin
    assert before is None or shape_of(bare_url) == before
    execute(bare_url, "".join(f"{statement};\n" for statement in told))
    assert shape_of(bare_url) == shape_of(url)
    assert state_of(bare_url) == SchemaState(HEAD, ())
    newer(bare_url, serves_us=True)
    assert state_of(bare_url).is_newer


def test_nothing_is_told_where_nothing_is_missing(url: str) -> None:
    assert statements(url) == []


def test_steps_that_go_by_what_they_find_are_not_told(bare_url: str) -> None:
    upgraded_to(bare_url, "first")
    with pytest.raises(StoreUnavailable, match="of revision first, and the steps up to"):
        statements(bare_url)


# Those who are in the way --------------------------------------------------------------------------------------


@only_postgresql
def test_a_table_in_use_is_not_waited_for_with_everybody_behind(bare_url: str) -> None:
    upgraded_to(bare_url, "deleted_traders")
    with closing(administrator(bare_url)) as user:
        user.autocommit = False
        user.execute("LOCK TABLE audit_trail IN ROW EXCLUSIVE MODE")
        with pytest.raises(StoreUnavailable, match="nothing was changed, since others use its tables"):
            upgrade(bare_url, tries=1)
        assert state_of(bare_url).revision == "deleted_traders"
        migrating = threading.Thread(target=upgrade, args=(bare_url,))
        migrating.start()
        with closing(administrator(bare_url)) as looking:
            waits = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'audit_trail'::regclass"
            until(lambda: looking.execute(waits).fetchone() is not None)
        user.rollback()
        migrating.join()
    assert state_of(bare_url) == SchemaState(HEAD, ())
