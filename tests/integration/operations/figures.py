"""What the rehearsals measured: one page, written anew where `dev.py soak` has gone through all of them."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).resolve().parents[3] / "docs" / "figures" / "operations.md"
REHEARSALS = {
    "failover, the primary killed": "test_failover.py",
    "failover, the primary frozen": "test_failover.py",
    "failover by Patroni": "test_patroni.py",
    "switchover by Patroni": "test_patroni.py",
    "rolling restart behind nginx": "test_rolling_restart.py",
    "rolling restart of the websocket": "test_rolling_restart.py",
    "upgrade under load": "test_upgrade.py",
    "restore from a dump": "test_restore.py",
}
"""Each of them, with the file in which it is played."""
_HEAD = """# Operations: what was measured

On {day}, on a machine with {cores} cores at a load of {load:.0f}, {system}, Python {python}, PostgreSQL {postgresql},
by `python3 dev.py soak tests/integration/operations`, which plays all of this and writes this page. Every request is a
real one, to real processes and servers on this one machine. In the failovers and the restore PostgreSQL has fsync on,
each write carries a key and is sent again until it is known what became of it, and at the end every purse and every
offer is held against what was acknowledged. In the restarts and the upgrade nothing is sent again: each request has to
be answered with success the first time.

| rehearsal | what was measured | figure | path in `tests/integration/operations/` |
|---|---|---|---|
"""


class Figures:
    """Collects; any rehearsal may note several figures, at its end, when all of it has held."""

    def __init__(self) -> None:
        self._noted: dict[str, dict[str, object]] = {}
        self.postgresql = ""

    def note(self, rehearsal: str, **measured: object) -> None:
        """Keep what one rehearsal came to; the names are the words of the page, with ``_`` between them."""
        assert rehearsal in REHEARSALS, rehearsal
        self._noted[rehearsal] = measured

    @property
    def is_whole(self) -> bool:
        """Whether all were played: a page of some would lose what others measured."""
        return self._noted.keys() == REHEARSALS.keys()

    def write(self) -> None:
        """Make the page."""
        lines = [
            _HEAD.format(
                day=f"{datetime.now(UTC):%-d %B %Y}",
                cores=os.cpu_count(),
                # Of the last quarter of an hour: what else the machine had to do is in it.
                load=os.getloadavg()[2],
                system=platform.system(),
                python=platform.python_version(),
                postgresql=self.postgresql,
            )
        ]
        for rehearsal, file in REHEARSALS.items():
            for what, figure in self._noted[rehearsal].items():
                shown = f"{figure:,}" if isinstance(figure, int) else str(figure)
                lines.append(f"| {rehearsal} | {what.replace('_', ' ')} | {shown} | `{file}` |\n")
        PAGE.write_text("".join(lines), encoding="utf-8")
