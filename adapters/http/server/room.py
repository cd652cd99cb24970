"""Room for the next connection: whom to give up where one address has too many, or where there are hardly any left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

CONNECTIONS_LIMIT = 1000
CONNECTIONS_OF_ONE = 400
"""So many connections one address may have. A proxy that is trusted may have all of them."""
SPARE = 20
"""With fewer left than these, connections are given up for new ones, whosesoever they are."""


@dataclass(frozen=True, slots=True)
class Clients:
    """Who is one client: ``whose`` has the address of a connection and what it says for whom it asks, if anything.

    ``is_proxy`` says of an address whether others ask through it.
    """

    whose: Callable[[str, str], str] = lambda address, _: address
    is_proxy: Callable[[str], bool] = lambda _: False


def given_up(channels: Sequence[Any], newest: Any, clients: Clients) -> Any | None:
    """The connection to close now that the ``newest`` has come; None where there is room for all.

    It is of whoever has too many, or where there are hardly any left, of whoever has the most: one that waits for a
    request, the longest first, or else one that is still sending its headers. Where all are busy, it is the newest.
    """
    if len(channels) <= CONNECTIONS_OF_ONE:
        return None
    counts = Counter(channel.host for channel in channels)
    who = newest.host
    if len(channels) > CONNECTIONS_LIMIT - SPARE:
        ((who, _),) = counts.most_common(1)
    elif counts[who] <= CONNECTIONS_OF_ONE or clients.is_proxy(newest.addr[0]):
        return None
    idle = [
        channel for channel in channels if channel.host == who and channel is not newest and channel.may_be_given_up
    ]
    return min(idle, key=lambda channel: (channel.request is not None, channel.last_activity), default=newest)
