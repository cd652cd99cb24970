"""Run tests at moments and places at which one day could be taken for another.

    python3 dev.py moments [what pytest takes, in place of the tests that a date could disturb]

Every process that the tests start has the moment too, PostgreSQL among them; and seconds pass as they do, so that a
run which begins two minutes before midnight sees the day end.

Clocks are moved by libfaketime, from the package of that name: the 0.9.10 of Debian 12 either lets ``time.sleep``
fail (``EINVAL``) or never wakes a thread that waits with a timeout.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

# A leap day, the ends of years and months, both sides of midnight, and zones in which the day is another than in UTC.
MOMENTS: Mapping[str, tuple[datetime, str]] = {
    "the end of a year": (datetime(2026, 12, 31, 23, 58, tzinfo=UTC), "America/New_York"),
    "twenty minutes into a year": (datetime(2027, 1, 1, 0, 20, tzinfo=UTC), "Asia/Kathmandu"),
    "the end of February": (datetime(2027, 2, 28, 23, 58, tzinfo=UTC), "UTC"),
    "clocks going forward": (datetime(2027, 3, 14, 6, 58, tzinfo=UTC), "America/New_York"),
    "the end of a month": (datetime(2027, 4, 30, 23, 58, tzinfo=UTC), "Pacific/Kiritimati"),
    "clocks going back": (datetime(2027, 11, 7, 5, 58, tzinfo=UTC), "America/New_York"),
    "the eve of a leap day": (datetime(2028, 2, 28, 23, 58, tzinfo=UTC), "Asia/Kathmandu"),
    "a leap day": (datetime(2028, 2, 29, 0, 20, tzinfo=UTC), "UTC"),
}
DISTURBED = (
    "tests/unit",
    "tests/integration/cli",
    "tests/integration/contracts",
    "tests/integration/http",
    "tests/integration/kit",
    "tests/integration/mail",
    "tests/integration/stories",
    "tests/integration/tokens",
    "tests/integration/worker",
    "tests/integration/faults/test_killed_at_every_call.py::test_a_worker_that_dies_expires_an_offer_once",
    "tests/integration/faults/test_workers.py",
)
AT_ONCE = ("--numprocesses=3", "--dist=loadfile", "-q")
IS_POSSIBLE = sys.platform == "linux" and platform.machine() == "x86_64"
"""Where the package brings its library in binary form."""
LIBRARY = "vendor/libfaketime/src/libfaketime.so.1"


def main(arguments: Sequence[str]) -> None:
    if not IS_POSSIBLE:
        print("Skipped: the clock can be moved on Linux on x86-64 only.")
        return
    failed = []
    with reachable_library() as library:
        for name, (moment, zone) in MOMENTS.items():
            print(f"\n===== {name}: {moment:%Y-%m-%d %H:%M} UTC, in {zone}", flush=True)
            command = [sys.executable, "-m", "pytest", *(arguments or [*AT_ONCE, *DISTURBED])]
            if subprocess.run(command, env={**os.environ, **moved(library, moment, zone)}).returncode != 0:
                failed.append(name)
    if failed:
        sys.exit("Failed at " + ", ".join(failed))


def moved(library: Path, moment: datetime, zone: str) -> dict[str, str]:
    """What a process needs in its environment, so that it and all that it starts take this moment for now."""
    return {
        "LD_PRELOAD": str(library),
        # An offset and not a moment: with that, each process would begin at the moment anew.
        "FAKETIME": f"{moment.timestamp() - time.time():+.0f}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        # PostgreSQL runs as another user, who may not see what the processes of this one share.
        "FAKETIME_DISABLE_SHM": "1",
        "NO_FAKE_STAT": "1",
        "TZ": zone,
    }


@contextmanager
def reachable_library() -> Iterator[Path]:
    """A copy where each user can read it: PostgreSQL's would run by the true time otherwise, and say nothing."""
    package = importlib.util.find_spec("libfaketime")
    if package is None or package.origin is None:
        sys.exit("libfaketime is missing: python3 dev.py setup")
    with tempfile.TemporaryDirectory(prefix="p2p-moments-") as folder:
        Path(folder).chmod(0o755)
        copy = shutil.copy(Path(package.origin).parent / LIBRARY, folder)
        Path(copy).chmod(0o755)
        yield Path(copy)


if __name__ == "__main__":
    main(sys.argv[1:])
