"""Whole trades over HTTP: an offer is made, marked as paid and released, by a fixed number of clients."""

from __future__ import annotations

import json
import random
import selectors
import socket
import time
import uuid
from dataclasses import dataclass, field

from .asking import offer_body, post
from .figures import Sample
from .load import ANSWER_SECONDS, Address, LoadFailed
from .market import MAKERS, Market

REQUESTS_OF_A_TRADE = 3
_READ_BYTES = 65536


@dataclass(slots=True)
class _Trade:
    """What one client has under way."""

    connection: socket.socket
    taker: int = 0
    maker: int = 0
    offer: int = 0
    step: int = 0
    began: float = 0.0
    received: bytes = b""
    milliseconds: list[float] = field(default_factory=list)


class Trades:
    """Trades of random takers on the ads of random makers."""

    def __init__(self, address: Address, market: Market, clients: int) -> None:
        self._address = address
        self._market = market
        self._clients = clients
        self._chance = random.Random(20261130)
        self._run = uuid.uuid4().hex
        self._number = 0

    def measure(self, seconds: float) -> Sample:
        """Trade for so long; what was begun is ended. Raises ``LoadFailed`` where an answer is no success."""
        done: list[float] = []
        with selectors.DefaultSelector() as selector:
            for _ in range(self._clients):
                trade = _Trade(socket.create_connection(self._address, ANSWER_SECONDS))
                selector.register(trade.connection, selectors.EVENT_READ, trade)
                self._begin(trade)
            began = time.perf_counter()
            under_way = self._clients
            while under_way:
                ready = selector.select(ANSWER_SECONDS)
                if not ready:
                    raise LoadFailed("an answer did not come")
                for key, _ in ready:
                    trade = key.data
                    if not self._is_ended(trade):
                        continue
                    done.append((time.perf_counter() - trade.began) * 1000)
                    if time.perf_counter() - began < seconds:
                        self._begin(trade)
                    else:
                        under_way -= 1
                        selector.unregister(trade.connection)
                        trade.connection.close()
            return Sample.of(done, time.perf_counter() - began)

    def _begin(self, trade: _Trade) -> None:
        trade.taker = self._chance.randrange(len(self._market.takers))
        trade.maker = self._chance.randrange(MAKERS)
        trade.step, trade.began = 0, time.perf_counter()
        body = offer_body(self._market.first_ad + trade.maker)
        self._post(trade, "/p2p/offer/create/", self._market.takers[trade.taker], body)

    def _is_ended(self, trade: _Trade) -> bool:
        """Go on with a trade where an answer is whole; whether it was the last."""
        trade.received += trade.connection.recv(_READ_BYTES)
        head, end, body = trade.received.partition(b"\r\n\r\n")
        if not end:
            return False
        _, _, length = head.lower().partition(b"content-length: ")
        if len(body) < int(length.split(b"\r\n")[0]):
            return False
        if not head.startswith(b"HTTP/1.1 200 "):
            raise LoadFailed(f"the desk answered {trade.received.decode(errors='replace')}")
        trade.received = b""
        trade.step += 1
        if trade.step == 1:
            trade.offer = json.loads(body)["entity"]["id"]
            self._post(trade, f"/p2p/offer/paid/{trade.offer}/", self._market.takers[trade.taker])
        elif trade.step == 2:
            self._post(trade, f"/p2p/offer/release/{trade.offer}/", self._market.makers[trade.maker])
        return trade.step == REQUESTS_OF_A_TRADE

    def _post(self, trade: _Trade, path: str, token: str, body: bytes = b"") -> None:
        self._number += 1
        trade.connection.sendall(post(path, token, f"{self._run}-{self._number}", body))
