"""What a tier stands on, and how a test says what it needs of the books."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest

from ..books import Books, Tier
from ..store_desk import StoreDesk
from .lists_are_right import check_invariants

Given = TypeVar("Given", bound=Callable[..., None])


def desk_on(books: Books, *tiers: Tier) -> Iterator[StoreDesk]:
    """A desk on a store that claims these tiers, else a skip; its books must be right once the test is over."""
    missing = [tier.value for tier in tiers if tier not in books.tiers]
    if missing:
        pytest.skip(f"the books do not claim in their `tiers`: {', '.join(missing)}")
    desk = StoreDesk(books)
    yield desk
    check_invariants(desk)


def needed(given: Given | None, name: str) -> Given:
    """What the books give beside their store; the test is skipped where they don't."""
    if given is None:
        pytest.skip(f"the books have no `{name}`")
    return given
