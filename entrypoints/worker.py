"""``p2p worker``: expires what is due and sends letters."""

from __future__ import annotations

from collections.abc import Callable

from adapters.system.signals import stop_requested
from config.container import Container
from config.status import watched

STOP_SECONDS = 4


def work(container: Container, announce: Callable[[], None]) -> None:
    """Work until a signal to stop; ``announce`` is called when it has begun."""
    stop = stop_requested()
    loops = container.worker_loops(container.settings.worker_nice)
    with watched(container) as is_ready:
        loops.start()
        announce()
        is_ready()
        with container.hearing_others():
            stop.wait()
    loops.stop(STOP_SECONDS)
    container.close()
