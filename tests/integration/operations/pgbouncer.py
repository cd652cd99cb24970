"""A real pgbouncer before a PostgreSQL of the tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.integration.waiting import until
from tests.postgres import free_ports
from tests.postgres_binaries import server_account

# Debian keeps it where only root's PATH leads.
SEARCHED = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"))
PATIENCE_SECONDS = 30

SOUND = {
    "pool_mode": "session",
    "ignore_startup_parameters": "options",
    "server_reset_query": "DISCARD ALL",
    "default_pool_size": "40",
}
"""What docs/operations/failover.md asks for."""


def pgbouncer_program() -> str:
    found = shutil.which("pgbouncer", path=SEARCHED)
    if found is None:
        reason = "pgbouncer is not installed, so that a pooler before the database is not tested"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@contextmanager
def pooler(database_url: str, **settings: str) -> Iterator[str]:
    """A pgbouncer with these settings beside, or in place of, the sound ones; yields the address through it."""
    program, account, url = pgbouncer_program(), server_account(), make_url(database_url)
    port = next(free_ports(attempts=5))
    with tempfile.TemporaryDirectory(prefix="p2p-pgbouncer-") as name:
        folder = Path(name)
        place = f"* = host={url.host} port={url.port} user={url.username}"
        own = {"listen_addr": "127.0.0.1", "listen_port": str(port), "auth_type": "any", "unix_socket_dir": ""}
        lines = [f"{key} = {value}" for key, value in {**own, **SOUND, **settings}.items()]
        (folder / "pgbouncer.ini").write_text("\n".join(["[databases]", place, "[pgbouncer]", *lines, ""]))
        how = {}
        if account is not None:
            os.chown(folder, account.user, account.group)
            how = {"user": account.user, "group": account.group, "extra_groups": []}
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [program, str(folder / "pgbouncer.ini")], stdout=log, stderr=log, cwd=folder, **how
            )
        try:
            until(lambda: _takes_connections(port) or process.poll() is not None, PATIENCE_SECONDS)
            assert process.poll() is None, (folder / "log").read_text()
            yield url.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
        finally:
            process.kill()
            process.wait(PATIENCE_SECONDS)


def _takes_connections(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
