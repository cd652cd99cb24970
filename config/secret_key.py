"""The key that an embedded database's desk makes for itself, and keeps beside the database."""

from __future__ import annotations

import logging
import os
import secrets
import stat
from pathlib import Path

from .settings import Settings
from .values import secret_key
from .wrong_setting import WrongSetting

logger = logging.getLogger(__name__)

NAME = "P2P_SECRET_KEY"
SECRET_BYTES = 48
SUFFIX = "-secret-key"


def secret_keys_of(settings: Settings) -> tuple[str, ...]:
    """The keys, of which the first signs and seals: as they were given, or the one kept beside an embedded database.

    The first to ask makes it. A store in memory is gone with its process, and so is its key. Raises ``WrongSetting``
    where a kept key can be read by others, is damaged, or cannot be kept.
    """
    if settings.secret_keys is not None:
        return settings.secret_keys
    if settings.database.path is None:
        return (secrets.token_urlsafe(SECRET_BYTES),)
    path = kept_at(settings.database.path)
    if not is_without_key(settings) and not path.exists():
        logger.warning(
            "%s is not given, and there is none at %s, though the database beside it is there. A new one was made: "
            "whoever was logged in has to log in again. If there is a copy of the old one, put it back.",
            NAME,
            path,
        )
    return (_made_or_kept(path),)


def is_without_key(settings: Settings) -> bool:
    """Whether the desk keeps its key by itself, and can have none yet since it has no database either."""
    path = settings.database.path
    if settings.secret_keys is not None or path is None:
        return False
    return not path.exists() or path.stat().st_size == 0


def make_secret_key(settings: Settings) -> None:
    """Have a key beside a database that is new, so that one which is missing later on is known to be lost."""
    if settings.database.path is not None:
        _made_or_kept(kept_at(settings.database.path))


def check_secret_key(settings: Settings) -> None:
    """Raise ``WrongSetting`` where a key is kept that cannot be used. Nothing is made."""
    if settings.secret_keys is None and settings.database.path is not None:
        path = kept_at(settings.database.path)
        if os.path.lexists(path):
            _made_or_kept(path)


def _made_or_kept(path: Path) -> str:
    try:
        if not path.exists():
            _make(path)
        return _kept(path)
    except OSError as error:
        raise WrongSetting(NAME, f"is not given, and {path} cannot be used: {error.strerror}") from None


def kept_at(database: Path) -> Path:
    """Where the key of an embedded database lies."""
    return database.with_name(database.name + SUFFIX)


def _make(path: Path) -> None:
    """Write a key that others see whole or not at all. Where two processes do so at once, the first one's counts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(SECRET_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        # A link, unlike a renaming, does not replace what another process has put there meanwhile.
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)


def _kept(path: Path) -> str:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise WrongSetting(NAME, f"is kept in {path}, which others can read; chmod 600 ends that")
    try:
        return secret_key(path.read_text(encoding="ascii").strip())
    except ValueError:
        raise WrongSetting(NAME, f"is kept in {path}, which does not hold a key any more") from None
