"""The page of figures has all rehearsals, and each of them is played in the file that it names."""

from __future__ import annotations

import re
from pathlib import Path

from tests.integration.operations.figures import PAGE, REHEARSALS


def test_the_page_has_every_rehearsal() -> None:
    rows = re.findall(
        r"^\| ([A-Za-z, ]+) \| .* \| `(test_[a-z_]+\.py)` \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert dict(rows) == REHEARSALS


def test_each_rehearsal_is_played_where_the_page_says() -> None:
    for rehearsal, file in REHEARSALS.items():
        source = (Path(__file__).parent / file).read_text(encoding="utf-8")
        noted = f'"{rehearsal}"' in source or "failover, the primary {away.__name__}" in source
        assert noted, rehearsal
        assert "@pytest.mark.soak" in source
