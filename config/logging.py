"""Logs: one record a line, for people or for machines, with nothing in it that a terminal or a thief could use."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TextIO

from domain.ports.causes import current_cause

from .masking import Redactor

# What every record has; the rest was given by whoever logged, as ``extra``.
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# Libraries that tell at INFO of things that are none of the operator's business, or warn of a healthy queue.
_QUIETER = {
    "alembic": logging.WARNING,
    "opentelemetry": logging.ERROR,
    "twisted": logging.WARNING,
    "txaio": logging.WARNING,
    "waitress.queue": logging.ERROR,
}
SLOW_STATEMENTS = "adapters.sql.connections.slow"
"""The logger that tells of them."""


def set_up_logging(
    log_format: str, secrets: Iterable[str], *, level: int = logging.INFO, stream: TextIO | None = None
) -> None:
    """Send all logs to one stream (standard error unless told otherwise), as ``console`` or ``json``."""
    redact = Redactor(secrets)
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter(redact) if log_format == "json" else ConsoleFormatter(redact))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name, level in _QUIETER.items():
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(True)


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _extra(record: logging.LogRecord) -> dict[str, object]:
    """What was given beside the message, and the request for which it was done, as far as anybody knows."""
    # A record is written by the thread that made it, for as long as there is no queue before the handler.
    extra = {name: value for name, value in vars(record).items() if name not in _USUAL}
    cause = current_cause()
    return extra if cause is None else {"request_id": cause, **extra}


def escaped(text: str) -> str:
    """The text with all that a terminal might obey, or that could forge another line, spelled out."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


class ConsoleFormatter(logging.Formatter):
    """A line for a person; the lines of a traceback are indented behind a bar, which no message can forge."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """One record."""
        # A person reads the message; of the rest only what leads from an answer to its lines is of use.
        request_id = _extra(record).get("request_id")
        extra = f" ({request_id})" if request_id else ""
        text = f"{_moment(record)} {record.levelname:<7} {record.name}: {record.getMessage()}{extra}"
        lines = [escaped(self._redact(text))]
        for more in (record.exc_info and self.formatException(record.exc_info), record.stack_info):
            lines += [f"  | {escaped(line)}" for line in self._redact(more or "").splitlines()]
        return "\n".join(lines)


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """One record."""
        values: dict[str, object] = {
            "at": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_extra(record),
        }
        if record.exc_info:
            values["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            values["stack"] = record.stack_info
        # Values are redacted before they are encoded: escaped, a secret with a quote in it would not be found.
        safe = {
            name: value if isinstance(value, int | float | None) else self._redact(str(value))
            for name, value in values.items()
        }
        return json.dumps(safe).replace("\x7f", "\\u007f")
