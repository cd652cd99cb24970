"""``p2p freeze`` and ``p2p unfreeze``: stopping the desk, and letting it go on."""

from __future__ import annotations

import argparse

from domain.model.offer import REASON_LENGTH_LIMIT

from .context import Commands, add_command, container_of, line, show


def add_commands(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add both."""
    for name, meaning in (
        ("freeze", "have no ads and offers begin; all that ends an offer goes on"),
        ("unfreeze", "let ads and offers begin again"),
    ):
        command = add_command(commands, name, meaning, set_frozen, common, has_data=True)
        command.add_argument("--reason", default="", type=line(REASON_LENGTH_LIMIT), help="why, for the audit trail")
        command.set_defaults(act=name)


def set_frozen(arguments: argparse.Namespace) -> int:
    """Freeze the desk, or let it go on."""
    from domain.model.parties import DESK
    from domain.use_cases.freeze_desk import set_frozen as set_frozen_of

    frozen = arguments.act == "freeze"
    container_of(arguments).store.run(
        lambda unit: set_frozen_of(frozen, DESK, arguments.reason, freezing=unit.freezing, at=unit.now()), writes=True
    )
    show(arguments, {"frozen": frozen}, f"The desk {'is frozen' if frozen else 'goes on'}")
    return 0
