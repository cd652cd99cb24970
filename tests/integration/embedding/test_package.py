"""What is in the package, and in what it is built from."""

import tarfile
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

from tests.integration.embedding.conftest import ROOT, built

SOURCES = {
    f"escrow_domain/{path.relative_to(ROOT / 'domain').as_posix()}"
    for path in (ROOT / "domain").rglob("*")
    if path.is_file() and "__pycache__" not in path.parts
}


def names(wheel: Path) -> set[str]:
    return set(zipfile.ZipFile(wheel).namelist())


@pytest.fixture(scope="session")
def metadata(wheel: Path) -> Message:
    (name,) = (name for name in names(wheel) if name.endswith("/METADATA"))
    return message_from_bytes(zipfile.ZipFile(wheel).read(name))


def test_the_wheel_is_the_domain_as_it_is_now_and_nothing_of_an_earlier_build(wheel: Path) -> None:
    assert {name for name in names(wheel) if ".dist-info/" not in name} == SOURCES


def test_the_wheel_says_that_it_is_typed(wheel: Path) -> None:
    assert "escrow_domain/py.typed" in names(wheel)


def test_the_wheel_carries_its_licence(wheel: Path, metadata: Message) -> None:
    (name,) = (name for name in names(wheel) if name.endswith("/licenses/LICENSE"))
    assert zipfile.ZipFile(wheel).read(name) == (ROOT / "LICENSE").read_bytes()
    assert metadata["License-Expression"] == "Apache-2.0"


def test_the_wheel_says_what_it_is_and_where_to_read_on(metadata: Message) -> None:
    assert [url.partition(",")[0] for url in metadata.get_all("Project-URL")] == ["Documentation", "Changelog"]
    classifiers = metadata.get_all("Classifier")
    assert {"Typing :: Typed", "Private :: Do Not Upload", "Programming Language :: Python :: 3.11"} <= {*classifiers}


def test_the_wheel_needs_nothing_but_for_tests(metadata: Message) -> None:
    assert all(needed.endswith("; extra == 'testing'") for needed in metadata.get_all("Requires-Dist"))


def test_a_wheel_that_is_built_from_the_source_distribution_is_the_same(
    sources: Path, wheel: Path, tmp_path: Path
) -> None:
    archive = built("sdist", sources, tmp_path / "sdist")
    with tarfile.open(archive) as opened:
        opened.extractall(tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    assert names(built("wheel", unpacked, tmp_path / "wheel")) == names(wheel)
