"""``p2p``: the one program. Exit codes: 0 done, 1 refused or failed, 2 misused, 78 a wrong setting."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from config.databases import NotOfThisDatabase
from config.wrong_setting import AddressTaken, WrongSetting
from domain.errors import Refusal, StoreUnavailable

from . import (
    backup,
    doctor,
    freezing,
    ledger,
    letters,
    offer,
    outbox,
    output,
    playing,
    reference,
    serving,
    solvency,
    trader,
    wallet,
)
from .context import CommandFailed, warn_of_unknown_settings
from .output import OutputLost
from .refusals import database_error, refusal_line

EX_CONFIG = 78
"""Something is wrong with the configuration. Source: sysexits.h."""
EX_INTERRUPTED = 130
OWNER_ONLY = 0o077


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and tell how it went, as an exit code. What was refused is one line on standard error."""
    # Databases, keys and mails hold what is nobody else's business on this machine.
    os.umask(OWNER_ONLY)
    output.prepare()
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    except OutputLost as error:
        output.give_up(sys.stdout.fileno())
        return 1 if error.is_left else _fail(str(error))
    except KeyboardInterrupt:
        return EX_INTERRUPTED


def _run(argv: Sequence[str]) -> int:
    try:
        arguments = _arguments(argv)
        warn_of_unknown_settings(arguments)
        code: int = arguments.run(arguments)
    except WrongSetting as error:
        return _fail(str(error), EX_CONFIG)
    except Refusal as refusal:
        return _fail(refusal_line(refusal))
    except StoreUnavailable as error:
        return _fail(f"The database cannot be used: {error}")
    except (CommandFailed, NotOfThisDatabase, AddressTaken) as error:
        return _fail(str(error))
    except SystemExit:
        # Help was asked for, or is needed.
        sys.stdout.flush()
        raise
    except OSError as error:
        # A file, a folder or the network, wherever it was met; a fault of the desk has another class.
        where = "" if error.filename is None else f"{error.filename}: "
        return _fail(f"{where}{error.strerror or error}")
    except Exception as error:
        reason = database_error(error)
        if reason is None:
            raise
        return _fail(f"The database cannot be used: {reason}")
    sys.stdout.flush()
    return code


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = make_parser()
    # What is no text of the terminal's encoding cannot be kept, mailed or shown.
    if any("\ud800" <= letter <= "\udfff" for text in argv for letter in text):
        parser.error("an argument is not valid text")
    return parser.parse_args(argv)


def _fail(line: str, code: int = 1) -> int:
    output.complain(f"p2p: {' '.join(line.split())}")
    return code


class _Version(argparse.Action):
    """Argparse's own action wants the version beforehand, and every command would wait until it was looked up."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print it and end."""
        from adapters.http.version import version

        print(f"p2p {version()}")
        parser.exit()


def make_parser() -> argparse.ArgumentParser:
    """All commands."""
    common = argparse.ArgumentParser(add_help=False)
    # A default would undo the option where it stands before the command.
    common.add_argument(
        "--env-file",
        metavar="FILE",
        type=Path,
        default=argparse.SUPPRESS,
        help="read settings from this file too; those of the environment win",
    )
    parser = argparse.ArgumentParser(prog="p2p", description="A P2P crypto desk with escrow.", parents=[common])
    parser.add_argument("--version", action=_Version, nargs=0, help="print the desk's version, which is the API's too")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, title="commands")
    for group in (
        serving,
        doctor,
        playing,
        trader,
        wallet,
        offer,
        freezing,
        ledger,
        solvency,
        backup,
        outbox,
        letters,
        reference,
    ):
        group.add_commands(commands, common)
    return parser


if __name__ == "__main__":
    sys.exit(main())
