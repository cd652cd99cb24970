"""``p2p serve``, ``http``, ``ws``, ``worker`` and ``migrate``: what runs a desk."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from config.logging import set_up_logging
from config.settings import Settings, secrets_of
from config.wrong_setting import AddressTaken

from .context import CommandFailed, Commands, add_command, settings_of
from .output import announce

if TYPE_CHECKING:
    from config.container import Container


def add_commands(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add them all."""
    meaning = "run the whole desk in one process; an embedded database is migrated first"
    whole = add_command(commands, "serve", meaning, serve, common)
    whole.add_argument("--demo", action="store_true", help="add two traders with funded wallets to an empty database")
    add_command(commands, "http", "serve HTTP only, by P2P_HTTP_WORKERS processes (PostgreSQL)", serve_http, common)
    add_command(commands, "ws", "serve the websocket only (PostgreSQL)", serve_websocket, common)
    add_command(commands, "worker", "expire what is due and send letters (PostgreSQL)", run_worker, common)
    add_command(commands, "migrate", "give the database the tables of this version", migrate, common)


def serve(arguments: argparse.Namespace) -> int:
    """Run everything."""
    from config.container import build
    from entrypoints.serve import serve as serve_all

    settings = _prepared(arguments)
    if arguments.demo and not settings.database.is_embedded:
        raise CommandFailed("--demo is for an embedded database, and P2P_DATABASE_URL names another")
    container = build(settings)
    if settings.database.is_embedded:
        container.migrate()
    container.check_schema()
    _listening(settings, lambda: serve_all(container, _announcement(container, arguments.demo)))
    return 0


def _announcement(container: Container, is_demo: bool) -> Callable[[], None]:
    from .demo_traders import add_demo_traders, demo_traders, lines_to_paste

    settings = container.settings
    lines = [
        "The desk is open.",
        f"  HTTP       {settings.public_url}   (try {settings.public_url}/docs/)",
        f"  websocket  {settings.websocket_url}",
    ]
    if is_demo:
        are_there = add_demo_traders(container)
        container.demo = demo_traders() if are_there else ()
        lines += lines_to_paste(settings, are_there)
    return lambda: announce("\n".join(lines))


def serve_http(arguments: argparse.Namespace) -> int:
    """Run HTTP processes that share one listening socket."""
    from entrypoints.http import serve as serve_processes

    container = _checked(_prepared(arguments))
    # Nothing of the database may be open when processes are forked.
    container.close()
    serve_processes(container.settings)
    return 0


def serve_websocket(arguments: argparse.Namespace) -> int:
    """Run the websocket."""
    from entrypoints.websocket import push

    container = _checked(_prepared(arguments))
    settings = container.settings
    _listening(settings, lambda: push(container, lambda: announce(f"Listening on {settings.websocket_url}")))
    return 0


def run_worker(arguments: argparse.Namespace) -> int:
    """Run the worker."""
    from entrypoints.worker import work

    work(_checked(_prepared(arguments)), lambda: announce("The worker is at work."))
    return 0


def migrate(arguments: argparse.Namespace) -> int:
    """Migrate."""
    from config.container import build

    settings = settings_of(arguments)
    if settings.database.kind == "memory":
        raise CommandFailed("P2P_DATABASE_URL is memory:, which has no tables")
    build(settings).migrate()
    print("The database is up to date")
    return 0


def _prepared(arguments: argparse.Namespace) -> Settings:
    """The settings of a process that runs on, and its logging."""
    settings = settings_of(arguments)
    set_up_logging(settings.log_format, secrets_of(settings))
    return settings


def _checked(settings: Settings) -> Container:
    """The parts of a process that shares its database with others, which must have been migrated."""
    from config.container import build

    if settings.database.is_embedded:
        raise CommandFailed("An embedded database has one process, which p2p serve runs; this needs PostgreSQL")
    container = build(settings)
    container.check_schema()
    return container


def _listening(settings: Settings, run: Callable[[], None]) -> None:
    """Run what listens for websockets, whose library has an error of its own for an address that is taken."""
    from twisted.internet.error import CannotListenError

    try:
        run()
    except CannotListenError as error:
        reason = getattr(error.socketError, "strerror", None) or error.socketError
        raise AddressTaken("P2P_WS_LISTEN", settings.websocket_listen.reachable, reason) from None
