"""Secrets that are handed over in files, as systemd's credentials, Docker and Kubernetes do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .wrong_setting import WrongSetting

SUFFIX = "_FILE"
SECRETS = ("P2P_DATABASE_URL", "P2P_REPLICA_URL", "P2P_SECRET_KEY", "P2P_MAIL_URL", "P2P_PRICES_URL")
"""The settings that hold a secret, or an address with one in it."""
NAMES = tuple(f"{name}{SUFFIX}" for name in SECRETS)
LARGEST_BYTES = 64 * 1024
"""More than any of them can be: a file that is larger is another one, and is not read into memory."""


def with_secret_files(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The variables, with what the files hold in place of their names; relative paths begin at ``folder``.

    The blanks and the line's end behind a value are none of it. Raises ``WrongSetting`` where a file cannot be read,
    and where a setting is given both ways.
    """
    given = dict(environment)
    for name in SECRETS:
        path = given.pop(f"{name}{SUFFIX}", None)
        if path is None:
            continue
        if name in given:
            raise WrongSetting(f"{name}{SUFFIX}", f"is given, and so is {name}; one of them has to go")
        given[name] = _content(f"{name}{SUFFIX}", folder / path.strip())
    return given


def _content(name: str, path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise WrongSetting(name, f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(content) > LARGEST_BYTES:
        raise WrongSetting(name, f"{path} is larger than a secret can be")
    try:
        return content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise WrongSetting(name, f"{path} is not UTF-8") from None
