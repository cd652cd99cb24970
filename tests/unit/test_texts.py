"""When a text is there at all, and how it is kept: one rule for every text that people write."""

from __future__ import annotations

import sys
import unicodedata
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import AdTerms, BankDetails, InvalidFields, OfferProposal, Problem
from domain.model.ad_terms import ad_problems
from domain.model.texts import (
    FORMED_LENGTH_LIMIT,
    given_text,
    has_visible_character,
    password_form,
    text_problem,
    trimmed,
)
from domain.use_cases.register_trader import PASSWORD_LENGTH_LIMIT, password_problem
from tests.factories import (
    CATALOGUE,
    NOW,
    AdForOfferFactory,
    AdTermsFactory,
    LockedOfferFactory,
    LockedWalletFactory,
    OfferProposalFactory,
    TraderFactory,
    actor,
)

BLANKS = [
    "", " ", "\n \t\r\n", "\u00a0", "\u2003\u2028", "\u3000", "\u200b", "\u200c\u200d", "\u2060\ufeff", "\u00ad",
    "\u202e\u202c", "\u2068\u2069", "\u061c", "\u180e", "\u115f", "\u1160", "\u3164", "\uffa0", "\u2800", "\u034f",
    "\u17b4", "\ufe0f", "\U000e0100", "\U000e0041", "\U0001d159", "\U00016fe4", "\ue000", "\x00\x1b",
    " \u3164\u200b\n\u2800 ",
]  # fmt: skip
SEEN = ["a", "7", "٣", "漢", ".", "-", "€", "\U0001f600", "\u0301", "ـ", "\u200bx\u200b", "¨", "\u093e"]


@pytest.mark.parametrize("text", BLANKS)
def test_a_text_in_which_there_is_nothing_to_see_is_not_there(text: str) -> None:
    assert not has_visible_character(text)
    assert (given_text(text), trimmed(text)) == ("", "")
    problem = text_problem("reason", text, 2000, required=True)
    assert problem is not None and (problem.field, problem.problem) == ("reason", Problem.MISSING)
    assert text_problem("reason", text, 2000) is None


@pytest.mark.parametrize("text", SEEN)
def test_a_letter_a_digit_a_mark_punctuation_or_a_symbol_is_seen(text: str) -> None:
    assert has_visible_character(text)
    assert text_problem("reason", text, 2000, required=True) is None


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" Jude ", "Jude"),
        ("\u200b\u00a0Jude Okafor\u3164\ufeff", "Jude Okafor"),
        ("\tFirst  Bank\n", "First  Bank"),
        ("a\u200bb", "a\u200bb"),
        # A heart in colour ends with a mark that says so, a flag with characters of a format, a chillu with a joiner.
        ("\u2764\ufe0f ", "\u2764\ufe0f"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e007f", "\U0001f3f4\U000e0067\U000e0062\U000e007f"),
        ("\u0d28\u0d4d\u200d", "\u0d28\u0d4d\u200d"),
        ("Jude\u200d", "Jude"),
    ],
)
def test_one_line_is_kept_without_the_blanks_around_it(written: str, kept: str) -> None:
    assert trimmed(written) == kept


@given(st.text())
def test_what_is_trimmed_stays_so_and_is_a_part_of_what_was_written(text: str) -> None:
    kept = trimmed(text)
    assert trimmed(kept) == kept
    assert kept in text
    assert bool(kept) == has_visible_character(text)


def test_a_text_of_several_lines_is_kept_as_it_was_written() -> None:
    assert given_text("\n  first\n\n  second \n") == "\n  first\n\n  second \n"


@pytest.mark.parametrize(("length", "is_too_long"), [(100, False), (101, True)])
def test_a_text_has_a_bound(length: int, is_too_long: bool) -> None:
    problem = text_problem("fullname", "x" * length, 100)
    assert (problem is not None) == is_too_long
    assert problem is None or (problem.problem, problem.bound) == (Problem.TOO_LONG, 100)


def test_a_password_is_one_however_a_keyboard_sends_it() -> None:
    composed, decomposed = "caf\u00e9 au lait, s'il", "cafe\u0301 au lait, s'il"
    assert password_form(composed) == password_form(decomposed) == composed
    # Fourteen characters and an accent of its own are not yet fifteen.
    assert password_problem("e\u0301" + "x" * 13) == password_problem("\u00e9" + "x" * 13)
    assert password_problem("e\u0301" + "x" * 13) is not None
    assert password_problem("e\u0301" + "x" * 14) is None


@pytest.mark.abuse("A9")
def test_what_is_too_long_for_any_password_is_not_brought_into_a_form() -> None:
    """Its marks would be put into order, which takes the square of their number: seconds, for one that fills a body."""
    long = "e" + "\u0301\u0316" * FORMED_LENGTH_LIMIT
    assert password_form(long) == long
    assert password_form(long[:FORMED_LENGTH_LIMIT]) != long[:FORMED_LENGTH_LIMIT]
    longest = max(len(unicodedata.normalize("NFD", chr(code))) for code in range(sys.maxunicode + 1))
    assert PASSWORD_LENGTH_LIMIT * longest == FORMED_LENGTH_LIMIT


# Wherever texts come in ----------------------------------------------------------------------------------------


def posted(**texts: Any) -> Any:
    terms: AdTerms = AdTermsFactory(**texts)
    changes = LockedWalletFactory().post_ad(terms, CATALOGUE, NOW, 30)
    assert changes.ad is not None
    return changes.ad.after


@pytest.mark.parametrize("name", ["auto_reply_message", "terms_of_trade", "additional_information", "payment_details"])
def test_a_text_of_an_ad_without_anything_to_see_is_not_given(name: str) -> None:
    assert getattr(posted(**{name: " \n\u3164\n "}), name) == ""
    assert getattr(posted(**{name: " two\nlines "}), name) == " two\nlines "


def test_a_blank_text_of_an_ad_is_not_too_long() -> None:
    assert posted(terms_of_trade="\n" * 2001, bank=BankDetails(" " * 101)).terms_of_trade == ""


def test_the_account_of_an_ad_is_kept_trimmed() -> None:
    ad = posted(bank=BankDetails(" Jude ", "\u200b", "First Bank\u00a0"))
    assert ad.bank == BankDetails("Jude", "", "First Bank")


def test_a_proposal_is_tidied_as_an_ad_is() -> None:
    proposal = OfferProposal(None, None, BankDetails("\u3164", " 1 ", ""), " \n ").tidied()
    assert proposal == OfferProposal(None, None, BankDetails("", "1", ""), "")


@pytest.mark.parametrize(("given", "kept"), [(None, None), ("", None), (" \u3164 ", None), (" one 1\t", "one 1")])
def test_a_reference_of_a_program_is_kept_trimmed_or_not_at_all(given: str | None, kept: str | None) -> None:
    assert posted(client_reference=given).client_reference == kept
    assert OfferProposal(None, None, client_reference=given).tidied().client_reference == kept


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        ("x" * 64, None),
        ("x" * 65, Problem.TOO_LONG),
        ("one\ntwo", Problem.BAD_CHARACTERS),
        ("one\u202etwo", Problem.BAD_CHARACTERS),
        (None, None),
    ],
)
def test_a_reference_of_a_program_is_a_short_line(reference: str | None, problem: Problem | None) -> None:
    terms = AdTermsFactory(client_reference=reference)
    assert [found.problem for found in ad_problems(terms, CATALOGUE, NOW.date())] == ([problem] if problem else [])
    proposal = OfferProposalFactory(client_reference=reference)
    if problem is None:
        assert AdForOfferFactory().make_offer(proposal, NOW, CATALOGUE).offer
        return
    with pytest.raises(InvalidFields) as refused:
        AdForOfferFactory().make_offer(proposal, NOW, CATALOGUE)
    assert [(found.field, found.problem) for found in refused.value.problems] == [("client_reference", problem)]


@pytest.mark.parametrize("reason", BLANKS)
def test_a_dispute_needs_a_reason_that_can_be_seen(reason: str) -> None:
    locked = LockedOfferFactory(paid=True)
    with pytest.raises(InvalidFields) as refused:
        locked.open_dispute(actor(locked.buyer), reason, NOW)
    assert [problem.problem for problem in refused.value.problems] == [Problem.MISSING]


def test_a_verdict_needs_a_note_that_can_be_seen() -> None:
    judge = actor(TraderFactory(id=UUID(int=99), staff=True))
    for note in ("", "\u2800\n" * 2001):
        with pytest.raises(InvalidFields) as refused:
            LockedOfferFactory(disputed=True).resolve(judge, "buyer", note, NOW)
        assert [(problem.field, problem.problem) for problem in refused.value.problems] == [("note", Problem.MISSING)]
