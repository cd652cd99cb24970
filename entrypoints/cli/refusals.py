"""Refusals as a line for the operator, in the words that HTTP has for them."""

from __future__ import annotations

from domain.errors import Refusal


def refusal_line(refusal: Refusal) -> str:
    """The sentence for one refusal."""
    from adapters.http.errors import ANSWERS

    return ANSWERS[type(refusal)].message(refusal)
