"""By which words a trader is found."""

from typing import Any

import pytest

from domain import DESK, InvalidFields, StaffAct, Trader, Verified, set_verified
from domain.model.searching import WORDS_LIMIT, asked_words, is_found_by, words_of
from tests.clock import NOON
from tests.factories import TraderFactory

AMARA: Trader = TraderFactory(fullname="Amara  Ngozi-Nwosu", email="A.Nwosu+desk@Example.com")


def test_the_words_are_those_of_the_name_the_address_and_the_id() -> None:
    address = "a.nwosu+desk@example.com"
    assert words_of(AMARA) == {"amara", "ngozi-nwosu", "a", "nwosu", "desk", address, str(AMARA.id)}


@pytest.mark.parametrize(
    "question",
    ["amara", "AMA", "  ama   ngo ", "nwosu", "a.nwosu", "a.nwosu+desk@example.com", "", str(AMARA.id),
     str(AMARA.id)[:9], "ngozi a nw"],
)  # fmt: skip
def test_beginnings_of_words_find(question: str) -> None:
    assert is_found_by(AMARA, asked_words(question))


@pytest.mark.abuse("F11")
@pytest.mark.parametrize("question", ["mara", "amara okafor", "example.com", "amaran", "%", "_"])
def test_nothing_else_does(question: str) -> None:
    assert not is_found_by(AMARA, asked_words(question))


@pytest.mark.parametrize(("name", "asked"), [("JOSÉ", "jose\u0301"), ("Straße", "STRASSE"), ("Ａｎｎａ", "anna")])  # noqa: RUF001 (on purpose)
def test_a_word_has_one_spelling(name: str, asked: str) -> None:
    assert is_found_by(TraderFactory(fullname=name), asked_words(asked))


def test_so_many_words_are_looked_for() -> None:
    assert asked_words("b a b") == ("b", "a")
    assert len(asked_words(" ".join(map(str, range(50))))) == WORDS_LIMIT


class Notebook:
    """The part of ``Traders`` that is asked here."""

    def __init__(self) -> None:
        self.kept: list[Any] = []

    def set_verified(self, *said: Any) -> None:
        self.kept.append(said)


def test_what_was_verified_is_in_the_audit_trail() -> None:
    notebook: Any = Notebook()
    verified = Verified(has_kyc=True, phone_number_verified=False)
    set_verified(AMARA.id, verified, DESK, traders=notebook, at=NOON)
    act = StaffAct(None, NOON, "trader.verify", f"trader:{AMARA.id}:has_kyc=yes,phone_number_verified=no")
    assert notebook.kept == [(AMARA.id, verified, act)]


def test_something_is_to_be_said() -> None:
    with pytest.raises(InvalidFields):
        set_verified(AMARA.id, Verified(), DESK, traders=Notebook(), at=NOON)  # type: ignore[arg-type]
