"""How often one may ask, and how the answers say so (draft 10 of the IETF's RateLimit header fields).

Each process counts for itself and by its own clock that only grows: docs/decisions, "Requests are counted where they
come in". Source of the rule: docs/contract/http.md, "How often".
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import Any
from uuid import UUID

from ..replies.rejections import Rejection
from .client import Network, client_network
from .request import ADMITTED
from .security import Credentials, VerifiedTokens, credentials

COUNTED = ("/p2p/", "/auth/", "/wallet/", "/notifications/", "/admin/", "/webhook/")
"""Where a path begins of which requests are counted. Pages, documents and probes ask nothing of the store."""
REMEMBERED = 4096
"""So many keys that were found good, and tokens that were found bad, are known at most; then it begins anew."""


class Policy(StrEnum):
    """What is counted apart: each trader's writes and reads, and whatever an address asks for without a good token."""

    WRITE = "write"
    READ = "read"
    ANONYMOUS = "anonymous"


def policy_of(method: str, *, is_known: bool) -> Policy:
    """By which policy a request of this method is counted: with a good token (``is_known``), or without one."""
    if not is_known:
        return Policy.ANONYMOUS
    return Policy.READ if method in ("GET", "HEAD") else Policy.WRITE


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests, at most, in so many seconds, whenever one begins to count."""

    most: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of counting a request: how many are left, and in how many seconds one more is."""

    policy: Policy
    rate: Rate
    is_let_in: bool
    left: int
    seconds: int

    @property
    def headers(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """What every answer to a counted request has."""
        return (
            ("RateLimit-Policy", f'"{self.policy}";q={self.rate.most};w={self.rate.seconds}'),
            ("RateLimit", f'"{self.policy}";r={self.left};t={self.seconds}'),
        )


class MovingWindows:
    """When each of many things was done lately. Any number of threads may ask; ``clock`` tells seconds that grow."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._done: dict[tuple[Policy, str], list[float]] = {}
        self._lock = threading.Lock()
        self._sweep_at = 0.0

    def take(self, key: tuple[Policy, str], rate: Rate, longest: int) -> tuple[bool, int, int]:
        """Do it once more, if that is not too often: whether it was done, how often it still may be, and in how many
        seconds once more than that.

        Nothing is kept for longer than ``longest``, the longest window there is.
        """
        with self._lock:
            now = self._clock()
            if now >= self._sweep_at:
                self._sweep_at = now + longest
                self._done = {key: done for key, done in self._done.items() if done[-1] > now - longest}
            done = self._done.setdefault(key, [])
            del done[: bisect_right(done, now - rate.seconds)]
            is_done = len(done) < rate.most
            if is_done:
                done.append(now)
            # Never more than the window: a sum of floats can be a hair above it.
            seconds = min(rate.seconds, max(1, ceil(done[0] + rate.seconds - now)))
            return is_done, rate.most - len(done), seconds


class RateLimits:
    """The counting of one application. Without rates nothing is counted."""

    def __init__(
        self,
        rates: Mapping[str, tuple[int, int]],
        tokens: VerifiedTokens,
        trusted_proxies: Sequence[Network] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``rates`` are how many in how many seconds, by the names of the policies, of which all are there or none."""
        self._rates = {Policy(name): Rate(*rate) for name, rate in rates.items()}
        self._longest = max((rate.seconds for rate in self._rates.values()), default=0)
        self._tokens = tokens
        self._trusted_proxies = trusted_proxies
        self._windows = MovingWindows(clock)
        self._good_keys: dict[bytes, str] = {}
        self._bad_tokens: dict[UUID | bytes, bool] = {}

    def judge(self, environ: Mapping[str, Any]) -> Verdict | None:
        """Count a request; None where it does not count."""
        if not self._rates or not f"{environ.get('PATH_INFO', '')}/".startswith(COUNTED):
            return None
        trader = self._trader(environ.get("HTTP_AUTHORIZATION"))
        policy = policy_of(environ["REQUEST_METHOD"], is_known=trader is not None)
        who = client_network(environ, self._trusted_proxies) if trader is None else trader
        rate = self._rates[policy]
        return Verdict(policy, rate, *self._windows.take((policy, who), rate, self._longest))

    def learn(self, environ: Mapping[str, Any]) -> None:
        """Know from a request that was answered whether what it came with is good: a key, or a token that has ended.

        By nothing but the judgement of that: an answer can be 401 about what is in the body.
        """
        is_good: bool | None = environ.get(ADMITTED)
        asking = self._asking(environ.get("HTTP_AUTHORIZATION")) if self._rates and is_good is not None else None
        if asking is None:
            return
        if is_good:
            self._bad_tokens.pop(_name(asking), None)
            if asking.key_digest is not None:
                _remember(self._good_keys, asking.key_digest, str(asking.trader_id))
        else:
            self._good_keys.pop(asking.key_digest or b"", None)
            _remember(self._bad_tokens, _name(asking), True)

    def _trader(self, authorization: str | None) -> str | None:
        """Whose request it is, as far as that is known without asking the store; None where it may be anybody's."""
        asking = self._asking(authorization)
        if asking is None or _name(asking) in self._bad_tokens:
            return None
        # Anybody can write a key that names anybody.
        return str(asking.trader_id) if asking.key_digest is None else self._good_keys.get(asking.key_digest)

    def _asking(self, authorization: str | None) -> Credentials | None:
        try:
            return credentials(authorization, self._tokens) if authorization else None
        except Rejection:
            return None


def _name(asking: Credentials) -> UUID | bytes:
    """What a token or a key is known by, however the header that it came in was written: with more blanks it would be
    another one each time, and whoever has a token that has ended could use up what its trader may ask."""
    return (asking.key_digest or b"") if asking.token is None else asking.token.unjudged.token_id


def _remember(known: dict[Any, Any], key: Any, value: Any) -> None:
    if len(known) >= REMEMBERED:
        known.clear()
    known[key] = value
