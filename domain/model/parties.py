"""Who is who to an offer, and what of it somebody may see. Nothing else in the desk derives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from .lifecycle import AdType, Role
from .trader import Trader


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a trader, with or without staff rights, or the desk itself, or its operator (no id).

    Whether they are suspended has to be said of those that a locked read does not know, such as staff.
    """

    id: UUID | None = None
    is_staff: bool = False
    is_suspended: bool = False

    @classmethod
    def of(cls, trader: Trader) -> Actor:
        """A trader as an actor."""
        return cls(trader.id, trader.is_staff, trader.is_suspended)


DESK = Actor()

_TRADING_ROLES: Mapping[tuple[AdType, Role], Role] = {
    (AdType.SELL, Role.MAKER): Role.SELLER,
    (AdType.SELL, Role.TAKER): Role.BUYER,
    (AdType.BUY, Role.MAKER): Role.BUYER,
    (AdType.BUY, Role.TAKER): Role.SELLER,
}


def trading_role(ad_type: AdType, side: Role) -> Role:
    """Whether the maker, or the taker, of an offer on an ad of this type is its buyer or its seller."""
    return _TRADING_ROLES[ad_type, side]


class Party(Protocol):
    """Whatever stands for a party: a trader, a profile, or no more than an id."""

    @property
    def id(self) -> UUID | None:
        """The trader's id."""
        ...


AnyParty = TypeVar("AnyParty", bound=Party)


@dataclass(frozen=True, slots=True)
class Parties(Generic[AnyParty]):
    """The two people of an offer, by the type of its ad."""

    ad_type: AdType
    maker: AnyParty
    taker: AnyParty

    @property
    def buyer(self) -> AnyParty:
        """Who pays and gets the crypto."""
        return self.taker if trading_role(self.ad_type, Role.TAKER) is Role.BUYER else self.maker

    @property
    def seller(self) -> AnyParty:
        """Whose crypto is in escrow, and who is paid for it."""
        return self.taker if trading_role(self.ad_type, Role.TAKER) is Role.SELLER else self.maker

    def are(self, actor: Actor) -> bool:
        """Whether the actor is one of the two."""
        return actor.id in (self.maker.id, self.taker.id)

    def roles_of(self, actor: Actor) -> frozenset[Role]:
        """All that the actor is to the offer; nothing for strangers.

        Staff who are a party are a party and no more: they judge no dispute of their own, and see what a party sees.
        """
        if actor.id is None:
            return frozenset({Role.DESK})
        for side, party in ((Role.MAKER, self.maker), (Role.TAKER, self.taker)):
            if actor.id == party.id:
                return frozenset({side, trading_role(self.ad_type, side)})
        return frozenset({Role.STAFF}) if actor.is_staff else frozenset()

    def may_see(self, actor: Actor) -> bool:
        """Whether somebody may learn that the offer exists, and see its detail: its parties and staff, nobody else."""
        return bool(self.roles_of(actor))

    def may_see_accounts(self, actor: Actor, *, was_disputed: bool) -> bool:
        """Whether somebody may see where the two are paid: they may, and staff once there was a dispute to judge."""
        roles = self.roles_of(actor)
        return bool(roles) and (was_disputed or Role.STAFF not in roles)
