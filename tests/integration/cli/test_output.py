"""Output that cannot be written, is closed, or knows few letters: no command ends in a traceback."""

import subprocess

import pytest

from tests.integration.running import PASSWORD, Cli, parted
from tests.integration.serving import Addresses

NAME = "Ünï — 十二"
ASCII = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}

Ran = subprocess.CompletedProcess[bytes]


def run(cli: Cli, script: str, *arguments: str, **variables: str) -> Ran:
    """Run a command as ``"$@"`` in a script of the shell, which sees to where its output goes."""
    ran = subprocess.run(
        ["bash", "-c", script, "bash", *cli.command(*arguments)],
        env={**cli.environment(), **variables},
        cwd=cli.folder,
        capture_output=True,
        check=False,
    )
    _, said = parted(ran.stderr.decode())
    return Ran(ran.args, ran.returncode, ran.stdout, said.encode())


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"], ["wallet", "deposit", "--help"], ["openapi"], ["settings", "--json"], ["ledger", "verify"],
        ["outbox", "list"], ["migrate"], ["backup"], ["letters", "preview", "letters"], ["demo"],
        ["trader", "add", "--fullname", "Eve"],
    ],
    ids=lambda arguments: arguments[0],
)  # fmt: skip
def test_output_that_is_full_is_told_in_one_line(cli: Cli, arguments: list[str]) -> None:
    # Without a buffer an error comes from the very first letter, and with one when it is handed on.
    for number, variables in enumerate(({}, {"PYTHONUNBUFFERED": "1"})):
        last = {"backup": [f"copy{number}"], "trader": ["--password", PASSWORD, f"eve{number}@example.com"]}
        ran = run(cli, '"$@" >/dev/full', *arguments, *last.get(arguments[0], []), **variables)
        assert ran.stderr == b"p2p: The output cannot be written: No space left on device\n"
        assert ran.returncode == 1


def test_a_reader_that_has_seen_enough_hears_no_complaint(cli: Cli) -> None:
    for arguments in (["openapi"], ["--help"], ["settings"]):
        ran = run(cli, 'set -o pipefail; "$@" | true', *arguments)
        assert (ran.stderr, ran.returncode in (0, 1)) == (b"", True)
    assert run(cli, '"$@" | head -1', "openapi").stdout == b"{\n"


@pytest.mark.parametrize("closing", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed(cli: Cli, closing: str) -> None:
    """What is opened next gets the number of such a stream; the database must not, since others print there."""
    ran = run(cli, f'"$@" {closing}', "wallet", "deposit", "nobody@example.com", "trx", "1")
    assert (ran.returncode, b"Traceback" in ran.stderr) == (1, False)
    ran = run(cli, f'"$@" {closing}', "ledger", "verify")
    assert (ran.returncode, ran.stderr) == (0, b"")


def test_errors_that_cannot_be_written_leave_the_exit_code(cli: Cli) -> None:
    assert run(cli, '"$@" 2>/dev/full', "trader", "token", "nobody@example.com").returncode == 1


def test_a_desk_whose_announcement_cannot_be_read_serves(cli: Cli) -> None:
    addresses = Addresses()
    script = f'"$@" >/dev/full & echo $!; while ! curl -sf http://127.0.0.1:{addresses.http}/readyz; do sleep 0.2; done'
    environment = {f"P2P_{name}": value for name, value in addresses.settings.items()}
    ran = run(cli, f"{script} >&2; kill %1; wait %1", "serve", **environment)
    assert ran.returncode == 0, ran.stderr
    assert b"The output cannot be written: No space left on device" in ran.stderr
    assert b"Traceback" not in ran.stderr


# A terminal of few letters -------------------------------------------------------------------------------------


def test_an_ascii_terminal(cli: Cli) -> None:
    arguments = ("trader", "add", "uni@example.com", "--fullname", NAME, "--password", PASSWORD, "--json")
    added = run(cli, '"$@"', *arguments, **ASCII)
    assert (added.returncode, added.stderr) == (0, b"")
    shown = run(cli, '"$@"', "settings", P2P_MAIL_FROM=f"{NAME} <desk@example.com>", **ASCII)
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert "P2P_MAIL_FROM=\\xdcn\\xef \\u2014 \\u5341\\u4e8c <desk@example.com>" in shown.stdout.decode("ascii")
    refused = run(cli, '"$@"', "trader", "token", "ünï@example.com", **ASCII)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)


def test_a_password_from_a_file_is_utf_8_on_any_terminal(cli: Cli) -> None:
    arguments = ("trader", "add", "uni@example.com", "--fullname", "Uni")
    added = run(cli, 'printf "ein langes Paßwort für alle\\n" | "$@"', *arguments, **ASCII)
    assert (added.returncode, added.stderr) == (0, b"")
    refused = run(cli, 'printf "\\377 a password of no encoding\\n" | "$@"', *arguments, **ASCII)
    assert (refused.returncode, refused.stderr) == (1, b"p2p: The password is not UTF-8\n")


def test_the_demo_on_an_ascii_terminal(cli: Cli) -> None:
    ran = run(cli, '"$@"', "demo", **ASCII)
    assert (ran.returncode, ran.stderr) == (0, b""), ran.stdout[-2000:]
    assert ran.stdout.isascii()
