"""What is secret or somebody's own is on no screen of the operator's who asks for something else, and in no list of
processes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from config.container import build
from config.settings import read_settings
from domain.model.bank import BankDetails
from domain.ports.codes import Purpose
from domain.use_cases.mail_codes import send_code
from tests.integration.desk import Desk
from tests.integration.running import Cli
from tests.integration.serving import Addresses, Serving, children_of
from tests.integration.webhooks.hooks import added

KEY = "a-canary-of-the-key-0123456789-long-enough"
OF_SETTINGS = (KEY, "canary-of-mail", "canary-of-prices")


@pytest.fixture
def secretive(cli: Cli) -> Cli:
    """A desk whose settings hold a secret each."""
    cli.settings |= {
        "SECRET_KEY": KEY,
        "MAIL_URL": "smtp://desk:canary-of-mail@127.0.0.1:9",
        "PRICES_URL": "https://127.0.0.1:9/?key=canary-of-prices",
    }
    return cli


def of_people(cli: Cli) -> tuple[int, str, list[str]]:
    """An offer in dispute, its seller's address, and what nobody is told who looks after the desk."""
    with closing(build(read_settings(cli.environment(), cli.folder))) as container:
        desk = Desk(container.store, container.clock)  # type: ignore[arg-type]
        taker = desk.trader()
        offer = desk.offer(desk.sell_ad(10), taker, Decimal(2))
        seller = next(trader for trader in desk.traders if trader.id != taker.id)
        desk.pay(offer)
        desk.dispute(offer, "canary of the dispute")
        desk.say(offer, taker, "canary of the chat")
        _, secret = added(desk, seller, url="https://bot.example.com/canary-of-the-hook")
        desk.write(
            lambda unit: send_code(
                seller,
                Purpose.RESET,
                codes=unit.codes,
                attempts=unit.attempts,
                book=unit.book,
                identifiers=container.identifiers,
                at=unit.now(),
            )
        )
        letters = container.store.outbox.claim(container.identifiers.new(), 60, 100)
        [code] = [letter.facts["code"] for letter in letters if "code" in letter.facts]
        password_hash = desk.read(lambda unit: unit.traders.password_hash(seller.id))
    assert isinstance(offer.bank, BankDetails)
    return offer.id, seller.email, [
        offer.bank.account_number, offer.bank.account_name, "canary of the dispute", "canary of the chat", secret,
        "canary-of-the-hook", str(code), password_hash,
    ]  # fmt: skip


@pytest.mark.abuse("J1")
def test_no_command_shows_what_it_was_not_asked_for(secretive: Cli) -> None:
    offer_id, email, canaries = of_people(secretive)
    commands = [
        ["offer", "show", str(offer_id)], ["offer", "show", str(offer_id), "--json"], ["trader", "list", "--json"],
        ["outbox", "list"], ["settings"], ["doctor"], ["ledger", "verify"], ["trader", "suspend", email],
    ]  # fmt: skip
    for command in commands:
        ran = secretive.run(*command)
        shown = ran.stdout + ran.stderr + secretive.beside
        assert ran.stdout, command
        for canary in (*canaries, *OF_SETTINGS):
            assert canary not in shown, command


@pytest.mark.abuse("J1")
def test_no_process_has_a_secret_in_the_list_of_them(secretive: Cli, addresses: Addresses) -> None:
    """A setting is in the environment or in a file, and is handed to no other process by its arguments."""
    with Serving(secretive, "serve", **addresses.settings) as desk:
        desk.wait_until_ready(addresses.http)
        listed = list(command_lines(desk.process.pid))
    assert "serve" in listed[0]
    for line in listed:
        for canary in OF_SETTINGS:
            assert canary not in line


@pytest.fixture
def addresses() -> Addresses:
    return Addresses()


def command_lines(process: int) -> Iterator[str]:
    """Those of a process and of all that it has started."""
    yield Path(f"/proc/{process}/cmdline").read_text()
    for child in children_of(process):
        yield from command_lines(child)
