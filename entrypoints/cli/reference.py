"""``p2p openapi``, ``settings`` and ``grants``: what the desk can do, what it was told, and what its role may do."""

from __future__ import annotations

import argparse
import json

from config.secret_key import check_secret_key
from config.shown_settings import shown_settings

from .context import CommandFailed, Commands, add_command, environment_of, line, settings_of, show


def add_commands(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add them all."""
    add_command(commands, "openapi", "print the description of the HTTP interface, OpenAPI 3.1", print_openapi, common)
    meaning = "print all settings as they are in effect, secrets masked"
    add_command(commands, "settings", meaning, print_settings, common, has_data=True)
    meaning = "print the SQL that lets a role of PostgreSQL run the desk without owning its tables"
    add_command(commands, "grants", meaning, print_grants, common).add_argument(
        "role", metavar="ROLE", type=line(63, 1)
    )


def print_openapi(arguments: argparse.Namespace) -> int:  # noqa: ARG001 (every command takes them)
    """Print the document."""
    from adapters.http.documents.openapi import document

    print(json.dumps(document(), indent=2))
    return 0


def print_settings(arguments: argparse.Namespace) -> int:
    """Print the settings."""
    from config.container import build

    settings = settings_of(arguments)
    check_secret_key(settings)
    # Nothing is opened by it, but a container that cannot be found is said here as by every other command.
    build(settings)
    shown = shown_settings(settings, environment_of(arguments))
    show(arguments, shown, "\n".join(f"{name}={value}" for name, value in shown.items()))
    return 0


def print_grants(arguments: argparse.Namespace) -> int:
    """Print the statements."""
    from adapters.sql.schema.grants import grants

    if arguments.role == "public":
        raise CommandFailed("public is everybody; name the role that runs the desk")
    print("".join(f"{statement};\n" for statement in grants(arguments.role)), end="")
    return 0
