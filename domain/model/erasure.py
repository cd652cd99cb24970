"""What is left of a trader who has gone. Source: docs/contract/accounts.md, "One's data"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from .frames import FrameValue
from .notices import FactValue
from .trader import Trader

GONE = "Deleted trader"
"""Stands where a name stood."""
NOWHERE = "deleted.invalid"
"""The domain of addresses that nobody reads. Source: RFC 2606, section 2."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What keeps a trader from being deleted: whether they hold coins, and how many live ads and offers they have."""

    has_coins: bool
    live_ads: int
    live_offers: int

    @property
    def in_the_way(self) -> tuple[str, ...]:
        """What of it there is, in words."""
        found = ((self.has_coins, "coins"), (self.live_ads, "live ads"), (self.live_offers, "live offers"))
        return tuple(words for is_there, words in found if is_there)


def erased(trader: Trader, at: datetime) -> Trader:
    """The trader without anything of a person; shut out for good, and found under their id alone."""
    return replace(
        trader,
        email=f"{trader.id}@{NOWHERE}",
        fullname=GONE,
        country=None,
        email_verified=False,
        phone_number_verified=False,
        country_verified=False,
        has_kyc=False,
        is_staff=False,
        has_totp=False,
        is_suspended=True,
        updated_at=at,
    )


def is_nowhere(address: str) -> bool:
    """Whether an address is that of somebody who has gone."""
    return address.endswith(f"@{NOWHERE}")


def frame_without(frame: Mapping[str, FrameValue], fullname: str) -> dict[str, FrameValue]:
    """A frame whose sentence does not begin with this name: every sentence that names somebody begins so."""
    message = str(frame.get("message", ""))
    if not message.startswith(f"{fullname} has "):
        return dict(frame)
    return {**frame, "message": GONE + message.removeprefix(fullname)}


def facts_without(facts: Mapping[str, FactValue], fullname: str) -> dict[str, FactValue]:
    """The facts of a letter that was not sent yet, without this name."""
    return {name: GONE if fact == fullname else fact for name, fact in facts.items()}
