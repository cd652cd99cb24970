"""The primary is gone under load and its standby is promoted: all that was acknowledged is there, and the desk goes on.

Nothing of the desk is restarted, and no setting changed. The load keeps books of its own: after it, each purse and each
offer has to be as it was acknowledged, to the unit.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url

from domain.errors import StoreUnavailable
from tests.integration.desk import Desk
from tests.integration.faults.rig.books import Books
from tests.integration.faults.rig.client import Client
from tests.integration.faults.rig.load import Load, Market
from tests.integration.faults.rig.population import Population
from tests.integration.faults.rig.processes import SECRET_KEY, DeskProcess, started, until
from tests.integration.faults.rig.run import IS_SOAK, Run, by_form
from tests.integration.operations.figures import Figures
from tests.integration.operations.standby import Pair, a_pair, is_standby
from tests.integration.running import Cli
from tests.integration.sql.conftest import NewDesk
from tests.integration.websocket.client import Client as Socket
from tests.postgres import Cluster

LOAD_SECONDS = by_form(2.0, 10.0)
ON_ITS_WAY_SECONDS = 0.2
PATIENCE_SECONDS = 30.0
"""Far more than it takes, since the machine that tests may be busy: the figure tells."""


@contextmanager
def killed(primary: Cluster) -> Iterator[None]:
    """Its machine has lost its power: every line is cut, and nobody listens."""
    primary.kill()
    yield


@contextmanager
def frozen(primary: Cluster) -> Iterator[None]:
    """Its lines stay open and it says nothing. Whoever promotes another one sees to it that it never goes on."""
    with primary.frozen():
        yield
        primary.kill()


@pytest.fixture
def pair(migrate: Callable[[str], None]) -> Iterator[tuple[Pair, str]]:
    """Two servers, and the address of both with a migrated database."""
    with a_pair(fsync=IS_SOAK) as pair:
        url = pair.url(pair.primary.new_database())
        migrate(url)
        yield pair, url


@pytest.mark.soak
@pytest.mark.parametrize("away", [killed, frozen], ids=["killed", "frozen"])
def test_the_desk_goes_on_with_the_standby(
    run: Run,
    pair: tuple[Pair, str],
    tmp_path: Path,
    away: Callable[[Cluster], AbstractContextManager[None]],
    figures: Figures,
) -> None:
    servers, url = pair
    with ExitStack() as stack:
        people = stack.enter_context(Population(url))
        market = Market.open(people, by_form(6, 16))
        maker, taker = people.person(2), people.person()
        ad = people.sell_ad(maker, 2)
        first = people.offer(ad, taker)
        settings = {"P2P_DATABASE_URL": url}
        http, websocket, worker = stack.enter_context(
            started(
                DeskProcess("http", {**settings, "P2P_HTTP_WORKERS": "2"}, tmp_path),
                DeskProcess("ws", settings, tmp_path),
                DeskProcess("worker", settings, tmp_path),
            )
        )
        socket = Socket(f"ws://127.0.0.1:{websocket.websocket_port}/ws/p2p/?token={maker.token}&since=0")
        socket.expect(1)
        with Load(market, http.http_port, run) as load:
            time.sleep(LOAD_SECONDS)
            acknowledged = run.counts["acknowledged"]
            with away(servers.primary):
                gone = time.monotonic()
                # What was answered before may still be on its way.
                time.sleep(ON_ITS_WAY_SECONDS)
                silent = time.monotonic()
                servers.standby.promote()
                promoted = time.monotonic()
                out = load.seconds_to_success(silent, PATIENCE_SECONDS) + ON_ITS_WAY_SECONDS
                run.check(out < PATIENCE_SECONDS, "the desk does not serve again")
                time.sleep(LOAD_SECONDS)
        run.check(acknowledged > 0, "nothing was acknowledged before")
        run.check(not is_standby(servers.standby), "it was not promoted")
        run.figures |= {"seconds to promote": round(promoted - gone, 2), "seconds out": round(out, 2)}
        run.figures["slowest request"] = round(load.slowest, 2)
        check_the_others(run, http, people, socket, url, tmp_path)
        second = people.offer(ad, taker)
        told = socket.expect(2)
        run.check([each["offer_id"] for each in told] == [first.id, second.id], f"the websocket told {told}")
        socket.close()
        for process in (http, websocket, worker):
            run.check("Traceback" not in process.log(), f"{process.role} met an error that it does not know")
        market.expected.purses[maker.id, "escrow"] += 2
        market.expected.states |= {first.id: "pending", second.id: "pending"}
        books = stack.enter_context(closing(Books(servers.standby.url(make_url(url).database or ""))))
        market.expected.check(books, run)
        books.check_all(run)
    run.conclude()
    figures.note(
        f"failover, the primary {away.__name__}",
        writes_acknowledged=run.counts["acknowledged"],
        acknowledged_writes_lost=0,
        seconds_to_promote=round(promoted - gone, 1),
        seconds_without_a_write=round(out, 1),
        slowest_request_seconds=round(load.slowest, 1),
    )


def test_connections_to_a_standby_are_thrown_away(pair: tuple[Pair, str], open_desk: NewDesk) -> None:
    """An address may lead to another server from one moment to the next; what was opened before stays where it was."""
    servers, url = pair
    servers.wait_until_followed()
    name = make_url(url).database or ""
    desk = open_desk(servers.standby.url(name), pool_size=2)
    before = sessions_on(servers.standby, name, desk)
    with pytest.raises(StoreUnavailable, match="ReadOnlySqlTransaction"):
        desk.trader()
    assert sessions_on(servers.standby, name, desk).isdisjoint(before)


def test_connections_to_a_frozen_primary_are_kept(pair: tuple[Pair, str], open_desk: NewDesk) -> None:
    """Its operator lets nobody write for a while; new connections would hear nothing else."""
    servers, url = pair
    name = make_url(url).database or ""
    with closing(servers.primary.connect()) as administrator:
        administrator.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    desk = open_desk(url, pool_size=2)
    before = sessions_on(servers.primary, name, desk)
    with pytest.raises(StoreUnavailable, match="ReadOnlySqlTransaction"):
        desk.trader()
    assert sessions_on(servers.primary, name, desk) == before


def sessions_on(server: Cluster, name: str, desk: Desk) -> set[int]:
    """The desk's sessions, once it has asked something."""
    desk.store.ping()
    question = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND application_name = 'p2p'"
    with closing(server.connect()) as administrator:
        return {pid for (pid,) in administrator.execute(question, [name]).fetchall()}


def test_the_doctor_looks_at_each_server(pair: tuple[Pair, str], tmp_path: Path) -> None:
    servers, url = pair
    servers.wait_until_followed()
    cli = Cli(tmp_path, DATABASE_URL=url, SECRET_KEY=SECRET_KEY, MAIL_URL="file:var/mail")
    primary, standby = (f"database 127.0.0.1:{server.port}" for server in (servers.primary, servers.standby))
    replica = {"REPLICA_URL": servers.standby.url(make_url(url).database or "")}
    said = cli.run("doctor", **replica).stdout
    # How far is a matter of the machine's speed.
    assert re.search(r"^ok       database replica: it is a standby, \d+\.\d s behind$", said, re.MULTILINE), said
    assert f"ok       {primary}: it is the primary, and waits for ANY 1 (*)" in said
    assert re.search(rf"^ok       {re.escape(standby)}: it is a standby, \d+\.\d s behind$", said, re.MULTILINE), said
    servers.primary.kill()
    servers.standby.promote()
    said = cli.run("doctor", **replica).stdout
    assert "trouble  database replica: it is no standby, and is not read from" in said
    assert f"trouble  {primary}: OperationalError: connection failed" in said
    assert f"trouble  {standby}: it is the primary, and waits for no standby: what is acknowledged is on" in said


def check_the_others(run: Run, http: DeskProcess, people: Population, socket: Socket, url: str, folder: Path) -> None:
    """What is asked from outside, and commands that begin now, with the first server of the address away."""
    with closing(Client(http.http_port, run)) as client:
        until(lambda: client.get("/readyz?writes=1").status == 200, "it is ready to write")
    until(lambda: socket.code is None, "the socket is open")
    cli = Cli(folder, DATABASE_URL=url, SECRET_KEY=SECRET_KEY, MAIL_URL="file:var/mail")
    run.check("Every invariant holds" in cli.done("ledger", "verify"), "the books are broken")
    run.check(cli.done("migrate") == "The database is up to date", "it is migrated")
