"""The face of the domain, and that each of its modules stands by itself."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from inspect import isfunction, signature
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

import domain
import domain.use_cases
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


def classes_in(hint: Any) -> Iterator[type]:
    """The classes of the domain in the type of a parameter or a result."""
    for part in get_args(hint):
        yield from classes_in(part)
    if isinstance(hint, type) and hint.__module__.startswith("domain."):
        yield hint


@pytest.mark.parametrize("name", [name for name in domain.__all__ if isfunction(getattr(domain, name))])
def test_the_face_gives_all_that_its_functions_take_and_return(name: str) -> None:
    hints = get_type_hints(getattr(domain, name)).values()
    assert {found.__name__ for hint in hints for found in classes_in(hint)} <= set(domain.__all__)


def use_cases() -> Iterator[Callable[..., Any]]:
    for module in pkgutil.iter_modules(domain.use_cases.__path__):
        inside = importlib.import_module(f"domain.use_cases.{module.name}")
        yield from (it for it in vars(inside).values() if isfunction(it) and it.__module__ == inside.__name__)


def test_the_face_gives_all_that_is_done_to_an_ad_or_an_offer() -> None:
    # Whoever only locks is a step of those that do something.
    verb = re.compile("(?!_|lock_)")
    takes = {it.__name__: [*signature(it).parameters] for it in use_cases() if verb.match(it.__name__)}
    verbs = {name for name, given in takes.items() if "book" in given and given[0] in ("ad_id", "offer_id")}
    assert "release_funds" in verbs
    assert verbs <= set(domain.__all__)


def test_a_mail_that_is_deferred_says_whether_the_server_may_have_it() -> None:
    assert not MailDeferred("the line was busy").ambiguous
    assert MailDeferred("the line broke after the final dot", ambiguous=True).ambiguous
    assert str(MailRefused("there is no such mailbox")) == "there is no such mailbox"
