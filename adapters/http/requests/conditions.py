"""``If-Match``, as RFC 9110 has it, sections 8.8.3 and 13.1.1.

No other condition is looked at. ``If-None-Match`` could only save sending an offer again, and what an answer says of an
offer changes without its version: once its deadline has passed, it is shown expired. ``If-Unmodified-Since`` is to be
ignored where answers have no ``Last-Modified``, as here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..replies.rejections import InvalidCondition

_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_ELEMENT = rf"[ \t]*(?:{_TAG}[ \t]*)?"
# A list may have empty elements: RFC 9110, section 5.6.1.
_TAGS = re.compile(rf"{_ELEMENT}(?:,{_ELEMENT})*")
_ONE_TAG = re.compile(_TAG)
_VERSION = re.compile(r'"([1-9][0-9]{0,17})"', re.ASCII)
ANY = "*"


@dataclass(frozen=True, slots=True)
class Condition:
    """The versions that a request is meant for, None for any; and whether it named weak tags, which match nothing."""

    versions: frozenset[int] | None = None
    has_weak: bool = False


def read_if_match(header: str | None) -> Condition:
    """What the header asks for; without one, nothing. Headers of this name arrive joined by a comma, as one list.

    Tags are compared strongly, character by character: a weak one is none, and so is what no version is spelled
    like. Raises ``InvalidCondition`` for what is neither ``*`` nor a list of tags with at least one in it.
    """
    if header is None or header.strip(" \t") == ANY:
        return Condition()
    tags = _ONE_TAG.findall(header) if _TAGS.fullmatch(header) else []
    if not tags:
        raise InvalidCondition()
    spelled = (_VERSION.fullmatch(tag) for tag in tags)
    return Condition(frozenset(int(match[1]) for match in spelled if match), any(tag[0] == "W" for tag in tags))
