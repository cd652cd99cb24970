"""``p2p ledger head``, and ``p2p ledger verify --published``: what is made known of the journal, and held to later."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from adapters.sql.store import SqlStore
from adapters.system.identifiers import RandomIdentifiers
from adapters.system.wakers import Wakers
from adapters.worker.bookkeeper import Bookkeeper
from tests.clock import SettableClock
from tests.integration.running import Cli

AddTrader = Callable[[str], str]


def chain(cli: Cli) -> None:
    """As the worker does."""
    url = f"sqlite:///{cli.folder / 'var' / 'p2p.sqlite3'}"
    named = {"waker": Wakers(), "message_id_domain": "desk.example", "clock": SettableClock()}
    with closing(SqlStore(url, **named)) as store:  # type: ignore[arg-type]
        bookkeeper = Bookkeeper(store, RandomIdentifiers(), None)
        bookkeeper.chain_once()
        assert bookkeeper.chain_once() == 1


def test_before_the_first_link_there_is_no_head(cli: Cli) -> None:
    assert cli.refused("ledger", "head").startswith("The journal has no link yet")


def test_the_head_is_what_the_chain_is_held_to(cli: Cli, add_trader: AddTrader) -> None:
    add_trader("Jude")
    cli.done("wallet", "deposit", "jude@example.com", "trx", "1.5")
    cli.done("wallet", "deposit", "jude@example.com", "btc", "2")
    chain(cli)
    head = json.loads(cli.done("ledger", "head", "--json"))
    assert (head["number"], head["entries"], head["last_entry"]) == (1, 2, 2)
    assert head["held"] == {"btc": "2", "trx": "1.5"}
    lines = cli.done("ledger", "head").splitlines()
    assert lines[0] == f"1:{head['digest']}"
    assert lines[1:] == [f"2 entries, the last 2, chained {head['at']}", "held 2 btc", "held 1.5 trx"]
    assert cli.done("ledger", "verify", "--published", lines[0]) == "Every invariant holds"
    ran = cli.run("ledger", "verify", "--published", f"1:{'0' * 64}", "--json")
    assert ran.returncode == 1
    assert "the chain has the link that was published" in json.loads(ran.stdout)["broken"][0]


def test_what_was_chained_and_changed_is_named(cli: Cli, add_trader: AddTrader) -> None:
    add_trader("Jude")
    cli.done("wallet", "deposit", "jude@example.com", "trx", "1")
    chain(cli)
    with closing(sqlite3.connect(cli.folder / "var" / "p2p.sqlite3")) as database:
        # Whoever can change an entry can put back what refuses that, too.
        (guard,) = database.execute("SELECT sql FROM sqlite_master WHERE name = 'entries_no_update'").fetchone()
        database.execute("DROP TRIGGER entries_no_update")
        database.execute("UPDATE entries SET reference = 'another'")
        database.execute(guard)
        database.commit()
    ran = cli.run("ledger", "verify")
    assert (ran.returncode, ran.stdout) == (
        1,
        "V12: it does not hold that the journal is as it was chained: link 1, entries up to 1\n",
    )


@pytest.mark.parametrize("text", ["1", f"0:{'0' * 64}", f"1:{'0' * 63}", f"1:{'G' * 64}", f"-1:{'0' * 64}", ""])
def test_what_is_no_link_is_misuse(cli: Cli, text: str) -> None:
    ran = cli.run("ledger", "verify", f"--published={text}")
    assert ran.returncode == 2
    assert "is no number and digest of a link" in ran.stderr
