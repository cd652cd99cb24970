"""What is written of an answer is what marshmallow would have dumped of it, for every schema there is."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema, fields

from adapters.http.operations import OPERATIONS
from adapters.http.replies.envelope import encoded_text
from adapters.http.schemas.base import page_of
from adapters.http.schemas.dry_run import DRY_RUN, ShownChange
from adapters.http.schemas.shown import (
    RememberedPart,
    Shown,
    ShownAmount,
    ShownDay,
    ShownField,
    ShownFlag,
    ShownMean,
    ShownMoment,
    ShownNotice,
    ShownNumber,
    ShownRate,
    itself,
)
from adapters.http.schemas.writing import Remembered, is_compiled, writer_of
from domain.model.notices import NoticeKind, NumberedNotice

ENTITIES = {one.name: one.entity for one in OPERATIONS if one.entity is not None} | {"dry run": DRY_RUN}
LEFT_TO_MARSHMALLOW = {"export_data"}
"""What is asked for once in a blue moon, and has a kind of field of its own."""

_AMOUNTS = st.decimals(0, 10**18 - 1, places=20, allow_nan=False)
_MOMENTS = st.integers(0, 4 * 10**15).map(
    lambda micros: datetime.fromtimestamp(micros // 10**6, UTC).replace(microsecond=micros % 10**6)
)
_VALUES: dict[type[ShownField], st.SearchStrategy[Any]] = {
    ShownAmount: _AMOUNTS,
    ShownChange: _AMOUNTS | _AMOUNTS.map(Decimal.copy_negate),
    ShownRate: st.decimals(0, 100, places=3),
    ShownMean: st.decimals(0, 5, places=2),
    ShownNumber: st.integers(0, 10**18),
    ShownFlag: st.booleans(),
    ShownDay: st.dates(date(2000, 1, 1)),
    ShownMoment: _MOMENTS,
    ShownNotice: st.builds(
        NumberedNotice,
        st.uuids(),
        st.integers(1, 10**9),
        st.sampled_from(NoticeKind),
        st.dictionaries(st.text(), st.text() | st.integers() | _AMOUNTS, max_size=4),
        _MOMENTS,
    ),
    ShownField: st.text() | st.uuids() | st.sampled_from(NoticeKind),
}


def value_of(field: fields.Field[Any]) -> st.SearchStrategy[Any]:
    """Values that a field may have to show."""
    if isinstance(field, fields.Nested):
        part = object_of(field.schema)
        found: st.SearchStrategy[Any] = st.lists(part, max_size=2) if field.many else part
        return st.none() | found if field.allow_none else found
    if isinstance(field, fields.List):
        return st.lists(value_of(field.inner), max_size=2)
    found = next(values for kind, values in _VALUES.items() if isinstance(field, kind))
    return st.none() | found if getattr(field, "nullable", False) else found


def object_of(schema: Schema) -> st.SearchStrategy[Any]:
    """Objects with all that a schema shows, where it looks for it."""

    @st.composite
    def made(draw: st.DrawFn) -> Any:
        whole = SimpleNamespace()
        for name, field in schema.dump_fields.items():
            *way, last = (field.attribute or name).split(".")
            part = whole
            for step in way:
                if not hasattr(part, step):
                    setattr(part, step, SimpleNamespace())
                part = getattr(part, step)
            if not isinstance(getattr(part, last, None), SimpleNamespace):
                setattr(part, last, draw(value_of(field)))
        return whole

    return made()


@pytest.mark.parametrize("name", sorted(ENTITIES.keys() - LEFT_TO_MARSHMALLOW))
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_what_is_written_is_what_marshmallow_dumps(name: str, data: st.DataObject) -> None:
    schema = ENTITIES[name]
    shown = data.draw(st.lists(object_of(schema), max_size=2) if schema.many else object_of(schema))
    written = writer_of(schema)(shown)
    assert json.loads(written, parse_float=Decimal) == json.loads(encoded_text(schema.dump(shown)), parse_float=Decimal)


def test_every_schema_is_put_together_but_those_that_are_left_out_on_purpose() -> None:
    assert {name for name, schema in ENTITIES.items() if not is_compiled(schema)} == LEFT_TO_MARSHMALLOW


class _Part(Schema):
    name = Shown("inner.name")
    count = ShownNumber()


_PAGE = page_of("Page", RememberedPart(_Part, itself))


@pytest.mark.parametrize(
    "shown", [{"inner": {"name": "a"}, "count": 1}, SimpleNamespace(inner={"name": "a"}, count=1), {"count": 1}]
)
def test_what_is_no_object_with_attributes_is_dumped_by_marshmallow(shown: Any) -> None:
    assert json.loads(writer_of(_Part())(shown)) == _Part().dump(shown)


def test_a_part_is_written_once_as_long_as_it_is_the_same() -> None:
    write, part = writer_of(_PAGE), SimpleNamespace(inner=SimpleNamespace(name="first"), count=1)
    page = SimpleNamespace(items=[part, part], next=None)
    first = write(page)
    part.inner.name = "changed, which nothing that is shown ever is"
    assert write(page) == first
    other = SimpleNamespace(inner=SimpleNamespace(name="second"), count=1)
    assert json.loads(write(SimpleNamespace(items=[other], next=None)))["items"] == [{"name": "second", "count": 1}]


def test_what_does_not_come_again_is_forgotten_and_an_id_that_is_remembered_is_nobody_else_s() -> None:
    written: list[int] = []

    def write(value: list[int]) -> str:
        written.append(value[0])
        return str(value[0])

    remembered = Remembered(write, itself, most=3)
    kept = [[number] for number in range(3)]
    for _ in range(2):
        assert [remembered(one) for one in kept] == ["0", "1", "2"]
    assert written == [0, 1, 2]
    # None of these lives on, so that their ids are given out again; each is written as what it is all the same.
    assert [remembered([number]) for number in range(10, 100)] == [str(number) for number in range(10, 100)]
    assert remembered(kept[0]) == "0"
    assert written.count(0) == 2


def test_a_trader_s_id_is_quoted_as_all_text() -> None:
    some = UUID(int=7)
    assert Shown().written(some) == f'"{some}"'
    assert Shown().written('"\\\n\u2028é') == json.dumps('"\\\n\u2028é', ensure_ascii=False)
    assert Shown().written(None) == "null"
