"""Sockets that are cut again and again while trades go on: nothing is missed, nothing comes twice or out of order.

A short form runs with the other tests, a long one where P2P_SOAK is 1.
"""

import itertools
import threading
from collections.abc import Callable
from decimal import Decimal

import pytest

from domain.ports.store import Store
from tests.integration.faults.rig.run import Run, by_form
from tests.integration.waiting import until
from tests.integration.websocket.client import Client
from tests.integration.websocket.conftest import Serve, Service

DROPS_A_TRADER = by_form(12, 40)
TRADERS = by_form(5, 50)
NOTICES_A_DROP = 3
MAKERS_OF_OFFERS = 4
PATIENCE_SECONDS = 600.0


class DroppedReader:
    """A trader's program whose line is cut so many times, and which asks each time for what it has not seen."""

    def __init__(self, service: Service, token: str, run: Run, name: int) -> None:
        self._service, self._token, self._run = service, token, run
        self._random = run.generator(name)
        self.seen: list[int] = []

    def read(self, total: int) -> None:
        for left in range(DROPS_A_TRADER, 0, -1):
            # At least one frame is left for each of the later connections.
            most = total - len(self.seen) - left
            self._connect(min(self._random.randint(0, 2 * NOTICES_A_DROP - 1), most))
            self._run.count("drops")
        self._connect(total - len(self.seen))

    def _connect(self, wanted: int) -> None:
        """Read so many frames at least, and cut the line: more may be on their way."""
        client = Client(self._service.url(f"?token={self._token}&since={self.seen[-1] if self.seen else 0}"))
        until(lambda: len(client.frames) >= wanted or client.code is not None, PATIENCE_SECONDS)
        client.cut()
        self.seen += client.numbers
        self._run.count("frames", len(client.frames))


@pytest.mark.soak
def test_nothing_is_missed_though_lines_are_cut(serve: Serve, new_store: Callable[[str], Store], run: Run) -> None:
    service = serve(new_store("postgres"), page=7)
    total = DROPS_A_TRADER * NOTICES_A_DROP
    makers = [service.desk.trader(usdt=total) for _ in range(TRADERS)]
    ads = [service.desk.ad(maker, crypto_amount=Decimal(total)) for maker in makers]
    takers = [service.desk.trader() for _ in range(MAKERS_OF_OFFERS)]
    readers = [DroppedReader(service, service.log_in(maker).access, run, name) for name, maker in enumerate(makers)]
    # Each maker of offers has a share of them, spread over all ads.
    offers = list(itertools.chain.from_iterable(ads for _ in range(total)))

    def trade(number: int) -> None:
        for ad in offers[number::MAKERS_OF_OFFERS]:
            service.desk.offer(ad, takers[number], 1)

    work = [threading.Thread(target=trade, args=(number,)) for number in range(MAKERS_OF_OFFERS)]
    work += [threading.Thread(target=reader.read, args=(total,)) for reader in readers]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join(PATIENCE_SECONDS)
    wanted = range(1, total + 1)
    run.figures["missing"] = sum(len(set(wanted) - set(reader.seen)) for reader in readers)
    run.figures["out of order or twice"] = sum(
        later <= earlier for reader in readers for earlier, later in itertools.pairwise(reader.seen)
    )
    run.figures |= {"traders": TRADERS, "notices": total * TRADERS}
    assert run.counts["drops"] == DROPS_A_TRADER * TRADERS
    assert all(reader.seen == list(wanted) for reader in readers)
