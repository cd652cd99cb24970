"""Records are read as PostgreSQL writes them, whatever is in them, and an object is made of each of them once."""

from contextlib import closing
from itertools import product

import pytest
from sqlalchemy import LargeBinary, column, select, table

from adapters.sql.lists.parts import Part, fields_of
from adapters.sql.schema.tables import traders
from tests.integration.sql.conftest import administrator

TEXTS = (
    None,
    "",
    " ",
    "a",
    '"',
    '""',
    "\\",
    "\\\\",
    ",",
    "(",
    ")",
    "a,b",
    'say "x, y"\\',
    "one\ntwo\t",
    "é\u2028",
    "NULL",
)


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_every_text_is_read_from_a_record_as_it_was_put_in(url: str) -> None:
    with closing(administrator(url)) as connection:
        for three in [*product(TEXTS, repeat=2), *((one, one, one) for one in TEXTS)]:
            marks = ", ".join(["%s::text"] * len(three))
            (record,) = connection.execute(f"SELECT CAST(row({marks}) AS text)", three).fetchone() or ()
            assert fields_of(record) == list(three)


def test_the_same_record_is_the_same_object_and_another_one_is_not() -> None:
    made: list[str] = []
    part = Part(traders, [traders.c.fullname.label("fullname")], lambda row: made.append(row["fullname"]) or [row])
    assert part.of_record("(Jude)") is part.of_record("(Jude)")
    assert part.of_record('("Jude O")') is not part.of_record("(Jude)")
    assert made == ["Jude", "Jude O"]


def test_a_part_reads_no_column_of_a_kind_that_it_does_not_know() -> None:
    other = table("other", column("bytes", LargeBinary))
    with pytest.raises(TypeError):
        Part(other, [other.c.bytes.label("bytes")], dict)
    assert "other" in str(select(other))
