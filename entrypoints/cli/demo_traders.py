"""Jude and Amara, the two traders of ``p2p serve --demo``, and what to paste to trade as them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from config.container import Container
from config.settings import Settings
from domain.errors import TraderNotFound
from domain.model.ledger import Purse
from domain.model.money import Money
from domain.ports.store import Unit
from domain.use_cases.deposit_funds import deposit_funds
from domain.use_cases.register_trader import register_trader

if TYPE_CHECKING:
    from adapters.http.services import DemoTrader

TRADERS = {"Jude": "jude@example.com", "Amara": "amara@example.com"}
PASSWORD = "correct horse battery staple"  # noqa: S105 (a password that is printed is no secret)
FUNDS = Decimal(1000)
"""What each has in their p2p wallet, of every crypto currency."""


def add_demo_traders(container: Container) -> bool:
    """Add the two where nobody trades here yet; tell whether they are there, be it from an earlier time."""

    def are_there(unit: Unit) -> bool:
        try:
            return all(unit.traders.by_email(email) for email in TRADERS.values())
        except TraderNotFound:
            return False

    if container.in_unit(are_there, writes=False):
        return True
    password_hash = container.passwords.hash(PASSWORD)
    return container.in_unit(lambda unit: _add(unit, container, password_hash), writes=True)


def demo_traders() -> tuple[DemoTrader, ...]:
    """The two, with their password, for whoever wants to try the desk."""
    from adapters.http.services import DemoTrader

    return tuple(DemoTrader(fullname, email, PASSWORD) for fullname, email in TRADERS.items())


def _add(unit: Unit, container: Container, password_hash: str) -> bool:
    if unit.traders.count():
        return False
    at, catalogue = unit.now(), container.settings.catalogue
    for fullname, email in TRADERS.items():
        trader = register_trader(
            email, fullname, password_hash, traders=unit.traders, at=at, identifiers=container.identifiers
        )
        for code in catalogue.crypto:
            reference = f"demo:{fullname.lower()}:{code}"
            money = Money(FUNDS, code)
            deposit_funds(trader.id, money, Purse.P2P, reference, book=unit.book, catalogue=catalogue)
    return True


def lines_to_paste(settings: Settings, are_there: bool) -> list[str]:
    """A trade, command by command."""
    if not are_there:
        return ["", "Others trade here already, so no demo traders were added."]
    return [
        "",
        f"Jude and Amara have {FUNDS} of every crypto currency in their p2p wallets.",
        f"  {' and '.join(TRADERS.values())}, password: {PASSWORD}",
        "",
        "Paste this into another terminal to trade:",
        "",
        *_script(settings),
        "",
        "Ctrl-C stops the desk.",
    ]


def _script(settings: Settings) -> list[str]:
    catalogue = settings.catalogue
    crypto, fiat = _one_of("trx", catalogue.crypto), _one_of("usd", catalogue.fiat)
    method = _one_of("bank_transfer", catalogue.payment_methods)
    return [
        f"DESK={settings.public_url}",
        "JSON='Content-Type: application/json'",
        "",
        "# A token for each of them",
        f"""token() {{ curl -s $DESK/auth/token/ -H "$JSON" -d '{{"email": "'$1'", "password": "{PASSWORD}"}}' \\""",
        """  | python3 -c 'import json, sys; print(json.load(sys.stdin)["entity"]["access"])'; }""",
        *(f"{name.upper()}=$(token {email})" for name, email in TRADERS.items()),
        "",
        f"# Jude puts 100 {crypto} up for sale; the answer's Location names the ad",
        f"""AD=$(curl -si $DESK/p2p/ad/ -H "$JSON" -H "Authorization: Bearer $JUDE" -d '{{
  "ad_type": "sell", "crypto_currency": "{crypto}", "crypto_amount": "100", "price_per_unit": "200",
  "fiat_currency": "{fiat}", "payment_method": "{method}"}}' | tr -d '\\r' | sed -n 's#^[Ll]ocation:.*/##p')""",
        "",
        "# Amara makes an offer for 10 of them",
        """curl -s $DESK/p2p/offer/create/ -H "$JSON" -H "Authorization: Bearer $AMARA" -d '{
  "ad": '$AD', "currency_amount": "10",
  "bank_account_name": "Amara N", "bank_account_number": "0123456789", "bank_name": "First Bank"}'; echo""",
        "",
        "# What Jude is told, from the beginning and live",
        f'{_websocket_client()} "{settings.websocket_url}?token=$JUDE&since=0"',
    ]


def _one_of(wanted: str, known: Iterable[str]) -> str:
    names = sorted(known)
    return wanted if wanted in names else names[0]


def _websocket_client() -> str:
    """The client that comes with the tests' packages, where these are installed; else any will do."""
    beside = Path(sys.executable).with_name("wsdump")
    return str(beside) if beside.exists() else "wsdump"
