"""The command line as its operator has it: one process a command."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.running import KEY, PASSWORD, Cli


@pytest.fixture(scope="session")
def migrated_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a migrated database, to be copied."""
    folder = tmp_path_factory.mktemp("desk")
    Cli(folder).done("migrate")
    return folder


@pytest.fixture
def empty_cli(tmp_path: Path) -> Cli:
    """Nothing is there yet."""
    return Cli(tmp_path)


@pytest.fixture
def cli(migrated_folder: Path, tmp_path: Path) -> Cli:
    """A migrated, empty desk on SQLite, with all settings as they are by default."""
    shutil.copytree(migrated_folder, tmp_path, dirs_exist_ok=True)
    return Cli(tmp_path)


@pytest.fixture
def postgres_cli(database_url: str, tmp_path: Path) -> Cli:
    """A migrated, empty desk on PostgreSQL."""
    return Cli(tmp_path, DATABASE_URL=database_url, SECRET_KEY=KEY, MAIL_URL="file:var/mail")


@pytest.fixture
def add_trader(cli: Cli) -> Callable[[str], str]:
    """Add a trader by name and return the id."""

    def add(name: str) -> str:
        return cli.done("trader", "add", f"{name.lower()}@example.com", "--fullname", name, "--password", PASSWORD)

    return add
