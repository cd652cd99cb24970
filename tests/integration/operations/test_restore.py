"""A desk is brought back from a dump that was taken while it served, and goes on; what came after the dump is lost.

Nothing that was given out before is given out again: numbers of offers that were lost belong to nobody from then on.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.integration.faults.rig.books import Books, OfferRow
from tests.integration.faults.rig.client import Client, Request
from tests.integration.faults.rig.load import BANK, Load, Market
from tests.integration.faults.rig.population import Population
from tests.integration.faults.rig.processes import SECRET_KEY, DeskProcess, until
from tests.integration.faults.rig.run import Run, by_form
from tests.integration.operations.figures import Figures
from tests.integration.running import Cli
from tests.postgres import Cluster

LOAD_SECONDS = by_form(2.0, 20.0)


@pytest.mark.soak
def test_a_dump_brings_the_desk_back(
    run: Run, durable: Cluster, migrate: Callable[[str], None], tmp_path: Path, figures: Figures
) -> None:
    url = durable.url(durable.new_database())
    migrate(url)
    dump = tmp_path / "p2p.dump"
    with Population(url) as people:
        market = Market.open(people, by_form(4, 8))
        with ExitStack() as stack:
            http = stack.enter_context(DeskProcess("http", {"P2P_DATABASE_URL": url}, tmp_path))
            with Load(market, http.http_port, run):
                time.sleep(LOAD_SECONDS)
                dumping = seconds_of(durable, "pg_dump", "--format=custom", f"--file={dump}", plain(url))
                time.sleep(LOAD_SECONDS)
    with closing(Books(url)) as books:
        lost = books.offers()
    # Its machine is gone. From here on there is the dump.
    began = time.monotonic()
    again = durable.url(durable.new_database())
    restoring = seconds_of(durable, "pg_restore", f"--dbname={plain(again)}", "--exit-on-error", str(dump))
    cli = Cli(tmp_path, DATABASE_URL=again, SECRET_KEY=SECRET_KEY, MAIL_URL="file:var/mail")
    cli.done("restored")
    run.check(cli.done("ledger", "verify") == "Every invariant holds", "the books of the dump are broken")
    with closing(Books(again)) as books:
        kept = books.offers()
    with ExitStack() as stack:
        http = stack.enter_context(DeskProcess("http", {"P2P_DATABASE_URL": again}, tmp_path))
        back = time.monotonic() - began
        number = next_offer(run, http, market)
    check_kept(run, kept, lost)
    run.check(number > max(lost), f"offer {number} was given out before")
    with closing(Books(again)) as books:
        books.check_all(run)
    run.conclude()
    figures.note(
        "restore from a dump",
        offers_at_the_loss=len(lost),
        offers_in_the_dump=len(kept),
        megabytes_of_the_dump=round(dump.stat().st_size / 1024**2, 1),
        seconds_to_dump_while_it_served=round(dumping, 1),
        seconds_to_restore=round(restoring, 1),
        seconds_until_it_served_again=round(back, 1),
        numbers_given_out_twice=0,
    )


def plain(url: str) -> str:
    """The address as PostgreSQL's own programs take it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def seconds_of(server: Cluster, program: str, *arguments: str) -> float:
    """Run one of PostgreSQL's programs, which has to succeed."""
    began = time.monotonic()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    command = [str(server.binaries / program), *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=inherited)
    assert ran.returncode == 0, ran.stderr
    return time.monotonic() - began


def next_offer(run: Run, http: DeskProcess, market: Market) -> int:
    """The number of an offer that is made on what was restored."""
    ad, _, _ = market.ads[0]
    body = {"ad": ad.id, "currency_amount": "1", **BANK}
    with closing(Client(http.http_port, run)) as client:
        until(lambda: client.get("/readyz?writes=1").status == 200, "it is ready to write")
        answer = client.resolve(Request.keyed(market.takers[0], "/p2p/offer/create/", body))
    assert answer.status == 200, answer
    return int(answer.entity["id"])


def check_kept(run: Run, kept: Mapping[int, OfferRow], lost: Mapping[int, OfferRow]) -> None:
    """The dump is of one moment while the desk served: what is in it was there, and some came later."""
    run.check(bool(kept) and kept.keys() < lost.keys(), f"{len(kept)} offers are in the dump, {len(lost)} there were")
    for number, offer in kept.items():
        same = (offer.ad_id, offer.taker_id, offer.amount) == (
            lost[number].ad_id, lost[number].taker_id, lost[number].amount,
        )  # fmt: skip
        run.check(same, f"offer {number} is another one")
