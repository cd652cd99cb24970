"""Jude and Amara, the two traders of ``p2p serve --demo``, and what to paste to trade as them."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from config.container import Container
from domain.errors import TraderNotFound
from domain.model.ledger import Purse
from domain.model.money import Catalogue, Money
from domain.ports.store import Unit
from domain.use_cases.deposit_funds import deposit_funds
from domain.use_cases.register_trader import register_trader

from .demo_market import MAKERS, add_market

if TYPE_CHECKING:
    from adapters.http.collaborators import DemoTrader

TRADERS = {"Jude": "jude@example.com", "Amara": "amara@example.com"}
PASSWORD = "correct horse battery staple"  # noqa: S105 (a password that is printed is no secret)
FUNDS = Decimal(1000)
"""What each has in their p2p wallet, of every crypto currency."""


def add_demo_traders(container: Container) -> bool:
    """Add the two and a small market where nobody trades here yet; tell whether they are there, now or from before."""

    from adapters.worker.pricer import Pricer

    def are_there(unit: Unit) -> bool:
        try:
            return all(unit.traders.by_email(email) for email in TRADERS.values())
        except TraderNotFound:
            return False

    if container.store.run(are_there, writes=False):
        return True
    if container.prices is not None:
        # Ads that follow the market are placed where its price is known.
        Pricer(container.store, container.prices, container.catalogue).ask_once()
    password_hash = container.passwords.hash(PASSWORD)
    return container.store.run(lambda unit: _add(unit, container, password_hash), writes=True)


def demo_traders() -> tuple[DemoTrader, ...]:
    """The two, with their password, for whoever wants to try the desk."""
    from adapters.http.collaborators import DemoTrader

    return tuple(DemoTrader(fullname, email, PASSWORD) for fullname, email in TRADERS.items())


def _add(unit: Unit, container: Container, password_hash: str) -> bool:
    if unit.traders.count():
        return False
    at, catalogue = unit.now(), container.settings.catalogue
    for fullname, email in TRADERS.items():
        trader = register_trader(
            email,
            fullname,
            password_hash,
            traders=unit.traders,
            at=at,
            identifiers=container.identifiers,
            email_verified=True,
        )
        for code in catalogue.crypto:
            reference = f"demo:{fullname.lower()}:{code}"
            money = Money(FUNDS, code)
            deposit_funds(trader.id, money, Purse.P2P, reference, book=unit.book, catalogue=catalogue)
    add_market(unit, container, password_hash)
    return True


def lines_to_paste(catalogue: Catalogue, http: str, websocket: str, *, are_there: bool) -> list[str]:
    """A trade, command by command, at a desk that is reached by these addresses."""
    if not are_there:
        return ["", "Others trade here already, so no demo traders were added."]
    return [
        "",
        f"Jude and Amara have {FUNDS} of every crypto currency in their p2p wallets.",
        f"  {' and '.join(TRADERS.values())}, password: {PASSWORD}",
        f"The board has made-up ads of {len(MAKERS)} others, such as chidi@example.com, with the same password.",
        "",
        "Paste this into another terminal to trade:",
        "",
        *trade_script(catalogue, http),
        "",
        "And this, to see what Jude is told, from the beginning and then live (Ctrl-C ends it):",
        "",
        listening_line(_websocket_client(), websocket),
        "",
        "Ctrl-C stops the desk.",
    ]


def trade_script(catalogue: Catalogue, http: str) -> list[str]:
    """A whole trade, to be pasted into bash and into zsh; the README shows the very same lines.

    It says what happens by ``echo`` and not in comments: zsh, as macOS has it, knows none at its prompt, and so would
    run their words, and take an apostrophe in them for a quote. For the same reason there is no ``!`` in it.
    """
    crypto, fiat = _one_of("trx", catalogue.crypto), _one_of("usd", catalogue.fiat)
    method = _one_of("bank_transfer", catalogue.payment_methods)
    return f"""\
DESK={http}
JSON='Content-Type: application/json'
field() {{ python3 -c 'import json, sys; print(json.load(sys.stdin)["entity"]["'$1'"])'; }}
token() {{ curl -s -H "$JSON" $DESK/auth/token/ -d '{{"email": "'$1'", "password": "{PASSWORD}"}}' \\
  | field access; }}
coins() {{ curl -s -H "Authorization: Bearer $1" $DESK/wallet/ | python3 -c 'import json, sys
print(*(purse for purse in json.load(sys.stdin)["entity"] if purse["crypto_currency"] == "{crypto}"))'; }}
JUDE=$(token {TRADERS["Jude"]})
AMARA=$(token {TRADERS["Amara"]})

echo 'Jude sells: 100 {crypto} go from his p2p wallet into escrow, and he says where he is to be paid.'
AD=$(curl -s -i -H "$JSON" -H "Authorization: Bearer $JUDE" $DESK/p2p/ad/ -d '{{
  "ad_type": "sell", "crypto_currency": "{crypto}", "crypto_amount": "100", "price_per_unit": "200",
  "fiat_currency": "{fiat}", "payment_method": "{method}", "bank_account_name": "Jude Okafor",
  "bank_account_number": "1234567890", "bank_name": "Second Bank"}}' | tr -d '\\r' | sed -n 's#^[Ll]ocation:.*/##p')

echo 'Amara makes an offer for 10 of them. With a key, the request can be sent again and nothing happens twice.'
OFFER=$(curl -s -H "$JSON" -H "Authorization: Bearer $AMARA" -H "Idempotency-Key: first-offer-$AD" \\
  $DESK/p2p/offer/create/ -d '{{"ad": '$AD', "currency_amount": "10", "bank_account_name": "Amara Nwosu",
  "bank_account_number": "0123456789", "bank_name": "First Bank"}}' | field id)

echo 'Where she is to pay, and what she has:'
curl -s -H "Authorization: Bearer $AMARA" $DESK/p2p/offer/detail/$OFFER/ | field pay_to
coins $AMARA

echo 'She pays by bank and says so. Jude sees the money and releases. The coins are hers:'
curl -s -X POST -H "Authorization: Bearer $AMARA" $DESK/p2p/offer/paid/$OFFER/; echo
curl -s -X POST -H "Authorization: Bearer $JUDE" $DESK/p2p/offer/release/$OFFER/; echo
coins $AMARA""".splitlines()


def listening_line(client: str, websocket: str) -> str:
    """The command that shows what Jude is told; it needs his token of the trade."""
    return f'{client} "{websocket}?token=$JUDE&since=0"'


def _one_of(wanted: str, known: Iterable[str]) -> str:
    names = sorted(known)
    return wanted if wanted in names else names[0]


def _websocket_client() -> str:
    """The client that comes with the tests' packages, where these are installed; else any will do."""
    beside = Path(sys.executable).with_name("wsdump")
    return shlex.quote(str(beside)) if beside.exists() else "wsdump"
