"""Facts over dicts: each once, as the keys of a database would have it."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from decimal import Decimal
from typing import cast

from domain.errors import Fault
from domain.model.changes import DISPUTE_TERMS, DisputeChange
from domain.model.dispute import Dispute
from domain.model.facts import AnyFact, Fact, objects_elsewhere
from domain.model.ledger import Entry

from .tables import Tables, check_amount, existing
from .unit import StaleRow


def add_fact(tables: Tables, fact: Fact, entries: Container[Entry] = ()) -> None:
    """Keep a fact. Its entries must be among those that are written with it.

    Raises ``StaleRow`` where there is one of its key already, ``Fault`` where it names a row that is not there.
    """
    kept = type(fact).kept
    _check_references(tables, fact, entries)
    for name in kept.unique:
        value = getattr(fact, name)
        if value is not None and (kept.table, name, value) in tables.unique_values:
            raise StaleRow(f"a row of {kept.table} has this {name} already")
        tables.unique_values.put((kept.table, name, value), True)
    if not kept.key:
        tables.facts.put((kept.table, tables.take_id(kept.table)), (fact,))
        return
    place, key = (kept.table, getattr(fact, kept.key[0])), _key(fact)
    beside = tables.facts.get(place) or ()
    if any(_key(other) == key for other in beside):
        raise StaleRow(f"there is a row {key} of {kept.table} already")
    tables.facts.put(place, (*beside, fact))


def facts_of(tables: Tables, kind: type[AnyFact], key: tuple[object, ...], limit: int | None) -> list[AnyFact]:
    """The facts of a kind whose key begins with these values, in order; all of them where there is no limit."""
    table = kind.kept.table
    if key:
        found = [fact for fact in tables.facts.get((table, key[0])) or () if _key(fact)[: len(key)] == key]
    else:
        found = [fact for (of_table, _), facts in tables.facts.items() if of_table == table for fact in facts]
    if kind.kept.key:
        found.sort(key=_key)
    return cast(list[AnyFact], found[:limit])


def numbered_facts_of(tables: Tables, kind: type[AnyFact]) -> dict[int, AnyFact]:
    """The facts of a kind that the store numbers itself, by their numbers."""
    table = kind.kept.table
    found = {number: facts[0] for (of_table, number), facts in tables.facts.items() if of_table == table}
    return cast(dict[int, AnyFact], found)


def dispute_of(tables: Tables, offer_id: int) -> Dispute | None:
    """The last dispute on an offer, open or ended."""
    return next(reversed(facts_of(tables, Dispute, (offer_id,), None)), None)


def change_dispute(tables: Tables, change: DisputeChange) -> None:
    """Write what became of a dispute. Raises ``StaleRow`` where it is not open as it was before."""
    before, after = change.before, change.after
    place = (Dispute.kept.table, before.offer_id)
    beside = tables.facts.get(place) or ()
    current = next((fact for fact in beside if isinstance(fact, Dispute) and fact.version == before.version), None)
    if current is None or not current.is_open or current.changes != before.changes:
        raise StaleRow(f"the dispute on offer {before.offer_id} is not as it was")
    _check_references(tables, after, ())
    # Its opening is as it was kept, whatever the change says of it.
    written = replace(after, **{name: getattr(current, name) for name in DISPUTE_TERMS})
    tables.facts.put(place, tuple(written if fact is current else fact for fact in beside))


def _key(fact: Fact) -> tuple[object, ...]:
    return tuple(getattr(fact, name) for name in type(fact).kept.key)


def _check_references(tables: Tables, fact: Fact, entries: Container[Entry]) -> None:
    elsewhere = objects_elsewhere(fact)
    for entry in elsewhere.values():
        if entry is not None and entry not in entries:
            raise Fault(f"the entry of a row of {type(fact).kept.table} is not among those written with it")
    for name, table in type(fact).kept.refers.items():
        value = getattr(fact, name)
        if value is not None and f"{name}_id" not in elsewhere:
            existing(getattr(tables, table), value, f"row of {table}")
    for name in type(fact).__dataclass_fields__:  # type: ignore[attr-defined]
        value = getattr(fact, name)
        if isinstance(value, Decimal):
            check_amount(value)
