"""Files in a folder: whole or not at all, their owner's only, and found again by their age."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from adapters.files.folder import FolderFiles
from adapters.worker.leftovers import LEFT_FOR, LOOK_EVERY, Leftovers
from domain import Actor, Attachment, send_attachment
from domain.errors import StoreUnavailable
from domain.ports.files import FileMissing
from domain.ports.store import Store
from tests.integration.desk import Desk


@pytest.fixture
def files(tmp_path: Path) -> FolderFiles:
    return FolderFiles(tmp_path / "a folder" / "files")


def test_a_file_comes_back_as_it_was_kept(files: FolderFiles) -> None:
    file_id, body = uuid4(), bytes(range(256)) * 1000
    files.keep(file_id, body)
    assert files.read(file_id) == body
    (entry,) = files.folder.iterdir()
    assert stat.S_IMODE(entry.stat().st_mode) == 0o600
    assert stat.S_IMODE(files.folder.stat().st_mode) == 0o700
    files.remove(file_id)
    files.remove(file_id)
    with pytest.raises(FileMissing):
        files.read(file_id)


def test_a_disk_that_fails_is_a_store_that_is_away(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("no folder")
    files = FolderFiles(tmp_path / "files")
    for ask in (
        lambda: files.keep(uuid4(), b"x"),
        lambda: files.read(uuid4()),
        lambda: list(files.kept_before(old(0))),
    ):
        with pytest.raises(StoreUnavailable):
            ask()
    with pytest.raises(OSError, match="files"):
        files.check()


def old(seconds: float) -> datetime:
    return datetime(2026, 3, 2, 12, tzinfo=UTC) - timedelta(seconds=seconds)


def age(files: FolderFiles, name: str, moment: datetime) -> None:
    os.utime(files.folder / name, (moment.timestamp(), moment.timestamp()))


def test_files_by_their_age(files: FolderFiles) -> None:
    assert list(files.kept_before(old(0))) == []
    files.check()
    young, aged = uuid4(), uuid4()
    for file_id in (young, aged):
        files.keep(file_id, b"x")
    for name in (".half.tmp", ".young.tmp", "a stranger's"):
        (files.folder / name).write_bytes(b"x")
    for name, seconds in ((str(young), 5), (str(aged), 15), (".half.tmp", 15), (".young.tmp", 5), ("a stranger's", 15)):
        age(files, name, old(seconds))
    assert list(files.kept_before(old(10))) == [aged]
    assert {entry.name for entry in files.folder.iterdir()} == {str(young), str(aged), ".young.tmp", "a stranger's"}


def test_files_without_a_message_are_swept_once_they_are_old(store: Store, files: FolderFiles) -> None:
    """As after a crash between keeping a file and writing its message."""
    desk = Desk(store)
    taker = desk.trader()
    offer = desk.offer(desk.sell_ad(), taker)
    sent, left, young = uuid4(), uuid4(), uuid4()
    for file_id in (sent, left, young):
        files.keep(file_id, b"x")
    attachment = Attachment(sent, "receipt.png", "image/png", 1)
    desk.write(lambda unit: send_attachment(offer.id, Actor.of(taker), attachment, book=unit.book))
    now = desk.clock.now()
    for file_id in (sent, left):
        age(files, str(file_id), now - LEFT_FOR - timedelta(seconds=1))
    age(files, str(young), now - LEFT_FOR + timedelta(seconds=1))
    leftovers, rounds = Leftovers(store, files), list[None]()
    assert leftovers.sweep_once(lambda: rounds.append(None)) == 1
    assert rounds == [None]
    assert {entry.name for entry in files.folder.iterdir()} == {str(sent), str(young)}
    desk.clock.advance(seconds=30)
    assert leftovers.sweep_once() == 0
    desk.clock.advance(seconds=LOOK_EVERY.total_seconds())
    assert leftovers.sweep_once() == 1
    assert files.read(sent) == b"x"
