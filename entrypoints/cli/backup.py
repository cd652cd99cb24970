"""``p2p backup``: a copy that is whole, or none."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from urllib.parse import urlsplit

from config.secret_key import kept_at

from .context import CommandFailed, Commands, add_command, settings_of, show


def add_commands(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    meaning = "copy an embedded database, while the desk runs, into a file that is not there yet, and check the copy"
    backup = add_command(commands, "backup", meaning, back_up, common, has_data=True)
    backup.add_argument("file", metavar="FILE", type=Path)


def back_up(arguments: argparse.Namespace) -> int:
    """Copy it, or say by which command PostgreSQL does."""
    settings = settings_of(arguments)
    database = settings.database
    target: Path = arguments.file
    if database.kind == "memory":
        raise CommandFailed("P2P_DATABASE_URL is memory:, of which nothing is kept")
    if database.path is None:
        # Nothing was copied, and a script that counts on it has to hear so.
        command = dump_command(database.url, target)
        raise CommandFailed(f"Nothing was copied. PostgreSQL makes its own backups: {command}")
    from adapters.sql.audit.backup import BackupFailed
    from adapters.sql.audit.backup import back_up as back_up_file

    try:
        broken = back_up_file(database.path, target)
    except BackupFailed as error:
        raise CommandFailed(str(error)) from None
    lines = [f"Wrote {target}, which is whole"]
    if settings.secret_key is None:
        lines.append(f"Keep {kept_at(database.path)} with it: without that key all logins end")
    if broken:
        lines[:1] = [f"Wrote {target}, a whole copy of books that are broken:", *broken]
    show(arguments, {"file": str(target), "holds": not broken, "broken": broken}, "\n".join(lines))
    return 1 if broken else 0


def dump_command(url: str, target: Path) -> str:
    """The command that copies a PostgreSQL database. It asks for the password, which is not shown."""
    parts = urlsplit(url.replace("postgresql+psycopg", "postgresql", 1))
    user, at, host = parts.netloc.rpartition("@")
    address = f"{parts.scheme}://{user.partition(':')[0]}{at}{host}{parts.path}"
    return f"pg_dump --format=custom --file={shlex.quote(str(target))} {shlex.quote(address)}"
