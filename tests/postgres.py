"""A real PostgreSQL for the tests: found on this machine, started in a folder of its own, and gone afterwards.

    with Cluster(max_connections=50) as cluster:
        database_url = cluster.url(cluster.new_database())
        cluster.restart("immediate")

The fixtures in conftest.py share one such cluster; a test that stops or restarts its PostgreSQL makes its own.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Literal, Self

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from tests.postgres_binaries import Account, NoPostgresError, find_binaries, made_reachable, server_account

StopMode = Literal["smart", "fast", "immediate"]
STOP_SIGNALS: Mapping[str, signal.Signals] = {
    "smart": signal.SIGTERM,
    "fast": signal.SIGINT,
    "immediate": signal.SIGQUIT,
}
# Outgoing connections take their local ports from 32768 upwards, and would steal the port during a restart.
PORTS = range(20000, 32000)
PATIENCE = 30.0


class Server:
    """A PostgreSQL that is there already, such as the one that TEST_DATABASE_URL names."""

    def __init__(self, address: URL) -> None:
        self.address = address.set(drivername="postgresql+psycopg")

    def url(self, database: str) -> str:
        return self.address.set(database=database).render_as_string(hide_password=False)

    def connect(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """A plain connection that commits each statement, for what is about the server and not about the desk."""
        address = self.address.set(drivername="postgresql", database=database)
        return psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)

    def new_database(self, template: str | None = None) -> str:
        """Make a database with a name of its own, as a copy of the template if one is given, and return the name."""
        name = f"p2p_test_{secrets.token_hex(6)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template or "template0")
        )
        self._administer(statement)
        return name

    def freeze_database(self, name: str) -> None:
        """Let nothing connect any more: PostgreSQL copies only a database that no one uses."""
        self._administer(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))

    def drop_database(self, name: str) -> None:
        self._administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _administer(self, statement: sql.Composed) -> None:
        with closing(self.connect()) as connection:
            connection.execute(statement)


class Cluster(Server):
    """A PostgreSQL of our own. It is stopped and its folder removed when the block or the process ends, however."""

    def __init__(
        self,
        *,
        max_connections: int = 100,
        fsync: bool = True,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self._settings = {
            "listen_addresses": "127.0.0.1",
            "max_connections": str(max_connections),
            "fsync": "on" if fsync else "off",
            "full_page_writes": "on" if fsync else "off",
            **(settings or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0
        super().__init__(URL.create("postgresql+psycopg", "postgres", host="127.0.0.1"))

    def __enter__(self) -> Self:
        self._account, binaries = server_account(), find_binaries()
        self._folder = Path(tempfile.mkdtemp(prefix="p2p-postgres-"))
        self._keeper = start_keeper(self._folder)
        try:
            self.binaries = made_reachable(binaries, self._folder, self._account)
            self._make_data_folder()
            self._start_on_a_free_port()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """The keeper stops the server and removes the folder; the process is collected here, being a child of ours."""
        if self._keeper.stdin is not None:
            self._keeper.stdin.close()
        if self._process is not None:
            self._process.wait(PATIENCE)
            self._process = None
        self._keeper.wait(PATIENCE)

    def start(self) -> None:
        if self._process is not None:
            raise RuntimeError("This PostgreSQL is running already.")
        options = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        place = ["-D", str(self._data), "-k", str(self._folder), "-p", str(self.port)]
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [str(self.binaries / "postgres"), *place, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._as_account(),
            )
        self._wait_until_it_answers()

    def stop(self, mode: StopMode = "fast") -> None:
        if self._process is None:
            raise RuntimeError("This PostgreSQL is not running.")
        self._process.send_signal(STOP_SIGNALS[mode])
        self._process.wait(PATIENCE)
        self._process = None

    def kill(self) -> None:
        """As if its machine had lost its power: no process takes leave."""
        for pid in self.process_ids():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self._process is not None:
            self._process.wait(PATIENCE)
        self._process = None

    def process_ids(self) -> list[int]:
        """The server's, and each of its backends'."""
        if self._process is None:
            raise RuntimeError("This PostgreSQL is not running.")
        server = self._process.pid
        children = Path(f"/proc/{server}/task/{server}/children").read_text(encoding="ascii")
        return [server, *map(int, children.split())]

    def restart(self, mode: StopMode = "fast") -> None:
        self.stop(mode)
        self.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """The server and each of its backends stand still, and their sockets stay open."""
        pids = self.process_ids()
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                # A backend whose client has gone may end as soon as its turn comes.
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    @property
    def log_file(self) -> Path:
        return self._folder / "postgres.log"

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _as_account(self) -> dict[str, Any]:
        """PostgreSQL refuses to run as root, and PG* variables of the person who tests are meant for other servers."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        how: dict[str, Any] = {"cwd": self._folder, "env": {**environment, "LC_ALL": "C"}}
        if self._account is not None:
            how |= {"user": self._account.user, "group": self._account.group, "extra_groups": []}
        return how

    def _make_data_folder(self) -> None:
        command = [str(self.binaries / "initdb"), "-D", str(self._data), "--username=postgres", "--auth=trust"]
        command += ["--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]
        made = subprocess.run(command, capture_output=True, text=True, check=False, **self._as_account())
        if made.returncode != 0:
            raise NoPostgresError(f"initdb of {self.binaries} failed:\n{made.stdout}{made.stderr}")

    def _start_on_a_free_port(self) -> None:
        """Between the look and the start another process may take the port; then the next one is tried."""
        for port in free_ports(attempts=5):
            self.port = port
            self.address = self.address.set(port=port)
            try:
                self.start()
            except NoPostgresError:
                if "could not bind" not in self.log():
                    raise
            else:
                return
        raise NoPostgresError("PostgreSQL found no free port below 32000.")

    def _wait_until_it_answers(self) -> None:
        if self._process is None:
            raise RuntimeError("This PostgreSQL is not running.")
        end = time.monotonic() + PATIENCE
        while True:
            if self._process.poll() is not None:
                self._process = None
                raise NoPostgresError(f"PostgreSQL did not start:\n{self.log()[-2000:]}")
            try:
                self.connect().close()
            except psycopg.OperationalError as failure:
                if time.monotonic() > end:
                    raise NoPostgresError(f"PostgreSQL does not answer: {failure}\n{self.log()[-2000:]}") from None
                time.sleep(0.02)
            else:
                return

    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")


def start_keeper(folder: Path) -> subprocess.Popen[bytes]:
    """In a session of its own, since Control-C on a terminal would reach it otherwise, before its work is to do."""
    return subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("keeper.py")), str(folder)],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )


def free_ports(attempts: int) -> Iterator[int]:
    for _ in range(attempts * 20):
        port = secrets.choice(PORTS)
        with socket.socket() as trial:
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
        yield port


@contextmanager
def running_server() -> Iterator[Server]:
    """The server that the whole test run shares. It forgets nothing but at a power cut, so it need not fsync."""
    address = os.environ.get("TEST_DATABASE_URL")
    if address:
        yield Server(make_url(address))
        return
    with Cluster(fsync=False) as cluster:
        yield cluster


__all__ = ["Account", "Cluster", "NoPostgresError", "Server", "StopMode", "free_ports", "running_server"]
