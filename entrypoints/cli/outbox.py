"""``p2p outbox``: letters that are not sent yet."""

from __future__ import annotations

import argparse

from .context import Commands, add_command, add_group, container_of, show, whole

SHOWN_LIMIT = 1000
ID_LIMIT = 10**15


def add_commands(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the group."""
    group = add_group(commands, "outbox", "look after letters that are not sent yet", common)
    listing = add_command(group, "list", "list them, parked ones first", list_waiting, common, has_data=True)
    listing.add_argument("--limit", type=whole(1, SHOWN_LIMIT), default=100, metavar="NUMBER", help="100 unless given")
    retry = add_command(group, "retry", "send parked letters again, all or those named", rearm, common, has_data=True)
    retry.add_argument("ids", metavar="ID", type=whole(1, ID_LIMIT), nargs="*")


def list_waiting(arguments: argparse.Namespace) -> int:
    """List what waits."""
    items = container_of(arguments).store.outbox.waiting(arguments.limit)
    data = [
        {
            "id": item.id,
            "kind": item.kind.value,
            "to": item.recipient,
            "state": item.state,
            "attempts": item.attempts,
            "created_at": item.created_at.isoformat(),
            "next_attempt_at": item.next_attempt_at.isoformat(),
            "last_error": item.last_error,
        }
        for item in items
    ]
    lines = [
        f"{item.id}  {item.state:<8} {item.kind.value:<20} {item.recipient}  attempts: {item.attempts}"
        f"  next: {item.next_attempt_at.isoformat(timespec='seconds')}  {item.last_error or ''}".rstrip()
        for item in items
    ]
    show(arguments, data, "\n".join(lines) or "No letter waits")
    return 0


def rearm(arguments: argparse.Namespace) -> int:
    """Make parked letters due."""
    container = container_of(arguments)
    number = container.store.outbox.rearm(arguments.ids or None)
    show(arguments, {"due_again": number}, f"{number} parked letter{'' if number == 1 else 's'} due again")
    return 0
