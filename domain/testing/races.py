"""Calls that are made at the same moment, in threads of their own."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from ..errors import ClockIsOff, CommitUnknown, Refusal, StoreUnavailable

PATIENCE_SECONDS = 60.0
WORKERS = 16
"""Threads at once. Many more would only wait in the store's pool of connections."""


def at_once(calls: Sequence[Callable[[], Any]], workers: int = WORKERS) -> list[Any]:
    """What each call returned, or the refusal that it raised, in the order of the calls.

    The first calls of all threads start together. Where a store is too busy for some, as on a slow machine, these are
    made again, as clients do after a 503; any other error but a refusal is raised.
    """
    threads = min(workers, len(calls))
    barrier = Barrier(threads)

    def run(number: int, call: Callable[[], Any]) -> Any:
        if number < threads:
            barrier.wait(PATIENCE_SECONDS)
        try:
            return _until_served(call)
        except Refusal as refused:
            return refused

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(len(calls)), calls))


def _until_served(call: Callable[[], Any]) -> Any:
    """What the call returned, made again for as long as the store says that it is busy."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return call()
        except (ClockIsOff, CommitUnknown):
            # The first does not change by waiting, and of the second nobody knows whether it happened.
            raise
        except StoreUnavailable:
            if time.monotonic() > end:
                raise


def outcomes(answers: Sequence[Any]) -> Counter[str]:
    """How many calls ended how: by the refusal's code, or ``done``."""
    return Counter(answer.code if isinstance(answer, Refusal) else "done" for answer in answers)
