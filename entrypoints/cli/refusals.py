"""Refusals as a line for the operator, in the words that HTTP has for them."""

from __future__ import annotations

import sys

from domain.errors import Refusal


def refusal_line(refusal: Refusal) -> str:
    """The sentence for one refusal."""
    from adapters.http.replies.refusals import ANSWERS

    return ANSWERS[type(refusal)].message(refusal)


def database_error(error: Exception) -> str | None:
    """What a database said that no unit could make anything of, such as a table that it lacks; None for all else."""
    if "sqlalchemy" not in sys.modules:
        return None
    from adapters.sql.connections.failures import one_line_of

    return one_line_of(error)
