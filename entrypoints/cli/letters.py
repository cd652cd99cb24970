"""``p2p letters``: what the desk's mails look like."""

from __future__ import annotations

import argparse
from pathlib import Path

from .context import CommandFailed, Commands, add_command, add_group


def add_commands(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the group."""
    group = add_group(commands, "letters", "look at the mails that the desk writes", common)
    preview = add_command(group, "preview", "write every letter, as text and HTML, into a folder", write, common)
    preview.add_argument("folder", metavar="FOLDER", type=Path)


def write(arguments: argparse.Namespace) -> int:
    """Write the previews."""
    from adapters.smtp.preview import write_previews

    try:
        write_previews(arguments.folder)
    except OSError as error:
        raise CommandFailed(f"{arguments.folder} cannot be written: {error.strerror}") from None
    print(f"Wrote every letter into {arguments.folder}")
    return 0
