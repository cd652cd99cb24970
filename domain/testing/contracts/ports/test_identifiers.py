"""Names for new things: a fixture ``identifiers``."""

import re
from uuid import RFC_4122

import pytest

from .... import Identifiers
from .given import given

MANY = 1000
# 256 bits are 43 characters of six bits each.
SECRET = re.compile(r"[A-Za-z0-9_-]{43,}")


@pytest.fixture
def identifiers_under_test(request: pytest.FixtureRequest) -> Identifiers:
    identifiers: Identifiers = given(request, "identifiers")
    return identifiers


def test_ids_are_random_and_never_repeat(identifiers_under_test: Identifiers) -> None:
    ids = {identifiers_under_test.new() for _ in range(MANY)}
    assert len(ids) == MANY
    assert {(found.version, found.variant) for found in ids} == {(4, RFC_4122)}


def test_secrets_are_long_fit_a_url_and_never_repeat(identifiers_under_test: Identifiers) -> None:
    secrets = {identifiers_under_test.secret() for _ in range(MANY)}
    assert len(secrets) == MANY
    assert all(SECRET.fullmatch(secret) for secret in secrets)
