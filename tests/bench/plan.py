"""Which rows the table has: each request of the desk behind the bound that it is measured against."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .asking import bare_reads, make_offers, reads, releases
from .bound import Pgbench, make_offer_script, release_script
from .figures import Row, Sample, Target
from .filler import PooledOffers
from .lists import PAGE_LENGTH, pages
from .load import Address, drive
from .market import Market

Measure = Callable[[float], Sample]
"""Measures for so many seconds."""

CLIENTS = (1, 8, 16)
TARGET_CLIENTS = 8
WARM_UP_SECONDS = 0.5
MANY = Target(0.22, goal=0.30)
HOT = Target(0.55, goal=0.67)
EMBEDDED = Target(350 / 2800, p99=50)
PAGE = Target(0.6)
LARGE = Target(1.15, is_upper=True)
FLOOR_PATH = "/auth/me/"
"""The cheapest answer that needs a token: the door's own question to the database, and the caller's profile."""

_FIRST_RATE = 2000
"""Releases a second that a pool is filled for while nobody knows how many there will be."""
_AHEAD = 1.5


@dataclass(frozen=True, slots=True)
class Kind:
    """One request that is measured, many times over: its load, and the script of its bound."""

    subject: str
    name: str
    requests: Iterator[bytes]
    script: str
    target: Target
    pool: PooledOffers | None = None


def kinds(market: Market, pools: Mapping[bool, PooledOffers]) -> list[Kind]:
    """Making and releasing offers, over many ads of many makers and on one hot ad."""
    found = []
    for hot, where, target in ((False, "many ads", MANY), (True, "one hot ad", HOT)):
        offers, pool = make_offers(market, hot=hot), pools[hot]
        ends = releases(market, pool)
        found += [
            Kind("offer", f"make offer, {where}", offers, make_offer_script(market.first_ad, hot=hot), target),
            Kind("release", f"release, {where}", ends, release_script(pool.sequence), target, pool),
        ]
    return found


def floor_rows(address: Address, market: Market) -> list[Row]:
    """What a request costs that asks for next to nothing."""
    loads = ((f"HTTP: GET {FLOOR_PATH}", reads(FLOOR_PATH, market)), ("HTTP: GET /healthz", bare_reads("/healthz")))
    return [Row(name, clients, load(address, requests, clients)) for name, requests in loads for clients in CLIENTS]


def list_rows(address: Address, market: Market, paths: Mapping[str, str]) -> list[Row]:
    """Pages of fifty of each list, against the cheapest answer that needs a token, on the same desk."""
    floor = Row(
        f"HTTP: GET {FLOOR_PATH}, one trader", TARGET_CLIENTS, load(address, pages(FLOOR_PATH, market), TARGET_CLIENTS)
    )
    found = [floor]
    for name, path in paths.items():
        measure = load(address, pages(path, market), TARGET_CLIENTS)
        found.append(Row(f"HTTP: {PAGE_LENGTH} {name}", TARGET_CLIENTS, measure, against=floor, target=PAGE))
    return found


def bounded_rows(kind: Kind, address: Address, pgbench: Pgbench) -> list[Row]:
    """The bound and the desk in turn, with each number of clients."""
    found = []
    for clients in CLIENTS:
        bound = Row(f"bound: {kind.name}", clients, _bound(kind, pgbench, clients))
        measure = _filled_up(kind.pool, load(address, kind.requests, clients))
        target = kind.target if clients == TARGET_CLIENTS else None
        found += [bound, Row(f"HTTP: {kind.name}", clients, measure, against=bound, target=target)]
    return found


def grown_rows(
    name: str, addresses: Sequence[Address], loads: Sequence[Iterator[bytes]], pools: Sequence[PooledOffers] = ()
) -> list[Row]:
    """The same request by one client on a desk with few and on one with many finished offers: a ratio of times."""
    measures = [load(address, requests, 1) for address, requests in zip(addresses, loads, strict=True)]
    if pools:
        measures = [_filled_up(pool, measure) for pool, measure in zip(pools, measures, strict=True)]
    first = Row(f"few finished: {name}", 1, measures[0])
    return [first, Row(f"many finished: {name}", 1, measures[1], against=first, target=LARGE, is_ratio_of_times=True)]


def load(address: Address, requests: Iterator[bytes], clients: int) -> Measure:
    """Measuring by so many clients at this address."""
    return lambda seconds: drive(address, requests, clients, seconds)


def _bound(kind: Kind, pgbench: Pgbench, clients: int) -> Measure:
    pool = kind.pool
    if pool is None:
        return lambda seconds: pgbench.run(kind.script, clients, seconds)

    def measure(seconds: float) -> Sample:
        with pool.handed_out_by_sequence():
            return pgbench.run(kind.script, clients, seconds)

    return _filled_up(pool, measure)


def _filled_up(pool: PooledOffers | None, measure: Measure) -> Measure:
    """With the pool filled before each measurement, by what the fastest of those before would have needed."""
    if pool is None:
        return measure
    fastest = float(_FIRST_RATE)

    def filled(seconds: float) -> Sample:
        nonlocal fastest
        pool.fill_up(round(fastest * _AHEAD * (max(1.0, seconds) + 0.5)))
        sample = measure(seconds)
        fastest = max(fastest, sample.rate)
        return sample

    return filled
