"""Where the measurements take place: databases with a market in them, and desks that run on these."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from adapters.sql.migrations.migrate import upgrade
from tests.postgres import Cluster

from .asking import make_offers, reads, releases
from .bound import Pgbench
from .embedded import BareSqlite
from .figures import Row
from .filler import PooledOffers, fill_finished, sample_texts
from .in_process import ask, count_statements, open_application, open_container
from .lists import fill_lists
from .load import Address
from .market import Market, open_market
from .plan import (
    CLIENTS,
    EMBEDDED,
    FLOOR_PATH,
    TARGET_CLIENTS,
    bounded_rows,
    floor_rows,
    grown_rows,
    kinds,
    list_rows,
    load,
)
from .processes import DeskProcess

SERVER_SETTINGS = {"shared_buffers": "256MB", "max_wal_size": "4GB"}
"""More memory than PostgreSQL's defaults have, as on any production server. Nothing about safety is changed."""
MAX_CONNECTIONS = 200
FEW, MANY = 10_000, 1_000_000
"""How many finished offers are in the way."""


@dataclass(frozen=True, slots=True)
class MarketDatabase:
    """A database with a market; ``pools`` are its paid offers, by whether they are all of the hot ad."""

    name: str
    url: str
    pools: Mapping[bool, PooledOffers]


class PostgresStage:
    """A cluster of its own with a market, copied for each desk that is asked for. All ends with the stack."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.cluster = stack.enter_context(Cluster(max_connections=MAX_CONNECTIONS, settings=SERVER_SETTINGS))
        self._template = self.cluster.new_database()
        url = self.cluster.url(self._template)
        upgrade(url)
        with open_container(url) as container:
            self.market = open_market(container)
        with open_application(url) as application:
            answer = ask(application, next(make_offers(self.market, hot=False)))
        with self.cluster.connect(self._template) as connection:
            self.texts = sample_texts(connection)
        self.answer = answer.decode()
        self.databases: list[MarketDatabase] = []

    @property
    def version(self) -> str:
        """What the server calls itself."""
        with self.cluster.connect() as connection:
            return f"PostgreSQL {connection.info.parameter_status('server_version')}"

    def database(self, finished: int = 0) -> MarketDatabase:
        """A copy of the market, with so many finished offers in it."""
        name = self.cluster.new_database(self._template)
        connection = self._stack.enter_context(self.cluster.connect(name))
        if finished:
            fill_finished(connection, finished, self.texts)
        pools = {hot: PooledOffers(connection, self.texts, self.market.first_ad, hot=hot) for hot in (False, True)}
        # Autovacuum would come by sooner or later, and in the middle of a measurement.
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")
        self.databases.append(MarketDatabase(name, self.cluster.url(name), pools))
        return self.databases[-1]

    def address(self, database: MarketDatabase) -> Address:
        """Where a desk of its own answers for a database, from now on."""
        return self._stack.enter_context(DeskProcess("http", database.url)).address

    def rows(self, only: set[str]) -> list[Row]:
        """The rows of one desk, beside its bound."""
        database = self.database()
        address = self.address(database)
        pgbench = Pgbench(self.cluster, database.name, {**self.texts, "answer": self.answer})
        found = floor_rows(address, self.market) if "floor" in only else []
        for kind in kinds(self.market, database.pools):
            if kind.subject in only:
                found += bounded_rows(kind, address, pgbench)
        return found

    def list_rows(self) -> list[Row]:
        """The rows of a desk on which one trader has long lists."""
        database = self.database()
        with open_container(database.url) as container:
            paths = fill_lists(container)
        return list_rows(self.address(database), self.market, paths)

    def grown_rows(self) -> list[Row]:
        """The rows of two desks, of which one has a hundred times as many finished offers."""
        databases = [self.database(FEW), self.database(MANY)]
        addresses = [self.address(database) for database in databases]
        found = grown_rows("make offer", addresses, [make_offers(self.market, hot=False) for _ in addresses])
        pools = [database.pools[False] for database in databases]
        found += grown_rows("release", addresses, [releases(self.market, pool) for pool in pools], pools)
        # With few finished offers a taker has some twenty: a page of fifty would be longer where there are many.
        for name, path in (("board", "/p2p/ad/"), ("my offers", "/p2p/offer/?limit=20")):
            found += grown_rows(name, addresses, [reads(path, self.market) for _ in addresses])
        return found

    def count_statements(self, rows: list[Row]) -> None:
        """Note with each request how many statements it takes, on a database that has been measured."""
        database = self.databases[0]
        with open_application(database.url) as application:
            counted = {f"HTTP: GET {FLOOR_PATH}": count_statements(application, reads(FLOOR_PATH, self.market))}
            for kind in kinds(self.market, database.pools):
                if kind.pool is not None:
                    kind.pool.fill_up(2)
                counted[f"HTTP: {kind.name}"] = count_statements(application, kind.requests)
        for row in rows:
            row.statements = counted.get(row.name)


class SqliteStage:
    """The whole desk in one process on a file, and a copy of the file for the bound."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="p2p-bench-")))
        self._file, self._bare_file = folder / "desk.sqlite3", folder / "bare.sqlite3"
        self.urls = [f"sqlite:///{file}" for file in (self._file, self._bare_file)]
        with open_container(self.urls[0]) as container:
            container.migrate()
            self.market: Market = open_market(container)
        with open_application(self.urls[0]) as application:
            answer = ask(application, next(make_offers(self.market, hot=False)))
        shutil.copyfile(self._file, self._bare_file)
        self._bare = BareSqlite.on(self._bare_file, self.market.first_ad, answer)

    def rows(self) -> list[Row]:
        """The bound, through one connection, and the desk."""
        address = self._stack.enter_context(DeskProcess("serve", self.urls[0])).address
        bound = Row("bound: make offer, SQLite", 1, self._bare.measure)
        offers = make_offers(self.market, hot=False)
        found = [bound]
        for clients in CLIENTS:
            measure = load(address, offers, clients)
            target = EMBEDDED if clients == TARGET_CLIENTS else None
            found.append(Row("p2p serve: make offer, SQLite", clients, measure, against=bound, target=target))
        return found
