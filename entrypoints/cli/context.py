"""What commands share: settings, container, and how output is given."""

from __future__ import annotations

import argparse
import json
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.env_file import read_env_file
from config.logging import SLOW_STATEMENTS, set_up_logging
from config.secret_files import with_secret_files
from config.settings import Settings, read_settings, unknown_settings
from config.shown_settings import secrets_of
from config.values import whole_number
from domain.model.texts import trimmed

from .output import complain

if TYPE_CHECKING:
    from config.container import Container

logger = logging.getLogger(__name__)

Commands = Any
"""What ``add_subparsers`` returns; argparse keeps the name of its class to itself."""


class CommandFailed(Exception):
    """A command cannot do what it was asked, for a reason that is one line."""


def add_command(
    commands: Commands,
    name: str,
    meaning: str,
    run: Callable[[argparse.Namespace], int],
    common: argparse.ArgumentParser,
    *,
    has_data: bool = False,
) -> argparse.ArgumentParser:
    """Add one command; one whose output is data can give it as JSON."""
    description = meaning[0].upper() + meaning[1:] + "."
    parser: argparse.ArgumentParser = commands.add_parser(name, help=meaning, description=description, parents=[common])
    if has_data:
        parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)
    return parser


def add_group(commands: Commands, name: str, meaning: str, common: argparse.ArgumentParser) -> Commands:
    """Add a command that has commands of its own."""
    description = meaning[0].upper() + meaning[1:] + "."
    parser = commands.add_parser(name, help=meaning, description=description, parents=[common])
    return parser.add_subparsers(metavar="COMMAND", required=True, title="commands")


def whole(least: int, most: int) -> Callable[[str], int]:
    """An argument that is a whole number within bounds."""

    def read(text: str) -> int:
        try:
            return whole_number(text, least, most)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"{text!r} {error}") from None

    return read


def line(limit: int, least: int = 0) -> Callable[[str], str]:
    """An argument that is one line of text, of so many characters; kept trimmed, and none where nothing is seen."""

    def read(text: str) -> str:
        text = trimmed(text)
        if not text.isprintable() or not least <= len(text) <= limit:
            raise argparse.ArgumentTypeError(f"that is no line of {least} to {limit} characters")
        return text

    return read


def environment_of(arguments: argparse.Namespace) -> dict[str, str]:
    """The process's environment over that of the file, if one was named, with the secrets that lie in files of theirs.

    Raises ``WrongSetting``.
    """
    file: Path | None = getattr(arguments, "env_file", None)
    return with_secret_files({**(read_env_file(file) if file else {}), **os.environ}, Path.cwd())


def warn_of_unknown_settings(arguments: argparse.Namespace) -> None:
    """Tell of names that are no settings, one line each on the log. Raises ``WrongSetting`` for a wrong file."""
    environment = environment_of(arguments)
    unknown = unknown_settings(environment)
    if not unknown:
        return
    # Before the settings are read nothing is known of the log but this, and what is wrong with it is said later.
    set_up_logging(environment.get("P2P_LOG_FORMAT", "").strip(), (), level=logging.WARNING)
    for name, nearest in unknown.items():
        logger.warning("%s is no setting of the desk and does nothing; the nearest is %s.", name, nearest)


def settings_of(arguments: argparse.Namespace) -> Settings:
    """The settings that are in effect for this command. Raises ``WrongSetting``."""
    return read_settings(environment_of(arguments), Path.cwd())


def container_of(arguments: argparse.Namespace) -> Container:
    """The parts for a command that looks or changes something and ends; it logs only what went wrong."""
    from config.container import build

    settings = settings_of(arguments)
    set_up_logging(settings.log_format, secrets_of(settings), level=logging.WARNING)
    # Whoever waits for a command sees by themselves that it takes long.
    logging.getLogger(SLOW_STATEMENTS).setLevel(logging.ERROR)
    container = build(settings)
    if not container.database.is_kept:
        raise CommandFailed("P2P_DATABASE_URL is memory:, which no other process can reach")
    say_database(container)
    container.check_schema()
    return container


def say_database(container: Container) -> None:
    """Say which database the command speaks to, whatever comes of it, beside the output and not in it."""
    complain(f"p2p: database {container.database.shown}")


def show(arguments: argparse.Namespace, data: Mapping[str, object] | Sequence[object], text: str) -> None:
    """Print the data as JSON where that was asked for, and else the text, if there is any."""
    if arguments.json:
        print(json.dumps(data, indent=2, default=str))
    elif text:
        print(text)
