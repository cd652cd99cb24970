"""``p2p openapi`` and ``p2p settings``: what the desk can do, and what it was told."""

from __future__ import annotations

import argparse
import json

from config.secret_key import check_secret_key
from config.settings import shown_settings

from .context import Commands, add_command, environment_of, settings_of, show


def add_commands(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add both."""
    add_command(commands, "openapi", "print the description of the HTTP interface, OpenAPI 3.1", print_openapi, common)
    meaning = "print all settings as they are in effect, secrets masked"
    add_command(commands, "settings", meaning, print_settings, common, has_data=True)


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
