"""Whether a desk could run from here: everything that can be seen from where one stands, and nothing is changed."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from domain.errors import StoreUnavailable
from domain.ports.delivery import MailDeferred
from domain.ports.prices import PricesUnavailable

from .container import Container
from .masking import masked_url
from .secret_key import check_secret_key
from .settings import unknown_settings
from .sockets import listening_on
from .values import Listen
from .wrong_setting import AddressTaken, WrongSetting

LEAST_FREE_BYTES = 1024**3
"""A disk with less is soon full. The desk writes some 8 KB for a trade."""
OLDEST_PYTHON = (3, 11)
ASK_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, whether it is in order, and a line about it."""

    what: str
    is_ok: bool
    said: str

    def __str__(self) -> str:
        return f"{'ok' if self.is_ok else 'trouble':<8} {self.what}: {' '.join(self.said.split())}"


def examine(container: Container, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Finding after finding; each that waits for others does so for seconds at most."""
    yield Finding("python", sys.version_info >= OLDEST_PYTHON, f"Python {platform.python_version()}")
    yield _settings(container, environment)
    yield from _database(container)
    yield _mail(container)
    if container.prices is not None:
        yield _prices(container)
    yield from _addresses(container)
    yield from _disks(container)


def _settings(container: Container, environment: Mapping[str, str]) -> Finding:
    unknown = unknown_settings(environment)
    if unknown:
        named = ", ".join(f"{name} (the nearest is {nearest})" for name, nearest in unknown.items())
        return Finding("settings", False, f"{named}: no setting, and does nothing")
    try:
        check_secret_key(container.settings)
    except WrongSetting as error:
        return Finding("settings", False, str(error))
    return Finding("settings", True, "each is one that there is, with a value that it can have")


def _database(container: Container) -> Iterator[Finding]:
    database, name = container.database, masked_url(container.database.url)
    if not database.is_kept:
        yield Finding("database", False, f"{name} keeps nothing, and no other process can reach it")
        return
    try:
        database.check_is_there()
        remarks = list(database.examine(container.clock))
    except StoreUnavailable as error:
        yield Finding("database", False, f"{name} cannot be used: {error}")
        return
    yield Finding("database", True, f"{name} answers")
    yield from (Finding(f"database {what}", is_ok, said) for what, is_ok, said in remarks)
    try:
        container.store.ping()
        yield Finding("database schema", True, "it is of this version")
        container.store.check_writes()
        yield Finding("database writes", True, "a write was committed")
    except StoreUnavailable as error:
        yield Finding("database use", False, str(error))


def _mail(container: Container) -> Finding:
    from adapters.smtp.local import FileMailer
    from adapters.smtp.submission import SmtpMailer

    mailer, name = container.mailer, masked_url(container.settings.mail_url)
    if isinstance(mailer, FileMailer):
        return _folder("mail", mailer.folder)
    if not isinstance(mailer, SmtpMailer):
        return Finding("mail", True, f"{name}, of which there is nothing to see beforehand")
    try:
        return Finding("mail", True, f"{name} lets us in: {mailer.greet()}")
    except MailDeferred as error:
        return Finding("mail", False, f"{name}: {error}")


def _prices(container: Container) -> Finding:
    assert container.prices is not None
    try:
        answer = container.prices.ask()
    except PricesUnavailable as error:
        return Finding("prices", False, str(error))
    return Finding("prices", True, f"{0 if answer is None else len(answer.rates)} are told")


def _addresses(container: Container) -> Iterator[Finding]:
    """What is taken is in order where a desk is what has taken it."""
    settings = container.settings
    addresses = {"P2P_HTTP_LISTEN": settings.http_listen, "P2P_WS_LISTEN": settings.websocket_listen}
    if settings.status_listen is not None:
        addresses["P2P_STATUS_LISTEN"] = settings.status_listen
    is_running = False
    for name, listen in addresses.items():
        try:
            listening_on(name, listen).close()
        except AddressTaken as error:
            is_running = is_running or _is_desk(listen)
            yield Finding(name, is_running, f"{listen}: a desk is there" if is_running else str(error))
        else:
            yield Finding(name, True, f"{listen} can be listened on")


def _is_desk(listen: Listen) -> bool:
    host, _, port = listen.reachable.rpartition(":")
    connection = HTTPConnection(host.strip("[]"), int(port), timeout=ASK_SECONDS)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().read(100) == b'{"status": "ok"}'
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _disks(container: Container) -> Iterator[Finding]:
    """Where the desk itself writes: a database server's disk is seen from its own machine only."""
    yield _folder("files", container.settings.files_folder)
    places = {"files": container.settings.files_folder}
    if container.database.path is not None:
        places["database"] = container.database.path.parent
    for what, place in places.items():
        yield disk(what, place, LEAST_FREE_BYTES)


def _folder(what: str, folder: Path) -> Finding:
    """Whether it can be written, or made where it is not there yet; neither is tried, since others would own it."""
    place = _nearest(folder)
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        return Finding(what, False, f"{place} cannot be written by whoever runs this")
    return Finding(what, True, f"{folder} can be {'written' if place == folder else 'made'}")


def disk(what: str, place: Path, least: int) -> Finding:
    """Whether so many bytes are free where the folder is, or will be."""
    free = shutil.disk_usage(_nearest(place)).free
    return Finding(f"{what} disk", free >= least, f"{free / 1024**3:.1f} GB are free at {place}")


def _nearest(folder: Path) -> Path:
    """The folder itself, or of those above it the nearest that is there."""
    return next(place for place in (folder, *folder.parents) if place.exists())
