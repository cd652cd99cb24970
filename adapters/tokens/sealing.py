"""Secrets sealed by AES-256-GCM, under keys that are made of those which sign tokens."""

from __future__ import annotations

import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.ports.sealing import Unsealable

_KEY_BYTES = 32
_NONCE_BYTES = 12
_INFO = b"p2p-desk sealed secrets, version 1"
"""Keeps the key that seals apart from the one that signs, and from any other that is made of the same secret."""
_VERSION = b"\x01"


class AesSealer:
    """The port ``Sealer``: the first secret seals, and all of them open, so that a key can be replaced.

    A nonce is drawn for each; at random, some four thousand million may be sealed by one key. Source: NIST SP 800-38D,
    section 8.3.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        """Make a key of each secret. Raises ``ValueError`` where there is none."""
        if not secrets:
            raise ValueError("there is no secret to seal by")
        self._keys = [AESGCM(_key_of(secret)) for secret in secrets]

    def seal(self, secret: bytes, purpose: str) -> bytes:
        """The secret, sealed by the first key."""
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + self._keys[0].encrypt(nonce, secret, _bound_to(purpose))

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """The secret, by whichever key opens it. Raises ``Unsealable``."""
        nonce, text = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        if sealed[:1] == _VERSION and len(nonce) == _NONCE_BYTES:
            for key in self._keys:
                try:
                    return key.decrypt(nonce, text, _bound_to(purpose))
                except InvalidTag:
                    continue
        raise Unsealable("a kept secret cannot be opened; was a key taken out of P2P_SECRET_KEY?")


def _key_of(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=_INFO).derive(secret.encode())


def _bound_to(purpose: str) -> bytes:
    return _VERSION + purpose.encode()
