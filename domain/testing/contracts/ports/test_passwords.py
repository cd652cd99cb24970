"""Passwords: a fixture ``passwords``. One that hashes cheaply is best."""

import pytest

from .... import Passwords
from .given import given

PASSWORD = "correct horse battery staple"
WRONG = ("", PASSWORD.title(), f"{PASSWORD} ", f" {PASSWORD}", f"{PASSWORD}\x00", PASSWORD[:-1])


@pytest.fixture
def passwords_under_test(request: pytest.FixtureRequest) -> Passwords:
    passwords: Passwords = given(request, "passwords")
    return passwords


def test_the_right_password_and_no_other(passwords_under_test: Passwords) -> None:
    password_hash = passwords_under_test.hash(PASSWORD)
    assert passwords_under_test.verify(password_hash, PASSWORD)
    assert [wrong for wrong in WRONG if passwords_under_test.verify(password_hash, wrong)] == []


def test_every_character_of_any_script_counts(passwords_under_test: Passwords) -> None:
    emoji = "\N{HORSE FACE}" * 64
    password_hash = passwords_under_test.hash(emoji)
    assert passwords_under_test.verify(password_hash, emoji)
    assert not passwords_under_test.verify(password_hash, emoji[:-1])


def test_an_accent_is_one_however_a_keyboard_sends_it(passwords_under_test: Passwords) -> None:
    one, two = "caf\u00e9 au lait", "cafe\u0301 au lait"
    assert passwords_under_test.verify(passwords_under_test.hash(one), two)
    assert passwords_under_test.verify(passwords_under_test.hash(two), one)


def test_one_password_has_many_hashes_and_none_shows_it(passwords_under_test: Passwords) -> None:
    first, second = (passwords_under_test.hash(PASSWORD) for _ in range(2))
    assert first != second
    assert PASSWORD not in first


def test_without_a_hash_no_password_is_right(passwords_under_test: Passwords) -> None:
    assert not passwords_under_test.verify(None, PASSWORD)
    assert not passwords_under_test.verify(None, "")
