"""What somebody may get wrong in a store, and that the contracts of the tiers beyond a book tell them.

Each slip is made in a copy of the store in memory, which the kit then runs over. Those of the first tier are made in
the example that a stranger writes.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
MEMORY = ROOT / "adapters" / "memory"
QUIET = ("-n0", "-q", "-x", "-p", "no:cacheprovider", "-k", "memory")


@dataclass(frozen=True)
class Slip:
    """A line of the store as somebody might have got it wrong, and the tier whose contracts are to tell them."""

    file: str
    right: str
    wrong: str
    tier: str


SLIPS = {
    "offers of others in one's own list": Slip("readers.py", "(query.trader_id is None or ", "(True or ", "readers"),
    "a first page that begins again": Slip("cursors.py", "if key(*item) > key(last_id, last)", "", "readers"),
    "movements of another purse": Slip("readers.py", "and query.purse in (None, account.purse)", "", "readers"),
    "a letter that two workers have": Slip("outbox.py", " and row.due_at <= at]", "]", "delivery"),
    "a mark by a claim that is over": Slip("outbox.py", " and row.claim == letter.claim", "", "delivery"),
    "what was read is unread again": Slip(
        "inbox.py", "max(tables.read_numbers.get(trader_id) or 0, min(up_to, newest))", "min(up_to, newest)", "delivery"
    ),
    "a login that goes on after its end": Slip("logins.py", "login.ended_at is not None or at >=", "at >=", "logins"),
    "a refresh token that is good twice": Slip("logins.py", " or login.refresh_id != from_refresh_id", "", "logins"),
    "an address that joins twice": Slip("traders.py", "if trader.email.casefold() in", "if trader.email in", "logins"),
    "a login of somebody else": Slip("admission.py", " and login.trader_id == trader_id", "", "admission"),
    "an answer that is kept for ever": Slip("admission.py", " and at - row.kept_at <= ANSWERS_KEPT", "", "admission"),
}


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_the_contracts_of_a_tier_find_what_somebody_got_wrong(tmp_path: Path, slip: Slip) -> None:
    for name in ("domain", "config", "entrypoints", "tests", "setup.cfg", "pyproject.toml"):
        (tmp_path / name).symlink_to(ROOT / name)
    adapters = tmp_path / "adapters"
    adapters.mkdir()
    for path in (ROOT / "adapters").iterdir():
        if path != MEMORY and path.name != "__pycache__":
            (adapters / path.name).symlink_to(path)
    shutil.copytree(MEMORY, adapters / "memory", ignore=shutil.ignore_patterns("__pycache__"))
    file = adapters / "memory" / slip.file
    text = file.read_text(encoding="utf-8")
    assert text.count(slip.right) == 1
    file.write_text(text.replace(slip.right, slip.wrong), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", *QUIET, f"tests/integration/kit/{slip.tier}"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert re.search(r"^1 failed", ran.stdout.splitlines()[-1]), ran.stdout
