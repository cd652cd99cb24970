"""How secrets are kept out of what people see."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote, unquote_plus

MASK = "***"
SECRET_LENGTH_LEAST = 6
"""Characters below which a password is not looked for in logs: it would be found in every other word."""

# From the first colon of the user to the last @ of the whole text: a password may hold an @ or / that should have
# been escaped, and it is better to hide too much.
_PASSWORD_IN_URL = re.compile(r"(://[^:@/?#\s]*:)(\S*)(?=@)")
_SECRET_OPTION = re.compile(r"([?&;][^=&;\s]*(?:pass|secret|key|token|ticket)[^=&;\s]*=)([^&;\s\"']*)", re.IGNORECASE)
_TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]*\.[\w-]*", re.ASCII)
_BEARER = re.compile(r"(\bbearer\s+)[^\s\"',]+", re.IGNORECASE)
_PASSWORD_HASH = re.compile(r"\$argon2(?:id|i|d)\$[\w$=,+/.-]+", re.ASCII)


def masked_url(text: str) -> str:
    """An address with its password and the secret ones of its options hidden."""
    return _SECRET_OPTION.sub(rf"\1{MASK}", _PASSWORD_IN_URL.sub(rf"\1{MASK}", text))


def without_query(url: str | None) -> str:
    """An address without what may be a key in it."""
    head, question, _ = (url or "").partition("?")
    return f"{head}?{MASK}" if question else head


def passwords_in_url(text: str) -> set[str]:
    """What ``masked_url`` hides, as it is spelled there and as it is meant."""
    found = {match[2] for pattern in (_PASSWORD_IN_URL, _SECRET_OPTION) for match in pattern.finditer(text)}
    return found | {unquote(password) for password in found}


def options_in_url(text: str) -> set[str]:
    """What stands behind the ``?`` of an address, whole and option by option, as it is spelled and as it is meant.

    Any of it may be a key, whatever its name is.
    """
    options = text.partition("?")[2]
    found = {options, *(option.partition("=")[2] or option for option in re.split("[&;#]", options))} - {""}
    return found | {unquote(option) for option in found} | {unquote_plus(option) for option in found}


class Redactor:
    """Hides secrets in a line of a log: those that it was told, and whatever looks like one."""

    def __init__(self, secrets: Iterable[str]) -> None:
        long_enough = sorted(
            (secret for secret in secrets if len(secret) >= SECRET_LENGTH_LEAST), key=len, reverse=True
        )
        self._told = re.compile("|".join(map(re.escape, long_enough))) if long_enough else None

    def __call__(self, text: str) -> str:
        """The text without its secrets."""
        if self._told is not None:
            text = self._told.sub(MASK, text)
        for pattern in (_TOKEN, _PASSWORD_HASH):
            text = pattern.sub(MASK, text)
        return masked_url(_BEARER.sub(rf"\1{MASK}", text))
