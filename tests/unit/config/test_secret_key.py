"""The key that is made and kept beside an embedded database."""

import logging
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.tokens.jwt_tokens import SECRET_BYTES_LEAST as NEEDED_TO_SIGN
from config.container import build
from config.secret_key import check_secret_key, kept_at, secret_keys_of
from config.settings import Settings, read_settings
from config.values import SECRET_BYTES_LEAST
from config.wrong_setting import WrongSetting

GIVEN = "acceptance-" + "k" * 40


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"P2P_DATABASE_URL": "sqlite:///var/p2p.sqlite3"}, tmp_path)


@pytest.fixture
def key_file(settings: Settings) -> Path:
    assert settings.database.path is not None
    return kept_at(settings.database.path)


def test_a_given_key_is_used_and_none_is_made(tmp_path: Path) -> None:
    settings = read_settings({"P2P_SECRET_KEY": GIVEN}, tmp_path)
    assert secret_keys_of(settings) == (GIVEN,)
    assert list(tmp_path.iterdir()) == []


def test_of_several_each_is_one(tmp_path: Path) -> None:
    settings = read_settings({"P2P_SECRET_KEY": f"{GIVEN}, {GIVEN[::-1]}"}, tmp_path)
    assert secret_keys_of(settings) == (GIVEN, GIVEN[::-1])
    with pytest.raises(WrongSetting, match="less than 32 bytes"):
        read_settings({"P2P_SECRET_KEY": f"{GIVEN},"}, tmp_path)


def test_the_first_to_ask_makes_it_and_others_find_it(settings: Settings, key_file: Path) -> None:
    (made,) = secret_keys_of(settings)
    assert len(made) >= SECRET_BYTES_LEAST
    assert secret_keys_of(settings) == (made,)
    assert key_file.read_text().strip() == made


@pytest.mark.abuse("J4")
def test_it_lies_beside_the_database_and_its_owner_alone_reads_it(settings: Settings, key_file: Path) -> None:
    secret_keys_of(settings)
    assert settings.database.path is not None
    assert list(settings.database.path.parent.iterdir()) == [key_file]
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


def test_of_many_that_ask_at_once_all_get_the_same(settings: Settings, key_file: Path) -> None:
    with ThreadPoolExecutor(max_workers=16) as threads:
        keys = set(threads.map(secret_keys_of, [settings] * 64))
    assert len(keys) == 1
    assert list(key_file.parent.iterdir()) == [key_file]


def test_two_desks_have_two_keys(settings: Settings, tmp_path: Path) -> None:
    assert secret_keys_of(settings) != secret_keys_of(read_settings({}, tmp_path / "other"))


def test_a_store_in_memory_keeps_no_key(tmp_path: Path) -> None:
    settings = read_settings({"P2P_DATABASE_URL": "memory:"}, tmp_path)
    assert secret_keys_of(settings) != secret_keys_of(settings)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.abuse("J3")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_key_that_others_can_read_is_refused(settings: Settings, key_file: Path, mode: int) -> None:
    secret_keys_of(settings)
    key_file.chmod(mode)
    with pytest.raises(WrongSetting, match=r"^P2P_SECRET_KEY is kept in .* which others can read"):
        secret_keys_of(settings)


@pytest.mark.parametrize("content", [b"", b"short", b"k" * 64, b"\xff" * 64])
def test_a_damaged_key_is_refused_and_not_replaced(settings: Settings, key_file: Path, content: bytes) -> None:
    secret_keys_of(settings)
    key_file.write_bytes(content)
    with pytest.raises(WrongSetting, match=r"^P2P_SECRET_KEY is kept in .* which does not hold a key any more$"):
        secret_keys_of(settings)
    assert key_file.read_bytes() == content


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where the folder should be")
    with pytest.raises(WrongSetting, match=r"^P2P_SECRET_KEY is not given, and .* cannot be used: "):
        secret_keys_of(read_settings({}, tmp_path))


def warnings_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def test_one_that_is_lost_is_told_of_once(settings: Settings, key_file: Path, caplog: pytest.LogCaptureFixture) -> None:
    migrated = build(settings)
    migrated.migrate()
    migrated.close()
    first = secret_keys_of(settings)
    assert warnings_of(caplog) == []
    key_file.unlink()
    assert secret_keys_of(settings) != first
    assert secret_keys_of(settings) == secret_keys_of(settings)
    (line,) = warnings_of(caplog)
    assert line.startswith(f"P2P_SECRET_KEY is not given, and there is none at {key_file}")
    assert "has to log in again" in line


def test_a_new_desk_has_lost_none(settings: Settings, key_file: Path, caplog: pytest.LogCaptureFixture) -> None:
    key_file.parent.mkdir()
    assert settings.database.path is not None
    settings.database.path.touch()
    secret_keys_of(settings)
    assert warnings_of(caplog) == []


def test_a_database_that_was_made_with_a_given_key_has_none_beside_it(tmp_path: Path, key_file: Path) -> None:
    migrated = build(read_settings({"P2P_SECRET_KEY": GIVEN}, tmp_path))
    migrated.migrate()
    migrated.close()
    assert not key_file.exists()


def test_looking_at_a_key_makes_none_and_refuses_a_wrong_one(settings: Settings, key_file: Path) -> None:
    check_secret_key(settings)
    assert not key_file.parent.exists()
    secret_keys_of(settings)
    check_secret_key(settings)
    key_file.chmod(0o644)
    with pytest.raises(WrongSetting, match="which others can read"):
        check_secret_key(settings)


@pytest.mark.abuse("J3")
def test_settings_ask_for_as_much_as_signing_needs() -> None:
    assert SECRET_BYTES_LEAST == NEEDED_TO_SIGN
