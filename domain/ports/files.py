"""Files that people send: made harmless, and kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from ..errors import Fault

MEGAPIXELS_LIMIT = 40
"""How large a picture may be, in millions of pixels. Source: docs/contract/trading.md, "Files in a chat"."""
CONTENT_TYPES = ("image/jpeg", "image/png", "image/webp", "application/pdf")
"""What is taken. Source: docs/contract/trading.md, "Files in a chat"."""


@dataclass(frozen=True, slots=True)
class CleanFile:
    """A file as others may have it: what it is, and its bytes."""

    content_type: str
    body: bytes


class FileMissing(Fault):
    """A file that should be there is not."""


class Cleaner(Protocol):
    """Makes files harmless. It is slow: call it between two units of work and never inside one."""

    def clean(self, raw: bytes) -> CleanFile:
        """What a file is, told from its bytes; a picture is written anew, without what its camera noted in it.

        Raises ``NotAnAttachment`` for what is none of ``CONTENT_TYPES``, ``UnreadablePicture``, and
        ``PictureTooLarge``, before it is unpacked, for one of more than ``MEGAPIXELS_LIMIT``.
        """
        ...


class Files(Protocol):
    """Where files are kept, by ids that nobody can guess. Call it outside of units of work: it may be slow.

    Whatever is asked of it may raise ``StoreUnavailable``.
    """

    def keep(self, file_id: UUID, body: bytes) -> None:
        """Keep a new file, whole or not at all; on return it outlives a crash of this machine."""
        ...

    def read(self, file_id: UUID) -> bytes:
        """The bytes of a file. Raises ``FileMissing``."""
        ...

    def remove(self, file_id: UUID) -> None:
        """Forget a file. One that is not there is no matter."""
        ...

    def kept_before(self, moment: datetime) -> Iterator[UUID]:
        """The files that were kept before a moment by the clock of where they are kept, in any order."""
        ...
