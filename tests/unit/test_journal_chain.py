"""The chain of the journal: what of an entry is hashed, and in which words."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import Account, Entry, EntryKind, Posting, Purse, Side
from domain.model.digests import digest_of, exact_moment
from domain.model.journal_chain import Link, entry_digest, next_link

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
JUDE, AMARA = UUID(int=1), UUID(int=2)


def deposit(amount: str = "1.50", reference: str = "one", owner: UUID = JUDE, at: datetime = AT) -> Entry:
    outside, main = Account(None, "btc", Purse.OUTSIDE), Account(owner, "btc", Purse.MAIN)
    postings = (Posting(outside, Side.DEBIT, Decimal(amount)), Posting(main, Side.CREDIT, Decimal(amount)))
    return Entry(EntryKind.DEPOSIT, reference, at, postings)


def test_the_words_that_are_hashed_are_those_of_the_page() -> None:
    written = (
        b"11:p2p entry 1,1:7,7:deposit,3:one,32:2026-03-02T12:00:00.000000+00:00,"
        b"1:1,0:,3:btc,7:outside,5:debit,3:1.5,"
        b"1:2,36:00000000-0000-0000-0000-000000000001,3:btc,4:main,6:credit,3:1.5,"
    )
    digest = hashlib.sha256(written).hexdigest()
    assert entry_digest(7, deposit()) == digest
    link = b"10:p2p link 1,1:1,1:9,1:1,32:2026-03-02T12:00:00.000000+00:00,0:,64:" + digest.encode() + b","
    first = next_link(None, [(7, deposit())], 9, AT)
    assert first == Link(1, 9, 1, hashlib.sha256(link).hexdigest(), AT)
    assert next_link(first, [(12, deposit("2", "two")), (13, deposit("3", "three"))], 13, AT).entries == 3


def test_an_amount_is_hashed_alike_however_it_is_kept() -> None:
    assert entry_digest(1, deposit("1.50000000000000000000")) == entry_digest(1, deposit("1.5"))
    assert exact_moment(AT.astimezone()) == exact_moment(AT)


def test_every_other_entry_has_another_digest() -> None:
    entry = deposit()
    far, near = entry.postings
    others = [
        (8, entry),
        (7, replace(entry, kind=EntryKind.TRANSFER)),
        (7, deposit(reference="One")),
        (7, deposit("1.51")),
        (7, deposit(owner=AMARA)),
        (7, deposit(at=AT + timedelta(microseconds=1))),
        (7, replace(entry, postings=(near, far))),
    ]
    assert len({entry_digest(7, entry), *(entry_digest(*other) for other in others)}) == len(others) + 1


def test_every_other_past_makes_another_link() -> None:
    first = next_link(None, [(1, deposit())], 1, AT)
    two, three = (2, deposit("2", "two")), (3, deposit("3", "three"))
    links = [
        next_link(first, [two, three], 3, AT),
        next_link(first, [three, two], 3, AT),
        next_link(first, [two], 3, AT),
        next_link(first, [two, three], 4, AT),
        next_link(first, [two, three], 3, AT + timedelta(microseconds=1)),
        next_link(replace(first, digest="0" * 64), [two, three], 3, AT),
        next_link(replace(first, number=2), [two, three], 3, AT),
        next_link(replace(first, entries=2), [two, three], 3, AT),
        next_link(None, [two, three], 3, AT),
    ]
    assert all(one.digest != other.digest for one, other in combinations(links, 2))


@pytest.mark.parametrize(("one", "other"), [(["ab", "c"], ["a", "bc"]), (["a"], ["a", ""]), (["1:a,"], ["1", "a"])])
def test_no_two_lists_of_parts_are_the_same_bytes(one: list[str], other: list[str]) -> None:
    assert digest_of(one) != digest_of(other)


TEXTS = st.lists(st.text(alphabet="ab:,1é", max_size=4), max_size=4)


@given(TEXTS, TEXTS)
def test_digests_are_of_the_parts_and_of_nothing_else(one: list[str], other: list[str]) -> None:
    assert (digest_of(one) == digest_of(other)) == (one == other)
