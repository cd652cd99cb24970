"""``p2p ledger``: whether the books are right, and what to publish of them."""

from __future__ import annotations

import argparse
import re
from contextlib import suppress

from domain.errors import StoreUnavailable

from .context import CommandFailed, Commands, add_command, add_group, container_of, show
from .output import complain

_PUBLISHED = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})", re.ASCII)


def add_commands(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the group."""
    group = add_group(commands, "ledger", "check the books, and tell what to publish of them", common)
    meaning = "check every invariant of money, offers and notices; exit 1 if one is broken, naming it"
    command = add_command(group, "verify", meaning, verify, common, has_data=True)
    published = "the number and the digest of a link of the journal's chain that was published; it has to be there"
    command.add_argument("--published", metavar="NUMBER:DIGEST", type=_link, help=published)
    meaning = "print the last link of the journal's chain, for publishing it where nobody here can change it"
    add_command(group, "head", meaning, head, common, has_data=True)


def _link(text: str) -> tuple[int, str]:
    found = _PUBLISHED.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no number and digest of a link, such as 12:{'0' * 64}")
    return int(found[1]), found[2]


def verify(arguments: argparse.Namespace) -> int:
    """Check every invariant."""
    container = container_of(arguments)
    broken = container.database.verify(container.store_clock, arguments.published)
    with suppress(StoreUnavailable):
        # Who watches the figures wants to know; what was found counts all the same.
        container.store.note_check(len(broken))
    counted = container.database.counted()
    complain(f"p2p: counted {', '.join(f'{count} {kind}' for kind, count in counted.items())}")
    text = "\n".join(broken) if broken else "Every invariant holds"
    show(arguments, {"holds": not broken, "broken": broken, "counted": counted}, text)
    return 1 if broken else 0


def head(arguments: argparse.Namespace) -> int:
    """Print the last link, and what came in less what went out up to there."""
    from domain.model.money import amount_text, money_text
    from domain.use_cases.chain_journal import head_of_chain

    found = container_of(arguments).store.run(lambda unit: head_of_chain(journal=unit.journal), writes=False)
    if found is None:
        raise CommandFailed("The journal has no link yet; the worker adds them, some seconds behind the first entry")
    link = found.link
    data = {
        "number": link.number,
        "digest": link.digest,
        "at": link.at.isoformat(timespec="microseconds"),
        "last_entry": link.last_entry,
        "entries": link.entries,
        "held": {currency: amount_text(amount) for currency, amount in found.held.items()},
    }
    lines = [
        f"{link.number}:{link.digest}",
        f"{link.entries} entries, the last {link.last_entry}, chained {data['at']}",
        *(f"held {money_text(amount, currency)}" for currency, amount in found.held.items()),
    ]
    show(arguments, data, "\n".join(lines))
    return 0
