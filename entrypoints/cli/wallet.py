"""``p2p wallet``: coins that come from outside and leave again, on the operator's word."""

from __future__ import annotations

import argparse

from domain.model.texts import trimmed
from domain.use_cases.deposit_funds import REFERENCE_LENGTH_LIMIT

from .context import Commands, add_command, add_group, container_of, line, show


def add_commands(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the group."""
    group = add_group(commands, "wallet", "credit and debit wallets", common)
    deposit = add_command(group, "deposit", "credit a trader's wallet", move, common, has_data=True)
    withdraw = add_command(group, "withdraw", "debit a trader's main wallet", move, common, has_data=True)
    for name, parser in (("deposit", deposit), ("withdraw", withdraw)):
        parser.add_argument("email", metavar="EMAIL", type=trimmed)
        parser.add_argument("crypto", metavar="CRYPTO")
        parser.add_argument("amount", metavar="AMOUNT")
        meaning = "what the movement is known by: repeated, it does nothing twice"
        parser.add_argument("--reference", metavar="REF", type=line(REFERENCE_LENGTH_LIMIT, least=1), help=meaning)
        parser.set_defaults(direction=name, wallet="main")
    deposit.add_argument("--wallet", choices=("main", "p2p"), default="main", help="main unless given")


def move(arguments: argparse.Namespace) -> int:
    """Deposit or withdraw, once for each reference."""
    from domain.model.ledger import Purse
    from domain.model.money import Money, money_text, parse_amount
    from domain.ports.store import Unit
    from domain.use_cases.deposit_funds import deposit_funds
    from domain.use_cases.note_operator import note_operator
    from domain.use_cases.withdraw_funds import withdraw_funds

    container = container_of(arguments)
    money = Money(parse_amount(arguments.amount), arguments.crypto.lower())
    reference = arguments.reference or f"operator:{container.identifiers.new()}"
    catalogue = container.settings.catalogue

    def work(unit: Unit) -> bool:
        owner = unit.traders.by_email(arguments.email).id
        if arguments.direction == "withdraw":
            is_done = withdraw_funds(owner, money, reference, book=unit.book, catalogue=catalogue)
        else:
            purse = Purse(arguments.wallet)
            is_done = deposit_funds(owner, money, purse, reference, book=unit.book, catalogue=catalogue)
        if is_done:
            subject = f"trader:{owner}:{money.currency}"
            note_operator(f"wallet.{arguments.direction}", subject, book=unit.book, at=unit.now())
        return is_done

    is_done = container.store.run(work, writes=True)
    data = {
        "email": arguments.email,
        "crypto_currency": money.currency,
        "wallet": arguments.wallet,
        "amount": f"{money.amount:f}",
        "reference": reference,
        "done": is_done,
    }
    what = money_text(money.amount, money.currency)
    done = f"Deposited {what} into" if arguments.direction == "deposit" else f"Withdrew {what} from"
    text = f"{done} the {arguments.wallet} wallet of {arguments.email} ({reference})"
    show(arguments, data, text if is_done else f"Nothing was done: the reference {reference} was used before")
    return 0
