"""Commands where the database is not there, is not migrated, or is out of reach."""

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.running import Cli

AddTrader = Callable[[str], str]


class TestDatabase:
    def test_where_there_is_none_no_file_is_left(self, empty_cli: Cli) -> None:
        line = empty_cli.refused("ledger", "verify")
        assert re.fullmatch(r"The database cannot be used: there is none at .*; p2p migrate makes it", line)
        assert list(empty_cli.folder.iterdir()) == []

    def test_migrating_twice_changes_nothing(self, empty_cli: Cli) -> None:
        for _ in range(2):
            assert empty_cli.done("migrate") == "The database is up to date"

    def test_what_is_kept_is_its_owner_s_only(self, cli: Cli, add_trader: AddTrader) -> None:
        add_trader("Jude")
        cli.done("trader", "token", "jude@example.com")
        kept = [path for path in (cli.folder / "var").iterdir() if path.name.startswith("p2p.sqlite3")]
        assert len(kept) >= 2
        assert [path.name for path in kept if path.stat().st_mode & 0o077] == []

    def test_an_unmigrated_one_is_told(self, empty_cli: Cli) -> None:
        sqlite3.connect(empty_cli.folder / "empty.sqlite3").close()
        (empty_cli.folder / "empty.sqlite3").touch()
        line = empty_cli.refused("ledger", "verify", DATABASE_URL="sqlite:///empty.sqlite3")
        assert line == "The database cannot be used: the database is not migrated; p2p migrate does that"

    def test_memory_is_out_of_reach(self, empty_cli: Cli) -> None:
        assert "no other process" in empty_cli.refused("ledger", "verify", DATABASE_URL="memory:")
        assert "no tables" in empty_cli.refused("migrate", DATABASE_URL="memory:")

    @pytest.mark.parametrize("role", ["http", "ws", "worker"])
    def test_one_role_alone_is_for_postgresql(self, cli: Cli, role: str) -> None:
        line = cli.refused(role)
        assert line == "An embedded database has one process, which p2p serve runs; this needs PostgreSQL"

    def test_postgresql_away_is_told(self, empty_cli: Cli, tmp_path: Path) -> None:
        away = {
            "DATABASE_URL": f"postgresql+psycopg://desk@localhost/desk?host={tmp_path}",
            "SECRET_KEY": "swordfish" * 8,
            "MAIL_URL": "memory:",
        }
        line = empty_cli.refused("ledger", "verify", **away)
        assert line.startswith("The database cannot be used: ")
        assert "swordfish" not in line
