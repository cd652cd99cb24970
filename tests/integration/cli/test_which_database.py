"""Which database a command speaks to, and ``p2p restored``."""

import json
from collections.abc import Callable

from tests.integration.running import KEY, Cli


def test_it_says_whose_books_they_are_and_what_it_counted(cli: Cli, add_trader: Callable[[str], str]) -> None:
    """Of a place where nobody works, too: then nothing was counted."""
    add_trader("Jude")
    cli.done("wallet", "deposit", "jude@example.com", "trx", "1")
    cli.done("ledger", "verify")
    database = f"p2p: database sqlite:///{cli.folder}/var/p2p.sqlite3\n"
    assert cli.beside == f"{database}p2p: counted 1 traders, 0 ads, 0 offers, 1 entries, 0 notices, 0 letters\n"
    for command in (["migrate"], ["outbox", "list"], ["trader", "list"], ["backup", "copy"], ["restored"]):
        cli.done(*command)
        assert cli.beside == database
    cli.refused(
        "ledger",
        "verify",
        DATABASE_URL="postgresql+psycopg://desk:geheimnis@127.0.0.1:1/desk",
        SECRET_KEY=KEY,
        MAIL_URL="file:var/mail",
    )
    assert cli.beside == "p2p: database postgresql+psycopg://desk:***@127.0.0.1:1/desk\n"


def test_numbers_go_on_after_a_restore(cli: Cli) -> None:
    assert cli.done("restored").startswith("New numbers begin 1,000,000 further on")
    assert json.loads(cli.done("restored", "--json")) == {"moved_on_by": 1_000_000}
    assert cli.done("ledger", "verify") == "Every invariant holds"
