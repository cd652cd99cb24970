"""Password hashes by Argon2id."""

from __future__ import annotations

import base64
import secrets
import threading
from functools import lru_cache
from typing import Self

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from argon2.profiles import CHEAPEST, RFC_9106_LOW_MEMORY

from domain.model.texts import password_form

_SALT_BYTES = 16
_HASH_BYTES = 32


class Argon2Passwords:
    """``Passwords`` by argon2-cffi. Each hash carries its own parameters, so that these may be raised at any time."""

    def __init__(
        self,
        *,
        time_cost: int = RFC_9106_LOW_MEMORY.time_cost,
        memory_cost_kib: int = RFC_9106_LOW_MEMORY.memory_cost,
        parallelism: int = RFC_9106_LOW_MEMORY.parallelism,
        concurrency: int = 2,
    ) -> None:
        """Hash at this cost. The defaults are RFC 9106's second choice: 64 MiB and a tenth of a second.

        At most ``concurrency`` passwords are worked on at once and others wait, so that a flood of logins does not
        take all memory. Whoever waits holds a thread: a server has some that do nothing else.
        """
        self._hasher = PasswordHasher(time_cost, memory_cost_kib, parallelism, _HASH_BYTES, _SALT_BYTES)
        self._places = threading.BoundedSemaphore(concurrency)
        # The hash of nothing: its digest is random, so that no password fits, and verifying takes the usual time.
        salt, digest = (_without_padding(secrets.token_bytes(size)) for size in (_SALT_BYTES, _HASH_BYTES))
        costs = f"m={memory_cost_kib},t={time_cost},p={parallelism}"
        self._nobodys_hash = f"$argon2id$v=19${costs}${salt}${digest}"

    @classmethod
    def cheapest(cls) -> Self:
        """The least that Argon2 allows, for tests only."""
        return cls(time_cost=CHEAPEST.time_cost, memory_cost_kib=CHEAPEST.memory_cost, parallelism=CHEAPEST.parallelism)

    def hash(self, password: str) -> str:
        """The hash of a password, salted, with its own parameters in it."""
        with self._places:
            return self._hashed(password_form(password))

    def is_common(self, text: str) -> bool:
        """Whether it is in the list of zxcvbn, of some thirty thousand that were found in the open."""
        return text in _common()

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether this is the password. With no hash the answer is False, after the same time as for a wrong one."""
        # Hashes of before this form was agreed on were made of what was typed. Two of the same are tried once, and
        # whether there is a hash makes no difference to how many are tried for a wrong password.
        forms = dict.fromkeys((password_form(password), password))
        with self._places:
            fits = any(self._fits(password_hash or self._nobodys_hash, form) for form in forms)
        return fits and password_hash is not None

    def _hashed(self, form: str) -> str:
        return self._hasher.hash(form)

    def _fits(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except VerifyMismatchError:
            return False


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    # It takes its time, and only those who add traders or change passwords need it.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])


def _without_padding(data: bytes) -> str:
    """Base64 as Argon2's own encoding has it."""
    return base64.b64encode(data).decode().rstrip("=")
