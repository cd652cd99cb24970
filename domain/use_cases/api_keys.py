"""A program gets a key of its own, in place of somebody's password."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from ..errors import FieldProblem, InvalidFields, KeyNotFound, Problem, TooManyKeys
from ..model.account_letters import AccountLetter
from ..model.changes import Changes
from ..model.limits import KEYS_LIMIT
from ..model.notices import LetterAlone
from ..model.texts import line_problem, trimmed
from ..model.trader import Trader
from ..ports.book import Book
from ..ports.identifiers import Identifiers, random_bytes
from ..ports.keys import ApiKey, Keys, Scope
from ..ports.logins import Login, Logins
from .one_time_passwords import GivenOtp

KEY_NAME_LENGTH_LIMIT = 100
KEY_PREFIX = "p2pk_"
"""What every key begins with, so that one in a log or a repository is known for what it is."""
NEVER = datetime(9999, 1, 1, tzinfo=UTC)

# Together a number of bytes that Base64 has one spelling of, without padding.
_ID_BYTES, _SECRET_BYTES = 16, 31


@dataclass(frozen=True, slots=True)
class ReadKey:
    """What the text of a key says: whose it is, which, and the digest that it is known by."""

    trader_id: UUID
    key_id: UUID
    digest: bytes


def make_key(
    trader: Trader,
    name: str,
    scopes: Iterable[Scope],
    expires_at: datetime | None = None,
    *,
    keys: Keys,
    logins: Logins,
    book: Book,
    identifiers: Identifiers,
    at: datetime,
    given_otp: GivenOtp | None = None,
) -> tuple[ApiKey, str]:
    """Make a key and tell its trader by mail. Returns it with its text, which is nowhere kept.

    ``at`` is the moment by the store's clock. Raises, in this order: ``InvalidFields``, with ``given_otp`` what its
    check does, ``TooManyKeys``.
    """
    problem = line_problem("name", name, KEY_NAME_LENGTH_LIMIT)
    if problem is not None:
        raise InvalidFields((problem,))
    if expires_at is not None and expires_at <= at:
        raise InvalidFields((FieldProblem("expires_at", Problem.IN_THE_PAST),))
    if given_otp is not None:
        given_otp.check(trader, at)
    if keys.count_locked(trader.id, at) >= KEYS_LIMIT:
        raise TooManyKeys(KEYS_LIMIT)
    key_id = identifiers.new()
    secret = random_bytes(identifiers, _SECRET_BYTES)
    text = KEY_PREFIX + base64.urlsafe_b64encode(trader.id.bytes + key_id.bytes + secret).decode()
    key = ApiKey(key_id, trader.id, trimmed(name), frozenset(scopes), _digest(text), at, expires_at)
    logins.open(Login(key_id, trader.id, identifiers.new(), at, expires_at or NEVER))
    keys.add(key)
    facts = {"at": at.isoformat(timespec="minutes"), "scopes": ", ".join(sorted(key.scopes))}
    book.apply(Changes(letters=(LetterAlone(identifiers.new(), trader.id, AccountLetter.KEY_MADE, facts, at),)))
    return key, text


def end_key(key_id: UUID, trader: Trader, *, keys: Keys, logins: Logins, at: datetime) -> None:
    """End one of a trader's keys that is good. Raises ``KeyNotFound``, of another's as of none at all."""
    key, login = keys.by_id(key_id), logins.by_id(key_id)
    if key is None or key.trader_id != trader.id or login is None or not login.is_live(at):
        raise KeyNotFound()
    logins.end(key_id, at)


def read_key(text: str) -> ReadKey | None:
    """What the text of a key says, or None where it is none. Whether it is good is known to the store alone."""
    if not text.startswith(KEY_PREFIX):
        return None
    try:
        parts = base64.b64decode(text.removeprefix(KEY_PREFIX), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(parts) != 2 * _ID_BYTES + _SECRET_BYTES:
        return None
    trader_id, key_id = UUID(bytes=parts[:_ID_BYTES]), UUID(bytes=parts[_ID_BYTES : 2 * _ID_BYTES])
    return ReadKey(trader_id, key_id, _digest(text))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
