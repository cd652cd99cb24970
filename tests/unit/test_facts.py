"""What a fact says of itself: its columns, its values, and a fact made of its row."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import pytest

from domain import Entry, Event, EventKind, Fact, Kept, OfferState, Settlement, SettlementKind
from domain.model.facts import columns_of, fact_of, objects_elsewhere, plain_values
from tests.factories import NOW


class Word(StrEnum):
    """Any enumeration."""

    ONE = "one"


@dataclass(frozen=True, slots=True)
class Note(Fact):
    """A fact whose enumeration may be missing."""

    kept: ClassVar[Kept] = Kept("notes", key=("number",))

    number: int
    word: Word | None = None


@dataclass(frozen=True, slots=True)
class Puzzle(Fact):
    """A fact that no column could keep."""

    kept: ClassVar[Kept] = Kept("puzzles")

    answer: int | str


def test_a_field_is_a_column() -> None:
    columns = [(each.name, each.type, each.is_optional, each.is_elsewhere) for each in columns_of(Note)]
    assert columns == [("number", int, False, False), ("word", Word, True, False)]


def test_what_is_kept_elsewhere_is_an_id() -> None:
    assert [each.name for each in columns_of(Settlement)] == ["offer_id", "kind", "entry_id"]
    assert [each.type for each in columns_of(Settlement)] == [int, SettlementKind, Entry]
    settlement = Settlement(7, SettlementKind.EXPIRED, None)
    assert plain_values(settlement) == {"offer_id": 7, "kind": "expired"}
    assert objects_elsewhere(settlement) == {"entry_id": None}
    assert fact_of(Settlement, plain_values(settlement), {"entry_id": None}) == settlement


@pytest.mark.parametrize("note", [Note(1), Note(2, Word.ONE)])
def test_a_fact_of_its_row(note: Note) -> None:
    row = plain_values(note)
    assert row == {"number": note.number, "word": note.word and note.word.value}
    again = fact_of(Note, {**row, "more": 1}, {})
    assert (again, type(again.word)) == (note, type(note.word))


def test_a_moment_stays_a_moment() -> None:
    fields = plain_values(Event(EventKind.MADE, 1, 1, OfferState.PENDING, NOW, None))
    assert fields["at"] is NOW


def test_a_field_of_two_types_is_refused() -> None:
    with pytest.raises(TypeError, match=r"Puzzle\.answer"):
        columns_of(Puzzle)
