"""The folder in which the processes of one role count together: it goes with them, however they end."""

import fcntl
import os
from pathlib import Path

import pytest

from config.figures import SHARED_FOLDER, shared_figures


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(SHARED_FOLDER, raising=False)
    return tmp_path


def made(folders: Path, name: str) -> Path:
    folder = folders / name
    folder.mkdir()
    (folder / "counter_7.db").write_bytes(b"x")
    return folder


def test_it_is_there_while_several_count_and_then_no_more(folders: Path) -> None:
    with shared_figures(2, folders):
        [folder] = folders.iterdir()
        assert os.environ[SHARED_FOLDER] == str(folder)
    assert list(folders.iterdir()) == []
    assert SHARED_FOLDER not in os.environ


def test_one_alone_needs_none(folders: Path) -> None:
    with shared_figures(1, folders):
        assert list(folders.iterdir()) == []
        assert SHARED_FOLDER not in os.environ


def test_what_those_left_behind_who_were_killed_is_removed_by_the_next(folders: Path) -> None:
    used, left, begun, other = (
        made(folders, name) for name in ("p2p-figures-used", "p2p-figures-left", "p2p-figures-begun", "another")
    )
    for folder in (used, left, other):
        (folder / "lock").touch()
    link = folders / "p2p-figures-link"
    link.symlink_to(other)
    with (used / "lock").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with shared_figures(2, folders):
            assert {used, begun, other, link} <= set(folders.iterdir())
            assert left not in folders.iterdir()
    assert (other / "counter_7.db").exists()
