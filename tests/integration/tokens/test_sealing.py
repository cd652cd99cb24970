"""Secrets that are kept sealed: docs/contract/accounts.md, "Secrets that are kept"."""

import pytest

from adapters.tokens.sealing import AesSealer
from domain import Unsealable

OLD, NEW = "an old secret of more than thirty-two bytes", "a new secret of more than thirty-two bytes"
SECRET = b"whsec of somebody"


def test_what_is_sealed_opens_again_and_is_not_seen() -> None:
    sealer = AesSealer([NEW])
    sealed = sealer.seal(SECRET, "webhook:1")
    assert SECRET not in sealed
    assert sealer.open(sealed, "webhook:1") == SECRET
    assert sealer.seal(SECRET, "webhook:1") != sealed


def test_it_opens_for_nothing_else() -> None:
    sealer = AesSealer([NEW])
    with pytest.raises(Unsealable):
        sealer.open(sealer.seal(SECRET, "webhook:1"), "webhook:2")


def test_an_older_key_opens_and_the_first_one_seals() -> None:
    sealed = AesSealer([OLD]).seal(SECRET, "it")
    both = AesSealer([NEW, OLD])
    assert both.open(sealed, "it") == SECRET
    assert AesSealer([NEW]).open(both.seal(SECRET, "it"), "it") == SECRET
    with pytest.raises(Unsealable):
        AesSealer([NEW]).open(sealed, "it")


@pytest.mark.parametrize("at", [0, 1, 12, 13, -1])
def test_a_changed_byte_is_noticed(at: int) -> None:
    sealer = AesSealer([NEW])
    sealed = bytearray(sealer.seal(SECRET, "it"))
    sealed[at] ^= 1
    with pytest.raises(Unsealable):
        sealer.open(bytes(sealed), "it")


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01short", SECRET])
def test_what_was_never_sealed_is_not_opened(sealed: bytes) -> None:
    with pytest.raises(Unsealable):
        AesSealer([NEW]).open(sealed, "it")


def test_without_a_secret_there_is_no_sealer() -> None:
    with pytest.raises(ValueError, match="no secret"):
        AesSealer([])
