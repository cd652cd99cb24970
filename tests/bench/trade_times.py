"""``python -P trade_times.py NUMBER``: times whole trades by the code of the current folder, which may be an older one.

For each line of its input it does so many trades, and answers with the milliseconds of processor that one took. It
names nothing that checkouts since the bench began do not have.
"""

from __future__ import annotations

import json
import random
import sys
import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

MAKERS = 25
"""So few that what is done once for a trader is behind all of them before it is timed."""
WARM_UP = 60


def main() -> None:
    """Fill a PostgreSQL of one's own, and time."""
    sys.path.insert(0, str(Path.cwd()))
    from tests.bench.in_process import open_application
    from tests.bench.stages import PostgresStage

    number = int(sys.argv[1])
    with ExitStack() as stack:
        stage = PostgresStage(stack)
        trades = Trades(stack.enter_context(open_application(stage.database().url)), stage.market)
        trades.milliseconds(WARM_UP)
        _tell("ready")
        for _ in sys.stdin:
            _tell(str(trades.milliseconds(number)))


class Trades:
    """Trades of random takers on the ads of a few makers."""

    def __init__(self, application: Callable[..., Iterable[bytes]], market: Any) -> None:
        from tests.bench.asking import post
        from tests.bench.in_process import ask
        from tests.bench.market import AMOUNT, BANK

        self._market = market
        self._chance = random.Random(20261130)
        self._body = {"currency_amount": str(AMOUNT), **BANK}
        self._post = lambda path, token, body=b"": ask(application, post(path, token, uuid.uuid4().hex, body))

    def milliseconds(self, number: int) -> float:
        """What one of so many trades takes of this process's processor time."""
        began = time.process_time()
        for _ in range(number):
            self._trade()
        return (time.process_time() - began) * 1000 / number

    def _trade(self) -> None:
        maker = self._chance.randrange(MAKERS)
        taker = self._chance.choice(self._market.takers)
        body = json.dumps({"ad": self._market.first_ad + maker, **self._body}).encode()
        offer = json.loads(self._post("/p2p/offer/create/", taker, body))["entity"]["id"]
        self._post(f"/p2p/offer/paid/{offer}/", taker)
        self._post(f"/p2p/offer/release/{offer}/", self._market.makers[maker])


def _tell(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
