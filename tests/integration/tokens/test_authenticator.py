"""One-time passwords as authenticators reckon them, by RFC 6238's own figures."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from adapters.tokens.authenticator import TotpAuthenticator
from adapters.tokens.sealing import AesSealer

# The secret of appendix B, "12345678901234567890", in Base32; the last six of the eight digits that are there.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
KEY = "a secret of the tests, long enough to sign with"
TRADER = uuid4()


def authenticator(*keys: str) -> TotpAuthenticator:
    return TotpAuthenticator(AesSealer(keys or (KEY,)), "Lagos P2P")


@pytest.mark.parametrize(
    ("seconds", "otp"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_the_figures_of_the_standard(seconds: int, otp: str) -> None:
    ours = authenticator()
    at = datetime.fromtimestamp(seconds, UTC)
    assert ours.step(ours.sealed(SECRET, TRADER), TRADER, otp, at) == seconds // 30


@pytest.mark.parametrize("otp", ["", "28708", "2870820", "287082\x00", "é"])
def test_nothing_else_is_one(otp: str) -> None:
    ours = authenticator()
    assert ours.step(ours.sealed(SECRET, TRADER), TRADER, otp, datetime.fromtimestamp(59, UTC)) is None


def test_a_sealed_secret_is_its_traders(caplog: pytest.LogCaptureFixture) -> None:
    ours, at = authenticator(), datetime.fromtimestamp(59, UTC)
    sealed = ours.sealed(SECRET, TRADER)
    assert SECRET.encode() not in sealed
    assert ours.step(sealed, uuid4(), "287082", at) is None
    assert "cannot be used" in caplog.text
    assert authenticator("another key, which is long enough, too").step(sealed, TRADER, "287082", at) is None
    assert authenticator("another key, which is long enough, too", KEY).step(sealed, TRADER, "287082", at) == 1


def test_what_an_authenticator_takes_in() -> None:
    expected = f"otpauth://totp/Lagos%20P2P:jude%40example.com?secret={SECRET}&issuer=Lagos%20P2P"
    assert authenticator().uri(SECRET, "jude@example.com") == expected
