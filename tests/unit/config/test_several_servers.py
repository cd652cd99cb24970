"""Settings that name more than one database server: a replica, and several of which one is the primary."""

import pytest

from config.databases import PostgresqlDatabase
from config.shown_settings import secrets_of, shown_settings
from config.wrong_setting import WrongSetting
from tests.unit.config.test_settings import KEY, POSTGRESQL, settings


def test_a_replica_is_of_postgresql() -> None:
    given = {"DATABASE_URL": POSTGRESQL, "SECRET_KEY": KEY, "MAIL_URL": "memory:"}
    assert settings(**given).database.replica_url is None
    replica = "postgresql+psycopg://desk:sailfish@db2.example/desk"
    found = settings(**given, REPLICA_URL=replica)
    assert found.database.replica_url == replica
    assert "sailfish" in secrets_of(found)
    shown = shown_settings(found, {"P2P_REPLICA_URL": replica})
    assert shown["P2P_REPLICA_URL"] == replica.replace("sailfish", "***")
    for wrong in ("memory:", "sqlite:///p2p.sqlite3", "postgresql+psycopg://db2,db3/desk", "db2.example"):
        with pytest.raises(WrongSetting, match=r"^P2P_REPLICA_URL "):
            settings(**given, REPLICA_URL=wrong)


@pytest.mark.parametrize("named", ["primary", "read-write"])
def test_several_servers_have_one_spelling(named: str) -> None:
    url = f"postgresql+psycopg://desk:swordfish@/desk?host=one:5432&host=other.example&target_session_attrs={named}"
    found = settings(DATABASE_URL=url, SECRET_KEY=KEY, MAIL_URL="memory:").database
    assert found == PostgresqlDatabase(url)
    assert found.shown == url.replace("swordfish", "***")
