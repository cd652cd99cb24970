"""Secrets that are handed over in files."""

from pathlib import Path

import pytest

from config.secret_files import LARGEST_BYTES, SECRETS, with_secret_files
from config.settings import SETTINGS
from config.wrong_setting import WrongSetting


@pytest.mark.parametrize(
    "content", [b"swordfish", b"swordfish\n", b"swordfish\r\n", b"\xef\xbb\xbfswordfish\n", b" swordfish "]
)
@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_may_lie_in_a_file(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(content)
    given = {f"{name}_FILE": "secret", "LANG": "C"}
    assert with_secret_files(given, tmp_path) == {name: "swordfish", "LANG": "C"}
    assert with_secret_files({f"{name}_FILE": str(tmp_path / "secret")}, Path("/elsewhere")) == {name: "swordfish"}


def test_each_is_a_setting() -> None:
    assert set(SECRETS) <= {setting.name for setting in SETTINGS}


@pytest.mark.parametrize("name", SECRETS)
def test_it_is_given_one_way(name: str, tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match=f"^{name}_FILE is given, and so is {name}"):
        with_secret_files({name: "swordfish", f"{name}_FILE": "secret"}, tmp_path)


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        ("missing", "cannot be read: No such file"),
        (".", "cannot be read: Is a directory"),
        ("a\0b", "cannot be read"),
        ("latin", "is not UTF-8"),
        ("large", "is larger than a secret can be"),
        ("", "cannot be read"),
    ],
)
def test_a_file_that_holds_none_is_named(path: str, complaint: str, tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"sch\xfcssel")
    (tmp_path / "large").write_bytes(b"x" * (LARGEST_BYTES + 1))
    with pytest.raises(WrongSetting, match=complaint) as caught:
        with_secret_files({"P2P_SECRET_KEY_FILE": path}, tmp_path)
    assert caught.value.args[0].startswith("P2P_SECRET_KEY_FILE")


def test_as_many_bytes_as_it_may_have_are_read_whole(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"x" * LARGEST_BYTES)
    assert with_secret_files({"P2P_SECRET_KEY_FILE": "secret"}, tmp_path) == {"P2P_SECRET_KEY": "x" * LARGEST_BYTES}
