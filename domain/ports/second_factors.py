"""One-time passwords: what is kept of a trader's authenticator, and what reckons with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """A trader's authenticator: its secret, sealed, and what was used of it. It counts from ``confirmed_at`` on.

    ``last_step`` is the step of the last one-time password that was taken, so that each is good once.
    ``recovery_digests`` are those of the recovery codes that are left. ``wrong`` counts the wrong ones in a row, and
    none is judged before ``wait_until``.
    """

    trader_id: UUID
    secret: bytes = field(repr=False)
    begun_at: datetime
    confirmed_at: datetime | None = None
    last_step: int = 0
    recovery_digests: tuple[bytes, ...] = ()
    wrong: int = 0
    wait_until: datetime | None = None


class SecondFactors(Protocol):
    """What is kept of authenticators, one a trader at most. ``Trader.has_totp`` says whose counts."""

    def lock(self, trader_id: UUID) -> SecondFactor | None:
        """A trader's, confirmed or not, or None. Until the unit ends, whoever else asks for it waits."""
        ...

    def begin(self, factor: SecondFactor) -> None:
        """Keep one that is not confirmed, in place of one that is not either.

        Raises ``ConcurrentChange`` where one was confirmed meanwhile, and ``TraderNotFound``, also of who has gone.
        """
        ...

    def put_down(self, factor: SecondFactor) -> None:
        """Keep what came of one that was locked. It is written at the latest where the unit ends."""
        ...

    def confirm(self, factor: SecondFactor, at: datetime) -> None:
        """Keep one that was locked, and have it count from now on."""
        ...

    def remove(self, trader_id: UUID, at: datetime) -> None:
        """Forget a trader's, and have it count no more."""
        ...


class Authenticator(Protocol):
    """Reckons with secrets as people's authenticators do (RFC 6238), and seals them for whoever keeps them."""

    def sealed(self, secret: str, trader_id: UUID) -> bytes:
        """A secret, in Base32, so that nobody but this desk can read it, and for no other trader."""
        ...

    def step(self, sealed: bytes, trader_id: UUID, otp: str, at: datetime) -> int | None:
        """The number of the step that a one-time password is of: that of this moment, or the one before; else None.

        None, too, where the secret cannot be opened.
        """
        ...

    def uri(self, secret: str, account: str) -> str:
        """What an authenticator takes in, by a picture or a link (Google's ``otpauth`` format)."""
        ...
