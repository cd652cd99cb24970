"""Access and refresh tokens as JSON Web Tokens, signed with one secret and one algorithm."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import jwt

from domain.ports.tokens import Claims, Signed, TokenType

ALGORITHM = "HS256"
SECRET_BYTES_LEAST = 32
"""A key shorter than the digest weakens it. Source: RFC 7518, section 3.2."""
ISSUER = "p2p-desk"
AUDIENCE = "p2p-desk"

_HEADER = {"alg": ALGORITHM, "typ": "JWT"}
_CLAIMS = {"iss", "aud", "sub", "sid", "jti", "typ", "iat", "exp"}
# Base64 decoders pass over padding and line ends, so that one token would have many spellings.
_SPELLING = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}", re.ASCII)
_LENGTH_LIMIT = 2048


class JwtTokens:
    """``Tokens`` by PyJWT.

    The signature is checked by the library. The claims are checked here, against a moment that the caller gives
    instead of the process's clock, and for exactly the shape that ``sign`` gives them: whoever holds no key cannot
    make one at all, and a token of another program that shares the key is none of ours.
    """

    def __init__(self, secret: str, *older: str) -> None:
        """Sign with this secret; what an older one has signed is good still.

        Raises ``ValueError`` where one has less than 32 bytes of UTF-8.
        """
        self._keys = [each.encode() for each in (secret, *older)]
        shortest = min(map(len, self._keys))
        if shortest < SECRET_BYTES_LEAST:
            raise ValueError(f"a secret of {shortest} bytes is too short to sign with; {SECRET_BYTES_LEAST} are needed")
        self._signatures = jwt.PyJWS(algorithms=[ALGORITHM])

    def sign(self, claims: Claims, issued_at: datetime) -> str:
        """The token of these claims. Both its times are cut to whole seconds."""
        payload = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(claims.trader_id),
            "sid": str(claims.login_id),
            "jti": str(claims.token_id),
            "typ": claims.type.value,
            "iat": int(issued_at.timestamp()),
            "exp": int(claims.expires_at.timestamp()),
        }
        encoded = json.dumps(payload, separators=(",", ":")).encode()
        return self._signatures.encode(encoded, self._keys[0], algorithm=ALGORITHM)

    def verify(self, token: str, type: TokenType, at: datetime) -> Claims | None:
        """The claims, or None where the token is forged, malformed, of another type, or expired at this moment."""
        signed = self.read(token, type)
        return None if signed is None else signed.claims_at(at)

    def read(self, token: str, type: TokenType) -> Signed | None:
        """What the token says, or None where it is forged, malformed or of another type."""
        if len(token) > _LENGTH_LIMIT or not _SPELLING.fullmatch(token):
            return None
        found = (self._decoded(token, key) for key in self._keys)
        decoded = next((each for each in found if each is not None), None)
        if decoded is None:
            return None
        try:
            payload = json.loads(decoded["payload"], object_pairs_hook=_without_repeats)
        except (ValueError, RecursionError):
            return None
        if decoded["header"] != _HEADER or not isinstance(payload, dict):
            return None
        signed = _read(payload)
        return signed if signed is not None and signed.unjudged.type is type else None

    def _decoded(self, token: str, key: bytes) -> dict[str, Any] | None:
        try:
            return self._signatures.decode_complete(token, key, algorithms=[ALGORITHM])
        except (jwt.PyJWTError, ValueError, RecursionError):
            return None


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The members of an object. Raises ``ValueError`` where two have one name, since readers differ on which counts."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name is repeated")
    return members


def _read(payload: dict[str, Any]) -> Signed | None:
    """The claims of a signed payload, if it says exactly what ``sign`` writes."""
    if payload.keys() != _CLAIMS or payload["iss"] != ISSUER or payload["aud"] != AUDIENCE:
        return None
    times = payload["iat"], payload["exp"]
    names = payload["sub"], payload["sid"], payload["jti"], payload["typ"]
    # True is an int to Python, and JSON's 1.0 or 1e400 a float.
    if any(type(time) is not int for time in times) or any(not isinstance(name, str) for name in names):
        return None
    try:
        issued_at, expires_at = (datetime.fromtimestamp(time, UTC) for time in times)
        trader_id, login_id, token_id = (UUID(name) for name in names[:3])
        token_type = TokenType(names[3])
    except (ValueError, OverflowError, OSError):
        return None
    return Signed(Claims(token_type, trader_id, login_id, token_id, expires_at), issued_at)
