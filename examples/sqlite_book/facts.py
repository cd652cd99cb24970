"""Facts, each kind in a table of its own that is made of what its class says: a new kind needs nothing here."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from escrow_domain import Entry, EntryKind, Fact, Fault

from .values import to_text


def tables() -> Iterator[str]:
    """The statements that make a table for each kind there is: the domain's, and those that a program has added."""
    return (_table_of(kind) for kind in Fact.__subclasses__())


def _table_of(kind: type[Fact]) -> str:
    """A column for all that ``kept`` names, and the fact itself as JSON."""
    kept = kind.kept
    columns = [_column(kind, name) for name in _names(kind)]
    key = [f"PRIMARY KEY ({_listed(kept.key)})"] if kept.key else []
    return f"CREATE TABLE IF NOT EXISTS {kept.table} ({', '.join([*columns, 'value TEXT NOT NULL', *key])})"


def _column(kind: type[Fact], name: str) -> str:
    unique = " UNIQUE" if name in kind.kept.unique else ""
    refers = f" REFERENCES {kind.kept.refers[name]}" if name in kind.kept.refers else ""
    return f'"{name}"{unique}{refers}'


def row_of(fact: Fact, entries: Sequence[Entry]) -> dict[str, object]:
    """A fact by the columns of its table. An entry of it is one of those that are written with it."""
    named = {name: _kept(getattr(fact, name), entries) for name in _names(type(fact))}
    return {**named, "value": to_text(fact)}


def _names(kind: type[Fact]) -> Sequence[str]:
    kept = kind.kept
    return list(dict.fromkeys((*kept.key, *kept.unique, *kept.refers)))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _kept(value: object, entries: Sequence[Entry]) -> object:
    if isinstance(value, Entry):
        if value not in entries:
            raise Fault("a fact's entry is not among those that are written with it")
        return id_of_entry(value.kind, value.reference)
    return str(value) if isinstance(value, UUID) else value


def id_of_entry(kind: EntryKind, reference: str) -> str:
    """An entry as one text. No kind has a slash in it."""
    return f"{kind.value}/{reference}"
