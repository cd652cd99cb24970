"""The tables of facts follow their dataclasses: columns, keys, what is there once, and what refers to what."""

import importlib
import pkgutil

import pytest
from sqlalchemy import Integer, UniqueConstraint

import domain.model
from adapters.sql.schema.facts import NUMBER, type_of
from adapters.sql.schema.only_added import ONLY_ADDED
from adapters.sql.schema.tables import metadata
from domain import Dispute, Fact
from domain.model.facts import columns_of

MODULES = [importlib.import_module(f"domain.model.{each.name}") for each in pkgutil.iter_modules(domain.model.__path__)]
KINDS = sorted(
    {
        found
        for module in MODULES
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, Fact) and found is not Fact
    },
    key=lambda kind: kind.__name__,
)
"""Every kind of fact that the domain has."""


def test_the_facts_are_found() -> None:
    assert {kind.__name__ for kind in KINDS} >= {"Event", "Settlement", "Dispute", "StaffAct", "Feedback"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_follows_its_dataclass(kind: type[Fact]) -> None:
    table, columns = metadata.tables[kind.kept.table], columns_of(kind)
    numbered = set() if kind.kept.key else {NUMBER}
    assert {column.name for column in table.c} == {column.name for column in columns} | numbered
    for column in columns:
        there, wanted = table.c[column.name], type_of(column)
        assert bool(there.nullable) is column.is_optional, column
        either = Integer if isinstance(wanted, Integer) else type(wanted)
        assert isinstance(there.type, either), column


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_has_the_keys_of_its_dataclass(kind: type[Fact]) -> None:
    table, name_of = metadata.tables[kind.kept.table], {each.field: each.name for each in columns_of(kind)}
    assert [column.name for column in table.primary_key] == ([name_of[key] for key in kind.kept.key] or [NUMBER])
    unique = {
        tuple(column.name for column in each.columns)
        for each in table.constraints
        if isinstance(each, UniqueConstraint)
    }
    assert unique == {(name_of[field],) for field in kind.kept.unique}
    refers = {key.parent.name: key.target_fullname for key in table.foreign_keys}
    assert refers == {name_of[field]: f"{target}.id" for field, target in kind.kept.refers.items()}


def test_what_is_kept_for_good_is_held_by_triggers() -> None:
    """But for disputes, whose end is written into their row."""
    assert {kind.kept.table for kind in KINDS if kind is not Dispute} | {
        "entries",
        "postings",
        "journal_links",
    } == ONLY_ADDED
