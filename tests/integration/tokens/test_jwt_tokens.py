"""Tokens against those who forge them: docs/contract/accounts.md, "Tokens"."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapters.tokens.jwt_tokens import JwtTokens
from domain.ports.tokens import ISSUED_AHEAD_SECONDS, Claims, TokenType

SECRET = "a secret of this test, with more than thirty-two bytes"
AT = datetime(2024, 10, 7, 9, 7, tzinfo=UTC)
TRADER, LOGIN, TOKEN = uuid4(), uuid4(), uuid4()
TOKENS = JwtTokens(SECRET)


def claims(**changed: Any) -> Claims:
    values = {
        "type": TokenType.ACCESS,
        "trader_id": TRADER,
        "login_id": LOGIN,
        "token_id": TOKEN,
        "expires_at": AT + timedelta(minutes=30),
    }
    return Claims(**{**values, **changed})


def payload(**changed: Any) -> dict[str, Any]:
    """What a good access token says, with these claims changed; None leaves one out."""
    good = jwt.decode(TOKENS.sign(claims(), AT), options={"verify_signature": False})
    return {name: value for name, value in {**good, **changed}.items() if value is not None}


def signed(text: str | bytes, header: dict[str, Any] | None = None, secret: str = SECRET) -> str:
    """A token signed by hand, so that it may say what no library would let it say."""
    parts = [
        json.dumps(header or {"alg": "HS256", "typ": "JWT"}).encode(),
        text.encode() if isinstance(text, str) else text,
    ]
    body = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return (body + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


def verified(token: str) -> Claims | None:
    return TOKENS.verify(token, TokenType.ACCESS, AT)


def test_a_token_says_what_was_signed() -> None:
    assert verified(TOKENS.sign(claims(), AT)) == claims()


def test_a_hand_signed_token_with_the_same_claims_is_good() -> None:
    # So that what the other tests refuse is refused for what they change.
    assert verified(signed(json.dumps(payload()))) == claims()


def test_times_are_cut_to_whole_seconds() -> None:
    late = claims(expires_at=AT + timedelta(minutes=30, microseconds=999_999))
    assert verified(TOKENS.sign(late, AT)) == claims()


@pytest.mark.abuse("A4")
@pytest.mark.parametrize("made", list(TokenType))
@pytest.mark.parametrize("asked", list(TokenType))
def test_no_type_passes_for_another(made: TokenType, asked: TokenType) -> None:
    token = TOKENS.sign(claims(type=made), AT)
    assert (TOKENS.verify(token, asked, AT) is not None) is (made is asked)


@pytest.mark.parametrize(("seconds_before_expiry", "is_good"), [(1, True), (0, False), (-1, False)])
def test_a_token_ends_with_its_last_second_without_leeway(seconds_before_expiry: int, is_good: bool) -> None:
    expires_at = claims().expires_at
    found = TOKENS.verify(
        TOKENS.sign(claims(), AT), TokenType.ACCESS, expires_at - timedelta(seconds=seconds_before_expiry)
    )
    assert (found is not None) is is_good


@pytest.mark.abuse("A3")
@pytest.mark.parametrize(("ahead", "is_good"), [(ISSUED_AHEAD_SECONDS, True), (ISSUED_AHEAD_SECONDS + 1, False)])
def test_a_token_from_the_future_is_refused_beyond_what_clocks_differ_by(ahead: int, is_good: bool) -> None:
    token = TOKENS.sign(claims(), AT + timedelta(seconds=ahead))
    assert (verified(token) is not None) is is_good


@pytest.mark.parametrize(
    "token", ["", "nonsense", ".", "..", "a.b.c", "é.é.é", "\x00", "a" * 100_000, "a." * 50_000, " ", "null"]
)
def test_what_is_no_token_is_refused(token: str) -> None:
    assert verified(token) is None


def test_a_changed_signature_is_refused() -> None:
    assert verified(TOKENS.sign(claims(), AT)[:-4] + "AAAA") is None


def test_another_secret_is_refused() -> None:
    assert verified(signed(json.dumps(payload()), secret="another secret, also of more than thirty-two bytes")) is None


@pytest.mark.abuse("A5")
@pytest.mark.parametrize("change", ["=", "==", "\n", " "])
def test_another_spelling_of_a_good_token_is_refused(change: str) -> None:
    token = TOKENS.sign(claims(), AT)
    assert verified(token + change) is None
    assert verified(change + token) is None
    assert verified(token.replace(".", change + ".", 1)) is None


@pytest.mark.abuse("A2")
@pytest.mark.parametrize("algorithm", ["none", "None", "", "HS384", "HS512", "RS256", "ES256", "hs256"])
def test_only_one_algorithm_counts(algorithm: str) -> None:
    assert verified(signed(json.dumps(payload()), header={"alg": algorithm, "typ": "JWT"})) is None


def test_no_signature_is_refused() -> None:
    assert verified(jwt.encode(payload(), "", algorithm="none")) is None


@pytest.mark.abuse("A2")
def test_our_key_with_another_algorithm_is_refused() -> None:
    long_enough = JwtTokens("k" * 64)
    token = jwt.encode(payload(), "k" * 64, algorithm="HS512")
    assert long_enough.verify(token, TokenType.ACCESS, AT) is None


@pytest.mark.abuse("A2")
def test_a_public_key_is_no_secret() -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    token = jwt.encode(payload(), private, algorithm="RS256")
    assert JwtTokens(public).verify(token, TokenType.ACCESS, AT) is None


@pytest.mark.abuse("A2")
@pytest.mark.parametrize(
    "more",
    [
        {"kid": "../../dev/null"},
        {"jku": "https://evil.example/keys"},
        {"x5u": "https://evil.example/cert"},
        {"crit": ["exp"]},
        {"b64": False},
        {"jwk": {"kty": "oct", "k": "AAAA"}},
        {"cty": "JWT"},
    ],
)
def test_a_header_that_asks_for_more_is_refused(more: dict[str, Any]) -> None:
    assert verified(signed(json.dumps(payload()), header={"alg": "HS256", "typ": "JWT", **more})) is None


@pytest.mark.abuse("A3")
@pytest.mark.parametrize("name", ["exp", "iat", "sub", "jti", "sid", "typ", "iss", "aud"])
def test_every_claim_is_needed(name: str) -> None:
    assert verified(signed(json.dumps(payload(**{name: None})))) is None


@pytest.mark.abuse("A3")
@pytest.mark.parametrize("name", ["exp", "iat"])
@pytest.mark.parametrize(
    "spelling",
    ['"4102444800"', "4102444800.0", "4102444800.5", "1e400", "-1e400", "NaN", "Infinity", "true", "null", "[]", "{}",
     "4102444800000", "-99999999999999", "9" * 5000, "1" * 400],
)  # fmt: skip
def test_a_time_is_a_whole_number_of_seconds(name: str, spelling: str) -> None:
    assert verified(signed(json.dumps(payload(**{name: "HERE"})).replace('"HERE"', spelling))) is None


@pytest.mark.abuse("A6")
@pytest.mark.parametrize("name", ["sub", "sid", "jti"])
@pytest.mark.parametrize("value", [7, True, "", "not an id", "1", ["x"], {"a": "b"}, "x" * 500])
def test_an_id_is_a_uuid(name: str, value: Any) -> None:
    assert verified(signed(json.dumps(payload(**{name: value})))) is None


@pytest.mark.abuse("A6")
@pytest.mark.parametrize("name", ["iss", "aud", "typ"])
@pytest.mark.parametrize("value", ["another", "", 1, ["p2p-desk"], ["p2p-desk", "another"]])
def test_issuer_audience_and_type_are_ours(name: str, value: Any) -> None:
    assert verified(signed(json.dumps(payload(**{name: value})))) is None


@pytest.mark.parametrize("more", [{"nbf": 4102444800}, {"nbf": 0}, {"is_staff": True}, {"scope": "admin"}])
def test_a_claim_that_we_never_make_is_refused(more: dict[str, Any]) -> None:
    assert verified(signed(json.dumps(payload(**more)))) is None


@pytest.mark.abuse("A6")
def test_a_repeated_claim_is_refused() -> None:
    once = json.dumps(payload())
    assert verified(signed(f'{{"sub": "{UUID(int=0)}", {once[1:]}')) is None


@pytest.mark.parametrize("text", ["[]", "null", '"text"', "1", "", "{", b"\xff\xfe", "[" * 1000])
def test_a_payload_is_an_object(text: str | bytes) -> None:
    assert verified(signed(text)) is None


@pytest.mark.parametrize(("secret", "is_enough"), [("k" * 31, False), ("k" * 32, True), ("", False), ("é" * 16, True)])
def test_a_short_secret_is_refused(secret: str, is_enough: bool) -> None:
    if is_enough:
        JwtTokens(secret)
        return
    with pytest.raises(ValueError, match="too short to sign with"):
        JwtTokens(secret)


def test_of_several_keys_the_first_signs_and_all_are_known() -> None:
    """A key is replaced by putting the new one first; once all tokens of the old one have ended, it is left out."""
    old, new = ("an old key of more than thirty-two bytes", "a new key of more than thirty-two bytes")
    said, both = claims(), JwtTokens(new, old)
    assert both.verify(JwtTokens(old).sign(said, AT), TokenType.ACCESS, AT) == said
    assert JwtTokens(new).verify(both.sign(said, AT), TokenType.ACCESS, AT) == said
    assert JwtTokens(old).verify(both.sign(said, AT), TokenType.ACCESS, AT) is None
    with pytest.raises(ValueError, match="too short"):
        JwtTokens(new, "short")
