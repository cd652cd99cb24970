"""Three members of Patroni, each with a PostgreSQL, by the file that docs/operations ships."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
import yaml
from sqlalchemy.engine import URL

from tests.integration.faults.rig.processes import until
from tests.integration.operations.standby import STREAMING
from tests.postgres import free_ports, start_keeper
from tests.postgres_binaries import Account, find_binaries, made_reachable, may_use, server_account

SHIPPED = Path(__file__).resolve().parents[3] / "docs" / "operations" / "patroni.yml"
PASSWORD = "PASSWORD_OF_POSTGRES"
"""As the file has it."""
MEMBERS = ("db1", "db2", "db3")
PATIENCE_SECONDS = 180.0
"""Three servers begin at once, on a machine that may have much else to do."""


class Member:
    """One machine: a Patroni, and the PostgreSQL that it starts."""

    def __init__(self, name: str, python: str, folder: Path, account: Account | None) -> None:
        self.name, self._python, self._account = name, python, account
        self.folder = folder
        self.port, self.rest, self.raft = (next(free_ports(attempts=5)) for _ in range(3))
        self._process: subprocess.Popen[bytes] | None = None

    def configure(self, others: Sequence[Member], binaries: Path) -> None:
        """The shipped file, with the addresses and folders of this member and nothing else changed."""
        file = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
        file["name"] = self.name
        file["raft"] |= {"data_dir": str(self.folder / "raft"), "self_addr": f"127.0.0.1:{self.raft}"}
        file["raft"]["partner_addrs"] = [f"127.0.0.1:{other.raft}" for other in others]
        for part, port in ((file["restapi"], self.rest), (file["postgresql"], self.port)):
            part |= {"listen": f"127.0.0.1:{port}", "connect_address": f"127.0.0.1:{port}"}
        server = file["postgresql"]
        server |= {"data_dir": str(self.folder / "data"), "bin_dir": str(binaries)}
        server["pg_hba"] = [line.replace("10.0.0.0/24", "127.0.0.0/8") for line in server["pg_hba"]]
        # The folder of Debian's own server may be another account's.
        server["parameters"] = {"unix_socket_directories": str(self.folder)}
        server["pgpass"] = str(self.folder / "pgpass")
        self._file.write_text(yaml.safe_dump(file), encoding="utf-8")

    @property
    def _file(self) -> Path:
        return self.folder / "patroni.yml"

    def start(self) -> None:
        """Returns at once."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "PYTHON"))}
        found = importlib.util.find_spec("patroni")
        assert found is not None
        assert found.origin is not None
        environment |= {"PYTHONPATH": str(Path(found.origin).parents[1]), "LC_ALL": "C"}
        how: dict[str, Any] = {}
        if self._account is not None:
            how = {"user": self._account.user, "group": self._account.group, "extra_groups": []}
        with (self.folder / "patroni.log").open("ab") as log:
            self._process = subprocess.Popen(
                # As written, without looking for bytecode to write where this account may not.
                [self._python, "-B", "-m", "patroni", str(self._file)],
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **how,
            )

    def kill(self) -> None:
        """As if its machine had lost its power: nothing takes leave, and Patroni goes first, which would mend it."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE_SECONDS)
        self._process = None
        with contextlib.suppress(OSError, ValueError, IndexError):
            server = int((self.folder / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0])
            children = Path(f"/proc/{server}/task/{server}/children").read_text(encoding="ascii")
            for pid in (server, *map(int, children.split())):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def ask(self, path: str) -> Mapping[str, Any] | None:
        """What its REST port answers; None where nobody does."""
        try:
            return dict(requests.get(f"http://127.0.0.1:{self.rest}/{path}", timeout=10).json())
        except (OSError, ValueError):
            return None

    def log(self) -> str:
        return (self.folder / "patroni.log").read_text(encoding="utf-8", errors="replace")

    @contextmanager
    def connection(self) -> Iterator[psycopg.Connection[Any]]:
        address = f"postgresql://postgres:{PASSWORD}@127.0.0.1:{self.port}/postgres"
        with closing(psycopg.connect(address, autocommit=True, connect_timeout=10)) as connection:
            yield connection


class Patroni:
    """The members together."""

    def __init__(self, members: Sequence[Member]) -> None:
        self.members = members

    def leader(self) -> Member | None:
        """Who leads by what any member says that answers; None where nobody does."""
        for member in self.members:
            for each in (member.ask("cluster") or {}).get("members", []):
                if each["role"] == "leader" and each["state"] == "running":
                    return next(known for known in self.members if known.name == each["name"])
        return None

    def wait_until_followed(self, standbys: int, but_not: Member | None = None) -> Member:
        """Until somebody leads and so many standbys are waited for, ANY 1 of them; returns who leads.

        By what the members have agreed, too: none of them is promoted that is not among those.
        """
        found: list[Member] = []

        def is_followed() -> bool:
            leader = self.leader()
            if leader is None or leader is but_not:
                return False
            try:
                with leader.connection() as connection:
                    row = connection.execute(STREAMING).fetchone()
                    waits = connection.execute("SHOW synchronous_standby_names").fetchone()
            except psycopg.Error:
                return False
            found[:] = [leader]
            known = [each["role"] for each in (leader.ask("cluster") or {}).get("members", [])]
            agreed = known.count("quorum_standby") == standbys
            return agreed and row == (standbys,) and waits is not None and waits[0].startswith("ANY 1 (")

        try:
            until(is_followed, f"a leader has {standbys} standbys", PATIENCE_SECONDS)
        except AssertionError as failure:
            said = "\n".join(f"{member.name}: {member.log()[-1500:]}" for member in self.members)
            raise AssertionError(f"{failure}\n{said}") from None
        return found[0]

    def url(self, database: str) -> str:
        """Every member, as docs/operations/failover.md spells it."""
        servers = "&".join(f"host=127.0.0.1:{member.port}" for member in self.members)
        address = f"postgresql+psycopg://postgres:{PASSWORD}@/{database}"
        return f"{address}?{servers}&target_session_attrs=primary"

    def url_of(self, member: Member, database: str) -> str:
        """One of them alone."""
        address = URL.create("postgresql+psycopg", "postgres", PASSWORD, "127.0.0.1", member.port, database)
        return address.render_as_string(hide_password=False)

    def switch_over(self, leader: Member) -> None:
        """As ``patronictl switchover`` asks for it; returns when another member leads."""
        rest = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))["restapi"]["authentication"]
        answer = requests.post(
            f"http://127.0.0.1:{leader.rest}/switchover",
            json={"leader": leader.name},
            auth=(rest["username"], rest["password"]),
            timeout=PATIENCE_SECONDS,
        )
        assert answer.status_code == 200, answer.text


def reachable_python(folder: Path, account: Account | None) -> str:
    """One of this version that the account may use, which its own may not be, as below root's home."""
    if account is None:
        return sys.executable
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (sys.executable, f"/usr/bin/{name}", f"/usr/local/bin/{name}"):
        if may_use(Path(candidate), folder, account):
            return candidate
    pytest.skip(f"{account.name}, who runs PostgreSQL here, can use no {name}, so that Patroni is not rehearsed")


@contextmanager
def three_members() -> Iterator[Patroni]:
    """Started together, with a leader and two that follow it."""
    account = server_account()
    with ExitStack() as stack:
        members, binaries = [], find_binaries()
        for name in MEMBERS:
            folder = Path(tempfile.mkdtemp(prefix=f"p2p-patroni-{name}-"))
            keeper = start_keeper(folder)
            assert keeper.stdin is not None
            stack.callback(keeper.wait, PATIENCE_SECONDS)
            stack.callback(keeper.stdin.close)
            binaries = made_reachable(binaries, folder, account)
            members.append(Member(name, reachable_python(folder, account), folder, account))
        for member in members:
            stack.callback(member.kill)
            member.configure([other for other in members if other is not member], binaries)
        for member in members:
            member.start()
        patroni = Patroni(members)
        patroni.wait_until_followed(2)
        yield patroni
