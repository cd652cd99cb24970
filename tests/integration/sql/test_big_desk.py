"""A desk with a long past: its books can be checked, and none of its hot queries looks through all of it."""

from pathlib import Path

import pytest

from adapters.sql.verify import verify
from tests.integration.sql.big_desk import Size, copy_desk, count_postings, fill


def test_the_big_desk_is_healthy_on_both_engines(database_url: str, sqlite_template: Path, tmp_path: Path) -> None:
    size = Size(traders=20, ads=1000, offers_an_ad=4)
    fill(database_url, size)
    assert count_postings(database_url) > 2 * size.offers
    assert verify(database_url) == []
    copied = tmp_path / "desk.sqlite3"
    copied.write_bytes(sqlite_template.read_bytes())
    copy_desk(database_url, f"sqlite:///{copied}")
    assert verify(f"sqlite:///{copied}") == []


_ = pytest
