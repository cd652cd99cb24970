"""Files in a folder, each readable by its owner only."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from domain.errors import StoreUnavailable
from domain.ports.files import FileMissing

_OWNER_ONLY = 0o700
_BEING_WRITTEN = ".tmp"


class FolderFiles:
    """The port ``Files``. Several processes of one desk share the folder, on one disk or on a shared one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, file_id: UUID, body: bytes) -> None:
        """Keep a new file, whole or not at all; it is on disk then, and so is its name."""
        with _reached():
            self.folder.mkdir(parents=True, exist_ok=True, mode=_OWNER_ONLY)
            # A temporary file of this kind is readable by its owner only, and stays so under its new name.
            descriptor, name = tempfile.mkstemp(dir=self.folder, prefix=".", suffix=_BEING_WRITTEN)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(body)
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).replace(self._path(file_id))
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise
            self._settle()

    def read(self, file_id: UUID) -> bytes:
        """The bytes of a file."""
        with _reached():
            try:
                return self._path(file_id).read_bytes()
            except FileNotFoundError:
                raise FileMissing(f"file {file_id} is not in {self.folder}") from None

    def remove(self, file_id: UUID) -> None:
        """Forget a file."""
        with _reached():
            self._path(file_id).unlink(missing_ok=True)

    def kept_before(self, moment: datetime) -> Iterator[UUID]:
        """The files that were kept before a moment. What was left half written is removed on the way."""
        with _reached():
            try:
                entries = list(os.scandir(self.folder))
            except FileNotFoundError:
                return
            old = [entry for entry in entries if _is_before(entry, moment)]
            for entry in old:
                if entry.name.endswith(_BEING_WRITTEN):
                    Path(entry.path).unlink(missing_ok=True)
        for entry in old:
            try:
                yield UUID(entry.name)
            except ValueError:
                # It is none of the desk's.
                continue

    def check(self) -> None:
        """Raise ``OSError`` where no file could be kept now. It leaves the folder, and nothing in it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=_OWNER_ONLY)
        with tempfile.NamedTemporaryFile(dir=self.folder, prefix=".", suffix=_BEING_WRITTEN) as file:
            file.write(b"\n")

    def _path(self, file_id: UUID) -> Path:
        return self.folder / str(file_id)

    def _settle(self) -> None:
        """Have the folder on disk, and so the new name in it."""
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _is_before(entry: os.DirEntry[str], moment: datetime) -> bool:
    try:
        return datetime.fromtimestamp(entry.stat().st_mtime, UTC) < moment
    except FileNotFoundError:
        return False


@contextmanager
def _reached() -> Iterator[None]:
    """What the disk says is told as of any store that does not answer."""
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(f"the files cannot be reached: {error}") from error
