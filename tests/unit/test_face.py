"""The face of the domain, and that each of its modules stands by itself."""

from __future__ import annotations

import importlib
import pkgutil

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


def test_a_mail_that_is_deferred_says_whether_the_server_may_have_it() -> None:
    assert not MailDeferred("the line was busy").ambiguous
    assert MailDeferred("the line broke after the final dot", ambiguous=True).ambiguous
    assert str(MailRefused("there is no such mailbox")) == "there is no such mailbox"
