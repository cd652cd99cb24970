"""A PostgreSQL database whose rows are put back between tests: a copy for each takes several times as long."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg

from tests.postgres import Server


class Snapshot:
    """The rows of a database as they are now, kept in a schema beside them, where the desk does not look."""

    def __init__(self, connection: psycopg.Connection[Any], url: str) -> None:
        self._connection, self._url = connection, url
        found = connection.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
        tables = [table for (table,) in found.fetchall()]
        connection.execute("CREATE SCHEMA kept")
        for table in tables:
            connection.execute(f"CREATE TABLE kept.{table} AS TABLE public.{table}")
        # Foreign keys and triggers do not act in this role.
        connection.execute("SET session_replication_role = replica")
        self._put_back = "; ".join(
            f"DELETE FROM public.{table}; INSERT INTO public.{table} TABLE kept.{table}" for table in tables
        )

    def restore(self) -> str:
        """Put them back, once no one else uses the database, and return its URL.

        What was done to constraints stays, and what gives out numbers goes on.
        """
        self._connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        self._connection.execute(self._put_back)
        return self._url


@contextmanager
def snapshot(cluster: Server, name: str) -> Iterator[Snapshot]:
    """One connection puts them back each time: a new one would have to read up on each table first."""
    with closing(cluster.connect(name)) as connection:
        yield Snapshot(connection, cluster.url(name))
