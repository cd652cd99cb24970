"""A standby of a PostgreSQL of the tests: made by pg_basebackup, promoted by hand."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager

from tests.integration.waiting import within
from tests.postgres import Cluster, NoPostgresError

PATIENCE_SECONDS = 60
ANY_ONE = "ANY 1 (*)"
STREAMING = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = 'quorum'"


class Standby(Cluster):
    """Follows the primary from its start on, until it is promoted."""

    def __init__(self, primary: Cluster, settings: Mapping[str, str]) -> None:
        super().__init__(max_connections=60, fsync=False, settings=settings)
        self._primary = primary

    def _make_data_folder(self) -> None:
        source = ["--host=127.0.0.1", f"--port={self._primary.port}", "--username=postgres"]
        command = [str(self.binaries / "pg_basebackup"), "--pgdata", str(self._data), *source]
        command += ["--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync"]
        made = subprocess.run(command, capture_output=True, text=True, check=False, **self._as_account())
        if made.returncode != 0:
            raise NoPostgresError(f"pg_basebackup failed:\n{made.stdout}{made.stderr}")

    def promote(self) -> None:
        """Make it the primary, as whoever is awake at night would."""
        command = [str(self.binaries / "pg_ctl"), "promote", "--pgdata", str(self._data), "--wait"]
        subprocess.run(command, capture_output=True, check=True, **self._as_account())


class Pair:
    """A primary whose commits wait for its standby, and the address of both."""

    def __init__(self, primary: Cluster, standby: Standby) -> None:
        self.primary, self.standby = primary, standby
        with closing(primary.connect()) as connection:
            connection.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{ANY_ONE}'")
            connection.execute("SELECT pg_reload_conf()")
            within(lambda: connection.execute(STREAMING).fetchone() == (1,), PATIENCE_SECONDS)

    def url(self, database: str) -> str:
        """The primary first, and the standby that may take its place."""
        servers = "&".join(f"host=127.0.0.1:{server.port}" for server in (self.primary, self.standby))
        return f"postgresql+psycopg://postgres@/{database}?{servers}&target_session_attrs=primary"

    def wait_until_followed(self) -> None:
        """Until the standby has all that the primary has, which reading from it needs."""
        with closing(self.primary.connect()) as primary, closing(self.standby.connect()) as standby:
            row = primary.execute("SELECT pg_current_wal_lsn()").fetchone()
            assert row is not None
            asked = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"
            within(lambda: standby.execute(asked, row).fetchone() == (True,), PATIENCE_SECONDS)


@contextmanager
def a_pair(*, fsync: bool, **of_the_standby: str) -> Iterator[Pair]:
    with ExitStack() as stack:
        primary = stack.enter_context(Cluster(max_connections=60, fsync=fsync))
        standby = stack.enter_context(Standby(primary, of_the_standby))
        yield Pair(primary, standby)


def is_standby(server: Cluster) -> bool:
    with closing(server.connect()) as connection:
        return connection.execute("SELECT pg_is_in_recovery()").fetchone() == (True,)
