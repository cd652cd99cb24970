"""The house rules that a machine can check; import-linter holds the direction of imports in dev.py lint."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("domain", "adapters", "config", "entrypoints")
FILE_LINES = 400
FUNCTION_LINES = 50
ENTRYPOINT_LINES = 60

# No scheme, host or variable stands before it: a URL's path and one below a variable are not of one machine.
MACHINE_PATH = re.compile(r"(?<![\w.:/~$}-])/(root|home|work|farm|tmp|Users)/[A-Za-z]")
TEXT_SUFFIXES = {
    "", ".cfg", ".conf", ".css", ".html", ".ini", ".js", ".json", ".lock", ".mako", ".md", ".py", ".service", ".sh",
    ".sql", ".svg", ".toml", ".txt", ".yaml", ".yml",
}  # fmt: skip

CLOCKS_AND_CHANCE = {
    "date.today",
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "os.urandom",
    "time.monotonic",
    "time.perf_counter",
    "time.time",
    "time.time_ns",
    "uuid.uuid1",
    "uuid.uuid4",
    "uuid1",
    "uuid4",
}
# By what anything else in this repository, its tests included, could learn which day it is.
WALL_CLOCKS = {
    "SystemClock", "clock.SystemClock", "date.today", "datetime.now", "datetime.today", "datetime.utcnow",
    "time.asctime", "time.ctime", "time.gmtime", "time.localtime", "time.strftime", "time.time", "time.time_ns",
}  # fmt: skip
# A test that asks what time it is fails at midnight, unless it has to ask. These have to, and this is why.
ASKS_THE_TIME = {
    "adapters/sql/audit/verify.py": "an embedded database has no clock but that of the machine that checks it",
    "adapters/sql/connections/moments.py": "an embedded database has no clock but that of its process",
    "adapters/system/clock.py": "it is the clock",
    "adapters/tracing/spans.py": "spans of many hosts are laid side by side, each by its machine's clock",
    "config/container.py": "it says which clock the desk has",
    "tests/bench/embedded.py": "it fills a desk for a process that is measured, and checks no day",
    "tests/bench/browser.py": "it dates what it measured, and checks no day",
    "tests/integration/cli/test_commands.py": "a process of its own signed the token just now",
    "tests/integration/faults/rig/population.py": "processes of their own, by the machine's clock, serve what it makes",
    "tests/integration/faults/test_workers.py": "it pays at the last moment by the clock of the worker's process",
    "tests/integration/http/test_wall_clock.py": "it gives waitress what a clock that was set would have given",
    "tests/integration/operations/figures.py": "it dates what it measured, and checks no day",
    "tests/integration/operations/test_replica.py": "it decides by the clock of a database, and asks for no deadline",
    "tests/integration/kit/test_ports.py": "it tests the clock",
    "tests/integration/mail/conftest.py": "TLS holds the certificates to the machine's clock",
    "tests/integration/system/test_system.py": "it tests the clock",
    "tests/integration/websocket/test_latency.py": "it measures from a moment that PostgreSQL noted",
    "tests/moments.py": "it says how far from now another moment is",
}
# What a module of the standard library can do beside computing: the domain asks a port for all of it.
IMPURE_MODULES = {
    "asyncio", "http", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil", "smtplib",
    "socket", "sqlite3", "subprocess", "sys", "tempfile", "threading", "time", "urllib",
}  # fmt: skip


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def length(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path)))


def dotted(node: ast.expr) -> str:
    """The last two names of what is called: `datetime.datetime.now` and `datetime.now` are one thing."""
    return ".".join(ast.unparse(node).split(".")[-2:])


CODE = [*python_files(*PACKAGES), ROOT / "dev.py"]
# The test kit is not the domain, though it comes with it: it may use pytest, threads and a patience with them. What it
# makes it makes again, however often it runs.
DOMAIN = [path for path in python_files("domain") if not path.is_relative_to(ROOT / "domain" / "testing")]


@pytest.mark.parametrize("path", [*CODE, *python_files("tests")], ids=name_of)
def test_a_file_can_be_read_in_one_sitting(path: Path) -> None:
    assert length(path) <= FILE_LINES


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_a_function_fits_on_one_screen(path: Path) -> None:
    functions = [node for node in nodes(path) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    lengths = {node.name: (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions}
    assert {name: lines for name, lines in lengths.items() if lines > FUNCTION_LINES} == {}


@pytest.mark.parametrize("path", [*CODE, *python_files("tests", "docs", "packages")], ids=name_of)
def test_no_literal_is_unpacked_where_its_parts_could_stand(path: Path) -> None:
    """A way to lay a table out against the formatter. One that is read by its rows has ``# fmt: skip`` behind it."""
    displays = [node.elts for node in nodes(path) if isinstance(node, ast.Tuple | ast.List | ast.Set)]
    calls = [node.args for node in nodes(path) if isinstance(node, ast.Call)]
    unpacked = [part.value for parts in (*displays, *calls) for part in parts if isinstance(part, ast.Starred)]
    assert [node.lineno for node in unpacked if isinstance(node, ast.Tuple | ast.List | ast.Set)] == []


def test_a_process_is_a_few_lines_over_the_container() -> None:
    entrypoints = [path for path in python_files("entrypoints") if "cli" not in path.relative_to(ROOT).parts]
    assert {name_of(path): length(path) for path in entrypoints if length(path) >= ENTRYPOINT_LINES} == {}


@pytest.mark.parametrize("path", DOMAIN, ids=name_of)
def test_the_domain_needs_the_standard_library_only_and_no_name_of_its_own(path: Path) -> None:
    for node in nodes(path):
        if not isinstance(node, ast.Import | ast.ImportFrom) or getattr(node, "level", 0) > 0:
            continue
        names = [alias.name for alias in node.names]
        modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else names
        for module in modules:
            package = module.split(".")[0]
            assert package in sys.stdlib_module_names, f"line {node.lineno} imports {module}"
            assert package not in IMPURE_MODULES, f"line {node.lineno} imports {module}: that is for a port"


@pytest.mark.parametrize("path", python_files("domain"), ids=name_of)
def test_the_domain_and_its_kit_have_no_clock_and_no_chance(path: Path) -> None:
    refused = CLOCKS_AND_CHANCE if path in DOMAIN else CLOCKS_AND_CHANCE - {"time.monotonic"}
    calls = [node for node in nodes(path) if isinstance(node, ast.Call)]
    assert {dotted(call.func): call.lineno for call in calls if dotted(call.func) in refused} == {}


def test_nothing_asks_what_time_it_is_without_a_reason() -> None:
    asking = {
        name_of(path)
        for path in [*CODE, *python_files("tests")]
        if any(isinstance(node, ast.Call) and dotted(node.func) in WALL_CLOCKS for node in nodes(path))
    }
    assert asking == ASKS_THE_TIME.keys()


@pytest.mark.parametrize("path", [*CODE, *python_files("tests")], ids=name_of)
def test_clocks_are_called_by_their_full_names(path: Path) -> None:
    """The test above looks for them by these."""
    imports = [node for node in nodes(path) if isinstance(node, ast.ImportFrom) and node.module == "time"]
    assert [alias.name for node in imports for alias in node.names] == []


def test_the_domain_works_under_another_name(tmp_path: Path) -> None:
    copy_domain(tmp_path / "their_escrow")
    script = "import their_escrow; print(*(getattr(their_escrow, name) and name for name in their_escrow.__all__))"
    names = run_isolated(tmp_path, script).split()
    assert names, "The face of the domain names nothing for an embedder."


def test_importing_the_domain_brings_nothing_else(tmp_path: Path) -> None:
    copy_domain(tmp_path / "their_escrow")
    script = (
        "import sys; import their_escrow; "
        "print(*sorted({name.split('.')[0] for name in sys.modules} - sys.stdlib_module_names))"
    )
    assert set(run_isolated(tmp_path, script).split()) <= {"__main__", "their_escrow"}


def copy_domain(target: Path) -> None:
    for path in DOMAIN:
        copy = target / path.relative_to(ROOT / "domain")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())


def run_isolated(folder: Path, script: str) -> str:
    """In a Python that sees neither this repository nor any installed package."""
    prelude = f"import sys; sys.path.insert(0, {str(folder)!r}); "
    command = [sys.executable, "-I", "-S", "-W", "error", "-c", prelude + script]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_nothing_names_a_path_of_one_machine() -> None:
    found = [
        f"{name_of(path)}:{number}: {line.strip()[:100]}"
        for path in text_files()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1)
        if MACHINE_PATH.search(line)
    ]
    assert found == []


def test_the_look_for_machine_paths_sees_one() -> None:
    assert MACHINE_PATH.search("cd " + "/home" + "/jude/desk")
    assert MACHINE_PATH.search('"' + "/tmp" + '/desk.sqlite3"')
    assert not MACHINE_PATH.search("the board is at https://desk.example" + "/home" + "/board")


def text_files() -> list[Path]:
    """What is in the repository, or will be: what git ignores is made by tools and may name anything."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, capture_output=True, cwd=ROOT, check=False)
    if listed.returncode == 0:
        paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:
        # A copy without git's own folder, such as an unpacked archive.
        own = [*PACKAGES, "tests", "docs", "packages", ".ci"]
        paths = [*ROOT.glob("*"), *(path for folder in own for path in (ROOT / folder).rglob("*"))]
    vendored = (ROOT / "adapters" / "http" / "static", ROOT / "adapters" / "browser" / "app" / "vendor")
    ours = (path for path in paths if not any(map(path.is_relative_to, vendored)))
    return [path for path in ours if path.is_file() and path.suffix in TEXT_SUFFIXES]
