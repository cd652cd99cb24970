"""What the documents say of the domain is so: the drawing is the table's, and the example runs as it is printed."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from collections import Counter
from configparser import ConfigParser
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.http.documents.about import LICENSE, LICENSE_NAME
from adapters.http.server.http_server import FILE_THREADS
from adapters.sql.connections.engine import POOL_SIZE
from config.container import HASHING_THREADS, HTTP_THREADS
from config.settings import SETTINGS, read_settings
from domain import MOVES, Action, OfferState, Role
from entrypoints.cli.demo_traders import listening_line, trade_script

ROOT = Path(__file__).resolve().parents[2]
EMBEDDING = (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")
DRAWING = runpy.run_path(str(ROOT / "docs" / "draw_lifecycle.py"))


def test_the_picture_of_the_lifecycle_is_drawn_from_the_table() -> None:
    drawn = (ROOT / "docs" / "lifecycle.svg").read_text(encoding="utf-8")
    assert drawn == DRAWING["picture"](), "Run docs/draw_lifecycle.py."


def test_the_tables_of_the_lifecycle_are_drawn_from_the_table() -> None:
    page = (ROOT / "docs" / "lifecycle.md").read_text(encoding="utf-8")
    assert DRAWING["tables"]() in page
    assert page == DRAWING["page"](page), "Run docs/draw_lifecycle.py."


def test_a_move_between_states_that_had_none_is_drawn_too() -> None:
    cancel = MOVES[OfferState.PENDING, Action.CANCEL]
    moves = {**MOVES, (OfferState.PAID, Action.CANCEL): replace(cancel, by=frozenset({Role.BUYER}))}
    assert '<path class="arrow" d="M 610 350 L 610 515"/>' in DRAWING["picture"](moves)
    assert "| `paid` | `cancel` | buyer | `cancelled` | before the deadline |" in DRAWING["tables"](moves)


def test_operations_name_the_connections_that_a_process_may_open() -> None:
    page = (ROOT / "docs" / "operations" / "README.md").read_text(encoding="utf-8")
    that_wait = f"{HASHING_THREADS} that hash passwords, {FILE_THREADS} that takes files"
    threads = HTTP_THREADS + HASHING_THREADS + FILE_THREADS
    parts = f"{HTTP_THREADS} threads, {that_wait}, 1 that wakes others"
    assert f"`p2p http`: {threads + 1} a process ({parts})" in page
    assert threads <= POOL_SIZE


def test_the_trade_of_the_readme_is_the_one_that_is_printed() -> None:
    usual = read_settings({}, ROOT)
    blocks = re.findall(r"```sh\n(.*?)```\n", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    trade, listening = blocks
    assert trade.splitlines() == trade_script(usual.catalogue, usual.public_url)
    assert listening.splitlines() == [listening_line(".venv/bin/wsdump", usual.websocket_url)]


def test_the_readme_lists_every_setting() -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    for setting in SETTINGS:
        default = f"`{setting.default}`" if setting.default else ""
        assert f"| `{setting.name}` | {default} | {setting.meaning} |" in page


def test_every_decision_is_in_the_list_of_them() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\(([0-9]{4}-[a-z0-9-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert listed == sorted(path.name for path in folder.glob("0*.md"))


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.stem)
def test_no_page_says_a_thing_twice_in_the_same_words(page: Path) -> None:
    """As a merge leaves it of which both sides were kept. Tables and examples may repeat themselves."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    prose = " ".join(line for line in text.splitlines() if not line.startswith("|"))
    said = [" ".join(part.split()) for part in re.split(r"(?<=[.:;])\s", prose)]
    assert [part for part, times in Counter(said).items() if times > 1 and len(part) > 60] == []


def test_the_package_is_under_the_licence_that_is_here() -> None:
    metadata = ConfigParser()
    metadata.read(ROOT / "setup.cfg", encoding="utf-8")
    assert metadata["metadata"]["license"] == LICENSE
    name, version = re.findall(r"\S.*\S", (ROOT / "LICENSE").read_text(encoding="utf-8"))[:2]
    assert f"{name} {version.split(',')[0].removeprefix('Version ')}" == LICENSE_NAME


def test_the_version_has_a_section_of_the_changelog() -> None:
    metadata = ConfigParser()
    metadata.read(ROOT / "setup.cfg", encoding="utf-8")
    sections = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sections[0] == "Unreleased"
    assert metadata["metadata"]["version"] in sections


def test_the_example_is_short() -> None:
    assert len(example().splitlines()) <= 60


@pytest.mark.parametrize("name", ["escrow_domain", "their_escrow"])
def test_a_whole_offer_is_played_through_with_nothing_but_a_copy_of_the_domain(tmp_path: Path, name: str) -> None:
    """In a Python that sees neither this repository nor any installed package, under the name that somebody chose."""
    for path in sorted((ROOT / "domain").rglob("*.py")):
        copy = tmp_path / name / path.relative_to(ROOT / "domain")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    script = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n" + example().replace("escrow_domain", name)
    command = [sys.executable, "-I", "-S", "-W", "error", "-c", script]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert ran.stderr == ""
    assert ran.stdout == printed()


def example() -> str:
    """The whole desk in the page about embedding."""
    desk, _ = blocks_of_python()
    return desk


def blocks_of_python() -> list[str]:
    return re.findall(r"```python\n(.*?)```", EMBEDDING, re.DOTALL)


def test_the_fixture_of_the_page_is_that_of_the_example() -> None:
    _, fixture = blocks_of_python()
    module = (ROOT / "examples" / "sqlite_book" / "contract.py").read_text(encoding="utf-8")
    assert fixture in module.replace('    """Empty books in a file of the test\'s own."""\n', "")


def printed() -> str:
    """What the page says that it prints."""
    (block,) = re.findall(r"It prints:\n\n```\n(.*?)```", EMBEDDING, re.DOTALL)
    return block
