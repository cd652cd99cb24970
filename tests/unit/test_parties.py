"""Who is who to an offer, against a table written out by hand, and what somebody may see of it."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain import DESK, Actor, AdType, Parties, Role
from domain.model.parties import trading_role

MAKER, TAKER, NOBODY = UUID(int=1), UUID(int=2), UUID(int=3)

# What the maker and the taker are, by the type of the ad: in the words of docs/contract, and none of the model's.
ROLES = {
    AdType.SELL: ({Role.MAKER, Role.SELLER}, {Role.TAKER, Role.BUYER}),
    AdType.BUY: ({Role.MAKER, Role.BUYER}, {Role.TAKER, Role.SELLER}),
}


@pytest.mark.parametrize("ad_type", list(AdType))
def test_a_party_has_two_roles_and_staff_who_are_a_party_have_no_other(ad_type: AdType) -> None:
    parties = Parties(ad_type, Actor(MAKER), Actor(TAKER))
    for trader_id, roles in zip((MAKER, TAKER), ROLES[ad_type], strict=True):
        for is_staff in (False, True):
            assert parties.roles_of(Actor(trader_id, is_staff)) == roles
            assert parties.are(Actor(trader_id, is_staff))
            assert parties.may_see(Actor(trader_id, is_staff))


@pytest.mark.parametrize("ad_type", list(AdType))
def test_of_others_only_staff_and_the_desk_have_a_role(ad_type: AdType) -> None:
    parties = Parties(ad_type, Actor(MAKER), Actor(TAKER))
    others = {Actor(NOBODY): set(), Actor(NOBODY, is_staff=True): {Role.STAFF}, DESK: {Role.DESK}}
    for actor, roles in others.items():
        assert parties.roles_of(actor) == roles
        assert parties.may_see(actor) is bool(roles)
        assert not parties.are(actor)


@pytest.mark.abuse("B2")
@pytest.mark.parametrize("ad_type", list(AdType))
def test_who_sells_and_who_buys_follows_from_the_type_of_the_ad(ad_type: AdType) -> None:
    parties = Parties(ad_type, Actor(MAKER), Actor(TAKER))
    assert Role.SELLER in parties.roles_of(parties.seller)
    assert Role.BUYER in parties.roles_of(parties.buyer)
    assert {parties.seller, parties.buyer} == {parties.maker, parties.taker}
    for side, roles in zip((Role.MAKER, Role.TAKER), ROLES[ad_type], strict=True):
        assert roles == {side, trading_role(ad_type, side)}


@pytest.mark.abuse("B6")
@pytest.mark.parametrize("was_disputed", [False, True])
def test_where_somebody_is_paid_is_for_the_parties_and_for_staff_with_a_dispute(was_disputed: bool) -> None:
    parties = Parties(AdType.SELL, Actor(MAKER), Actor(TAKER))
    for actor in (Actor(MAKER), Actor(TAKER), Actor(MAKER, is_staff=True)):
        assert parties.may_see_accounts(actor, was_disputed=was_disputed)
    assert parties.may_see_accounts(Actor(NOBODY, is_staff=True), was_disputed=was_disputed) is was_disputed
    assert not parties.may_see_accounts(Actor(NOBODY), was_disputed=was_disputed)
