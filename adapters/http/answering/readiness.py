"""Whether a process can do its work, for whoever hands requests to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import parse_qs

from domain.errors import StoreUnavailable
from domain.ports.store import Store

from ..replies.rejections import Unready


def check_ready(store: Store, late: Callable[[], Sequence[str]], query: str) -> None:
    """Return if the loops of this process go round, the store answers, and this process's clock agrees with its.

    Where the query says anything of ``writes``, something was committed within the last second, too. One writes for all
    that ask, and the others, who may wait for long, hold no connection meanwhile. Raises ``Unready``.
    """
    if late():
        raise Unready()
    try:
        store.ping()
        store.run(lambda unit: unit.now(), writes=False)
        if "writes" in parse_qs(query, keep_blank_values=True):
            store.check_writes()
    except StoreUnavailable:
        raise Unready() from None
