"""The face of the domain, and that each of its modules stands by itself."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import domain
from domain.ports.delivery import MailDeferred, MailRefused

MODULES = [module.name for module in pkgutil.walk_packages(domain.__path__, "domain.")]


@pytest.mark.parametrize("name", MODULES)
def test_every_module_can_be_imported_and_says_what_it_is(name: str) -> None:
    assert importlib.import_module(name).__doc__


def test_the_face_names_what_it_gives_and_nothing_twice() -> None:
    assert len(set(domain.__all__)) == len(domain.__all__)
    assert all(hasattr(domain, name) for name in domain.__all__)


def named_by(port: Path) -> set[str]:
    """The classes that a port has, takes from the model, or names in what it promises."""
    text = port.read_text(encoding="utf-8")
    nodes = list(ast.walk(ast.parse(text)))
    classes = {node.name for node in nodes if isinstance(node, ast.ClassDef)}
    imports = {alias.name for node in nodes if isinstance(node, ast.ImportFrom) and node.level for alias in node.names}
    return {name for name in classes | imports | set(re.findall(r"``(\w+)(?:\.\w+)?``", text)) if name[0].isupper()}


@pytest.mark.parametrize(
    "port", sorted((Path(domain.__file__).parent / "ports").glob("*.py")), ids=lambda port: port.stem
)
def test_the_face_gives_all_that_a_port_names(port: Path) -> None:
    assert named_by(port) - {"None", "False", "True"} <= set(domain.__all__)


def test_a_mail_that_is_deferred_says_whether_the_server_may_have_it() -> None:
    assert not MailDeferred("the line was busy").ambiguous
    assert MailDeferred("the line broke after the final dot", ambiguous=True).ambiguous
    assert str(MailRefused("there is no such mailbox")) == "there is no such mailbox"
