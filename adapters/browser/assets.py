"""The files of the page, read once, each with its type and its bytes as they are and compressed.

They are told apart by the digest of all of them: it is a part of every address, and their own imports are relative,
so that a browser keeps each for good and still has every new version at once. Nothing is built between clone and run.
"""

from __future__ import annotations

import gzip
import hashlib
import posixpath
import re
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from string import Template

TYPES = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
"""What is handed out, by the end of its name; all else in the folder is for those who work on it."""
PATHS = (
    "/",
    "/sign-in",
    "/register",
    "/new-password",
    "/ads/new",
    "/ads/{ad:[0-9]{1,18}}",
    "/ads/{ad:[0-9]{1,18}}/edit",
    "/offers",
    "/offers/{offer:[0-9]{1,18}}",
    "/my-ads",
    "/my-wallet",
    "/inbox",
    "/settings",
    "/traders/{trader:[0-9a-f-]{36}}",
    "/staff",
)
"""Where a page can be. A part in braces is told by what may stand there; none of these is an address of the API.

Source: docs/contract/browser.md, "Pages".
"""
_FIRST = ("main.js", "screens/home.js")
"""Where a page begins: a browser is told of all that these need, before it finds out import by import."""
_SHEETS = ("css/base.css", "css/frame.css", "css/controls.css", "css/parts.css")
"""Those that hold everywhere come first, so that what stands behind them wins. All in this folder belong to the first
page; those of a screen lie beside it, and it loads them itself."""
_IMPORT = re.compile(r"""\bfrom *["']([^"']+)["']""")
_DIGEST_LETTERS = 16
_LEVEL = 9


@dataclass(frozen=True)
class Asset:
    """One file: what it is, and its bytes."""

    body: bytes
    content_type: str

    @cached_property
    def zipped(self) -> bytes:
        """The same, compressed: the same bytes from every process."""
        return gzip.compress(self.body, _LEVEL, mtime=0)


class BrowserPages:
    """All of them, and the shell that every page begins with."""

    paths = PATHS

    def __init__(self, folder: Traversable | None = None) -> None:
        """``folder`` has ``shell.html`` and the folder ``app``; this package is one."""
        root = resources.files("adapters.browser") if folder is None else folder
        self._assets = dict(sorted(_read(root / "app", "")))
        digest = hashlib.sha256()
        for name, asset in self._assets.items():
            digest.update(f"{name} {len(asset.body)} ".encode() + asset.body)
        self.digest = digest.hexdigest()[:_DIGEST_LETTERS]
        """What tells these files from those of any other version."""
        self.shell = self._drawn(root / "shell.html")

    def asset(self, name: str) -> Asset | None:
        """The file of that name, such as ``lib/money.js``; None where there is none."""
        return self._assets.get(name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all files."""
        return tuple(self._assets)

    @cached_property
    def first(self) -> tuple[str, ...]:
        """The scripts that a first page needs, by what they import."""
        found, wanted = dict[str, None](), list(_FIRST)
        while wanted:
            name = wanted.pop()
            asset = self._assets.get(name)
            if asset is not None and name not in found:
                found[name] = None
                targets = _IMPORT.findall(asset.body.decode())
                wanted += [posixpath.normpath(posixpath.join(posixpath.dirname(name), target)) for target in targets]
        return tuple(sorted(found))

    def _drawn(self, shell: Traversable) -> Asset:
        base = f"/app/{self.digest}"
        preloads = "\n".join(f'  <link rel="modulepreload" href="{base}/{name}">' for name in self.first)
        sheets = sorted((name for name in self._assets if name.startswith("css/")), key=_place)
        styles = "\n".join(f'  <link rel="stylesheet" href="{base}/{name}">' for name in sheets)
        drawn = Template(shell.read_text(encoding="utf-8")).substitute(base=base, preloads=preloads, styles=styles)
        return Asset(drawn.encode(), "text/html")


def _place(sheet: str) -> tuple[int, str]:
    return (_SHEETS.index(sheet) if sheet in _SHEETS else len(_SHEETS), sheet)


def _read(folder: Traversable, above: str) -> list[tuple[str, Asset]]:
    found = []
    for entry in folder.iterdir():
        name = f"{above}{entry.name}"
        if entry.is_dir():
            found += _read(entry, f"{name}/")
        elif entry.name.rpartition(".")[2] in TYPES:
            found.append((name, Asset(entry.read_bytes(), TYPES[entry.name.rpartition(".")[2]])))
    return found
