"""Revisions that were released: none of their files changes any more, and each shape they ever made becomes today's.

The dumps in ``shapes/`` were made by the code of the commits that they are named after: each holds two traders with
an ad of either kind, offers in every state, entries, letters and notices. ``first`` was edited in place seven times on
PostgreSQL and five times on SQLite before this was forbidden.
"""

import hashlib
import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select

from adapters.sql.audit.verify import verify
from adapters.sql.connections.engine import open_engine, own_transaction
from adapters.sql.migrations import migrate as migrating
from adapters.sql.migrations.migrate import upgrade
from adapters.sql.migrations.revisions import head_revision, known_revisions
from adapters.sql.schema.tables import offers
from tests.conftest import NewDatabase
from tests.integration.desk import Desk
from tests.integration.sql.conftest import NewDesk, administrator
from tests.integration.sql.shape import shape_of

VERSIONS = Path(migrating.__file__).parent / "versions"
SHAPES = Path(__file__).with_name("shapes")
NEWEST_SHAPE = "c0c91dd"
"""The last edit of ``first``: its databases have all that ``one_shape`` makes."""

# A file is added here when its revision is released. No line is ever changed: what a database was made by must still
# be there for those that come after it, and a database that ran the old text does not run the new one.
RELEASED = {
    "__init__.py": "7d665e111b8a07794951c0eba4d9ee8927c71006b181148ec5fc6d6007d327e5",
    "api_keys.py": "f5d561d554369b65e88e716446c6f604851b0c6ed8a7186ebeb97633a3438bb8",
    "audit_subjects.py": "a7761227d7f52b14a08cc24123a9dca37a7ebb32cea81847d3bf7655fa48a7c3",
    "blocks.py": "06b4be8adc22c8fcf29bf4c6e4b07b236fed2b551aef25c08f127e804d3f83dd",
    "endings.py": "d9e8920c863e2f2a738af7a6058922bb3cc6967729acd2e782030462b48730c0",
    "boards_of_pairs.py": "ff836dcb8d262308cf7273a7bd32ff41585a2f7dd1cacfaae530705d2d088484",
    "chats.py": "fc5952ebe380b72f47ca9cbf67b6d1797f3b9d03d09bea6b5b682cafd44bc2a4",
    "client_references.py": "fec1ea940282d6a9af81c00c5bc56d4604a33c04ccc8523e86c8765aff77a5ee",
    "dispute_queues.py": "fea61706a6f4029a09d90983dcd878e808c5b7074a6a9f91b1b35ad7a16194c5",
    "dispute_kinds.py": "99e52b783b343dc39881bd881a3d7fc549f7d35d3998b240da155d82cbe4997e",
    "expected_rows.py": "ad30486dc355de0de6267beb2893d6b0ce30411e2566949c9f468f25b4a5af5b",
    "feedback.py": "bdbf4eb2745def41849f97b3792b5bb70a65e1627a5c3dcc94aa5ed22070553d",
    "finding_traders.py": "e7b2a48b1afe00904b2b0c2960cbbb09e573b8decb94472f35dd1da76ab77623",
    "first.py": "3f7c96db993fb7f2741e352038ec6e23b3f6099abed9bdf050d7767ef8cfb445",
    "first_postgresql.sql": "92ac0ad76946ebea00bddf35877d1c33ad4c5fc977fbd60cc1c04f754ace0e4f",
    "first_sqlite.sql": "ccbd310a9e3dc39b18e52eeece143b04aabea11f877f8bd2fc4c04a48de902d9",
    "logins_to_see.py": "e643e23520d1dbda45a0575293122bcf1c917eb38d58657a92e82a7ac15262cf",
    "mail_codes.py": "1c5f932c115935761b98849c9233acdb9c61eaa1de82f9f5b32efc8e60fa6efb",
    "market_rates.py": "0f8d4ade0dea02b06ede85488c7dfa96dcb3ac4c8740e442285db208071a62a8",
    "freezing.py": "94469385330e51786736c7098ad48a99ebf94de7095638f374f5b72e34f5a557",
    "notices_about_anything.py": "6a2a4e1412013935569521fbf56e34bc9b7ac15c496257f480cc09c3a8df58ff",
    "offer_keeps.py": "7a18e025bb3178d8c8146c160a30c4404668e54497f76995f38abb22b4e7cc4d",
    "offer_payment_details.py": "129f5b86d662f79a87e4ff31654118b5723447a22c725a7c95907c8897196b7c",
    "one_shape.py": "1c0825582dbf634eed2af0b2fcc1bd87377bbc44f59cf20057d79eeeb52ed8d7",
    "slowing.py": "3c0194314194b8f7570e04cd74083a681f74723cef4bdbbae365cda2aac8a118",
    "urgent_letters.py": "6cc9bbb6a2e0cc6837abebb79e97886fd0c71ff001a0f51655fec8da8135eeab",
    "saved_payment_methods.py": "60dc1ad9b9cca1dd03deadd2336f0bed70f95af8ef067f546269b0e5dff788e7",
    "second_factors.py": "93c03b73736e4420b334448f8ad6434849c6fe64f80ca467ba265ad81f156ca7",
    "trades_to_end.py": "9ca2c9010e1ab76e41d722af93636d0254a4e85a008fec15d6679bf37b808596",
    "market_ads.py": "f7d1548330c938feb29668f537de69caca3971c7cede66a47b142af6ecae5f82",
    "trader_counts.py": "886f65ae6a07332b1a145c8b9305af600b55667c6277e18bcee4101fe621c012",
    "ad_editions.py": "63c04a8e59c0044ad2dec65b2e825b566a17cb4afed29693b11d44d68e3f4edf",
    "offer_fees.py": "da0482c1647df0b798af786e89d16d429464b0aad396cbaa1433b46223de3e3c",
    "webhooks.py": "4077a73632f26d77fcbc3ca333b93c0481d092afadc1bac62da8a45e91b33c7a",
    "deleted_traders.py": "80d03270601235153444ce1ca5eea93af294f62fbaeaaabebc49aa98048c20ee",
    "solvency.py": "18337dfe217193a31a07829b776b6744e336ab7bec92a7b1f9893c0bfe0f801a",
    "heartbeat.py": "e77d42d14dea22c62de227526810101c08c35d715fceda81864a0cbfd8d828db",
    "ledger_checks.py": "7b2e93e29677337ba248327e0a51dafc059d3c5238bb9783ec089170bcb8fb75",
    "requirements.py": "81dec9ceb71774fad31c4593d400fd198afd98307e07b3ee40763126797bc30c",
    "staff_mails.py": "a17f08e12d27d2c4e0b21b0910417925e625167d70e2dba236cf0b3a0be69547",
    "restores.py": "4835394f133ed7b3d813adac3dd2477aafa1caf60c6f4ddf57ba8d2e5a08abcd",
    "request_ids.py": "ef1d01aa8ea30fc01d3bf2ea22732f7ea3b0d07eb776cb81110e375f982aee9c",
    "no_replace.py": "5c773adc40412736463d582c14cffb5f9e24550e86f094655f6eed77ba3a3f6f",
    "forgotten_letters.py": "44adccd2159dc7b663386f6fe8174820418f7ff031f5ce97a929f873d121f680",
    "live_offers_of_ads.py": "d8160d8c01c81c589a2e171df4cfda88150ffd54632918ec2261a75756ceab47",
    "solvency_tiers.py": "231d3b2193543d2cc5a8bd217b455d9fa96ec1efd0a73f6f35d2e6558a5eeba6",
    "compatible_revisions.py": "2bbdd463310548b0b5e9228cb2aa1f032ee8e25d2ac3fcfda59b2817b276d354",
}


def test_a_released_revision_never_changes() -> None:
    files = [path for path in VERSIONS.iterdir() if path.is_file()]
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files} == RELEASED


def test_revisions_are_one_line_that_begins_with_the_first() -> None:
    found = {
        re.search(r'^revision = "(\w+)"$', text, re.MULTILINE)[1]: text  # type: ignore[index]
        for text in (path.read_text() for path in VERSIONS.glob("*.py") if path.name != "__init__.py")
    }
    line: list[str | None] = [head_revision()]
    while line[-1] is not None:
        before = re.search(r'^down_revision = (?:"(\w+)"|None)$', found[line[-1]], re.MULTILINE)
        assert before is not None
        line.append(before[1])
    assert line[-2:] == ["first", None]
    assert set(line[:-1]) == set(found) == known_revisions()
    # A command that starts reads the files by itself; what migrates goes by Alembic.
    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    assert ScriptDirectory.from_config(config).get_heads() == [head_revision()]


# Older shapes --------------------------------------------------------------------------------------------------

Restore = Callable[[Path], str]


@pytest.fixture
def restore(new_database: NewDatabase, tmp_path: Path) -> Restore:
    """A function that makes a database from a dump and returns its URL."""

    def make(dump: Path) -> str:
        script = dump.read_text(encoding="utf-8")
        if dump.stem.endswith("sqlite"):
            path = tmp_path / "restored.sqlite3"
            with closing(sqlite3.connect(path)) as connection:
                connection.executescript(script)
            return f"sqlite:///{path}"
        url = new_database(migrated=False)
        with closing(administrator(url)) as connection:
            connection.execute(script)
        return url

    return make


def upgraded_to(url: str, revision: str) -> None:
    """Bring a database to a revision that is not the newest, as the code of that day did."""
    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent).replace("%", "%%"))
    engine = open_engine(url, is_patient=True)
    try:
        with own_transaction(engine, writes=True) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    finally:
        engine.dispose()


DUMPS = sorted(SHAPES.glob("*.sql"))
of_each_dump = pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.stem)


def test_there_is_a_dump_of_each_shape() -> None:
    assert len([dump for dump in DUMPS if dump.stem.endswith("postgresql")]) == 7
    assert len([dump for dump in DUMPS if dump.stem.endswith("sqlite")]) == 5


@of_each_dump
@pytest.mark.parametrize("called", ["first", "expected_rows"])
def test_every_older_shape_becomes_today_s(
    dump: Path, called: str, restore: Restore, new_database: NewDatabase, sqlite_template: Path, open_desk: NewDesk
) -> None:
    """Whichever revision it is called: who ran ``first`` before an edit may have gone on to what came after it."""
    url = restore(dump)
    upgraded_to(url, called)
    today = f"sqlite:///{sqlite_template}" if url.startswith("sqlite") else new_database()
    if not dump.stem.startswith(NEWEST_SHAPE):
        assert shape_of(url) != shape_of(today)
    columns = columns_of(url)
    before = rows_of(url, columns)
    upgrade(url)
    assert shape_of(url) == shape_of(today)
    assert rows_of(url, columns) == before
    assert verify(url) == []
    assert kept_by_offers(url) == {("sell", True, 2, ""), ("buy", True, 2, "0123456789")}
    trade_on(open_desk(url), sorted(str(email) for (email,) in rows_of(url, {"traders": ["email"]})["traders"])[:2])
    assert verify(url) == []


Columns = Mapping[str, Sequence[str]]
Found = dict[str, list[tuple[object, ...]]]


def columns_of(url: str) -> Columns:
    """The columns of each table, but for the one that says how far a database was upgraded."""
    engine = open_engine(url, is_patient=True)
    try:
        catalogue = inspect(engine)
        tables = sorted(set(catalogue.get_table_names()) - {"alembic_version"})
        return {table: [column["name"] for column in catalogue.get_columns(table)] for table in tables}
    finally:
        engine.dispose()


def rows_of(url: str, columns: Columns) -> Found:
    """All rows of these tables, as far as these columns go."""
    engine = open_engine(url, is_patient=True)
    try:
        with own_transaction(engine, writes=False) as connection:
            return {
                table: sorted((tuple(row) for row in connection.exec_driver_sql(selected(table, names))), key=repr)
                for table, names in columns.items()
            }
    finally:
        engine.dispose()


def kept_by_offers(url: str) -> set[tuple[str, bool, Decimal, str]]:
    """What offers keep, by the type of their ad, and whether the row itself says so."""
    joined = "FROM offers JOIN ads ON ads.id = ad_id WHERE ads.status IN ('pending', 'paused')"
    told = f"SELECT ad_type, offers.id, offers.price_per_unit IS NOT NULL, pay_to_account_number {joined}"
    engine = open_engine(url, is_patient=True)
    try:
        with own_transaction(engine, writes=False) as connection:
            rows = connection.exec_driver_sql(told).fetchall()
            prices = {row.id: row.price_per_unit for row in connection.execute(select(offers))}
    finally:
        engine.dispose()
    return {(ad_type, bool(is_kept), prices[offer_id], number) for ad_type, offer_id, is_kept, number in rows}


def selected(table: str, columns: Sequence[str]) -> str:
    """The statement that reads the columns."""
    names = ", ".join(f'"{name}"' for name in columns)
    return f'SELECT {names} FROM "{table}"'


def trade_on(desk: Desk, emails: list[str]) -> None:
    """What an older shape refused: the two who traded there go on."""
    jude, amara = (desk.read(partial(lambda email, unit: unit.traders.by_email(email), email)) for email in emails)
    desk.deposit(jude, Decimal(20))
    released, disputed = (desk.offer(desk.ad(jude), amara) for _ in range(2))
    for offer in (released, disputed):
        desk.pay(offer)
    desk.release(released)
    desk.dispute(disputed)


@pytest.mark.parametrize("dump", sorted(SHAPES.glob(f"{NEWEST_SHAPE}_*.sql")), ids=lambda dump: dump.stem)
def test_a_database_of_today_s_shape_is_left_alone(dump: Path, restore: Restore) -> None:
    url = restore(dump)
    upgrade(url)
    before = rows_of(url, columns_of(url)), shape_of(url), identities_of(url)
    upgrade(url)
    upgraded_to_again(url)
    assert (rows_of(url, columns_of(url)), shape_of(url), identities_of(url)) == before


def upgraded_to_again(url: str) -> None:
    """Run ``one_shape`` once more on a database that has it."""
    engine = open_engine(url, is_patient=True)
    try:
        with own_transaction(engine, writes=True) as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'expected_rows'")
    finally:
        engine.dispose()
    upgraded_to(url, "one_shape")


def identities_of(url: str) -> list[tuple[object, ...]]:
    """What a table or index is to the engine itself, which changes when it is made anew."""
    asked = (
        "SELECT name, rootpage FROM sqlite_master WHERE rootpage > 0 ORDER BY name"
        if url.startswith("sqlite")
        else "SELECT relname, oid::bigint FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY relname"
    )
    engine = open_engine(url, is_patient=True)
    try:
        with own_transaction(engine, writes=False) as connection:
            return [tuple(row) for row in connection.exec_driver_sql(asked)]
    finally:
        engine.dispose()
