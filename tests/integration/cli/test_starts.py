"""What a command imports before it begins, which is most of what it takes. Told by names, and not by a clock."""

import subprocess
import sys

import pytest

from tests.integration.running import PASSWORD, Cli

OF_OTHERS = frozenset(
    {"PIL", "alembic", "autobahn", "httpx", "jinja2", "mako", "marshmallow", "pyramid", "twisted", "waitress", "webob"}
)
"""What serves, migrates, listens or sends; and no command that looks something up."""


ARGUMENTS = [("trader", "token", "jude@example.com"), ("trader", "list"), ("freeze", "--help")]


@pytest.mark.parametrize("desk", ["cli", "postgres_cli"])
@pytest.mark.parametrize(
    "arguments", [("trader", "token", "jude@example.com"), ("trader", "list"), ("freeze", "--help")]
)
def test_a_command_imports_what_it_needs(desk: str, arguments: tuple[str, ...], request: pytest.FixtureRequest) -> None:
    cli: Cli = request.getfixturevalue(desk)
    cli.done("trader", "add", "jude@example.com", "--fullname", "Jude", "--password", PASSWORD)
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "entrypoints.cli.main", *arguments],
        cwd=cli.folder,
        env={**cli.environment(), "PYTHONPATH": str(request.config.rootpath)},
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in ran.stderr.splitlines()}
    assert "entrypoints" in imported
    assert imported & OF_OTHERS == set()
