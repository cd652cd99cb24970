"""Every way the desk says no.

A refusal is an expected answer, not a fault: it is raised before anything has been written, it has a stable
``code`` and it carries the facts that a caller needs to explain it. How it is worded is the business of whoever
talks to people; no sentence of a wire format is kept here.
"""

from .base import *  # noqa: F403
from .base import Refusal
from .chats import *  # noqa: F403
from .disputes import *  # noqa: F403
from .limits import *  # noqa: F403
from .people import *  # noqa: F403
from .trading import *  # noqa: F403


def _leaves(kind: type[Refusal]) -> list[type[Refusal]]:
    found = [] if kind is Refusal else [kind]
    for child in kind.__subclasses__():
        found += _leaves(child)
    return found


def every_refusal() -> tuple[type[Refusal], ...]:
    """All refusals there are, so that whoever words them can prove that none was forgotten."""
    return tuple(kind for kind in _leaves(Refusal) if kind.__module__.startswith(f"{__name__}."))
