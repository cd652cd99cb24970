"""Password hashes."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock

import pytest
from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from adapters.tokens.argon2_passwords import Argon2Passwords

PASSWORD = "correct horse battery staple"
PASSWORDS = Argon2Passwords.cheapest()


@pytest.fixture
def password_hash() -> str:
    return PASSWORDS.hash(PASSWORD)


def test_the_right_password_is_verified(password_hash: str) -> None:
    assert PASSWORDS.verify(password_hash, PASSWORD)


@pytest.mark.parametrize(
    "wrong", ["", "Correct horse battery staple", PASSWORD + " ", " " + PASSWORD, PASSWORD + "\x00", PASSWORD[:-1]]
)
def test_any_other_is_not(password_hash: str, wrong: str) -> None:
    assert not PASSWORDS.verify(password_hash, wrong)


@pytest.mark.abuse("A9")
def test_every_character_of_any_script_counts() -> None:
    emoji = "\N{HORSE FACE}" * 64
    password_hash = PASSWORDS.hash(emoji)
    assert PASSWORDS.verify(password_hash, emoji)
    assert not PASSWORDS.verify(password_hash, emoji[:-1])


def test_one_password_has_many_hashes(password_hash: str) -> None:
    assert password_hash != PASSWORDS.hash(PASSWORD)
    assert PASSWORD not in password_hash


def test_nobody_has_no_password() -> None:
    assert not PASSWORDS.verify(None, PASSWORD)
    assert not PASSWORDS.verify(None, "")


@pytest.mark.abuse("A7")
def test_verifying_for_nobody_costs_what_it_costs_for_somebody() -> None:
    passwords = Argon2Passwords(time_cost=2, memory_cost_kib=64, parallelism=1)
    somebodys, nobodys = passwords.hash(PASSWORD), passwords._nobodys_hash
    assert extract_parameters(nobodys) == extract_parameters(somebodys)
    assert len(nobodys) == len(somebodys)


def test_the_default_cost_is_the_one_that_the_standard_recommends() -> None:
    assert extract_parameters(Argon2Passwords().hash(PASSWORD)) == RFC_9106_LOW_MEMORY


def test_a_hash_of_other_parameters_is_still_verified(password_hash: str) -> None:
    assert Argon2Passwords(time_cost=2, memory_cost_kib=64, parallelism=1).verify(password_hash, PASSWORD)


class CountedPasswords(Argon2Passwords):
    """The real ones, which note how many are worked on at once, each for long enough that all could be."""

    now = most = 0
    counting = Lock()

    def _hashed(self, form: str) -> str:
        with self._counted():
            return super()._hashed(form)

    def _fits(self, password_hash: str, password: str) -> bool:
        with self._counted():
            return super()._fits(password_hash, password)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self.counting:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.02)
        yield
        with self.counting:
            self.now -= 1


@pytest.mark.abuse("I6")
@pytest.mark.parametrize("places", [1, 2])
def test_more_passwords_than_places_are_worked_on_in_turn(places: int) -> None:
    passwords = CountedPasswords(time_cost=1, memory_cost_kib=8, parallelism=1, concurrency=places)
    with ThreadPoolExecutor(max_workers=8) as threads:
        hashes = list(threads.map(passwords.hash, [PASSWORD] * 8))
        assert 0 < passwords.most <= places
        passwords.most = 0
        assert all(threads.map(passwords.verify, hashes, [PASSWORD] * 8))
    assert 0 < passwords.most <= places


def test_a_wrong_password_gives_its_place_back(password_hash: str) -> None:
    passwords = Argon2Passwords(time_cost=1, memory_cost_kib=8, parallelism=1, concurrency=1)
    for _ in range(3):
        assert not passwords.verify(password_hash, "wrong")
    assert passwords.verify(password_hash, PASSWORD)


COMPOSED, DECOMPOSED = "cr\u00e8me br\u00fbl\u00e9e du jour", "cre\u0300me bru\u0302le\u0301e du jour"


@pytest.mark.parametrize("registered", [COMPOSED, DECOMPOSED])
@pytest.mark.parametrize("typed", [COMPOSED, DECOMPOSED])
def test_an_accent_is_one_however_it_was_typed(registered: str, typed: str) -> None:
    assert PASSWORDS.verify(PASSWORDS.hash(registered), typed)


def test_a_hash_of_what_was_typed_goes_on_to_fit_it() -> None:
    """Such hashes were made before there was one form."""
    before = PASSWORDS._hasher.hash(DECOMPOSED)
    assert PASSWORDS.verify(before, DECOMPOSED)
    assert not PASSWORDS.verify(before, DECOMPOSED + "!")
    assert not PASSWORDS.verify(None, DECOMPOSED)
