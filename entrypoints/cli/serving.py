"""``p2p serve``, ``http``, ``ws``, ``worker`` and ``migrate``: what runs a desk."""

from __future__ import annotations

import argparse
import logging
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.system.network import own_address
from config.figures import shared_figures
from config.logging import set_up_logging
from config.masking import masked_url
from config.settings import Settings
from config.shown_settings import secrets_of
from config.tracing import exporter_named
from config.values import WEBSOCKET_PATH, with_port

from .context import CommandFailed, Commands, add_command, say_database, settings_of
from .output import announce

if TYPE_CHECKING:
    from adapters.sql.migrations.migrate import SchemaState
    from config.container import Container

logger = logging.getLogger(__name__)


def add_commands(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add them all."""
    meaning = "run the whole desk in one process; an embedded database is migrated first"
    whole = add_command(commands, "serve", meaning, serve, common)
    whole.add_argument("--demo", action="store_true", help="add traders and a market to an empty database")
    add_command(commands, "http", "serve HTTP only, by P2P_HTTP_WORKERS processes (PostgreSQL)", serve_http, common)
    add_command(commands, "ws", "serve the websocket only (PostgreSQL)", serve_websocket, common)
    add_command(commands, "worker", "expire what is due and send letters (PostgreSQL)", run_worker, common)
    give = add_command(commands, "migrate", "give the database the tables of this version", migrate, common)
    instead = give.add_mutually_exclusive_group()
    instead.add_argument("--check", action="store_true", help="change nothing; exit 1 if there is anything to do")
    instead.add_argument("--sql", action="store_true", help="change nothing; print the statements that would do it")


def serve(arguments: argparse.Namespace) -> int:
    """Run everything."""
    from adapters.prices.made_up import MADE_UP
    from config.container import build
    from entrypoints.serve import serve as serve_all

    settings = _prepared(arguments)
    if arguments.demo and settings.prices_url is None:
        # So that its market has ads that follow the market's price, too.
        settings = replace(settings, prices_url=MADE_UP)
    container = build(settings)
    if arguments.demo and not container.database.is_embedded:
        raise CommandFailed("--demo is for an embedded database, and P2P_DATABASE_URL names another")
    if container.database.is_embedded:
        container.migrate()
    container.check_schema()
    serve_all(container, _announcement(container, arguments.demo))
    return 0


def _announcement(container: Container, is_demo: bool) -> Callable[[], None]:
    from adapters.smtp.addresses import place_of

    from .demo_traders import add_demo_traders, demo_traders, lines_to_paste

    http, websocket = to_open(container.settings)
    lines = ["The desk is open.", f"  in the browser  {http}/"]
    lines += [f"  HTTP            {http}   (try {http}/docs/)", f"  websocket       {websocket}"]
    mails = place_of(container.settings.mail_url)
    if isinstance(mails, Path):
        # Nobody who joins finds their code otherwise.
        lines.append(f"  mails           {mails}   (one file each)")
    if is_demo:
        are_there = add_demo_traders(container)
        container.demo = demo_traders() if are_there else ()
        lines += lines_to_paste(container.settings.catalogue, http, websocket, are_there=are_there)

    def tell() -> None:
        _tell_start("serve", container.settings)
        announce("\n".join(lines))

    return tell


def to_open(settings: Settings) -> tuple[str, str]:
    """The addresses of HTTP and websocket that a person can open, be it from another machine where it may be so."""
    # Who listens on every address is shown by that which others most likely have, and not by one only it has.
    host = own_address()
    http, websocket = settings.public_url, settings.websocket_url
    if host is not None and settings.public_url_by_host:
        http = f"http://{with_port(host, settings.http_listen.port)}"
    if host is not None and settings.websocket_url_by_host:
        websocket = f"ws://{with_port(host, settings.websocket_listen.port)}{WEBSOCKET_PATH}"
    return http, websocket


def serve_http(arguments: argparse.Namespace) -> int:
    """Run HTTP processes that share one listening socket."""
    from entrypoints.http import serve as serve_processes

    settings = _prepared(arguments)
    with shared_figures(settings.http_workers) as has_ended:
        # Nothing of the database may be open when processes are forked.
        _checked(settings).close()
        serve_processes(
            settings, lambda: _tell_open("http", settings, f"Listening on {to_open(settings)[0]}"), has_ended
        )
    return 0


def serve_websocket(arguments: argparse.Namespace) -> int:
    """Run the websocket."""
    from entrypoints.websocket import push

    container = _checked(_prepared(arguments))
    settings = container.settings
    push(container, lambda: _tell_open("ws", settings, f"Listening on {to_open(settings)[1]}"))
    return 0


def run_worker(arguments: argparse.Namespace) -> int:
    """Run the worker."""
    from entrypoints.worker import work

    container = _checked(_prepared(arguments))
    work(container, lambda: _tell_open("worker", container.settings, "The worker is at work."))
    return 0


def migrate(arguments: argparse.Namespace) -> int:
    """Migrate."""
    from config.container import build

    container = build(settings_of(arguments))
    if not container.database.is_kept:
        raise CommandFailed("P2P_DATABASE_URL is memory:, which has no tables")
    say_database(container)
    if arguments.sql:
        print("".join(f"{statement};\n" for statement in container.database.migration_as_sql()), end="")
        return 0
    if not arguments.check:
        container.migrate()
    state = container.database.schema_state()
    print(_told(state))
    return 1 if state.missing else 0


def _told(state: SchemaState) -> str:
    """One line on how far a database was migrated, and what is to be done."""
    if state.is_newer:
        return f"The database is of revision {state.revision}, of a newer version, and serves this one too"
    if not state.missing:
        return "The database is up to date"
    count = len(state.missing)
    steps = f"p2p migrate makes {count} step{'s' if count > 1 else ''}: {', '.join(state.missing)}"
    if state.revision is None:
        return f"The database has no tables; {steps}"
    stays = "processes of before can go on meanwhile" if state.serves_meanwhile else "stop all processes before"
    return f"The database is of revision {state.revision}; {steps}; {stays}"


def _prepared(arguments: argparse.Namespace) -> Settings:
    """The settings of a process that runs on, and its logging."""
    settings = settings_of(arguments)
    set_up_logging(settings.log_format, secrets_of(settings), level=getattr(logging, settings.log_level.upper()))
    # Said here, in the one line of a wrong setting, and not by each process that is started.
    exporter_named(os.environ)
    return settings


def _tell_open(role: str, settings: Settings, line: str) -> None:
    """That one role of the desk is at work: in the log, and to whoever started it."""
    _tell_start(role, settings)
    announce(line)


def _tell_start(role: str, settings: Settings) -> None:
    """One line, the same in every role, once it has begun; where it cannot begin, its one line says why."""
    from adapters.http.version import version

    facts = {"role": role, "version": version(), "database": masked_url(settings.database.url)}
    logger.info("p2p %s %s begins, with %s", *facts.values(), extra=facts)


def _checked(settings: Settings) -> Container:
    """The parts of a process that shares its database with others, which must have been migrated."""
    from config.container import build

    container = build(settings)
    if container.database.is_embedded:
        raise CommandFailed("An embedded database has one process, which p2p serve runs; this needs PostgreSQL")
    container.check_schema()
    return container
