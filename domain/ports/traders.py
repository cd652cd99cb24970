"""Who trades here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from ..model.changes import StaffAct
from ..model.trader import Profile, Trader, Verified


class Traders(Protocol):
    """Traders, their password hashes, and what staff have barred them from. Emails are compared without case.

    Each ``act`` is kept in the audit trail in the same transaction, also where the act changes nothing.
    """

    def add(self, trader: Trader, password_hash: str) -> None:
        """Keep a new trader. Raises ``InvalidFields`` (``email``, taken) where another has the email."""
        ...

    def by_id(self, trader_id: UUID) -> Trader:
        """A trader. Raises ``TraderNotFound``."""
        ...

    def by_email(self, email: str) -> Trader:
        """A trader by email. Raises ``TraderNotFound``."""
        ...

    def password_hash(self, trader_id: UUID) -> str:
        """The hash to verify a password against. Raises ``TraderNotFound``."""
        ...

    def hold_password_hash(self, trader_id: UUID) -> str:
        """The same, which nobody replaces until the unit ends, nor suspends the trader or lets them in again meanwhile.

        Whoever is about to do so waits for the end of the unit. Raises ``TraderNotFound``, also of who has gone.
        """
        ...

    def set_password(self, trader_id: UUID, password_hash: str, at: datetime) -> None:
        """Replace the hash. Raises ``TraderNotFound``, also of who has gone."""
        ...

    def set_email_verified(self, trader_id: UUID, at: datetime) -> None:
        """Note that the trader reads what is sent to their address.

        Raises ``TraderNotFound``, also of who has gone.
        """
        ...

    def profile(self, trader_id: UUID) -> Profile:
        """A trader with ratings and the other public facts. Raises ``TraderNotFound``."""
        ...

    def set_restricted(self, trader_id: UUID, crypto_currency: str, restricted: bool, act: StaffAct) -> None:
        """Bar a trader from new ads and offers in one currency, or let them again. Repeating it is harmless.

        Raises ``TraderNotFound``, also of who has gone.
        """
        ...

    def set_suspended(self, trader_id: UUID, suspended: bool, act: StaffAct, *, end_trades: bool = False) -> None:
        """Shut a trader out, or let them in again. Repeating it is harmless.

        Raises ``TraderNotFound``, also of who has gone, who is shut out for good.

        While they are shut out their logins stand as suspended; being let in again ends them all, and those behind
        keys of programs too, so that whatever was known of them before is worth nothing.
        With ``end_trades`` what they have under way is due to be ended, until they are let in again.
        """
        ...

    def are_trading(self, one: UUID, other: UUID, at: datetime) -> bool:
        """Whether two traders are the parties of an offer that is live at this moment."""
        ...

    def forget_endings(self, before: datetime) -> int:
        """Look no more at those whose trades were to be ended, where that was asked before this moment.

        Only those of whom nothing is left to end are forgotten; tells how many.
        """
        ...

    def set_verified(self, trader_id: UUID, verified: Verified, act: StaffAct) -> None:
        """Keep what of a trader is verified; what is not said stays.

        Raises ``TraderNotFound``, also of who has gone.
        """
        ...

    def restrictions(self, trader_id: UUID) -> frozenset[str]:
        """The crypto currencies that a trader is barred from."""
        ...

    def newest(self, limit: int) -> Sequence[Trader]:
        """The traders who joined last, the newest first; of those who joined at one moment, in any order."""
        ...

    def count(self) -> int:
        """How many traders there are; zero tells an empty desk."""
        ...
