"""A mailer, and a way to see what it has sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..ports.delivery import Mailer


@dataclass(frozen=True, slots=True)
class Mailroom:
    """A mailer to a server of the test's own. ``received`` gives the mails that the server has taken, as it got them.

    A mail is the whole text of RFC 5322, headers and all.
    """

    mailer: Mailer
    received: Callable[[], Sequence[bytes]]
