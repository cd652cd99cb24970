"""Reading a query: nothing that it asks for is left out in silence, and a cursor goes on with the list it came from."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from domain.model.money import Catalogue, amount_text
from domain.ports.readers import BadCursor

from ..replies.rejections import InvalidInput, UnknownParameter
from ..schemas.base import InputSchema, load

NAMED_LIMIT = 10
"""So many unknown parameters are named in one answer: a query could have thousands."""
TAG_BYTES = 9
_TAG_LENGTH = TAG_BYTES * 4 // 3
_NOT_THE_QUESTION = frozenset({"cursor", "limit"})

# What is no name is not repeated to whoever sent it.
_NAME = re.compile(r"[A-Za-z0-9_.\[\]-]{1,64}", re.ASCII)


def read_query(
    schema: InputSchema | None, given: Mapping[str, Sequence[str]], catalogue: Catalogue, today: Callable[[], date]
) -> dict[str, Any]:
    """The parameters as the schema reads them; without a schema there are none to be given.

    An empty one counts as absent. Raises ``InvalidInput`` with all that is wrong: what the schema says, what is
    given more than once, and what the schema does not know. A misspelled filter, left out in silence, would answer
    another question; a misspelled caution (``?dryrun=1``) would do the deed.
    """
    known = {} if schema is None else schema.fields
    values = {name: filled for name, texts in given.items() if (filled := [text for text in texts if text])}
    wrong: list[tuple[str, str]] = []
    loaded: dict[str, Any] = {}
    if schema is not None:
        try:
            loaded = load(schema, {name: texts[0] for name, texts in values.items()}, catalogue, today)
        except InvalidInput as error:
            wrong += error.problems
    repeated = [name for name, texts in values.items() if name in known and len(texts) > 1]
    wrong += [(name, "This parameter is given more than once.") for name in repeated]
    unknown = dict.fromkeys(_shown(name) for name in given if name not in known)
    for name in list(unknown)[:NAMED_LIMIT]:
        wrong += UnknownParameter(name, known).problems
    if wrong:
        raise InvalidInput(wrong)
    return loaded


def _shown(name: str) -> str:
    return name if _NAME.fullmatch(name) else "query"


def question_tag(of_list: str, caller: str, parameters: Mapping[str, Any]) -> str:
    """What tells one question to a list from another: which list, who asks, and every filter and sort as it was read.

    The part of the list that is asked for is none of it, nor is a flag that is not set.
    """
    asked = sorted(
        (name, _spelled(value))
        for name, value in parameters.items()
        if name not in _NOT_THE_QUESTION and value is not False
    )
    digest = hashlib.sha256(json.dumps([of_list, caller, asked]).encode()).digest()
    return base64.urlsafe_b64encode(digest[:TAG_BYTES]).decode()


def tagged_cursor(tag: str, cursor: str) -> str:
    """A store's cursor as a client gets it: good for the question that it is the answer to."""
    return tag + cursor


def untagged_cursor(tag: str, cursor: str) -> str:
    """The store's cursor in a client's. Raises ``BadCursor`` where it came with the answer to another question.

    The tag is no secret: it keeps an honest client from mistakes, and a made-up cursor shows no more than a filter.
    """
    if cursor[:_TAG_LENGTH] != tag:
        raise BadCursor(cursor)
    return cursor[_TAG_LENGTH:]


def _spelled(value: Any) -> str:
    """A value in one spelling for all that mean the same."""
    return amount_text(value) if isinstance(value, Decimal) else str(value)
