"""The requests that are sent, as the bytes that go over the line."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator
from itertools import count

from .filler import PooledOffers
from .market import AMOUNT, BANK, HOT_MAKER, MAKERS, Market

_SEED = 20261125


def get(path: str, token: str | None = None) -> bytes:
    """A GET, with a token or without."""
    lines = [f"GET {path} HTTP/1.1", "Host: desk.example"]
    if token is not None:
        lines.append(f"Authorization: Bearer {token}")
    return "\r\n".join([*lines, "", ""]).encode()


def post(path: str, token: str, key: str, body: bytes = b"") -> bytes:
    """A POST with an idempotency key, which every client that may have to ask twice sends."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: desk.example\r\nAuthorization: Bearer {token}\r\n"
        f"Idempotency-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def offer_body(ad: int) -> bytes:
    """The body of a make-offer request."""
    return json.dumps({"ad": ad, "currency_amount": str(AMOUNT), **BANK}).encode()


def reads(path: str, market: Market) -> Iterator[bytes]:
    """The same GET by one taker after the other, without end."""
    prepared = [get(path, token) for token in market.takers]
    while True:
        yield from prepared


def bare_reads(path: str) -> Iterator[bytes]:
    """The same GET by nobody, without end."""
    request = get(path)
    while True:
        yield request


def make_offers(market: Market, *, hot: bool) -> Iterator[bytes]:
    """Make-offer requests of random takers on random ads, or all on the one hot ad, without end."""
    chance = random.Random(_SEED)
    run = uuid.uuid4().hex
    makers = [HOT_MAKER] if hot else range(1, MAKERS + 1)
    bodies = [offer_body(market.first_ad + maker - 1) for maker in makers]
    for number in count(1):
        yield post("/p2p/offer/create/", chance.choice(market.takers), f"{run}-{number}", chance.choice(bodies))


def releases(market: Market, pool: PooledOffers) -> Iterator[bytes]:
    """Release requests for the offers of a pool, each by its seller, for as long as there are any."""
    run = uuid.uuid4().hex
    while True:
        offer = pool.take()
        token = market.makers[pool.maker_of(offer) - 1]
        yield post(f"/p2p/offer/release/{offer}/", token, f"{run}-{offer}")
