"""The role of the desk that owns nothing: it does all that the desk does, and cannot touch what happened."""

from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from adapters.sql.audit.verify import verify
from adapters.sql.schema.grants import grants
from adapters.sql.schema.only_added import ONLY_ADDED
from domain.errors import StoreUnavailable
from tests.integration.conftest import of_role
from tests.integration.running import KEY, PASSWORD, Cli
from tests.integration.sql.conftest import NewDesk, administrator


@pytest.fixture
def role_url(database_url: str, desk_role: str) -> str:
    return of_role(database_url, desk_role)


def test_what_is_only_added_is_what_has_the_triggers(database_url: str) -> None:
    """A table that gets them, or a new one, belongs into the list of the grants, too."""
    kept = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%append_only'"
    with closing(administrator(database_url)) as aside:
        assert {table for (table,) in aside.execute(kept)} == ONLY_ADDED


@pytest.mark.abuse("K4")
def test_the_role_cannot_change_what_happened(role_url: str) -> None:
    with closing(administrator(role_url)) as connection:
        for table in ONLY_ADDED:
            for statement in (
                f"DELETE FROM {table}",
                f"TRUNCATE {table} CASCADE",
                f"ALTER TABLE {table} DISABLE TRIGGER ALL",
                f"DROP TRIGGER {table}_append_only ON {table}",
                f"CREATE TRIGGER mine BEFORE INSERT ON {table} EXECUTE FUNCTION refuse_change()",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement)
        for statement in (
            "UPDATE entries SET kind = kind",
            "UPDATE postings SET amount = amount",
            "DELETE FROM accounts",
            "DELETE FROM offers",
            "DROP TABLE ads",
            "CREATE TABLE mine (id INTEGER)",
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "SET session_replication_role = replica",
            "UPDATE alembic_version SET version_num = 'mine'",
            "INSERT INTO compatible_revisions VALUES ('mine')",
            "SELECT setval('entries_id_seq', 1)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_a_story_under_the_role_with_the_check_of_the_books(role_url: str, open_desk: NewDesk) -> None:
    desk = open_desk(role_url)
    offer = desk.offer(desk.sell_ad(), desk.trader())
    desk.pay(offer)
    desk.say(offer, desk.traders[0])
    desk.release(offer)
    desk.rate(offer)
    disputed = desk.disputed(desk.buy_ad(), desk.trader(usdt=10))
    desk.resolve(disputed, desk.staff(), "buyer")
    desk.restrict(desk.traders[0])
    desk.freeze()
    desk.store.ping()
    assert verify(role_url) == []


def test_the_commands_under_the_role(role_url: str, tmp_path: Path) -> None:
    cli = Cli(tmp_path, DATABASE_URL=role_url, SECRET_KEY=KEY, MAIL_URL="file:var/mail")
    cli.done("trader", "add", "jude@example.com", "--fullname", "Jude", "--password", PASSWORD)
    cli.done("wallet", "deposit", "jude@example.com", "trx", "1")
    assert cli.done("migrate", "--check") == "The database is up to date"
    assert cli.done("ledger", "verify") == "Every invariant holds"
    assert "permission denied for sequence" in cli.refused("restored")


def test_everybody_is_no_role(tmp_path: Path) -> None:
    """PostgreSQL takes the word for everybody, in quotes as well."""
    assert Cli(tmp_path).refused("grants", "public") == "public is everybody; name the role that runs the desk"


def test_what_is_printed_is_for_psql_and_takes_what_was_given_before(database_url: str, tmp_path: Path) -> None:
    name = 'a role"; DROP TABLE ads; --'
    script = Cli(tmp_path).done("grants", name)
    assert script.splitlines() == [f"{statement};" for statement in grants(name)]
    quoted = psycopg.sql.Identifier(name)
    with closing(administrator(database_url)) as aside:
        aside.execute(psycopg.sql.SQL("CREATE ROLE {}").format(quoted))
        try:
            aside.execute(psycopg.sql.SQL("GRANT ALL ON entries TO {}").format(quoted))
            aside.execute(script)
            rights = (
                "SELECT privilege_type FROM information_schema.role_table_grants WHERE grantee = %s AND table_name = %s"
            )
            assert set(aside.execute(rights, (name, "entries"))) == {("SELECT",), ("INSERT",)}
            assert set(aside.execute(rights, (name, "ads"))) == {("SELECT",), ("INSERT",), ("UPDATE",)}
        finally:
            aside.execute(psycopg.sql.SQL("DROP OWNED BY {}").format(quoted))
            aside.execute(psycopg.sql.SQL("DROP ROLE {}").format(quoted))


def test_without_grants_every_unit_says_what_is_missing(cluster: object, database_url: str, desk_role: str) -> None:
    with closing(administrator(database_url)) as aside:
        aside.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {desk_role}")
    with pytest.raises(StoreUnavailable, match="or what p2p grants prints for it"):
        verify(of_role(database_url, desk_role))
