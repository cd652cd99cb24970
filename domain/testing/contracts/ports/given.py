"""How a port that may not be there is asked for, and what it is asked."""

from typing import Any

import pytest

from ...books import in_unit
from ...desk import BookDesk


def given(request: pytest.FixtureRequest, name: str) -> Any:
    """What the fixture of this name gives; without such a fixture the test is skipped."""
    try:
        return request.getfixturevalue(name)
    except pytest.FixtureLookupError as missing:
        # A fixture that is there and asks for another that is not is a mistake and no reason to skip.
        if missing.argname != name:
            raise
    pytest.skip(f"no fixture `{name}` gives a port to test")


def answer_of(port: str, desk: BookDesk, name: str, *arguments: Any, writes: bool = False) -> Any:
    """What a method of one of a unit's ports answers, in a unit of its own."""
    return in_unit(desk.books.store, lambda unit: getattr(getattr(unit, port), name)(*arguments), writes=writes)
