"""What the operator does past all rules of the desk is in the audit trail: docs/contract/accounts.md."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.integration.running import PASSWORD, Cli


def lines(cli: Cli) -> list[tuple[object, ...]]:
    """The audit trail as the desk's file has it."""
    (database,) = cli.folder.rglob("*.sqlite3")
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute('SELECT "by", act, subject, note FROM audit_trail ORDER BY id').fetchall()


@pytest.mark.abuse("K9")
def test_making_staff_printing_tokens_and_moving_coins_are_noted(cli: Cli) -> None:
    cli.done("trader", "add", "jude@example.com", "--fullname", "Jude", "--password", PASSWORD)
    assert lines(cli) == []
    ada = cli.done("trader", "add", "ada@example.com", "--fullname", "Ada", "--staff", "--password", PASSWORD)
    cli.done("trader", "token", "ada@example.com")
    cli.done("wallet", "deposit", "ada@example.com", "TRX", "10", "--reference", "one")
    cli.done("wallet", "deposit", "ada@example.com", "trx", "10", "--reference", "one")
    cli.done("wallet", "withdraw", "ada@example.com", "trx", "4")
    cli.refused("wallet", "withdraw", "ada@example.com", "trx", "40")
    assert lines(cli) == [
        (None, "staff.add", f"trader:{ada}", ""),
        (None, "trader.token", f"trader:{ada}", ""),
        (None, "wallet.deposit", f"trader:{ada}:trx", ""),
        (None, "wallet.withdraw", f"trader:{ada}:trx", ""),
    ]
    cli.done("ledger", "verify")
