"""What tools make of the API document: linters find nothing, and generated clients type-check and play an offer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.http.documents.asyncapi import document as websocket_document
from adapters.http.documents.openapi import document
from domain.ports.files import CONTENT_TYPES
from tests.integration.http.desk import PASSWORD

HERE = Path(__file__).parent
# Where .ci/run has put the tools that are no Python packages.
TOOLS = os.environ.get("P2P_TEST_NODE_TOOLS", "")
needs_node = pytest.mark.skipif(not TOOLS, reason="P2P_TEST_NODE_TOOLS names no folder with the node tools of .ci/run")
PATIENCE_SECONDS = 300


def run(*command: str, folder: Path, **variables: str) -> str:
    """What a program says. Raises ``AssertionError`` with it where the program is not content."""
    ran = subprocess.run(
        command, cwd=folder, env=os.environ | variables, text=True, capture_output=True, timeout=PATIENCE_SECONDS
    )
    said = ran.stdout + ran.stderr
    assert ran.returncode == 0, said
    return said


def program(name: str) -> str:
    """A program beside the interpreter."""
    return str(Path(sys.executable).with_name(name))


def node_program(name: str) -> str:
    return str(Path(TOOLS) / "node_modules" / ".bin" / name)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the document in it."""
    (tmp_path / "openapi.json").write_text(json.dumps(document()))
    return tmp_path


def test_the_client_of_openapi_python_client_plays_an_offer(folder: Path, url: str) -> None:
    # By itself it would format what it has made, which takes longer than the making.
    # Of images it knows nothing, unless it is told that they are bytes.
    bytes_are = ", ".join(f"{kind}: application/octet-stream" for kind in ("image/x-icon", *CONTENT_TYPES))
    (folder / "config.yml").write_text(f"post_hooks: []\ncontent_type_overrides: {{{bytes_are}}}\n")
    options = "--path openapi.json --meta none --output-path desk_client --config config.yml --fail-on-warning"
    run(program("openapi-python-client"), "generate", *options.split(), folder=folder)
    (folder / "trade.py").write_text((HERE / "trade.py").read_text())
    run(program("mypy"), "--cache-dir", str(folder / "cache"), "trade.py", "desk_client", folder=folder)
    run(sys.executable, "trade.py", url, PASSWORD, folder=folder)


@needs_node
def test_the_client_of_openapi_typescript_plays_an_offer(folder: Path, url: str) -> None:
    (folder / "node_modules").symlink_to(Path(TOOLS) / "node_modules")
    (folder / "package.json").write_text(json.dumps({"type": "module"}))
    (folder / "trade.ts").write_text((HERE / "trade.ts").read_text())
    run(node_program("openapi-typescript"), "openapi.json", "-o", "schema.d.ts", folder=folder)
    options = "--strict --module esnext --moduleResolution bundler --target es2022 --types node trade.ts"
    run(node_program("tsc"), *options.split(), folder=folder)
    run("node", "trade.js", url, PASSWORD, folder=folder)


@needs_node
def test_redocly_finds_nothing(folder: Path) -> None:
    said = run(node_program("redocly"), "lint", "openapi.json", "--format=json", folder=folder)
    totals = json.loads(said[said.index("{") : said.rindex("}") + 1])["totals"]
    assert (totals["errors"], totals["warnings"]) == (0, 0), said


# The desk does not know by which address its operator is reached.
RULES = {
    "oas": (document, 'extends: ["spectral:oas"]\n'),
    "asyncapi": (
        websocket_document,
        'extends: ["spectral:asyncapi"]\nrules: {asyncapi-info-contact-properties: "off"}\n',
    ),
}


@needs_node
@pytest.mark.parametrize("kind", RULES)
def test_spectral_finds_nothing(folder: Path, kind: str) -> None:
    made, rules = RULES[kind]
    (folder / "document.json").write_text(json.dumps(made()))
    (folder / "rules.yml").write_text(rules)
    options = "lint document.json --ruleset rules.yml --fail-severity warn"
    run(node_program("spectral"), *options.split(), folder=folder)
