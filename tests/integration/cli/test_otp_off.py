"""The operator turns one-time passwords off for somebody who has lost everything."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

from tests.integration.running import Cli


def test_one_time_passwords_are_turned_off(cli: Cli, add_trader: Callable[[str], str]) -> None:
    trader_id = add_trader("Jude")
    assert cli.refused("trader", "otp-off", "jude@example.com") == "One-time passwords are off"
    with closing(sqlite3.connect(cli.folder / "var" / "p2p.sqlite3")) as database:
        moment = "2026-03-02T12:00:00.000000+00:00"
        database.execute(
            "INSERT INTO second_factors VALUES (?, x'00', ?, ?, 0, x'', 0, NULL)", (trader_id, moment, moment)
        )
        database.execute("UPDATE traders SET has_totp = 1")
        database.commit()
        done = cli.done("trader", "otp-off", "jude@example.com", "--reason", "She lost her phone")
        assert done == "jude@example.com needs no one-time passwords any more"
        assert database.execute("SELECT has_totp FROM traders").fetchall() == [(0,)]
        assert database.execute("SELECT count(*) FROM second_factors").fetchall() == [(0,)]
        (line,) = database.execute("SELECT act, subject, note FROM audit_trail").fetchall()
        assert line == ("trader.otp_off", f"trader:{trader_id}", "She lost her phone")
