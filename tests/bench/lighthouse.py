"""Lighthouse, where Node's tools have it: its marks of one address, by a browser that is lent to it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.integration.browser.people import TOOLS

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
_FOLDER = Path(TOOLS) / "node_modules"


def version_of() -> str | None:
    """Which one there is."""
    about = _FOLDER / "lighthouse" / "package.json"
    return str(json.loads(about.read_text())["version"]) if TOOLS and about.exists() else None


def figures_of(address: str, port: int) -> dict[str, int]:
    """Its marks of 100 for a phone; the browser at this port keeps who is signed in to it."""
    command = [
        str(_FOLDER / ".bin" / "lighthouse"), address, f"--port={port}", "--disable-storage-reset", "--quiet",
        "--output=json", f"--only-categories={','.join(CATEGORIES)}",
    ]  # fmt: skip
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    report = json.loads(ended.stdout)
    # Whoever is no longer signed in is led elsewhere, whose marks would be told as this one's.
    assert report["finalDisplayedUrl"] == address, report["finalDisplayedUrl"]
    return {name: round(report["categories"][name]["score"] * 100) for name in CATEGORIES}
