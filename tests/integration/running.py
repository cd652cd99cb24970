"""Runs commands, each in a process of its own as at a prompt, but without the second that imports take."""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

PASSWORD = "correct horse battery staple"
KEY = "a key for these tests: 0123456789 abcdefghij"
SECONDS = 60

Run = subprocess.CompletedProcess[str]

# A server process that has imported what commands need, and forks for each of them. Nothing else runs in it.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(
    [
        "entrypoints.cli.main",
        "config.container",
        "adapters.sql.store",
        "adapters.sql.audit.verify",
        "adapters.http.documents.openapi",
    ]
)


class Cli:
    """Runs ``p2p`` in a folder of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.settings = settings
        self.beside = ""
        """What the last command said of its database, beside what it complained of."""

    def environment(self, **more: str) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("P2P_")}
        return {**inherited, **{f"P2P_{name}": value for name, value in {**self.settings, **more}.items()}}

    def command(self, *arguments: str) -> list[str]:
        """What starts the program itself, for a test of a process that runs on."""
        return [sys.executable, "-m", "entrypoints.cli.main", *arguments]

    def run(self, *arguments: str, stdin: str = "", **settings: str) -> Run:
        with tempfile.TemporaryDirectory() as name:
            streams = Path(name)
            (streams / "0").write_text(stdin)
            process = _PROCESSES.Process(
                target=_run, args=(arguments, str(self.folder), self.environment(**settings), name)
            )
            process.start()
            process.join(SECONDS)
            assert process.exitcode is not None, "the command does not end"
            code = process.exitcode
            process.close()
            self.beside, said = parted((streams / "2").read_text())
            return Run(arguments, code, (streams / "1").read_text(), said)

    def done(self, *arguments: str, **settings: str) -> str:
        """The output of a command that is to succeed, and to complain of nothing."""
        ran = self.run(*arguments, **settings)
        assert (ran.returncode, ran.stderr) == (0, "")
        return ran.stdout.strip()

    def refused(self, *arguments: str, code: int = 1, **settings: str) -> str:
        """The one line that a command is refused with."""
        ran = self.run(*arguments, **settings)
        lines = ran.stderr.splitlines()
        assert (ran.returncode, ran.stdout, len(lines)) == (code, "", 1), ran
        return lines[0].removeprefix("p2p: ")


def parted(stderr: str) -> tuple[str, str]:
    """Standard error as what was said of the database, and the rest."""
    lines = stderr.splitlines(keepends=True)
    told = [line for line in lines if line.startswith(("p2p: database ", "p2p: counted "))]
    return "".join(told), "".join(line for line in lines if line not in told)


def _run(arguments: Sequence[str], folder: str, environment: dict[str, str], streams: str) -> None:
    """Become the command: its folder, environment, streams and exit code."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, mode in enumerate(("r", "w", "w")):
        with (Path(streams) / str(number)).open(mode) as stream:
            os.dup2(stream.fileno(), number)
    sys.stdin = os.fdopen(0, "r", closefd=False)
    sys.stdout = os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", closefd=False)
    from entrypoints.cli.main import main

    code: object = 1
    try:
        code = main(arguments)
    except SystemExit as end:
        code = end.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    sys.exit(code if isinstance(code, int) else 1)
