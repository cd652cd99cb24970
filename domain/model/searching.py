"""By which words a trader is found: how they are spelled, and which of them somebody has."""

from __future__ import annotations

import re
import unicodedata

from .trader import Trader

SEARCH_LENGTH_LIMIT = 100
"""Characters of what is searched for."""
WORDS_LIMIT = 8
"""So many words are looked for; more would narrow nothing down."""

_PARTS_OF_AN_ADDRESS = re.compile(r"[._+-]")


def words_of(trader: Trader) -> frozenset[str]:
    """The words that a trader is found by: those of the name, the address, its parts before the @, and the id."""
    address = _spelled(trader.email)
    parts = _PARTS_OF_AN_ADDRESS.split(address.partition("@")[0])
    return frozenset(word for word in (*_spelled(trader.fullname).split(), address, *parts, str(trader.id)) if word)


def asked_words(question: str) -> tuple[str, ...]:
    """The words of what is searched for. Somebody is found by it if each of them begins a word of theirs."""
    return tuple(dict.fromkeys(_spelled(question).split()))[:WORDS_LIMIT]


def is_found_by(trader: Trader, asked: tuple[str, ...]) -> bool:
    """Whether each word that is asked for begins a word of the trader's."""
    words = words_of(trader)
    return all(any(word.startswith(beginning) for word in words) for beginning in asked)


def _spelled(text: str) -> str:
    """A text in one spelling for all that mean the same: in small letters, and composed."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
