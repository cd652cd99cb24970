"""``p2p backup`` and ``p2p restored``: a copy that is whole, or none, and what is done once one was put back."""

from __future__ import annotations

import argparse
from pathlib import Path

from config.secret_key import kept_at

from .context import Commands, add_command, container_of, say_database, settings_of, show


def add_commands(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add both."""
    meaning = "copy an embedded database, while the desk runs, into a file that is not there yet, and check the copy"
    backup = add_command(commands, "backup", meaning, back_up, common, has_data=True)
    backup.add_argument("file", metavar="FILE", type=Path)
    meaning = "after a restore to an earlier point, and before the desk starts: use no number and Message-ID twice"
    add_command(commands, "restored", meaning, restored, common, has_data=True)


def back_up(arguments: argparse.Namespace) -> int:
    """Copy it, or say by which command PostgreSQL does."""
    from config.container import build

    settings = settings_of(arguments)
    container = build(settings)
    database = container.database
    say_database(container)
    target: Path = arguments.file
    broken = database.back_up(target, container.store_clock)
    lines = [f"Wrote {target}, which is whole"]
    if settings.secret_keys is None and database.path is not None:
        lines.append(f"Keep {kept_at(database.path)} with it: without that key all logins end")
    if broken:
        lines[:1] = [f"Wrote {target}, a whole copy of books that are broken:", *broken]
    show(arguments, {"file": str(target), "holds": not broken, "broken": broken}, "\n".join(lines))
    return 1 if broken else 0


def restored(arguments: argparse.Namespace) -> int:
    """Move numbers and Message-IDs on."""
    container = container_of(arguments)
    by = container.database.move_on(container.store_clock)
    text = f"New numbers begin {by:,} further on, and Message-IDs are others from now on; the desk may start"
    show(arguments, {"moved_on_by": by}, text)
    return 0
