"""What the end of an offer says of its parties, and what is counted of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain import MOVES, Changes, Ending, EventKind, LockedOffer, OfferState, Role, Stats, TrackRecord
from domain.model.endings import endings_of
from domain.model.lifecycle import Move
from tests.factories import NOW, LockedOfferFactory, TraderFactory, actor

AT = NOW + timedelta(minutes=10)
LATE = NOW + timedelta(hours=1)
JUDGE = actor(TraderFactory(staff=True))

DISPUTED = {"disputed": True, "offer__paid_at": NOW}

# How an offer comes to its end, whose fault that is, and whether it tells how long its buyer and its seller took.
ENDS: list[tuple[dict[str, bool], Callable[[LockedOffer], Changes], str | None, tuple[bool, bool]]] = [
    ({}, lambda locked: locked.release_funds(actor(locked.seller), AT), None, (False, False)),
    ({"paid": True}, lambda locked: locked.release_funds(actor(locked.seller), AT), None, (True, True)),
    (DISPUTED, lambda locked: locked.release_funds(actor(locked.seller), AT), None, (True, True)),
    ({}, lambda locked: locked.cancel(actor(locked.taker), AT), "taker", (False, False)),
    ({}, lambda locked: locked.expire(LATE), "buyer", (False, False)),
    ({"paid": True}, lambda locked: locked.return_offer(actor(locked.buyer), AT), "buyer", (True, False)),
    (DISPUTED, lambda locked: locked.resolve(JUDGE, "buyer", "So.", AT), "seller", (True, False)),
    (DISPUTED, lambda locked: locked.resolve(JUDGE, "seller", "So.", AT), "buyer", (True, False)),
    (DISPUTED, lambda locked: locked.resolve(JUDGE, "split", "So.", AT, None, Decimal(1)), None, (True, False)),
]


@pytest.mark.parametrize("is_buy", [False, True])
@pytest.mark.parametrize(("state", "end", "fault", "timed"), ENDS)
def test_an_end_counts_against_whoever_caused_it(state: Any, end: Any, fault: Any, timed: Any, is_buy: bool) -> None:
    locked = LockedOfferFactory(buy=is_buy, **state)
    changes = end(locked)
    completed = changes.offer.after.state is OfferState.COMPLETED
    guilty = None if fault is None else getattr(locked, fault).id
    assert [fact for fact in changes.facts if isinstance(fact, Ending)] == [
        Ending(locked.offer.id, party.id, role, completed, party.id == guilty, is_timed)
        for party, role, is_timed in zip((locked.buyer, locked.seller), (Role.BUYER, Role.SELLER), timed, strict=True)
    ]


@pytest.mark.parametrize("move", [move for move in MOVES.values() if move.to.is_live], ids=lambda move: move.event)
def test_an_offer_that_lives_says_nothing(move: Move) -> None:
    locked = LockedOfferFactory(paid=True)
    assert endings_of(move, locked.offer, locked.parties) == ()


def test_what_comes_to_nothing_is_somebody_s_fault() -> None:
    ends = [move for move in MOVES.values() if not move.to.is_live and move.to is not OfferState.COMPLETED]
    # What staff call off is nobody's fault who can be told from a role.
    assert all(move.at_fault in (Role.TAKER, Role.BUYER) for move in ends if move.event is not EventKind.CALLED_OFF)
    assert not any(move.at_fault for move in MOVES.values() if move.to.is_live)


@pytest.mark.parametrize(
    ("ended", "at_fault", "rate"),
    [
        (0, 0, None),
        (1, 0, "100.0"),
        (1, 1, "0.0"),
        (3, 1, "66.7"),
        (8, 1, "87.5"),
        (2000, 1, "100.0"),
        (1000, 1, "99.9"),
    ],
)
def test_the_rate_is_rounded_half_up(ended: int, at_fault: int, rate: str | None) -> None:
    found = TrackRecord(ended, 0, at_fault).completion_rate
    assert (None if found is None else str(found)) == rate


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [
        ((), None),
        ((60,), "1.0"),
        ((60, 120), "1.5"),
        ((0, 600, 61), "1.0"),
        ((3,), "0.1"),
        ((2.999,), "0.0"),
        ((9,), "0.2"),
    ],
)
def test_the_median_is_in_minutes(seconds: tuple[float, ...], minutes: str | None) -> None:
    times = tuple(timedelta(seconds=each) for each in seconds)
    stats = Stats(times_to_pay=times)
    found = stats.median_minutes_to_pay
    assert (None if found is None else str(found)) == minutes
    assert replace(stats, times_to_pay=(), times_to_release=times).median_minutes_to_release == found
    assert Stats().median_minutes_to_release is None
    assert isinstance(found, Decimal | None)
