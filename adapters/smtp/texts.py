"""What traders wrote, made harmless for a mail: no control characters, no disguises, no end, and nothing to click.

Escaping for HTML is the templates' business; this is about what is left of a text after that.
"""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup, escape

NAME_LENGTH_LIMIT = 100
TEXT_LENGTH_LIMIT = 2000
"""Characters of a trader's text in a letter: as many as an ad's text or a dispute's reason may have."""

_ELLIPSIS = "…"
_FIRST_STRONG_ISOLATE, _POP_DIRECTIONAL_ISOLATE = "\u2068", "\u2069"
_RIGHT_TO_LEFT = frozenset(("R", "AL", "AN"))
"""Classes of characters that are written from right to left, or among such. Source: Unicode Annex 9, table 4."""
_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n{3,}")
# Marks that turn the direction of writing can make a text read otherwise than it is.
_DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Mail programs turn into links what looks like a host: a dot with a letter behind it, in any script.
_DOT_OF_A_HOST = re.compile(r"(?<=[\w-])[.\u3002\uff0e\uff61](?=[^\W\d_])")


# Most of what a letter tells is such a text. It is all right as it is, which takes a tenth of the time to find out that
# it would take to make it so.
_PLAIN = re.compile(r"(?! )(?:[A-Za-z0-9_*#+,'()-]|[.](?=[0-9])| (?=[^ ]))+")


def is_plain(text: str) -> bool:
    """Whether a text is a name, a word or a number in which there is nothing to make harmless."""
    return len(text) <= NAME_LENGTH_LIMIT and _PLAIN.fullmatch(text) is not None


def one_line(text: str, limit: int = NAME_LENGTH_LIMIT) -> str:
    """A name or another short value: on one line, cut to so many characters, with nothing to click in it."""
    return unlinked(_cut(" ".join(_visible(_LINE_ENDS.sub(" ", text)).split()), limit))


def paragraphs(text: str, limit: int = TEXT_LENGTH_LIMIT) -> str:
    """A longer text: its lines kept, cut to so many characters, with nothing to click in it."""
    lines = _LINE_ENDS.sub("\n", text).split("\n")
    kept = "\n".join(_visible(line).rstrip() for line in lines)
    return unlinked(_cut(_BLANK_LINES.sub("\n\n", kept).strip("\n"), limit))


class Isolated(str):
    """A text that keeps its direction of writing to itself, by characters in plain text and by markup in HTML."""

    markup: Markup

    def __html__(self) -> str:
        """What Jinja writes into HTML."""
        return self.markup


def isolated(text: str) -> str:
    """A short text that, where any of it runs from right to left, leaves the words and numbers beside it in place."""
    if not _runs_from_right_to_left(text):
        return text
    found = Isolated(f"{_FIRST_STRONG_ISOLATE}{text}{_POP_DIRECTIONAL_ISOLATE}")
    found.markup = Markup("<bdi>{}</bdi>").format(text)
    return found


def isolated_lines(text: str) -> str:
    """A longer text, each line by itself. In HTML the element that holds it has ``dir="auto"`` instead."""
    if not _runs_from_right_to_left(text):
        return text
    found = Isolated("\n".join(isolated(line) for line in text.split("\n")))
    found.markup = escape(text)
    return found


def _runs_from_right_to_left(text: str) -> bool:
    # Asking for each character takes longer than all else that is done for most letters; ASCII has none of these.
    return not text.isascii() and any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text)


def unlinked(text: str) -> str:
    """The text with its addresses broken, so that no mail program makes links of them: ``evil[.]example``."""
    return _DOT_OF_A_HOST.sub("[.]", text.replace("://", "[:]//"))


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + _ELLIPSIS


def _visible(text: str) -> str:
    """The text without control characters, lone surrogates and direction marks; a tab becomes a space."""
    if text.isascii() and text.isprintable():
        return text
    spaced = text.replace("\t", " ")
    return "".join(
        character
        for character in spaced
        if unicodedata.category(character) not in ("Cc", "Cs") and character not in _DIRECTION_MARKS
    )
