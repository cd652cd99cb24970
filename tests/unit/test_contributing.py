"""What CONTRIBUTING.md says of where things are added is so: each place of its lists exists, and has its names."""

import re
from collections.abc import Mapping

import pytest

from tests.unit.test_architecture import ROOT

ADDED = ("A verb", "A fact", "A notice", "An endpoint", "An adapter")
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
# A path, and behind an arrow the names that are to be found in that file.
PLACE = re.compile(r"^[0-9]+\. `([^`]+)`((?: →)?(?:,? ?`[^`]+`)*):", re.MULTILINE)
PATH = re.compile(r"`(\w[\w./-]+(?:/|\.(?:json|md|py|toml|yaml)))`")


def sections(page: str) -> Mapping[str, str]:
    """What stands under each heading."""
    parts = re.split(r"^## (.+)\n", page, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def places(section: str) -> list[tuple[str, list[str]]]:
    """Each place of a section's list, with the names that are to be found in it."""
    found = PLACE.findall(section)
    assert len(found) == len(re.findall(r"^[0-9]+\. ", section, re.MULTILINE)), "an item does not begin with a place"
    return [(path, re.findall(r"`([^`]+)`", names)) for path, names in found]


def lost(path: str, names: list[str]) -> list[str]:
    """What of a place is not there."""
    place = ROOT / path
    if not place.exists() or place.is_dir() is not path.endswith("/"):
        return [path]
    return [f"{path}: {name}" for name in names if name not in place.read_text(encoding="utf-8")]


@pytest.mark.parametrize("added", ADDED)
def test_every_place_of_a_list_exists(added: str) -> None:
    section = sections(PAGE)[added]
    assert "Where:" in section
    found = places(section)
    assert found
    assert [each for path, names in found for each in lost(path, names)] == []


def test_every_other_path_of_the_page_exists() -> None:
    assert [path for path in PATH.findall(PAGE) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize(
    ("place", "names"),
    [("domain/model/nothing.py", []), ("domain/model", []), ("domain/model/lifecycle.py", ["NO_SUCH_TABLE"])],
)
def test_a_place_that_is_not_there_is_found(place: str, names: list[str]) -> None:
    assert lost(place, names)
