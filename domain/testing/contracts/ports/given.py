"""How a port that may not be there is asked for."""

from typing import Any

import pytest


def given(request: pytest.FixtureRequest, name: str) -> Any:
    """What the fixture of this name gives; without such a fixture the test is skipped."""
    try:
        return request.getfixturevalue(name)
    except pytest.FixtureLookupError as missing:
        # A fixture that is there and asks for another that is not is a mistake and no reason to skip.
        if missing.argname != name:
            raise
    pytest.skip(f"no fixture `{name}` gives a port to test")
