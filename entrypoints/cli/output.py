"""Standard output that is full, closed, or of few letters: no command ends in a traceback for it."""

from __future__ import annotations

import errno
import io
import logging
import os
import sys

_log = logging.getLogger(__name__)


class OutputLost(Exception):
    """What was printed cannot be written, for the reason that the system gave."""

    def __init__(self, error: OSError) -> None:
        super().__init__(f"The output cannot be written: {error.strerror or error}")
        self.is_left = error.errno == errno.EPIPE
        """Whether somebody read it and has seen enough, such as ``head``."""


class _Output(io.TextIOWrapper):
    """A text stream whose errors cannot be taken for those of another file."""

    def __init__(self, replaced: io.TextIOWrapper) -> None:
        super().__init__(
            replaced.buffer,
            encoding=replaced.encoding,
            # A letter that the terminal does not know is spelled out.
            errors="backslashreplace",
            line_buffering=replaced.line_buffering,
            write_through=replaced.write_through,
        )
        # Otherwise it would close the buffer, which both share, as it goes.
        self._replaced = replaced

    def write(self, text: str) -> int:
        """Write, or raise ``OutputLost``."""
        try:
            return super().write(text)
        except OSError as error:
            raise OutputLost(error) from None

    def flush(self) -> None:
        """Hand on what is kept, or raise ``OutputLost``."""
        try:
            super().flush()
        except OSError as error:
            raise OutputLost(error) from None


def prepare() -> None:
    """Make both outputs fit for whatever is printed."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            # It was closed before the start. The next file that is opened would take its number otherwise, and then
            # be written to by whoever prints: a database, at worst.
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 (it stays open)
    if type(sys.stdout) is io.TextIOWrapper:
        sys.stdout = _Output(sys.stdout)


def give_up(*streams: int) -> None:
    """Let nothing be said there any more: Python would complain once more while it shuts down."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in streams:
        os.dup2(nowhere, stream)
    os.close(nowhere)


def complain(line: str) -> None:
    """Print one line on standard error, where it can be written."""
    try:
        print(line, file=sys.stderr, flush=True)
    except OSError:
        give_up(sys.stderr.fileno())


def announce(text: str) -> None:
    """Print what a process says as it starts. It serves all the same where nobody can read that."""
    try:
        print(text, flush=True)
    except OutputLost as error:
        give_up(sys.stdout.fileno())
        _log.warning("%s", error)
