"""What an ad asks of takers, and who falls short of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from domain import AdEdit, OfferProposal, Requirements, TrackRecord, errors
from domain.errors import FieldProblem, Problem
from tests.factories import (
    CATALOGUE,
    NOW,
    AdForOfferFactory,
    AdTermsFactory,
    BankDetailsFactory,
    LockedAdFactory,
    LockedWalletFactory,
    TraderFactory,
)

ALL = Requirements(5, 90, True)


@pytest.mark.parametrize(
    ("asked", "record", "has_kyc", "short"),
    [
        (Requirements(), TrackRecord(), False, None),
        (Requirements(), TrackRecord(3, 0, 3), False, None),
        (Requirements(5), TrackRecord(9, 5, 4), False, None),
        (Requirements(5), TrackRecord(4, 4, 0), True, (5, None, False)),
        (Requirements(0, 90), TrackRecord(10, 9, 1), False, None),
        # 899.5 of a thousand: judged as it is shown, which is 90.0.
        (Requirements(0, 90), TrackRecord(2000, 0, 201), False, None),
        (Requirements(0, 90), TrackRecord(1000, 0, 101), False, (None, 90, False)),
        (Requirements(0, 1), TrackRecord(), True, (None, 1, False)),
        (Requirements(0, 100), TrackRecord(1, 0, 0), False, None),
        (Requirements(requires_kyc=True), TrackRecord(), True, None),
        (Requirements(requires_kyc=True), TrackRecord(9, 9, 0), False, (None, None, True)),
        (ALL, TrackRecord(), False, (5, 90, True)),
        (ALL, TrackRecord(5, 5, 0), True, None),
    ],
)
def test_who_falls_short_of_what(asked: Requirements, record: TrackRecord, has_kyc: bool, short: Any) -> None:
    found = asked.shortfall(record, has_kyc)
    facts = None if found is None else (found.min_completed_offers, found.min_completion_rate, found.requires_kyc)
    assert facts == short


def making(**locked: Any) -> None:
    proposal = OfferProposal(Decimal(2), None, BankDetailsFactory())
    AdForOfferFactory(**locked).make_offer(proposal, NOW, CATALOGUE)


def test_an_offer_is_judged_by_them_behind_a_block_and_before_the_ad() -> None:
    asked = {"ad__requirements": ALL}
    with pytest.raises(errors.ShortOfRequirements):
        making(**asked, ad__paused=True)
    with pytest.raises(errors.Blocked):
        making(**asked, is_blocked=True)
    making(**asked, record=TrackRecord(5, 5, 0), taker=TraderFactory(has_kyc=True))


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        (Requirements(1000, 100), ()),
        (Requirements(1001), (FieldProblem("min_completed_offers", Problem.OUT_OF_RANGE, 1000),)),
        (Requirements(0, 101), (FieldProblem("min_completion_rate", Problem.OUT_OF_RANGE, 100),)),
        (
            Requirements(-1, -1),
            (
                FieldProblem("min_completed_offers", Problem.OUT_OF_RANGE, 1000),
                FieldProblem("min_completion_rate", Problem.OUT_OF_RANGE, 100),
            ),
        ),
    ],
)
def test_bounds_of_what_an_ad_may_ask(asked: Requirements, wrong: tuple[FieldProblem, ...]) -> None:
    assert asked.problems() == wrong
    terms = AdTermsFactory(requirements=asked)
    if not wrong:
        changes = LockedWalletFactory().post_ad(terms, CATALOGUE, NOW, 30)
        assert changes.ad is not None
        assert changes.ad.after.requirements == asked
        return
    with pytest.raises(errors.InvalidFields) as refused:
        LockedWalletFactory().post_ad(terms, CATALOGUE, NOW, 30)
    assert refused.value.problems == wrong


def test_an_edit_changes_those_that_it_names() -> None:
    locked = LockedAdFactory(ad__requirements=Requirements(5, 90, True))

    def edited(**changed: Any) -> Requirements:
        changes = locked.edit(locked.maker.id, AdEdit(**changed), NOW, 30, None)
        assert changes.ad is not None
        return changes.ad.after.requirements

    assert edited() == Requirements(5, 90, True)
    assert edited(min_completed_offers=0, requires_kyc=False) == Requirements(0, 90, False)
    assert edited(min_completion_rate=100) == Requirements(5, 100, True)
    with pytest.raises(errors.InvalidFields):
        edited(min_completion_rate=101)
