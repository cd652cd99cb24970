"""A desk for rehearsals: its clock runs ahead of the machine's, and its letters become lines that a program can read.

PYTHONPATH=examples/own_parts P2P_CONTAINER=my_desk.parts:MyContainer MY_DESK_HOURS_AHEAD=48 p2p serve --demo
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from adapters.system.clock import SystemClock
from config.container import Container
from domain.ports.clock import Clock
from domain.ports.delivery import Letter, MailDeferred, Mailer


@dataclass(frozen=True)
class ClockAhead:
    """The port ``Clock``: the machine's, by so much ahead, to see today what expires the day after tomorrow."""

    machine: Clock
    ahead: timedelta

    def now(self) -> datetime:
        """The moment, aware, in UTC, at microseconds."""
        return self.machine.now() + self.ahead


@dataclass(frozen=True)
class LetterLines:
    """The port ``Mailer``: each letter is one line of JSON at the end of a file."""

    file: Path

    def send(self, letter: Letter) -> None:
        """Write the line. Raises ``MailDeferred`` where the disk fails, and nothing else, as the port demands."""
        line = {
            "to": letter.recipient,
            "kind": letter.kind.value,
            "message_id": letter.message_id,
            "facts": dict(letter.facts),
        }
        try:
            with self.file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(line) + "\n")
        except OSError as error:
            raise MailDeferred(f"{self.file} cannot be written: {error.strerror}") from error

    def rest(self) -> None:
        """Nothing is held between two letters."""


class MyContainer(Container):
    """The desk's own parts, but for these two. What they need to know they are told by variables of their own."""

    @cached_property
    def clock(self) -> Clock:
        """With an embedded database, the clock by which everything is decided."""
        return ClockAhead(SystemClock(), timedelta(hours=int(os.environ.get("MY_DESK_HOURS_AHEAD", "0"))))

    @cached_property
    def mailer(self) -> Mailer:
        """In place of what P2P_MAIL_URL names."""
        return LetterLines(Path(os.environ.get("MY_DESK_LETTERS", "letters.jsonl")))
