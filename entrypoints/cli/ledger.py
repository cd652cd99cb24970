"""``p2p ledger``: whether the books are right."""

from __future__ import annotations

import argparse

from .context import Commands, add_command, add_group, container_of, show
from .output import complain


def add_commands(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the group."""
    group = add_group(commands, "ledger", "check the books", common)
    meaning = "check every invariant of money, offers and notices; exit 1 if one is broken, naming it"
    add_command(group, "verify", meaning, verify, common, has_data=True)


def verify(arguments: argparse.Namespace) -> int:
    """Check every invariant."""
    container = container_of(arguments)
    broken = container.database.verify(container.store_clock)
    counted = container.database.counted()
    complain(f"p2p: counted {', '.join(f'{count} {kind}' for kind, count in counted.items())}")
    text = "\n".join(broken) if broken else "Every invariant holds"
    show(arguments, {"holds": not broken, "broken": broken, "counted": counted}, text)
    return 1 if broken else 0
