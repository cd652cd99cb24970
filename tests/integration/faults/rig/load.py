"""Clients that trade without a pause, and know at the end to the unit what everybody must hold.

Every write carries an Idempotency-Key and is sent again until it is known what became of it. Nobody else moves the
offers of a client, so that each of its writes must be done in the end: a refusal says that something was done twice
or was lost.
"""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from domain import Ad

from .books import Books
from .client import ACKNOWLEDGED, Answer, Client, Person, Request
from .population import Population
from .run import Run

PURSE = Decimal(1_000_000)
BANK = {"bank_account_name": "Amara Obi", "bank_account_number": "0123456789", "bank_name": "First Bank"}


@dataclass
class Expected:
    """What must be in the database, by what was acknowledged."""

    purses: defaultdict[tuple[UUID, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    states: dict[int, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def move(self, source: tuple[UUID, str], target: tuple[UUID, str], amount: Decimal) -> None:
        with self.lock:
            self.purses[source] -= amount
            self.purses[target] += amount

    def check(self, books: Books, run: Run) -> None:
        """The offers are those that were acknowledged, in those states, and the purses hold what they must."""
        found = {number: offer.state for number, offer in books.offers().items()}
        for number in sorted(found.keys() | self.states.keys()):
            is_state, due = found.get(number, "missing"), self.states.get(number, "none of ours")
            run.check(is_state == due, f"offer {number} is {is_state} instead of {due}")
        books.check_purses(run, dict(self.purses))


@dataclass(frozen=True)
class Market:
    """Ads that all clients trade on: the first sell ad is hot, the others less so."""

    ads: Sequence[tuple[Ad, Person, bool]]
    """Each ad with its maker, and whether it is a buy ad."""
    takers: Sequence[Person]
    expected: Expected

    @classmethod
    def open(cls, population: Population, clients: int) -> Market:
        expected = Expected()
        ads = []
        for number in range(4):
            is_buy = number % 2 == 1
            maker = population.person(PURSE)
            ad = population.buy_ad(maker, PURSE) if is_buy else population.sell_ad(maker, PURSE)
            expected.purses[maker.id, "p2p" if is_buy else "escrow"] += PURSE
            ads.append((ad, maker, is_buy))
        takers = [population.person(PURSE) for _ in range(clients)]
        for taker in takers:
            expected.purses[taker.id, "p2p"] += PURSE
        return cls(ads, takers, expected)


class Trading:
    """One client's thread: it makes an offer, moves it on to one of its ends, and begins again."""

    def __init__(self, market: Market, taker: Person, client: Client, run: Run, choices: random.Random) -> None:
        self._market, self._taker, self._run, self._random = market, taker, run, choices
        self.client = client
        self.last_success = time.monotonic()

    def trade_until(self, stop: threading.Event) -> None:
        try:
            while not stop.is_set():
                self._one_offer()
        except (AssertionError, OSError) as failure:
            self._run.violated(f"a client gave up: {failure!r}")
        finally:
            self.client.close()

    def _one_offer(self) -> None:
        ad, maker, is_buy = self._random.choice(self._market.ads)
        amount = Decimal(self._random.randint(10_000, 3_000_000)) / 10**6
        body = {"ad": ad.id, "currency_amount": str(amount), **BANK}
        answer = self._do(Request.keyed(self._taker, "/p2p/offer/create/", body))
        if answer is None:
            return
        number = answer.entity["id"]
        expected, taker = self._market.expected, self._taker.id
        expected.states[number] = "pending"
        if is_buy:
            expected.move((taker, "p2p"), (taker, "escrow"), amount)
        buyer, seller = (maker, self._taker) if is_buy else (self._taker, maker)
        end = self._random.choice(["release", "pay and release", "pay", "cancel", "leave", "transfer"])
        if end.startswith("pay") and self._do(Request.keyed(buyer, f"/p2p/offer/paid/{number}/")):
            expected.states[number] = "paid"
        if end.endswith("release") and self._do(Request.keyed(seller, f"/p2p/offer/release/{number}/")):
            expected.states[number] = "completed"
            expected.move((seller.id, "escrow"), (buyer.id, "p2p"), amount)
        if end == "cancel" and self._do(Request.keyed(self._taker, f"/p2p/offer/cancel/{number}/")):
            expected.states[number] = "cancelled"
            if is_buy:
                expected.move((taker, "escrow"), (taker, "p2p"), amount)
        if end == "transfer":
            self._transfer(amount)

    def _transfer(self, amount: Decimal) -> None:
        body = {"crypto_currency": "usdt", "amount": str(amount), "source": "p2p", "target": "main"}
        if self._do(Request.keyed(self._taker, "/wallet/transfer/", body)):
            self._market.expected.move((self._taker.id, "p2p"), (self._taker.id, "main"), amount)

    def _do(self, request: Request) -> Answer | None:
        answer = self.client.resolve(request)
        if answer.status == ACKNOWLEDGED:
            self.last_success = time.monotonic()
            return answer
        self._run.violated(f"{request.path} was refused: {answer.message}")
        return None


class Load:
    """Clients at work in threads, for as long as the block goes on."""

    def __init__(self, market: Market, port: int, run: Run) -> None:
        self.clients = [
            Trading(market, taker, Client(port, run), run, run.generator(number))
            for number, taker in enumerate(market.takers)
        ]
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=client.trade_until, args=[self._stop], daemon=True) for client in self.clients
        ]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.finish()

    def finish(self) -> None:
        """Let every client learn what became of its last write."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def seconds_to_success(self, since: float, patience: float) -> float:
        """How long after the moment the first write was acknowledged."""
        while time.monotonic() - since < patience:
            times = [client.last_success for client in self.clients if client.last_success > since]
            if times:
                return min(times) - since
            time.sleep(0.002)
        return patience

    @property
    def slowest(self) -> float:
        """The longest that any request took, in seconds."""
        return max(client.client.slowest for client in self.clients)
