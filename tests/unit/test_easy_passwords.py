"""Passwords that are tried first. Source: docs/contract/accounts.md, "Names and passwords"."""

import pytest

from domain import FieldProblem, Problem
from domain.model.easy_passwords import is_easy
from domain.use_cases.register_trader import new_password_problem, registration_problems

OWN = ("jude.okafor@example.com", "Jude Okafor")
COMMON = frozenset({"password", "thisisapassword", "iloveyoubaby"})


@pytest.mark.abuse("A9")
@pytest.mark.parametrize(
    "password",
    [
        "x" * 15, "abcabcabcabcabc", "passwordpassword", "No no-no, no: NO no!", " " * 20,
        "ThisIsAPassword", "this is a password!",
        "password1234567", "1234567890123456", "098765432109876", "qwertyuiopasdfg", "abcdefghijklmnop",
        "judeokafor@example.com", "Jude Okafor 1984", "jude-okafor-jude", "example.com.1234567", "ILoveYouBaby2024!",
        "password password", "Password-password!", "river, river, river", "letmeinletmein1", "2024 river river river",
    ],
)  # fmt: skip
def test_what_is_easy(password: str) -> None:
    assert is_easy(password, OWN, COMMON.__contains__)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "a staple of batteries and a horse",
        "not the password of Jude",
        "x" * 255 + "y",
        "!?" + "#$%&/()=" * 2,
    ],
)
def test_what_is_not(password: str) -> None:
    assert not is_easy(password, OWN, COMMON.__contains__)


def test_a_new_password_is_judged_by_its_shape_first() -> None:
    assert new_password_problem("x", OWN, COMMON.__contains__) == FieldProblem("password", Problem.TOO_SHORT, 15)
    assert new_password_problem("x" * 15, OWN, COMMON.__contains__) == FieldProblem("password", Problem.TOO_EASY)
    assert new_password_problem("correct horse battery staple", OWN, COMMON.__contains__) is None


def test_whoever_joins_is_told_all_of_it() -> None:
    told = registration_problems("a@example.com", "P2P desk", "x" * 15, desk_name="P2P desk")
    assert [(problem.field, problem.problem) for problem in told] == [
        ("fullname", Problem.LIKE_THE_DESK), ("password", Problem.TOO_EASY),
    ]  # fmt: skip
    assert not registration_problems("a@example.com", "P2P desk", is_staff=True, desk_name="P2P desk")
