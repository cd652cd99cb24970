"""Names that could be taken for the desk's own. Source: docs/contract/accounts.md, "Names and passwords"."""

from __future__ import annotations

import re
import string
import unicodedata
from itertools import groupby

RESERVED_WORDS = ("support", "admin", "staff", "moderator", "escrow")

# Letters and digits that look like a Latin letter, as that one; i, l and 1 look alike, and so do o and 0.
_LOOKS_LIKE = str.maketrans(
    "авеёкмнорстухіјѕһԁԛԝαβεηικμνορτυχωσϲ01l|!3457@$ıłøđħ",  # noqa: RUF001 (that they are ambiguous is the point)
    "abeekmhopctyxijshdqwabenikuvoptuxwocoiiiieastasiiodh",
)
_ALPHABET = string.ascii_lowercase
# Letters that no form of Unicode makes plain ones, though they are drawn as such: white on black in circles and in
# squares, those that flags are made of; small capitals; and those of Cherokee, Armenian and phonetics.
_FIRST_OF_ALPHABETS = (0x1F150, 0x1F170, 0x1F1E6)
_DRAWN_LIKE = str.maketrans(
    "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢᎪᏴᏟᎠᎬᎻᎫᏦᏞᎷᏢᏒᏚᎢᏙᎳᏃսօոհɑɡ",
    "abcdefghijklmnopqrstuvwyzabcdehjklmprstvwzuonhag",
) | {first + place: letter for first in _FIRST_OF_ALPHABETS for place, letter in enumerate(_ALPHABET)}
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u034f\u2800")
"""Letters and marks without anything to see in them."""


def could_be_the_desk(fullname: str, desk_name: str) -> bool:
    """Whether a name holds the desk's own, or a word that only those who run a desk go by, however it is spelled."""
    words, own = _words(fullname), _words(desk_name)
    if any(word in words for reserved in RESERVED_WORDS for word in _words(reserved)):
        return True
    together = "".join(own)
    starts = range(len(words) - len(own) + 1)
    return bool(own) and (any(words[start : start + len(own)] == own for start in starts) or together in words)


def _words(text: str) -> list[str]:
    """The words of a text as they look: without marks and what cannot be seen, and letters that stand apart as one."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    seen = (
        character
        for character in plain
        if unicodedata.category(character) not in ("Cf", "Mn", "Me") and character not in _BLANK_LETTERS
    )
    found = [word for word in re.split(r"[\W_]+", "".join(seen).translate(_DRAWN_LIKE).translate(_LOOKS_LIKE)) if word]
    joined: list[str] = []
    for is_letter, some in groupby(found, key=lambda word: len(word) == 1):
        words = list(some)
        joined += ["".join(words)] if is_letter else words
    return joined
