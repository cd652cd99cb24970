"""A comment that names a source names one that a reader of the repository finds: a heading in ``docs/``, or a standard.

The one way to cite is ``docs/contract/http.md, "Idempotency"``, with further headings of the same page behind a comma.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.sql.audit import chain
from adapters.sql.audit.invariants import INVARIANTS
from tests.unit.test_architecture import ROOT, name_of

FOLDERS = ("adapters", "config", "docs", "domain", "entrypoints", "examples", "packages", "tests")
SUFFIXES = {".cfg", ".conf", ".html", ".md", ".py", ".service", ".sql", ".toml", ".txt"}
# What others wrote; and what would find its own examples.
NOT_OURS = ("adapters/http/static/", "packages/escrow-domain/src/", "tests/unit/test_citations.py")
PAGE = r"docs/[\w/.-]+\.md"
CITATION = re.compile(rf'({PAGE})((?:(?:,| and) "[^"]+")+)')
# Documents that nobody finds here: what they promise stands in docs/contract, under headings.
UNKNOWN_SOURCE = re.compile(
    r"\bCONTRACT\b|\bwire contract\b|\bthe contract\b(?! (suite|test)s?\b)|\bthe study\b|\breliability study\b"
    r"|\babuse cases?\b|\b[Gg]roups? [A-Z]\b"
)
SECTION = re.compile(r"\bsections? [0-9]")
STANDARD = re.compile(r"\b(RFC|NIST SP) [0-9]+")


def sources() -> list[Path]:
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in SUFFIXES]
    found += [path for path in ROOT.iterdir() if path.suffix in SUFFIXES]
    return sorted(path for path in found if not name_of(path).startswith(NOT_OURS) and "/." not in path.as_posix())


def flowing(text: str) -> str:
    """The text without the breaks of its lines, at which comments have a sign of their own."""
    return re.sub(r"\s*\n\s*(?:#: |# |-- |> )?", " ", text)


def headings(page: Path) -> set[str]:
    return set(re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE))


def citations(text: str) -> Iterator[tuple[str, str]]:
    for page, named in CITATION.findall(flowing(text)):
        for heading in re.findall(r'"([^"]+)"', named):
            yield page, heading


def found_nowhere(text: str) -> list[str]:
    """What a text cites and a reader would look for in vain."""
    text = flowing(text)
    lost = [f'{page}, "{heading}"' for page, heading in citations(text) if not has_heading(page, heading)]
    lost += [page for page in re.findall(rf"(?<![\w/.-]){PAGE}", text) if not (ROOT / page).is_file()]
    lost += [match[0] for match in UNKNOWN_SOURCE.finditer(text)]
    # A section is one of the standard that is named in front of it.
    lost += [
        text[match.start() - 40 : match.end()]
        for match in SECTION.finditer(text)
        if not STANDARD.search(text[max(0, match.start() - 60) : match.start()])
    ]
    return lost


def has_heading(page: str, heading: str) -> bool:
    return (ROOT / page).is_file() and heading in headings(ROOT / page)


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_what_is_cited_is_in_the_repository(path: Path) -> None:
    assert found_nowhere(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        '# See docs/contract/http.md, "Nothing of this\n# name".',
        "as docs/contract/nowhere.md says",
        "Source: the wire\n    contract, section 2.",
        "CONTRACT, section 2: 503 within 5 s.",
        "as the contract says",
        "the contract's table",
        "abuse case K1 of the reliability study",
        "the attacks of group A",
        "as section 3 has it",
    ],
)
def test_a_source_that_is_not_here_is_found(text: str) -> None:
    assert found_nowhere(text)


@pytest.mark.parametrize(
    "text",
    [
        'Source: docs/contract/http.md, "Idempotency".',
        '# docs/contract/http.md, "Amounts",\n# "Texts"',
        "RFC 9110, sections 8.8.3 and 13.1.1",
        "NIST SP 800-63B-4, section 3.1.1.2",
        "the contract suite holds every store",
    ],
)
def test_a_source_that_is_here_is_let_pass(text: str) -> None:
    assert found_nowhere(text) == []


@pytest.mark.parametrize("page", [path for path in sources() if path.suffix == ".md"], ids=name_of)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for target, _, anchor in re.findall(r"\]\(([^)#:]*)(#?)([^):]*)\)", page.read_text(encoding="utf-8")):
        linked = page.parent / target if target else page
        assert linked.exists(), target
        if anchor:
            assert anchor in map(slug, headings(linked)), f"{target}#{anchor}"


def slug(heading: str) -> str:
    """A heading as the address of a link has it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_the_page_about_the_books_lists_what_is_checked() -> None:
    page = (ROOT / "docs" / "contract" / "books.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| (V\d+) \| (.+) \|$", page, re.MULTILINE)
    # V0 is the file's own check, before any of the books is read.
    assert [row for row in listed if row[0] != "V0"] == [
        *((each.name, each.says) for each in INVARIANTS),
        (chain.NAME, chain.SAYS),
    ]


def test_every_page_of_the_contract_is_listed() -> None:
    folder = ROOT / "docs" / "contract"
    listed = re.findall(r"\]\(([\w-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(path.name for path in folder.glob("*.md") if path.name != "README.md")


def test_no_two_headings_of_a_page_are_the_same() -> None:
    for page in (ROOT / "docs" / "contract").glob("*.md"):
        found = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert sorted(found) == sorted(set(found)), page.name
