"""What is done at an email address, whatever accounts come and go there.

Else whoever joins and leaves, again and again, has the desk write to somebody who never joined. Source:
docs/contract/accounts.md, "Registration" and "Codes".
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import Enum
from math import ceil

from ..errors import TooManyAttempts
from ..model.letters_at_an_address import digest_at
from ..model.slowing import WINDOW, WrongTries
from ..ports.attempts import Attempts

CODES_AN_HOUR = 5
"""How many codes go to one address in an hour, for whatever purpose, so that nobody is flooded through the desk."""
JOINED_A_DAY = 3
"""How often one joins by one address."""


class Done(Enum):
    """What is counted, how often it is done at most, and in which time."""

    JOINED = ("joined", JOINED_A_DAY, timedelta(hours=24))
    CODE_MAILED = ("code_mailed", CODES_AN_HOUR, timedelta(hours=1))


@contextmanager
def counted(what: Done, email: str, *, attempts: Attempts, at: datetime) -> Iterator[None]:
    """Do it once more, and count it once it is done; nothing is counted of what raises.

    Raises ``TooManyAttempts`` where it was done too often. ``at`` is the moment by the store's clock.
    """
    word, most, within = what.value
    key = digest_at(word, email)
    [before] = attempts.lock([key])
    lately = [moment for moment in before.moments if moment > at - within]
    if len(lately) >= most:
        raise TooManyAttempts(ceil((lately[-most] + within - at).total_seconds()))
    yield
    # Nothing waits until then: it is what such moments are kept for.
    attempts.put({key: WrongTries((*lately, at), until=at + within - WINDOW)})
