"""The attacks. Each plays one against a desk, and tells what was measured beside what it must be."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf

from .asking import ATTACKER, HEALTHY, VICTIM, Healthy, flood, headers, longest, sockets
from .scene import PASSWORD, Scene

FLOOD_SECONDS = 2.0
CLIENTS = 16
STILL_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured of one thing, and below or at what it has to be."""

    what: str
    measured: float
    bound: float
    unit: str

    @property
    def is_held(self) -> bool:
        """Whether it is as it has to be."""
        return self.measured <= self.bound


def beside(calm: float, healthy: Healthy, bound: float) -> Iterator[Figure]:
    """How long others waited, beside how long they wait on this machine anyway."""
    yield Figure("an honest client's p99 before", calm, inf, "s")
    yield Figure("an honest client's p99 meanwhile", healthy.p99, bound, "s")


def wrong_passwords(scene: Scene) -> Iterator[Figure]:
    """One account is guessed at; its owner comes from an address that it knows."""
    calm, healthy = scene.calm(), Healthy(scene.desk, scene.token)
    with healthy.asking():
        said = flood(CLIENTS, FLOOD_SECONDS, lambda _: scene.log_in(ATTACKER, scene.victim, "no " + PASSWORD))
        owner = longest(1, lambda: scene.log_in(VICTIM, scene.victim, PASSWORD))
    yield from beside(calm, healthy, 0.5)
    yield Figure("the owner's own login, from a known address", owner, 3, "s")
    yield Figure("guesses that were let in", said[200], 0, "")


def registrations(scene: Scene) -> Iterator[Figure]:
    """Accounts by the dozen, and one stranger's address again and again."""
    stranger = scene.new_email()

    def join(number: int) -> int:
        email = stranger if number % 2 else scene.new_email()
        body = {"email": email, "fullname": "Chidi Okafor", "password": PASSWORD}
        return scene.desk.ask(ATTACKER, "POST", "/auth/register/", **body)[0]

    yield from flood_of_letters(scene, join)


def codes(scene: Scene) -> Iterator[Figure]:
    """Codes for somebody's address: to set a new password, and to verify it."""

    def ask(number: int) -> int:
        if number % 2:
            return scene.desk.ask(ATTACKER, "POST", "/auth/password/reset/", email=scene.victim)[0]
        return scene.desk.ask(ATTACKER, "POST", "/auth/verify/", scene.victim_token)[0]

    yield from flood_of_letters(scene, ask)


def flood_of_letters(scene: Scene, ask: Callable[[int], int]) -> Iterator[Figure]:
    """What others notice of it, and how many letters reach one address."""
    calm, healthy = scene.calm(), Healthy(scene.desk, scene.token)
    with healthy.asking():
        flood(CLIENTS, FLOOD_SECONDS, ask)
    yield from beside(calm, healthy, 0.5)
    yield Figure("letters to the one address that had the most, in an hour", scene.most_letters(), 5, "")


def dripping(scene: Scene) -> Iterator[Figure]:
    """600 connections of one address, of which half say nothing and half a byte now and then."""
    calm, healthy = scene.calm(), Healthy(scene.desk, scene.token)
    begins = b"POST /p2p/ad/ HTTP/1.1\r\nHost: desk\r\nX-Note: "
    with healthy.asking(), sockets(scene.desk, 600, lambda number: begins if number % 2 else b"", b"a"):
        time.sleep(STILL_SECONDS)
    yield from beside(calm, healthy, 1)


def silent(scene: Scene) -> Iterator[Figure]:
    """300 connections that say nothing, on a desk of two processes."""
    with sockets(scene.desk, 300, lambda _: b""):
        slowest = longest(20, scene.healthz)
    yield Figure("the slowest of 20 new clients", slowest, 1, "s")


def idle(scene: Scene) -> Iterator[Figure]:
    """1,050 connections of one address, each kept after a request."""
    asked = b"GET /healthz HTTP/1.1\r\nHost: desk\r\n\r\n"
    with sockets(scene.desk, 1050, lambda _: asked) as opened:
        for each in opened:
            # Each is answered, or was given up for a newer one.
            with contextlib.suppress(OSError):
                each.recv(4096)
        slowest = longest(20, scene.healthz)
    yield Figure("the slowest of 20 new clients", slowest, 1, "s")


def hung_up(scene: Scene) -> Iterator[Figure]:
    """200 logins are sent, and their clients leave."""
    body = f'{{"email": "{scene.victim}", "password": "{PASSWORD}"}}'.encode()
    head = f"POST /auth/token/ HTTP/1.1\r\nHost: desk\r\nContent-Length: {len(body)}\r\n"
    asked = "".join([head, *(f"{name}: {value}\r\n" for name, value in headers().items()), "\r\n"]).encode() + body
    calm = longest(3, lambda: scene.log_in(HEALTHY, scene.healthy, PASSWORD))
    with sockets(scene.desk, 200, lambda _: asked):
        pass
    next_one = longest(1, lambda: scene.log_in(HEALTHY, scene.healthy, PASSWORD))
    yield Figure("the slowest of three logins before", calm, inf, "s")
    yield Figure("the next person's login", next_one, 3, "s")


def cannon(scene: Scene) -> Iterator[Figure]:
    """Letters of somebody's text to an address that never joined, and a seller who waits for one about money."""
    target = scene.new_email()
    joined = scene.join(target, "127.0.1.1")
    scene.deposit(target)
    ad = scene.sell(joined, "127.0.1.1")
    for number in range(3):
        source = f"127.0.1.{number + 2}"
        taker = scene.join(scene.new_email(), source)
        for _ in range(9):
            offer = scene.offer(taker, source, ad)
            scene.desk.ask(source, "POST", f"/p2p/offer/cancel/{offer}/", taker)
    seller = scene.new_email()
    token = scene.join(seller, "127.0.1.8")
    scene.deposit(seller)
    buyer = scene.join(scene.new_email(), "127.0.1.9")
    offer = scene.offer(buyer, "127.0.1.9", scene.sell(token, "127.0.1.8"))
    # What is on its way to the seller arrives first, so that the next letter is the one that is waited for.
    time.sleep(5)
    before = scene.letters().get(seller, 0)
    began = time.monotonic()
    scene.desk.ask("127.0.1.9", "POST", f"/p2p/offer/paid/{offer}/", buyer)
    while scene.letters().get(seller, 0) <= before and time.monotonic() - began < 60:
        time.sleep(0.05)
    yield Figure("until a seller has the letter that a payment was marked", time.monotonic() - began, 5, "s")
    time.sleep(5)
    yield Figure("letters to the address that never joined, in a day", scene.letters().get(target, 0), 25, "")


ATTACKS: dict[str, Callable[[Scene], Iterator[Figure]]] = {
    f"{CLIENTS} clients with wrong passwords, {FLOOD_SECONDS:g} s": wrong_passwords,
    f"{CLIENTS} clients that register, {FLOOD_SECONDS:g} s": registrations,
    f"{CLIENTS} clients that ask for codes, {FLOOD_SECONDS:g} s": codes,
    f"600 dripping and idle sockets, {STILL_SECONDS:g} s": dripping,
    "300 silent sockets, two processes": silent,
    "1,050 idle connections of one address": idle,
    "200 logins that are sent and hung up": hung_up,
    "27 offers and cancellations to one address": cannon,
}
