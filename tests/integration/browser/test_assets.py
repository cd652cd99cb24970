"""The files of the page: what they are, how they are served, how much there is of them, and that they are ours."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import runpy
from dataclasses import replace
from pathlib import Path

import pytest
from webob import Request
from webtest import TestApp

from adapters.browser.assets import PATHS, BrowserPages
from adapters.http.app import make_app
from adapters.http.operations import OPERATIONS
from tests.integration.http.desk import Desk, told
from tests.unit.test_architecture import ROOT

BROWSER = ROOT / "adapters" / "browser"
APP = BROWSER / "app"
OWN = sorted(path for path in APP.rglob("*") if path.suffix in (".js", ".css") and "vendor" not in path.parts)
FIRST_LOAD_BYTES = 45 * 1024
SCREEN_BYTES = 8 * 1024
LINES = 400
FUNCTION_LINES = 50
UUID = "6f1c2a52-7d0e-4b8f-9a44-0c5d1f3e2b71"
POLICY = (
    "default-src 'self'; connect-src 'self' wss://desk.example; img-src 'self' blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'"
)
_IMPORT = re.compile(
    r"""(?:^|;)(?:import|export)\b[^;"']*?from\s*["']([^"']+)["']|import\(["']([^"']+)["']\)""", re.MULTILINE
)


def name_of(path: Path) -> str:
    return path.relative_to(APP).as_posix()


@pytest.fixture(scope="module")
def pages() -> BrowserPages:
    return BrowserPages()


@pytest.fixture
def app(pages: BrowserPages) -> TestApp:
    return served(pages)


def served(pages: BrowserPages | None) -> TestApp:
    """A desk with these pages. They are no part of the API's document, so that nothing is held against it."""
    return TestApp(make_app(replace(Desk().services, pages=pages)))


def spelled(path: str) -> str:
    """An address of that form."""
    return re.sub(r"{(\w+):[^}]*}+", lambda match: UUID if match[1] == "trader" else "7", path.replace("{1,18}", ""))


@pytest.mark.parametrize("path", PATHS)
def test_every_page_begins_with_the_shell_and_the_policy(app: TestApp, path: str) -> None:
    for address in {spelled(path), spelled(path).rstrip("/") + "/"}:
        answer = app.get(address)
        assert (answer.status_int, answer.content_type) == (200, "text/html")
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert app.head(address).headers["Content-Security-Policy"] == POLICY
        assert told(app.post(address, expect_errors=True)) == (405, "POST is not allowed here")


def test_where_there_is_nothing_people_see_a_page_and_programs_the_envelope(app: TestApp) -> None:
    people = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    for address in ("/nowhere", "/ads/first", "/p2p/nothing/", "/ads/7/more"):
        answer = app.get(address, headers={"Accept": people}, status=404)
        assert answer.content_type == "text/html"
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert app.head(address, headers={"Accept": people}, status=404).content_type == "text/html"
        for accept in ("*/*", "application/json", ""):
            found = app.get(address, headers={"Accept": accept}, status=404)
            assert told(found) == (404, "There is nothing at this address")
        assert told(app.post(address, headers={"Accept": people}, status=404))[0] == 404
    assert served(None).get("/nowhere", headers={"Accept": people}, status=404).content_type == "application/json"


def test_each_page_is_a_screen_s(pages: BrowserPages) -> None:
    """Its address is told here and by the page: one that only either knows leads nowhere."""
    text = pages.asset("routes.js").body.decode().partition("NOWHERE")[0]  # type: ignore[union-attr]
    routes = [re.compile(found.replace("(?<", "(?P<")) for found in re.findall(r"path: /(.+)/, load", text)]
    assert len(routes) == text.count("import(")
    screens = [[number for number, route in enumerate(routes) if route.search(spelled(path))] for path in PATHS]
    assert sorted(screens) == [[number] for number in range(len(routes))]


def test_no_page_has_the_address_of_a_route_of_the_api() -> None:
    pages = {spelled(path).rstrip("/") for path in PATHS}
    assert pages & {operation.path.rstrip("/") for operation in OPERATIONS} == set()


def test_a_file_is_kept_for_good_under_the_digest_of_all(app: TestApp, pages: BrowserPages) -> None:
    assert pages.names
    for name in pages.names:
        answer = app.get(f"/app/{pages.digest}/{name}")
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.body == (APP / name).read_bytes()
    other = "0" * len(pages.digest)
    for path in (f"/app/{other}/main.js", f"/app/{pages.digest}/none.js", f"/app/{pages.digest}/lib/wire.d.ts"):
        assert told(app.get(path, expect_errors=True)) == (404, "There is nothing at this address")


def test_files_are_sent_compressed_to_whoever_takes_that(app: TestApp, pages: BrowserPages) -> None:
    path = f"/app/{pages.digest}/main.js"
    # WebTest would unpack it.
    plain, zipped, none = (
        Request.blank(path, headers={"Accept-Encoding": taken}).get_response(app.app)
        for taken in ("", "br, gzip", "br, gzip;q=0")
    )
    assert "Content-Encoding" not in plain.headers
    assert "Content-Encoding" not in none.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert plain.headers["Vary"] == zipped.headers["Vary"] == "Accept-Encoding"
    assert pages.asset("main.js").zipped == BrowserPages().asset("main.js").zipped  # type: ignore[union-attr]
    assert gzip.decompress(pages.asset("main.js").zipped) == plain.body  # type: ignore[union-attr]


def test_the_digest_is_of_every_byte(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "shell.html").write_text("<p>$base $preloads $styles</p>")
    (tmp_path / "app" / "main.js").write_text("one();")
    first = BrowserPages(tmp_path).digest
    (tmp_path / "app" / "main.js").write_text("two();")
    assert BrowserPages(tmp_path).digest != first


def test_a_desk_without_the_page_leads_to_the_document() -> None:
    """To a path, under whatever name the desk was asked by: a name out of the request could be anybody's."""
    app = served(None)
    for headers in ({}, {"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}):
        answer = app.get("/", headers=headers)
        assert (answer.status_int, answer.headers["Location"], answer.body) == (302, "/docs/", b"")
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_libraries_are_those_that_are_named() -> None:
    versions = json.loads((APP / "vendor" / "versions.json").read_text())
    named = {name: digest for package in versions.values() for name, digest in package["sha256"].items()}
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (APP / "vendor").iterdir()}
    found.pop("versions.json")
    assert found == named
    assert all(package["version"] and package["integrity"].startswith("sha512-") for package in versions.values())


@pytest.mark.parametrize("path", [*OWN, *sorted((APP / "vendor").glob("*.js"))], ids=name_of)
def test_an_import_leads_to_a_file_beside(path: Path) -> None:
    """A browser that may run no inline script knows no import map, and asks nobody else for anything."""
    text = path.read_text(encoding="utf-8")
    found = ["".join(either) for either in _IMPORT.findall(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))]
    for target in found if path.suffix == ".js" else ():
        assert target.startswith("."), target
        assert (path.parent / target).exists(), target
    # The names of XML's vocabularies look like addresses, and nobody asks for them.
    assert not re.search(r"""["'(]https?://(?!www\.w3\.org/)""", text)


@pytest.mark.parametrize("path", OWN, ids=name_of)
def test_a_file_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES


@pytest.mark.parametrize("path", [path for path in OWN if path.suffix == ".js"], ids=name_of)
def test_a_function_fits_on_one_screen(path: Path) -> None:
    lengths = functions_of(path.read_text(encoding="utf-8"))
    assert {line: length for line, length in lengths.items() if length > FUNCTION_LINES} == {}


def test_the_parameters_of_a_function_are_not_all_of_it() -> None:
    lines = [
        "const ONE = 1;",
        "function two({",
        "  a,",
        "}) {",
        "  a();",
        "}",
        "export const three = (",
        "  a,",
        ") => {",
        "};",
    ]
    assert functions_of("\n".join(lines)) == {2: 5, 7: 4}


def functions_of(text: str) -> dict[int, int]:
    """On which line each function begins, and how many lines it has.

    prettier ends what begins on a line of no indentation with a bracket on such a line. One that opens another, as
    behind parameters that take lines of their own, is in the middle.
    """
    begun, lengths = None, dict[int, int]()
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(r"(export )?(default )?(async )?function |(export )?const \w+ = .*(=>|[{(])", line):
            begun = None if line.endswith(";") else number
        elif begun is not None and re.match(r"[}\])`]", line) and not re.search(r"[{(\[`]$|=>$", line):
            lengths[begun] = number - begun + 1
            begun = None
    return lengths


@pytest.mark.parametrize("path", [path for path in OWN if path.suffix == ".js"], ids=name_of)
def test_no_text_becomes_markup(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|javascript:", text
    )
    assert 'style="' not in text


def test_the_first_load_is_small(pages: BrowserPages) -> None:
    """The shell, every sheet and symbol, what the first screen needs, and the icon."""
    screens = {name for name in pages.names if name.startswith("screens/")}
    first = {*pages.first, *(name for name in {*pages.names} - screens if not name.endswith(".js"))}
    assert {"main.js", "vendor/preact.js", "lib/money.js", "screens/board.js"} <= first
    assert "parts/confirm.js" not in first
    size = len(pages.shell.zipped) + sum(len(pages.asset(name).zipped) for name in first)  # type: ignore[union-attr]
    assert size <= FIRST_LOAD_BYTES
    sizes = {name: len(pages.asset(name).zipped) for name in screens}  # type: ignore[union-attr]
    assert {name: size for name, size in sizes.items() if size > SCREEN_BYTES} == {}


def test_the_types_of_the_wire_are_drawn_from_the_document() -> None:
    script = runpy.run_path(str(ROOT / "docs" / "draw_wire_types.py"))
    assert (APP / "lib" / "wire.d.ts").read_text() == script["drawn"](), "Run docs/draw_wire_types.py."
