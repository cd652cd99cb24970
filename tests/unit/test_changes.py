"""A change knows what may change: no store has to look, and none can drop the rest in silence."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from domain import Ad, AdChange, AdStatus, Fault, Offer, OfferChange
from domain.model.money import EXACT
from tests.factories import AdFactory, OfferFactory


def test_a_deadline_never_changes() -> None:
    offer: Offer = OfferFactory()
    later = replace(offer, version=2, deadline=offer.deadline + timedelta(minutes=1))
    with pytest.raises(Fault, match="never changes"):
        OfferChange(offer, later, offer.created_at)


def test_a_maker_never_changes() -> None:
    ad: Ad = AdFactory()
    with pytest.raises(Fault, match="never changes"):
        AdChange(ad, replace(ad, version=2, maker_id=uuid4()))


def test_whoever_reserves_changes_nothing_else() -> None:
    ad: Ad = AdFactory()
    after = ad.reserve(Decimal(1), ad.created_at)
    assert AdChange(ad, after, reserves=Decimal(1)).after is after
    with pytest.raises(Fault, match="reserved"):
        AdChange(ad, replace(after, status=AdStatus.PAUSED), reserves=Decimal(1))
    with pytest.raises(Fault, match="reserved"):
        AdChange(ad, after, reserves=EXACT.add(Decimal(1), Decimal("0.5")))


def test_what_is_new_may_be_anything() -> None:
    ad, offer = AdFactory(), OfferFactory()
    assert AdChange(None, ad).after is ad
    assert OfferChange(None, offer, offer.created_at).after is offer
