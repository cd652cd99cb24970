"""Tells of statements that take long, without what was asked for: values are personal, and texts have none.

Source: docs/contract/command-line-and-settings.md, "Slow statements".
"""

from __future__ import annotations

import logging
import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext

logger = logging.getLogger(__name__)

SLOW_SECONDS = 0.5
"""From here on a statement is told of. All of a request's together should take a tenth of this."""
TEXT_LIMIT = 2000
"""So much of a statement is told."""

_BEGAN = "p2p_began"


def tell_slow(engine: Engine, seconds: float = SLOW_SECONDS) -> None:
    """Log each statement of an engine that takes at least so long, whether it succeeds or fails."""

    def begin(_connection: Any, _cursor: Any, _statement: str, _values: Any, context: Any, _many: bool) -> None:
        setattr(context, _BEGAN, time.monotonic())

    def end(_connection: Any, _cursor: Any, statement: str, _values: Any, context: Any, _many: bool) -> None:
        tell(statement, time.monotonic() - getattr(context, _BEGAN), seconds)

    def fail(context: ExceptionContext) -> None:
        began = getattr(context.execution_context, _BEGAN, None)
        if began is not None and context.statement is not None:
            tell(context.statement, time.monotonic() - began, seconds, failed=True)

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
    event.listen(engine, "handle_error", fail)


def tell(statement: str, took: float, seconds: float = SLOW_SECONDS, *, failed: bool = False) -> None:
    """Log a statement that took so many seconds, if it took long."""
    if took < seconds:
        return
    milliseconds = round(took * 1000, 1)
    text = " ".join(statement.split())[:TEXT_LIMIT]
    how = "failed after" if failed else "took"
    logger.warning("A statement %s %s ms: %s", how, milliseconds, text, extra={"milliseconds": milliseconds})
