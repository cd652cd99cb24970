"""Copies the page's libraries out of a folder of Node's packages: python docs/vendor_libraries.py NODE_MODULES

A browser that may run no inline script knows no import map, so the copies import each other by relative path; that is
the one thing changed in them. ``versions.json`` says which packages they are, by npm's own digest, and what each copy
is, by its SHA-256, which a test holds.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[1] / "adapters" / "browser" / "app" / "vendor"
FILES = {
    "preact": {
        "preact.js": "dist/preact.mjs",
        "preact.d.ts": "src/index.d.ts",
        "jsx.d.ts": "src/jsx.d.ts",
        "dom.d.ts": "src/dom.d.ts",
        "hooks.js": "hooks/dist/hooks.mjs",
        "hooks.d.ts": "hooks/src/index.d.ts",
    },
    "htm": {"htm.js": "dist/htm.mjs", "htm.d.ts": "dist/htm.d.ts"},
    "@preact/signals": {"signals.js": "dist/signals.mjs", "signals.d.ts": "dist/signals.d.ts"},
    "@preact/signals-core": {
        "signals-core.js": "dist/signals-core.mjs",
        "signals-core.d.ts": "dist/signals-core.d.ts",
    },
}
BESIDE = {
    "preact": "./preact.js",
    "preact/hooks": "./hooks.js",
    "@preact/signals-core": "./signals-core.js",
    "../..": "./preact.js",
    "../../src": "./preact.js",
    "../../src/index": "./preact.js",
    ".": "./preact.js",
    "./index": "./preact.js",
    "./dom": "./dom.js",
    "./jsx": "./jsx.js",
}
_IMPORT = re.compile(r"""(from\s*|import\(|import\s*)(["'])([^"']+)\2""")
_MAP = re.compile(r"\n?//# sourceMappingURL=.*\n?")


def copied(text: str) -> str:
    """A file with its imports leading to the copies, and without the address of a map that is not here."""

    def beside(match: re.Match[str]) -> str:
        return f"{match[1]}{match[2]}{BESIDE.get(match[3], match[3])}{match[2]}"

    return _MAP.sub("\n", _IMPORT.sub(beside, text))


def main(modules: Path) -> None:
    lock = json.loads((modules / ".package-lock.json").read_text())["packages"]
    VENDOR.mkdir(exist_ok=True)
    versions = {}
    for package, files in FILES.items():
        entry = lock[f"node_modules/{package}"]
        licence = f"LICENSE-{package.rpartition('/')[2]}"
        shutil.copyfile(modules / package / "LICENSE", VENDOR / licence)
        for name, source in files.items():
            (VENDOR / name).write_text(copied((modules / package / source).read_text()))
        versions[package] = {
            "version": entry["version"],
            "integrity": entry["integrity"],
            "license": entry["license"],
            "sha256": {name: hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() for name in (*files, licence)},
        }
    (VENDOR / "versions.json").write_text(json.dumps(versions, indent=2) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
