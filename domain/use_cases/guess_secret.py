"""Somebody gives a password or a code, who may be guessing. Source: docs/contract/accounts.md, "Slowing down"."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from ..errors import TooManyAttempts
from ..model.slowing import WRONG_OF_BOTH, WRONG_OF_ONE, WrongTries
from ..ports.attempts import Attempts


class Secret(StrEnum):
    """What is guessed. Tries at one are none at another."""

    PASSWORD = "password"  # noqa: S105 (what is guessed)
    VERIFY_CODE = "verify_code"
    RESET_CODE = "reset_code"
    ONE_TIME_PASSWORD = "one_time_password"  # noqa: S105 (what is guessed)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try that may be judged, and counts as a wrong one until ``was_right`` takes it back.

    So however many come at once, and whatever breaks in between, no more are judged than may be.
    """

    both: bytes
    """The key of the account from the address; those below are of either alone."""
    one: tuple[bytes, ...]
    at: datetime

    @property
    def keys(self) -> tuple[bytes, ...]:
        """All keys, in the order in which they are locked."""
        return (self.both, *self.one)


def may_guess(
    secret: Secret, account: str, address: str, *, attempts: Attempts, at: datetime, is_known: bool = False
) -> Attempt:
    """Let somebody try a secret, if so many were not wrong before. Raises ``TooManyAttempts``; that counts for nothing.

    ``account`` is the email address that was given, whether or not anybody has it, and ``address`` where the try comes
    from, empty where that is not known. From one that the account was used from before (``is_known``) only the
    tries from there count. Let this commit before what takes long, or together with the answer, if that is no. ``at``
    is the moment by the store's clock.
    """
    name = account.strip().casefold()
    attempt = Attempt(
        _key(secret, name, address), (_key(secret, name), *((_key(secret, None, address),) if address else ())), at
    )
    of_both, *of_one = attempts.lock(attempt.keys)
    wait = max(tries.wait(at) for tries in (of_both, *(() if is_known else of_one)))
    if wait > timedelta(0):
        raise TooManyAttempts(ceil(wait.total_seconds()))
    more = [tries.with_one_more(at, WRONG_OF_ONE) for tries in of_one]
    attempts.put(dict(zip(attempt.keys, (of_both.with_one_more(at, WRONG_OF_BOTH), *more), strict=True)))
    return attempt


def was_right(attempt: Attempt, *, attempts: Attempts) -> None:
    """Take a try back that was right, and forget the wrong ones at this account from this address.

    Those at the account from elsewhere, and from the address at other accounts, stay: whoever guesses has an account of
    their own, too.
    """
    _, *of_one = attempts.lock(attempt.keys)
    rest = [tries.without(attempt.at) for tries in of_one]
    attempts.put(dict(zip(attempt.keys, (WrongTries(), *rest), strict=True)))


def _key(secret: Secret, account: str | None, address: str | None = None) -> bytes:
    parts = [f"{len(part)}:{part}" if part is not None else "-" for part in (secret.value, account, address)]
    return hashlib.sha256(" ".join(parts).encode("utf-8", "surrogatepass")).digest()
