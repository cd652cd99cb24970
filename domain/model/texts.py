"""Texts that people write: whether there is anything to see in one, and how it is kept.

One rule for every text there is, required or optional: names, accounts, messages, reasons, notes, references. A text
is there if it has a visible character, which is a letter, a digit, a mark, punctuation or a symbol; an optional one
without is as good as missing, and is kept as ``""``. One-line texts, references and addresses are kept trimmed.
"""

from __future__ import annotations

import re
import unicodedata

from ..errors import FieldProblem, InvalidFields, Problem

# U+0000 and halves of surrogate pairs cannot be stored. The other control characters, and Unicode's own breaks of
# lines, could forge lines in mails and logs: a single line has none, a longer text only breaks and tabs. Nor has a
# line what turns the direction of writing, by which a name could look like another.
NOT_IN_A_PASSWORD = re.compile(r"[\x00\ud800-\udfff]")
NOT_IN_A_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
NOT_IN_A_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
NOT_A_BLANK = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
"""What is no blank either: a text of nothing else is not left out, it is refused."""

# Letters and symbols by their category that are drawn as nothing: fillers of Hangul and Khitan, the Braille pattern
# without dots, the null notehead.
_DRAWN_AS_NOTHING = frozenset("\u115f\u1160\u2800\u3164\uffa0\U00016fe4\U0001d159")
# Marks that only choose how another character is drawn or joined. Source: Unicode's Default_Ignorable_Code_Point.
_IGNORABLE_MARKS = (
    (0x034F, 0x034F),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0xFE00, 0xFE0F),
    (0xE0100, 0xE01EF),
)
_VISIBLE_CATEGORIES = frozenset("LMNPS")
# Flags of regions end with characters of this range, which are of the category of format characters.
_FIRST_TAG, _LAST_TAG = 0xE0020, 0xE007F
# Malayalam and Sinhala words may end with one of these, behind a mark that it shapes.
_JOINERS = frozenset("\u200c\u200d")


FORMED_LENGTH_LIMIT = 1024
"""Characters of what is brought into one form. Whatever is longer is no password in any form: no character is composed
of more than four."""
CLIENT_REFERENCE_LENGTH_LIMIT = 64
"""Characters by which a program knows an ad or an offer of its own."""


def has_visible_character(text: str) -> bool:
    """Whether there is anything to see in a text."""
    return any(_is_visible(character) for character in text)


def given_text(text: str) -> str:
    """A text of several lines as it is kept: as it was written, or ``""`` where there is nothing to see in it."""
    return text if has_visible_character(text) else ""


def trimmed(text: str) -> str:
    """A one-line text, a reference or an address as it is kept: without blanks around it, or ``""``."""
    if not has_visible_character(text):
        return ""
    start, end = 0, len(text)
    while _is_blank(text[start]):
        start += 1
    while _is_blank(text[end - 1]) and not _shapes_a_mark(text[end - 2 : end]):
        end -= 1
    return text[start:end]


def text_problem(field: str, text: str, limit: int, *, required: bool = False) -> FieldProblem | None:
    """What is wrong with a text of at most so many characters, or None."""
    if required and not has_visible_character(text):
        return FieldProblem(field, Problem.MISSING)
    return FieldProblem(field, Problem.TOO_LONG, limit) if len(text) > limit else None


def line_problem(field: str, line: str, limit: int) -> FieldProblem | None:
    """What is wrong with a line that somebody has to give, or None: nothing to see, characters that no line has, or
    too many of them once it is trimmed."""
    if not has_visible_character(line) and not NOT_A_BLANK.search(line):
        return FieldProblem(field, Problem.MISSING)
    if NOT_IN_A_LINE.search(line):
        return FieldProblem(field, Problem.BAD_CHARACTERS)
    return text_problem(field, trimmed(line), limit)


def client_reference_problem(reference: str | None) -> FieldProblem | None:
    """What is wrong with what a program wants to know an ad or an offer by, or None; it may be left out."""
    if not reference or not has_visible_character(reference):
        return None
    return line_problem("client_reference", reference, CLIENT_REFERENCE_LENGTH_LIMIT)


def check_text(field: str, text: str, limit: int, *, required: bool = False) -> None:
    """Raise ``InvalidFields`` where something is wrong with a text."""
    problem = text_problem(field, text, limit, required=required)
    if problem is not None:
        raise InvalidFields((problem,))


def password_form(password: str) -> str:
    """The one form in which passwords are counted, hashed and compared: NFC.

    Keyboards of one system send an accented letter as one character and those of another as two, and the person who
    types sees no difference. Source: NIST SP 800-63B-4, section 3.1.1.2.

    What is too long for any password is left as it is: putting its marks into order takes the square of their number.
    """
    if len(password) > FORMED_LENGTH_LIMIT:
        return password
    return unicodedata.normalize("NFC", password)


def _is_visible(character: str) -> bool:
    code = ord(character)
    return (
        unicodedata.category(character)[0] in _VISIBLE_CATEGORIES
        and character not in _DRAWN_AS_NOTHING
        and not any(first <= code <= last for first, last in _IGNORABLE_MARKS)
    )


def _is_blank(character: str) -> bool:
    """Whether a character at the end of a line is nothing: a space, a format character, or drawn as nothing."""
    if character.isspace() or character in _DRAWN_AS_NOTHING:
        return True
    return unicodedata.category(character) == "Cf" and not _FIRST_TAG <= ord(character) <= _LAST_TAG


def _shapes_a_mark(pair: str) -> bool:
    return pair[-1] in _JOINERS and unicodedata.category(pair[0])[0] == "M"
